/** The browser that shows the workbench. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { chromium, type LaunchOptions } from '@playwright/test';
import { lock } from '../lib/lock';
import { cacheDir } from '../lib/paths';
import { run } from '../lib/processes';

const isRoot = process.getuid?.() === 0;

const systemBrowsers = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** An installed browser: CHROMIUM_PATH, one of the system, or the one that Playwright has fetched. */
export function findChromium(): string | undefined {
  const wanted = process.env['CHROMIUM_PATH'];
  if (wanted !== undefined && wanted !== '') {
    if (!fs.existsSync(wanted)) throw new Error(`CHROMIUM_PATH names a file that does not exist: ${wanted}`);
    return wanted;
  }
  return [...systemBrowsers, chromium.executablePath()].find((file) => fs.existsSync(file) && !isSnapStub(file));
}

/** Finds a browser, or prints a line and installs one. Returns its path. Several processes can call it at once. */
export async function ensureChromium(): Promise<string> {
  const found = findChromium();
  if (found !== undefined) return found;
  fs.mkdirSync(cacheDir, { recursive: true });
  const unlock = await lock(path.join(cacheDir, 'chromium.lock'));
  try {
    return findChromium() ?? (await installChromium());
  } finally {
    unlock();
  }
}

async function installChromium(): Promise<string> {
  if (isRoot && fs.existsSync('/usr/bin/apt-get')) {
    console.log('Installing chromium with apt-get, to show the workbench in.');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    try {
      await run('apt-get', ['update'], { env });
      await run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], { env });
    } catch (error) {
      console.log(`That did not work: ${error instanceof Error ? error.message : String(error)}`);
    }
    const installed = findChromium();
    if (installed !== undefined) return installed;
  }
  console.log('Fetching Chromium with Playwright, to show the workbench in.');
  await run('npx', ['playwright', 'install', ...(isRoot ? ['--with-deps'] : []), 'chromium']);
  const installed = findChromium();
  if (installed === undefined) {
    throw new Error('No Chromium was found or could be installed. Install one and name it in CHROMIUM_PATH.');
  }
  return installed;
}

/** On Ubuntu the package is a script that tells the user to install a snap, or starts one. */
function isSnapStub(file: string): boolean {
  return fs.statSync(file).size < 10_000 && fs.readFileSync(file, 'utf8').includes('snap');
}

/** Options for every browser of this project: quiet, and without a sandbox only if there can't be one. */
export function chromiumOptions(executablePath: string): LaunchOptions {
  return {
    executablePath,
    args: [
      // Chromium refuses to run as root with its sandbox.
      ...(isRoot ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  };
}
