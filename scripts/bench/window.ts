/**
 * Runs the benches of `windowBenches.ts` in the extension host of a real VS Code.
 *
 * The window has an extension with the manifest of ours, so that its view and commands are there, but with code that
 * only hands out its context: the benches load and activate copies of the real code as often as they need to.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { format } from 'node:util';
import { chromium, type Page } from '@playwright/test';
import { chromiumOptions, ensureChromium } from '../host/chromium';
import { driverPort, startDriverServer } from '../host/driverServer';
import { hostEnvironment } from '../host/environment';
import type { VsCodeHost } from '../host/install';
import { isRecord, readJson } from '../lib/json';
import { inRepo } from '../lib/paths';
import { tail, type RunningProcess } from '../lib/processes';
import { makeTempDir } from '../lib/tempDir';
import { bundleBench } from './bundle';
import type { Findings } from './figures';
import type { WindowResults } from './windowBenches';

const limitMs = 5 * 60_000;

/** @param dist the folder with the built files of the extension */
export async function runWindowBenches(host: VsCodeHost, dist: string): Promise<Findings> {
  const executablePath = await ensureChromium();
  const work = makeTempDir('syncb-bench');
  const extensionDir = path.join(work.path, 'extension');
  const folder = path.join(work.path, 'workspace');
  const resultsFile = path.join(work.path, 'results.json');
  fs.mkdirSync(folder);
  const extensionId = makeExtension(extensionDir);
  await bundleBench('windowBenches.ts', path.join(extensionDir, 'benches.js'));

  const variables = { BENCH_EXTENSION: extensionId, BENCH_DIST: dist, RESULTS_FILE: resultsFile };
  const server = startDriverServer(host, path.join(work.path, 'server'), hostEnvironment(work, variables));
  try {
    const port = await driverPort(server);
    const browser = await chromium.launch(chromiumOptions(executablePath));
    try {
      const page = await browser.newPage();
      const ended = end(page, server);
      await page.goto(windowUrl(port, folder, extensionDir));
      await ended;
    } finally {
      await browser.close();
    }
    const results = readJson(resultsFile) as WindowResults;
    if ('error' in results) throw new Error(results.error);
    return results.diagnostics;
  } finally {
    await server.stop();
    work.remove();
  }
}

/** Makes the extension of the window. Returns its id. */
function makeExtension(dir: string): string {
  const manifest = readJson(inRepo('package.json'));
  if (!isRecord(manifest)) throw new Error('package.json holds no object');
  fs.cpSync(inRepo('media'), path.join(dir, 'media'), { recursive: true });
  fs.copyFileSync(inRepo('package.nls.json'), path.join(dir, 'package.nls.json'));
  fs.writeFileSync(path.join(dir, 'package.json'), JSON.stringify({ ...manifest, main: './context.js' }));
  fs.writeFileSync(path.join(dir, 'context.js'), 'exports.activate = (context) => context;\n');
  return `${String(manifest['publisher'])}.${String(manifest['name'])}`;
}

function windowUrl(port: string, folder: string, extensionDir: string): string {
  const remote = (file: string): string => `vscode-remote://127.0.0.1:${port}${file}`;
  const payload = [
    ['extensionDevelopmentPath', remote(extensionDir)],
    ['extensionTestsPath', remote(path.join(extensionDir, 'benches.js'))],
  ];
  const query = new URLSearchParams({ folder, payload: JSON.stringify(payload) });
  return `http://127.0.0.1:${port}/?${query.toString()}`;
}

/** Resolves when the benches have ended well. */
async function end(page: Page, server: RunningProcess): Promise<void> {
  const chatter: string[] = [];
  const code = await new Promise<number | string>((resolve, reject) => {
    const timer = setTimeout(() => resolve(`The benches did not end within ${limitMs / 1000} s`), limitMs);
    timer.unref();
    page.on('crash', () => resolve('The browser page crashed'));
    Promise.all([
      page.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) => chatter.push(format(...args))),
      page.exposeFunction('codeAutomationExit', (exitCode: number) => resolve(exitCode)),
    ]).catch(reject);
  });
  if (code === 0) return;
  const what = typeof code === 'string' ? code : `The benches in the window ended with ${code}`;
  throw new Error([what, ...chatter.slice(-10), tail(server.log())].join('\n'));
}
