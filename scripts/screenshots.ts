/**
 * Makes the pictures of the documentation from the real workbench, in a dark and in a light theme. Writes
 * `docs/images/<what>-<theme>.png`, and an animation as `.webp`.
 *
 *   npm run screenshots                 all of them
 *   npm run screenshots -- main-job     only these: `stills` or `main-job`
 *
 * With KEEP_FRAMES=1 the frames of the animation are kept in `test-results/pictures/`, to be looked at one by one.
 *
 * `stills`: the sidebar with the example batches, the results of one of them, the export of its failed requests, a batch
 * file with a mistake in it, and the question before one is submitted.
 * `main-job`: an animation from a batch file to its results.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { chromium, type Browser, type Page } from '@playwright/test';
import { goodLines, requestLine, writeBatchFile } from '../test/e2e/parts/batchFile';
import { ResultsPage } from '../test/e2e/parts/resultsPage';
import { TextEditor } from '../test/e2e/parts/textEditor';
import { Workbench } from '../test/e2e/workbench';
import { localizer } from './docs/manifest';
import { chromiumOptions, ensureChromium } from './host/chromium';
import { exitOnSignals } from './lib/cleanup';
import { inRepo, resultsDir } from './lib/paths';
import { writeAnimation } from './screenshots/animation';
import { filmMainJob, mainJobSize } from './screenshots/mainJob';
import { commandTitle, openedResults, widenSidebar } from './screenshots/window';
import { startDemo, type Demo } from './start/demo';

const themes = { dark: 'Default Dark Modern', light: 'Default Light Modern' };
type Theme = keyof typeof themes;
const themeNames: readonly Theme[] = ['dark', 'light'];

const windowSize = { width: 900, height: 620 };
/** Without the sidebar, and with the details beside the results. */
const editorSize = { width: 1_200, height: 480 };
/** With room for a dialog. */
const questionSize = { width: 1_000, height: 520 };

/** Wide enough for whole rows, narrow enough to be read on a page, in pixels. */
const sidebarEdge = 420;

async function main(): Promise<void> {
  exitOnSignals();
  const wanted = process.argv.slice(2);
  const makers = { stills: makeStills, 'main-job': makeMainJob };
  for (const name of wanted) {
    if (!(name in makers)) throw new Error(`There is no "${name}" but: ${Object.keys(makers).join(', ')}`);
  }
  const browser = await chromium.launch(chromiumOptions(await ensureChromium()));
  try {
    for (const theme of themeNames) {
      for (const [name, make] of Object.entries(makers)) {
        if (wanted.length === 0 || wanted.includes(name)) await make(browser, theme);
      }
    }
  } finally {
    await browser.close();
  }
}

async function makeStills(browser: Browser, theme: Theme): Promise<void> {
  await inWorkbench(browser, theme, windowSize, 2, async (workbench, demo) => {
    const { page } = workbench;
    await workbench.view.rows.nth(10).waitFor({ timeout: 60_000 });
    await widenSidebar(page, sidebarEdge);
    await picture(page, `sidebar-${theme}`, '.part.sidebar');
    await page.setViewportSize(editorSize);
    await showResults(workbench);
    await picture(page, `results-${theme}`, '.part.editor');
    await showExport(workbench);
    await picture(page, `export-${theme}`, '.part.editor');
    await workbench.quickInput.dismiss();
    await showBatchFile(workbench, demo.folder);
    await picture(page, `batch-file-${theme}`, '.part.editor');
    await page.setViewportSize(questionSize);
    await showQuestion(workbench, demo.folder);
    await picture(page, `submit-${theme}`, '.part.editor');
  });
}

async function makeMainJob(browser: Browser, theme: Theme): Promise<void> {
  await inWorkbench(browser, theme, mainJobSize, 1.75, async (workbench, demo) => {
    const frames = await filmMainJob(workbench, demo);
    const file = imageFile(`main-job-${theme}.webp`);
    await writeAnimation(file, frames);
    console.log(`${file}: ${frames.length} frames, ${fs.statSync(file).size} bytes`);
    if (process.env['KEEP_FRAMES'] === undefined) return;
    for (const [index, { png }] of frames.entries()) {
      const name = `main-job-${theme}-${String(index).padStart(2, '0')}.png`;
      fs.mkdirSync(path.join(resultsDir, 'pictures'), { recursive: true });
      fs.writeFileSync(path.join(resultsDir, 'pictures', name), png);
    }
  });
}

/** Opens a window with the extension and example batches that do not move, and closes all of it afterwards. */
async function inWorkbench(
  browser: Browser,
  theme: Theme,
  viewport: { width: number; height: number },
  /** More than 1 is sharp on screens of today. */
  deviceScaleFactor: number,
  use: (workbench: Workbench, demo: Demo) => Promise<void>,
): Promise<void> {
  const settings = {
    'workbench.colorTheme': themes[theme],
    'workbench.layoutControl.enabled': false,
    'window.title': '${activeEditorShort}',
    'breadcrumbs.enabled': false,
    'editor.minimap.enabled': false,
    // While a file is still being read, brackets look unmatched.
    'editor.bracketPairColorization.enabled': false,
    'remote.autoForwardPorts': false,
  };
  const demo = await startDemo({ port: 0, speed: 0, timeZone: 'UTC', settings });
  try {
    const context = await browser.newContext({ viewport, deviceScaleFactor, locale: 'en-US', timezoneId: 'UTC' });
    // A busy machine takes its time.
    context.setDefaultTimeout(120_000);
    const workbench = new Workbench(await context.newPage(), demo.codeServer, demo.folder);
    await workbench.open();
    await use(workbench, demo);
    await context.close();
  } finally {
    await demo.stop();
  }
}

/** The results of a batch of which some requests failed, with one of these opened. */
async function showResults(workbench: Workbench): Promise<void> {
  await workbench.view.item('batch_30ce96').click();
  const results = await openedResults(workbench);
  await workbench.command('View: Toggle Primary Side Bar Visibility');
  await results.rows.filter({ hasText: 'Failed' }).first().dblclick();
  await results.details.locator('pre').waitFor();
  await workbench.command('Notifications: Clear All Notifications');
}

/** The choice of the source of an export, over the results. */
async function showExport(workbench: Workbench): Promise<void> {
  const { quickInput } = workbench;
  await new ResultsPage(workbench.webview()).action(localizer()('%command.exportFailed%')).click();
  await quickInput.box.locator('.quick-input-title').waitFor();
  await quickInput.rows.nth(1).waitFor();
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

/** The question before a file is submitted. */
async function showQuestion(workbench: Workbench, folder: string): Promise<void> {
  const name = 'episodes.jsonl';
  writeBatchFile(folder, name, goodLines(24));
  const editor = new TextEditor(workbench.page);
  await editor.open(name);
  await editor.lenses.first().waitFor();
  await workbench.command('View: Toggle Primary Side Bar Visibility');
  await workbench.command('Notifications: Clear All Notifications');
  await workbench.command(commandTitle('submitFile'));
  await workbench.dialog.box.waitFor();
}

/** @param selector what is in the picture, with all that is left of it. */
async function picture(page: Page, name: string, selector: string): Promise<void> {
  const box = await page.locator(selector).first().boundingBox();
  if (box === null) throw new Error(`There is no ${selector}`);
  const clip = { x: 0, y: box.y, width: box.x + box.width, height: box.height };
  const file = imageFile(`${name}.png`);
  await page.screenshot({ path: file, clip, animations: 'disabled' });
  console.log(file);
}

function imageFile(name: string): string {
  const file = inRepo('docs', 'images', name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  return file;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
