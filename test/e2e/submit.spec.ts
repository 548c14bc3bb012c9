import * as fs from 'node:fs';
import * as path from 'node:path';
import type { RecordedRequest } from '../simulator/types';
import { expect, test } from './fixtures';
import { goodLines, writeBatchFile } from './parts/batchFile';
import { TextEditor } from './parts/textEditor';
import type { Workbench } from './workbench';

test.use({
  env: { SYNC_API_KEY: 'test-key' },
  // No notifications of completed batches: only three notifications are shown at once.
  settings: { 'syncBatches.autoRefreshInterval': 15, 'syncBatches.notifications': 'none' },
  simulatorOptions: { runningBatches: 2 },
});

const create = { method: 'POST', path: '/v2/batch' } as const;

function isCreation({ method, path: target }: RecordedRequest): boolean {
  return method === create.method && target === create.path;
}

/** Opens a batch file in the editor, beside the list. */
async function openFile({ page, view }: Workbench, name: string): Promise<TextEditor> {
  const editor = new TextEditor(page);
  await editor.open(name);
  await view.open();
  return editor;
}

/** Starts to submit the file in the editor. */
async function submit(workbench: Workbench): Promise<void> {
  await workbench.command('Sync Batches: Submit Batch File…');
  await workbench.dialog.box.waitFor();
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
  test('becomes a batch once, even if the response is lost, and several batches if it is too long for one', async ({
    workbench,
    simulator,
    folder,
  }) => {
    // It waits at least for one automatic refresh.
    test.slow();
    const { page, dialog, notifications, quickInput, view } = workbench;
    const text = writeBatchFile(folder, 'episodes.jsonl', goodLines(24));
    writeBatchFile(folder, 'trailers.jsonl', goodLines(25));
    const long = writeBatchFile(folder, 'season.jsonl', goodLines(1_050));
    writeBatchFile(folder, 'shorts.jsonl', goodLines(26));
    // The batches of the file at hand. Each file ends with completing them, so that those of the next one can run.
    let seen = 0;
    const newBatches = (): readonly string[] => simulator.createdBatches.slice(seen);
    const completeAll = (): void => {
      for (const id of newBatches()) simulator.updateBatch(id, { status: 'COMPLETED' });
      seen = simulator.createdBatches.length;
    };
    await workbench.open();

    await test.step('the text in the editor is sent, after one question that shows what', async () => {
      const editor = await openFile(workbench, 'episodes.jsonl');
      await expect(editor.lenses).toContainText('24 requests · no problems');
      await editor.focus();
      await page.keyboard.press('ControlOrMeta+Shift+K');
      await expect(editor.lenses).toContainText('23 requests · no problems');
      await submit(workbench);
      expect(await dialog.message()).toContain('episodes.jsonl');
      expect(await dialog.detail()).toContain('23 requests');
      await workbench.screenshot('submit-question');
      expect(simulator.createdBatches).toEqual([]);
      await confirm(workbench, 'Submit 23 Requests');
    });

    await test.step('its batch is in the list under the name of the file', async () => {
      await expect(notifications.withText('was created from episodes.jsonl')).toBeVisible();
      const [id = ''] = newBatches();
      expect(simulator.createdBatches).toEqual([id]);
      expect(simulator.inputOf(id)).toBe(text.slice(text.indexOf('\n') + 1));
      await expect(view.item('episodes.jsonl').first()).toBeVisible();
      await workbench.screenshot('submit-created');
      await notifications.close('was created from episodes.jsonl');
    });

    await test.step('the same text is not sent again without a warning', async () => {
      await submit(workbench);
      expect(await dialog.detail()).toContain('Already submitted as');
      expect(await dialog.buttons()).toContain('Submit Again');
      await page.keyboard.press('Escape');
      await dialog.box.waitFor({ state: 'detached' });
      expect(simulator.createdBatches).toHaveLength(1);
      // A window with unsaved text would not be reloaded without a question.
      await page.keyboard.press('ControlOrMeta+S');
      const onDisk = (): string => fs.readFileSync(path.join(folder, 'episodes.jsonl'), 'utf8');
      await expect.poll(onDisk).toBe(simulator.inputOf(simulator.createdBatches[0] ?? ''));
      completeAll();
    });

    await test.step('it is not sent twice if the response is lost: the user confirms its batch', async () => {
      simulator.clearRequests();
      simulator.faults.add({ ...create, times: 1, effect: { kind: 'acceptThenFail' } });
      await openFile(workbench, 'trailers.jsonl');
      await submit(workbench);
      await confirm(workbench, 'Submit 25 Requests');
      const uncertain = 'It is uncertain whether a batch was created from trailers.jsonl';
      await expect(notifications.withText(uncertain)).toBeVisible();
      await workbench.screenshot('submit-uncertain');

      await notifications.click(uncertain, 'Check Status…');
      await quickInput.choose('Check Status…');
      const candidate = quickInput.rows.filter({ hasText: newBatches()[0] ?? '' });
      await expect(candidate).toContainText('Confirm this batch');
      await workbench.screenshot('submit-candidates');
      await quickInput.accept();
      await expect(view.item('trailers.jsonl').first()).toBeVisible();
      expect(newBatches()).toHaveLength(1);
      expect(simulator.requests.filter(isCreation)).toHaveLength(1);
      completeAll();
    });

    await test.step('a long one becomes several batches, as fast as the plan allows, with one sum', async () => {
      await openFile(workbench, 'season.jsonl');
      await submit(workbench);
      await confirm(workbench, 'Submit as 3 Batches');
      await expect(notifications.withText('waiting for a running batch to finish')).toBeVisible();
      expect(newBatches()).toHaveLength(2);
      await expect(view.item('2 of 3 batches').first()).toBeVisible();
      await workbench.screenshot('submit-submission');

      const [first = ''] = newBatches();
      // The end of a batch is noticed only if it was seen running.
      await expect(view.item(first).first()).toBeVisible();
      simulator.updateBatch(first, { status: 'COMPLETED', succeeded: 350, failed: 0, pending: 0 });
      await expect.poll(newBatches, { timeout: 90_000 }).toHaveLength(3);
      await expect(notifications.withText('3 batches were created from season.jsonl')).toBeVisible();
      expect(
        newBatches()
          .map((id) => simulator.inputOf(id))
          .join(''),
      ).toBe(long);
      await expect(view.item('350 of 1,050').first()).toBeVisible();
      completeAll();
    });

    await test.step('it is uncertain if the editor is closed while it is being sent', async () => {
      simulator.faults.add({ ...create, effect: { kind: 'acceptThenHang' } });
      await openFile(workbench, 'shorts.jsonl');
      await submit(workbench);
      await confirm(workbench, 'Submit 26 Requests');
      await expect.poll(newBatches).toHaveLength(1);

      await workbench.reload();
      await view.open();
      const uncertain = 'It is uncertain whether a batch was created from shorts.jsonl.';
      await expect(notifications.withText(uncertain)).toBeVisible({ timeout: 60_000 });
      expect(newBatches()).toHaveLength(1);
    });
  });
});
