/**
 * Makes the README's pictures from the real workbench, in a dark and in a light theme: the sidebar with the example
 * batches, the results of one of them, and a batch file with a mistake in it. Writes `docs/images/<what>-<theme>.png`.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { requestLine, writeBatchFile } from '../test/e2e/parts/batchFile';
import { ResultsPage } from '../test/e2e/parts/resultsPage';
import { TextEditor } from '../test/e2e/parts/textEditor';
import { Workbench } from '../test/e2e/workbench';
import { chromiumOptions, ensureChromium } from './host/chromium';
import { exitOnSignals } from './lib/cleanup';
import { inRepo } from './lib/paths';
import { startDemo } from './start/demo';

const themes = { dark: 'Default Dark Modern', light: 'Default Light Modern' };

const windowSize = { width: 900, height: 620 };
/** Without the sidebar, and with the details beside the results. */
const editorSize = { width: 1_200, height: 480 };

/** Wide enough for whole rows, narrow enough to be read on a page, in pixels. */
const sidebarEdge = 420;

async function main(): Promise<void> {
  exitOnSignals();
  const browser = await chromium.launch(chromiumOptions(await ensureChromium()));
  try {
    for (const [name, theme] of Object.entries(themes)) {
      const demo = await startDemo({
        port: 0,
        // Nothing moves while the picture is taken.
        speed: 0,
        timeZone: 'UTC',
        settings: { 'workbench.colorTheme': theme, 'editor.minimap.enabled': false },
      });
      const context = await browser.newContext({
        viewport: windowSize,
        // Sharp on screens of today.
        deviceScaleFactor: 2,
        locale: 'en-US',
        timezoneId: 'UTC',
      });
      const page = await context.newPage();
      const workbench = new Workbench(page, demo.codeServer, demo.folder);
      await workbench.open();
      await workbench.view.rows.nth(10).waitFor({ timeout: 60_000 });
      await widenSidebar(workbench, sidebarEdge);
      await picture(page, `sidebar-${name}`, '.part.sidebar');
      await page.setViewportSize(editorSize);
      await showResults(workbench);
      await picture(page, `results-${name}`, '.part.editor');
      await showBatchFile(workbench, demo.folder);
      await picture(page, `batch-file-${name}`, '.part.editor');
      await context.close();
      await demo.stop();
    }
  } finally {
    await browser.close();
  }
}

/** Drags the sidebar's edge to a distance from the left, in pixels. */
async function widenSidebar(workbench: Workbench, x: number): Promise<void> {
  const { page } = workbench;
  const box = await page.locator('.part.sidebar').boundingBox();
  if (box === null) throw new Error('There is no sidebar');
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width + 1, y);
  await page.mouse.down();
  await page.mouse.move(x, y, { steps: 5 });
  await page.mouse.up();
  // Out of the way, so that no row is highlighted and no tooltip shown.
  await page.mouse.move(windowSize.width - 20, windowSize.height / 2);
  await page.locator('.monaco-sash.hover, .monaco-sash.active').first().waitFor({ state: 'detached' });
}

/** The results of a batch of which some requests failed, with one of these opened. */
async function showResults(workbench: Workbench): Promise<void> {
  await workbench.view.item('batch_30ce96').click();
  const results = new ResultsPage(workbench.webview());
  await results.loaded();
  await workbench.command('View: Toggle Primary Side Bar Visibility');
  await results.rows.filter({ hasText: 'Failed' }).first().dblclick();
  await results.details.locator('pre').waitFor();
  await workbench.command('Notifications: Clear All Notifications');
}

/** A batch file in which a value is misspelt, at that place. */
async function showBatchFile(workbench: Workbench, folder: string): Promise<void> {
  const name = 'interviews.jsonl';
  const lines = Array.from({ length: 40 }, (_, index) =>
    requestLine(index + 1, index === 2 ? { endpoint: '/v1/generate' } : {}),
  );
  writeBatchFile(folder, name, lines);
  const editor = new TextEditor(workbench.page);
  await editor.open(name);
  await editor.lenses.first().waitFor();
  await workbench.command('View: Toggle Primary Side Bar Visibility');
  await editor.focus();
  await workbench.page.keyboard.press('F8');
  await editor.problem.waitFor();
}

/** @param selector what is in the picture, with all that is left of it. */
async function picture(page: Page, name: string, selector: string): Promise<void> {
  const box = await page.locator(selector).first().boundingBox();
  if (box === null) throw new Error(`There is no ${selector}`);
  const clip = { x: 0, y: box.y, width: box.x + box.width, height: box.height };
  const file = inRepo('docs', 'images', `${name}.png`);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  await page.screenshot({ path: file, clip, animations: 'disabled' });
  console.log(file);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
