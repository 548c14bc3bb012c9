import { expect, test } from './fixtures';
import { goodLines, requestLine, writeBatchFile } from './parts/batchFile';
import { TextEditor } from './parts/textEditor';

test.use({ env: { SYNC_API_KEY: 'test-key' } });

test.describe('A batch file', () => {
  test('is understood while it is written, repaired with the keyboard, and started from a template', async ({
    workbench,
    folder,
  }) => {
    const lines = goodLines(24);
    lines[2] = requestLine(3, { endpoint: '/v1/generate' });
    lines[7] = requestLine(7);
    writeBatchFile(folder, 'episodes.jsonl', lines);
    const { quickInput, page } = workbench;
    const editor = new TextEditor(page);
    await workbench.open();
    await editor.open('episodes.jsonl');

    await test.step('over the first line stands what was found, and what can be done', async () => {
      await expect(editor.lenses).toHaveText(/24 requests · 2 errors.*Validate.*Dry Run.*Estimate Cost.*Submit/);
      await expect(editor.errors.first()).toBeVisible();
      await workbench.screenshot('batch-file-errors');
    });

    await test.step('F8 goes to a problem, and a certain repair is one key away', async () => {
      await editor.focus();
      await page.keyboard.press('F8');
      await expect(editor.problem).toContainText('/v2/generate');
      await workbench.screenshot('batch-file-problem');
      await page.keyboard.press('Escape');
      await page.keyboard.press('ControlOrMeta+.');
      await page.locator('.action-widget').waitFor();
      await page.keyboard.press('Enter');
      await expect(editor.lenses).toContainText('24 requests · 1 error');
    });

    await test.step('a line that repeats an ID is deleted, and nothing is left to say', async () => {
      await editor.focus();
      await page.keyboard.press('F8');
      await expect(editor.problem).toContainText('episode-0007');
      await page.keyboard.press('Escape');
      await page.keyboard.press('ControlOrMeta+Shift+K');
      await expect(editor.lenses).toContainText('23 requests · no problems');
    });

    await test.step('a request can be read on many lines', async () => {
      await workbench.command('Sync Batches: Show Request');
      // Beside the file, which keeps the cursor.
      const beside = page.locator('.editor-group-container:not(.active) .view-line');
      await expect(beside.nth(1)).toHaveText(/^\s*"request_id":\s*"episode-00/);
      await workbench.screenshot('batch-file-request');
    });

    await test.step('a new one is started from a template', async () => {
      await workbench.command('Sync Batches: New Batch File…');
      await quickInput.choose('From a Template');
      await expect(editor.lenses).toContainText('20 requests · no problems');
      await expect.poll(() => workbench.editorText()).toContain('"request-001"');
    });
  });
});
