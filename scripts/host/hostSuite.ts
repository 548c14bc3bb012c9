/**
 * Runs the suites of `test/host/` inside the extension host of a real VS Code: its server with the smoke-test driver,
 * and a browser that opens a window with the extension under development and the bundled suites.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { format } from 'node:util';
import { chromium, type Page } from '@playwright/test';
import { repoRoot, resultsDir } from '../lib/paths';
import { tail, type RunningProcess } from '../lib/processes';
import { makeTempDir } from '../lib/tempDir';
import { fewBuiltInExtensions } from './builtInExtensions';
import { chromiumOptions, ensureChromium } from './chromium';
import { driverPort, startDriverServer } from './driverServer';
import { hostEnvironment } from './environment';
import type { VsCodeHost } from './install';
import { quietWorkbench } from './settings';

/** Starts each line of the suites; all other lines of the stream are messages of the workbench. */
const suiteMark = '[suite] ';

export interface HostSuiteOptions {
  host: VsCodeHost;
  /** The module that runs the suites. */
  suites: string;
  /** The file for the results. */
  resultsFile: string;
  /** Only tests whose full title contains this. */
  grep?: string;
  /** Names of the suites to run; empty for all. */
  only?: readonly string[];
  /** Names of the suites to leave out. */
  skip?: readonly string[];
  /** Variables for the extension host, for example `TZ`. */
  env?: Readonly<Record<string, string>>;
  /** The time limit of the whole run. */
  timeoutMs?: number;
}

/** Resolves with the exit code of the suites: 0 if all passed. Throws if the run did not reach its end. */
export async function runHostSuite(options: HostSuiteOptions): Promise<number> {
  const { host, timeoutMs = 17 * 60_000 } = options;
  const executablePath = await ensureChromium();
  const work = makeTempDir('syncb-host');
  const serverData = path.join(work.path, 'server');
  const folder = path.join(work.path, 'workspace');
  fs.mkdirSync(folder);
  writeMachineSettings(serverData);

  const variables = {
    RESULTS_FILE: options.resultsFile,
    HOST_SUITE_GREP: options.grep ?? '',
    HOST_SUITE_ONLY: (options.only ?? []).join(','),
    HOST_SUITE_SKIP: (options.skip ?? []).join(','),
    HOST_SUITE_MARK: suiteMark,
    ...options.env,
  };
  const builtIn = fewBuiltInExtensions(host);
  const server = startDriverServer(host, serverData, hostEnvironment(work, variables), builtIn.path);
  try {
    const port = await driverPort(server);
    const browser = await chromium.launch(chromiumOptions(executablePath));
    try {
      // Without a graphics card, drawing is expensive: a small window without animations.
      const context = await browser.newContext({
        permissions: ['clipboard-read', 'clipboard-write'],
        viewport: { width: 900, height: 600 },
        reducedMotion: 'reduce',
      });
      const page = await context.newPage();
      const ended = suiteEnd(page, server, timeoutMs);
      await page.goto(windowUrl(port, folder, options.suites));
      return await ended;
    } finally {
      await browser.close();
    }
  } finally {
    await server.stop();
    builtIn.remove();
    work.remove();
  }
}

/** The address of a window that loads the extension of this repository and runs the bundled suites in it. */
function windowUrl(port: string, folder: string, suites: string): string {
  const remote = (file: string): string => `vscode-remote://127.0.0.1:${port}${file}`;
  const payload = [
    ['extensionDevelopmentPath', remote(repoRoot)],
    ['extensionTestsPath', remote(suites)],
  ];
  const query = new URLSearchParams({ folder, payload: JSON.stringify(payload) });
  return `http://127.0.0.1:${port}/?${query.toString()}`;
}

/** Resolves with the exit code that the driver reports, and prints the output of the suites. */
async function suiteEnd(page: Page, server: RunningProcess, timeoutMs: number): Promise<number> {
  const chatter: string[] = [];
  const code = await new Promise<number | Error>((resolve) => {
    const fail = (what: string): void => resolve(new Error(what));
    const timer = setTimeout(() => fail(`The suites did not end within ${timeoutMs / 1000} s`), timeoutMs);
    timer.unref();
    page.on('crash', () => fail('The browser page crashed'));
    page.on('pageerror', (error) => chatter.push(String(error)));
    const watch = setInterval(() => {
      if (!server.running()) fail('The VS Code server ended');
    }, 500);
    watch.unref();
    Promise.all([
      page.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) => {
        const text = format(...args);
        if (text.startsWith(suiteMark)) console.log(text.slice(suiteMark.length));
        else chatter.push(text);
      }),
      page.exposeFunction('codeAutomationExit', (exitCode: number) => resolve(exitCode)),
    ]).catch((error: unknown) => fail(String(error)));
  });
  if (typeof code === 'number') return code;
  const picture = path.join(resultsDir, 'host-failure.png');
  await page.screenshot({ path: picture }).catch(() => undefined);
  throw new Error(
    [code.message, `Picture of the window: ${picture}`, ...chatter.slice(-10), tail(server.log())].join('\n'),
  );
}

/** This mode has no file of user settings; machine settings have the same effect here. */
function writeMachineSettings(serverData: string): void {
  const dir = path.join(serverData, 'data', 'Machine');
  fs.mkdirSync(dir, { recursive: true });
  fs.writeFileSync(path.join(dir, 'settings.json'), JSON.stringify(quietWorkbench));
}
