/** Runs the real page of the results in a browser, without an editor around it. */
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import { chromium, type Browser } from '@playwright/test';
import * as esbuild from 'esbuild';
import { ResultReader } from '../../src/core/results/reader';
import type { ToPage } from '../../src/core/results/protocol';
import { addRows, emptySummary } from '../../src/core/results/resultSummary';
import { chromiumOptions, ensureChromium } from '../host/chromium';
import { inRepo } from '../lib/paths';
import { makeTempDir } from '../lib/tempDir';
import type { Findings } from './figures';
import { compare } from './measure';
import { resultsText, rowCount } from './resultsText';

/** Tall, so that it does not take minutes to come to the end. */
const viewport = { width: 1280, height: 1400 };
const rowHeight = 26;
/** Three frames of a screen that shows sixty a second: who scrolls can see that. */
const longFrameMs = 50;

/** What a page saw while it was scrolled: a number for each frame. */
interface Scrolled {
  /** From one frame to the next. */
  frames: number[];
  /** From the key until everything has its place. */
  work: number[];
  /** Where it came to in the end, in pixels from the top. */
  end: number;
}

/**
 * Page Down with each frame, through all rows of a large file, against a page as long as that with nothing in it.
 * @param dist the folder with the built files
 */
export async function runPageBenches(dist: string): Promise<Findings> {
  const browser = await chromium.launch(chromiumOptions(await ensureChromium()));
  try {
    const empty = await scroll(browser, emptyPage(), []);
    const ours = await scroll(browser, await resultsPage(dist), await messages());
    // How many frames were too long differs from run to run by one or two, and may be none.
    const longFrames = ({ frames }: Scrolled): number => frames.filter((ms) => ms > longFrameMs).length;
    const rows = rowCount.toLocaleString('en');
    const baselineName = 'an empty page';
    return {
      figures: [
        {
          name: `Scroll ${rows} results, frames over ${longFrameMs} ms`,
          value: longFrames(ours),
          baseline: longFrames(empty),
          n: ours.frames.length,
          baselineName,
          unit: 'frames',
        },
        { name: '  work of one Page Down', ...compare(ours.work, empty.work), baselineName, unit: 'ms' },
      ],
      remarks: [],
    };
  } finally {
    await browser.close();
  }
}

async function scroll(browser: Browser, html: string, toPage: readonly ToPage[]): Promise<Scrolled> {
  const page = await browser.newPage({ viewport });
  try {
    const errors: Error[] = [];
    page.on('pageerror', (error) => errors.push(error));
    await page.setContent(html);
    for (const message of toPage) {
      await page.evaluate(`window.dispatchEvent(new MessageEvent('message', { data: ${JSON.stringify(message)} }))`);
    }
    await page.waitForFunction(`document.querySelector('.table').scrollHeight > ${rowCount * rowHeight}`);
    const scrolled = await page.evaluate<Scrolled>(pageDownToTheEnd);
    if (errors.length > 0) throw new Error('The page has an error', { cause: errors[0] });
    if (scrolled.end < rowCount * rowHeight) throw new Error(`It was scrolled to ${scrolled.end} and no further`);
    return scrolled;
  } finally {
    await page.close();
  }
}

/** Runs in the page. */
const pageDownToTheEnd = `new Promise((resolve) => {
  const table = document.querySelector('.table');
  const frames = [];
  const work = [];
  let last;
  table.focus();
  requestAnimationFrame(function next(now) {
    if (last !== undefined) frames.push(now - last);
    last = now;
    const before = table.scrollTop;
    const start = performance.now();
    table.dispatchEvent(new KeyboardEvent('keydown', { key: 'PageDown', bubbles: true, cancelable: true }));
    const after = table.scrollTop;
    work.push(performance.now() - start);
    // The first one may only move within what is in sight.
    if (after > before || work.length < 3) requestAnimationFrame(next);
    else resolve({ frames, work, end: after + table.clientHeight });
  });
})`;

function emptyPage(): string {
  return `<!DOCTYPE html>
<style>body { margin: 0 } .table { height: 100vh; overflow-y: auto } .space { height: ${(rowCount + 1) * rowHeight}px }</style>
<div class="table" tabindex="0"><div class="space"></div></div>
<script>
  const table = document.querySelector('.table');
  table.addEventListener('keydown', () => { table.scrollTop += table.clientHeight - ${2 * rowHeight} });
</script>`;
}

/** The document that the editor would show, with the built script and style sheet in it. */
async function resultsPage(dist: string): Promise<string> {
  const file = (name: string): string => fs.readFileSync(path.join(dist, name), 'utf8');
  // In a script element only this could end it.
  const script = (text: string): string => text.replaceAll('</script', '<\\/script');
  return `<!DOCTYPE html>
<style>:root { --vscode-font-size: 13px; --vscode-font-family: sans-serif }</style>
<style>${file('resultsPage.css')}</style>
<script>acquireVsCodeApi = () => ({ postMessage() {}, getState() {}, setState() {} })</script>
<body><script type="application/json" id="texts">${script(JSON.stringify(await pageTexts()))}</script>
<script>${script(file('resultsPage.js'))}</script></body>`;
}

/** What the extension says to the page when it shows a large file. */
async function messages(): Promise<ToPage[]> {
  const reader = new ResultReader();
  const rows = [...reader.push(new TextEncoder().encode(await resultsText())), ...reader.end()];
  return [
    { type: 'begin', title: 'batch_large', batchId: 'batch_large' },
    { type: 'rows', rows },
    { type: 'done', summary: addRows(emptySummary, rows), missing: 0, note: '' },
  ];
}

/** The page's texts, which are made in the extension host. */
async function pageTexts(): Promise<unknown> {
  const work = makeTempDir('syncb-bench');
  try {
    const outfile = path.join(work.path, 'texts.js');
    await esbuild.build({
      entryPoints: [inRepo('src', 'editor', 'results', 'text', 'results.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      alias: { vscode: inRepo('scripts', 'bench', 'vscodeStandIn.ts') },
      logLevel: 'warning',
    });
    return (createRequire(outfile)(outfile) as { pageTexts(): unknown }).pageTexts();
  } finally {
    work.remove();
  }
}
