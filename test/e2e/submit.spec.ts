import { expect, test } from './fixtures';
import { goodLines, writeBatchFile } from './parts/batchFile';
import { TextEditor } from './parts/textEditor';
import type { Workbench } from './workbench';

test.use({
  env: { SYNC_API_KEY: 'test-key' },
  settings: { 'syncBatches.autoRefreshInterval': 15 },
});

const name = 'episodes.jsonl';
const create = { method: 'POST', path: '/v2/batch' } as const;

/** Opens the window with a batch file in the active editor. @returns the text of the file. */
async function openFile(workbench: Workbench, requests: number): Promise<string> {
  const text = writeBatchFile(workbench.folder, name, goodLines(requests));
  await workbench.open();
  await new TextEditor(workbench.page).open(name);
  await workbench.view.open();
  return text;
}

/** Confirms the question with the keyboard. */
async function confirm(workbench: Workbench, verb: string): Promise<void> {
  const { dialog, page } = workbench;
  expect(await dialog.buttons()).toContain(verb);
  await dialog.box.getByRole('button', { name: verb, exact: true }).focus();
  await page.keyboard.press('Enter');
  await dialog.box.waitFor({ state: 'detached' });
}

test.describe('A batch file', () => {
  test('becomes one batch with the text in the editor', async ({ workbench, simulator }) => {
    const text = await openFile(workbench, 24);
    const { page, dialog, notifications, view } = workbench;
    const editor = new TextEditor(page);
    await expect(editor.lenses).toContainText('24 requests · no problems');
    await editor.focus();
    await page.keyboard.press('ControlOrMeta+Shift+K');
    await expect(editor.lenses).toContainText('23 requests · no problems');

    await test.step('after one question that shows what is sent', async () => {
      await workbench.command('Sync Batches: Submit Batch File…');
      await dialog.box.waitFor();
      expect(await dialog.message()).toContain(name);
      expect(await dialog.detail()).toContain('23 requests');
      await workbench.screenshot('submit-question');
      expect(simulator.createdBatches).toEqual([]);
      await confirm(workbench, 'Submit 23 Requests');
    });

    await test.step('and is in the list under its file name', async () => {
      await expect(notifications.withText('was created from episodes.jsonl')).toBeVisible();
      const [id = ''] = simulator.createdBatches;
      expect(simulator.createdBatches).toEqual([id]);
      expect(simulator.inputOf(id)).toBe(text.slice(text.indexOf('\n') + 1));
      await expect(view.item(name).first()).toBeVisible();
      await workbench.screenshot('submit-created');
    });

    await test.step('the same text is not sent again without a warning', async () => {
      await workbench.command('Sync Batches: Submit Batch File…');
      await dialog.box.waitFor();
      expect(await dialog.detail()).toContain('Already submitted as');
      expect(await dialog.buttons()).toContain('Submit Again');
      await page.keyboard.press('Escape');
      await dialog.box.waitFor({ state: 'detached' });
      expect(simulator.createdBatches).toHaveLength(1);
    });
  });

  test('is not sent twice if the response is lost: the user confirms its batch', async ({ workbench, simulator }) => {
    await openFile(workbench, 24);
    const { notifications, quickInput, view } = workbench;
    simulator.faults.add({ ...create, times: 1, effect: { kind: 'acceptThenFail' } });
    await workbench.command('Sync Batches: Submit Batch File…');
    await confirm(workbench, 'Submit 24 Requests');
    const uncertain = 'It is uncertain whether a batch was created from episodes.jsonl';
    await expect(notifications.withText(uncertain)).toBeVisible();
    await workbench.screenshot('submit-uncertain');

    await notifications.click(uncertain, 'Check Status…');
    await quickInput.choose('Check Status…');
    const candidate = quickInput.rows.filter({ hasText: simulator.createdBatches[0] ?? '' });
    await expect(candidate).toContainText('Confirm this batch');
    await workbench.screenshot('submit-candidates');
    await quickInput.accept();
    await expect(view.item(name).first()).toBeVisible();
    expect(simulator.createdBatches).toHaveLength(1);
    expect(simulator.requests.filter(({ method, path }) => method === 'POST' && path === create.path)).toHaveLength(1);
  });

  test('is uncertain if the editor is closed while it is being sent', async ({ workbench, simulator }) => {
    await openFile(workbench, 24);
    const { notifications } = workbench;
    simulator.faults.add({ ...create, effect: { kind: 'acceptThenHang' } });
    await workbench.command('Sync Batches: Submit Batch File…');
    await confirm(workbench, 'Submit 24 Requests');
    await expect.poll(() => simulator.createdBatches).toHaveLength(1);

    await workbench.reload();
    await workbench.view.open();
    await expect(notifications.withText(/It is uncertain/)).toBeVisible({ timeout: 60_000 });
    expect(simulator.createdBatches).toHaveLength(1);
  });

  test.describe('that is too long for one batch', () => {
    test.use({ simulatorOptions: { runningBatches: 2 } });

    test('becomes several batches, as fast as the plan allows, with one sum', async ({ workbench, simulator }) => {
      // It waits at least for one automatic refresh.
      test.slow();
      const text = await openFile(workbench, 1_050);
      const { notifications, view } = workbench;
      await workbench.command('Sync Batches: Submit Batch File…');
      await confirm(workbench, 'Submit as 3 Batches');
      await expect(notifications.withText('waiting for a running batch to finish')).toBeVisible();
      expect(simulator.createdBatches).toHaveLength(2);
      await expect(view.item('2 of 3 batches').first()).toBeVisible();
      await workbench.screenshot('submit-submission');

      const [first = ''] = simulator.createdBatches;
      // The end of a batch is noticed only if it was seen running.
      await expect(view.item(first).first()).toBeVisible();
      simulator.updateBatch(first, { status: 'COMPLETED', succeeded: 350, failed: 0, pending: 0 });
      await expect.poll(() => simulator.createdBatches, { timeout: 90_000 }).toHaveLength(3);
      await expect(notifications.withText('3 batches were created from episodes.jsonl')).toBeVisible();
      expect(simulator.createdBatches.map((id) => simulator.inputOf(id)).join('')).toBe(text);
      await expect(view.item('350 of 1,050').first()).toBeVisible();
    });
  });
});
