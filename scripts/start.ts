/**
 * Shows the extension at work: a real VS Code in the browser, with the packaged extension and a simulator of the API
 * whose batches move. Nothing is sent to sync.so, and no key is needed.
 *
 *   npm start                          until Ctrl+C
 *   npm start -- --port 4000           on another port than usual
 *   npm start -- --screenshot FILE     for a machine without a display: prints what the view says, writes a picture of
 *                                      the window to FILE (PNG), and ends
 */
import { spawn } from 'node:child_process';
import * as net from 'node:net';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { Workbench } from '../test/e2e/workbench';
import { chromiumOptions, ensureChromium } from './host/chromium';
import { exitOnSignals } from './lib/cleanup';
import { startDemo, type Demo } from './start/demo';

const usualPort = 3717;

/** A batch of 20 requests is through in about a minute, one of 250 in about seven. */
const demoSpeed = 20;

async function main(): Promise<void> {
  exitOnSignals();
  const { values } = parseArgs({ options: { port: { type: 'string' }, screenshot: { type: 'string' } } });
  const port = await portFor(values.port);
  const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const demo = await startDemo({ port, speed: demoSpeed, timeZone });
  if (values.screenshot !== undefined) {
    try {
      await takePicture(demo, values.screenshot, timeZone);
    } finally {
      await demo.stop();
    }
    return;
  }
  console.log(`\nVS Code with the extension, against a simulator of the API:\n\n  ${demo.url}\n`);
  console.log(openInBrowser(demo.url) ? 'It opens in your browser.' : 'Open this address in a browser.');
  console.log('Stop with Ctrl+C.');
}

/** Uses the given port or fails; without one, the default port or else any free one. */
async function portFor(wanted: string | undefined): Promise<number> {
  if (wanted !== undefined) {
    const port = Number(wanted);
    if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`--port takes a port, not "${wanted}"`);
    return port;
  }
  return (await isFree(usualPort)) ? usualPort : 0;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** Opens the system's browser if there is a display. Returns whether it tried. */
function openInBrowser(url: string): boolean {
  const hasDisplay =
    process.platform === 'darwin' ||
    process.env['DISPLAY'] !== undefined ||
    process.env['WAYLAND_DISPLAY'] !== undefined;
  if (!hasDisplay) return false;
  const command = process.platform === 'darwin' ? 'open' : 'xdg-open';
  const child = spawn(command, [url], { stdio: 'ignore', detached: true });
  child.once('error', () => console.log('No browser could be opened; open the address yourself.'));
  child.unref();
  return true;
}

async function takePicture(demo: Demo, file: string, timezoneId: string): Promise<void> {
  const browser = await chromium.launch(chromiumOptions(await ensureChromium()));
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'en-US', timezoneId });
    const workbench = new Workbench(page, demo.codeServer, demo.folder);
    await workbench.open();
    await workbench.view.rows.first().waitFor({ timeout: 60_000 });
    console.log('\nThe rows of the view, as a screen reader says them:\n');
    for (const row of await workbench.view.readRows()) console.log(`${'  '.repeat(row.level)}${row.accessible}`);
    await page.screenshot({ path: file });
    console.log(`\nPicture of the window: ${file}`);
  } finally {
    await browser.close();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
