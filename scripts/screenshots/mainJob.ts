/**
 * The main job as a film: submit a batch file, watch its progress, open the results. Each frame is a screenshot of the
 * real workbench at a moment that matters; the time between them is not real. The simulator's clock stands still, and the
 * batch moves when the film needs it.
 */
import { expect as expectSoon, type Page } from '@playwright/test';
import { goodLines, writeBatchFile } from '../../test/e2e/parts/batchFile';
import { TextEditor } from '../../test/e2e/parts/textEditor';
import type { Workbench } from '../../test/e2e/workbench';
import { localizer } from '../docs/manifest';
import type { Demo } from '../start/demo';
import type { Frame } from './animation';
import { commandTitle, openedResults, parkMouse, widenSidebar } from './window';

/** Small enough to be read at the width of a page. */
export const mainJobSize = { width: 1_040, height: 620 };

/** Outside of a test run there is no configuration that gives a busy machine more time. */
const expect = expectSoon.configure({ timeout: 60_000 });

const fileName = 'episodes.jsonl';
const total = 24;
const failed = 2;
const sidebarEdge = 440;

export async function filmMainJob(workbench: Workbench, demo: Demo): Promise<Frame[]> {
  const { page, view, dialog, quickInput, notifications } = workbench;
  const submit = commandTitle('submitFile');
  const frames: Frame[] = [];
  const take = async (ms: number): Promise<void> => {
    await settled(page);
    frames.push({ png: await page.screenshot({ animations: 'disabled', caret: 'hide' }), ms });
  };

  writeBatchFile(demo.folder, fileName, goodLines(total));
  const editor = new TextEditor(page);
  await editor.open(fileName);
  await editor.lenses.first().waitFor();
  await view.open();
  await view.rows.nth(10).waitFor();
  await widenSidebar(page, sidebarEdge);
  await take(2_000);

  await quickInput.showPalette();
  await quickInput.type(`>${submit}`);
  await expect(quickInput.row(submit)).toBeVisible();
  await take(1_500);

  await quickInput.accept();
  await dialog.box.waitFor();
  await take(3_000);

  // The button that agrees is the one that stands out.
  await dialog.box.locator('.dialog-buttons .monaco-text-button:not(.secondary)').click();
  await dialog.box.waitFor({ state: 'detached' });
  await expect.poll(() => demo.simulator.createdBatches).toHaveLength(1);
  const [id = ''] = demo.simulator.createdBatches;
  const row = view.item(fileName).first();
  await row.waitFor();
  await notifications.toasts.first().waitFor();
  await take(2_000);

  const refreshed = async (change: Parameters<Demo['simulator']['updateBatch']>[1]): Promise<void> => {
    const before = (await row.getAttribute('aria-label')) ?? '';
    demo.simulator.updateBatch(id, change);
    await view.titleAction(localizer()('%command.refresh%')).click();
    await parkMouse(page);
    await expect(row).not.toHaveAttribute('aria-label', before);
  };
  await workbench.command('Notifications: Clear All Notifications');
  for (const done of [0, 5, 11, 17, 22]) {
    const failures = done > 10 ? 1 : 0;
    await refreshed({ status: 'PROCESSING', succeeded: done - failures, failed: failures, pending: total - done });
    await take(700);
  }
  await refreshed({ status: 'COMPLETED', succeeded: total - failed, failed, pending: 0 });
  await notifications.toasts.first().waitFor();
  await take(2_200);

  await row.click();
  const results = await openedResults(workbench);
  await workbench.command('Notifications: Clear All Notifications');
  await take(2_200);

  await results.rows.filter({ hasText: 'Failed' }).first().click();
  await page.keyboard.press('Enter');
  await results.details.waitFor();
  await take(3_500);
  return frames;
}

/** Resolves when two frames in a row have been drawn, so that a picture has what was last changed. */
async function settled(page: Page): Promise<void> {
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
}
