import * as path from 'node:path';
import { defineConfig } from '@playwright/test';
import { chromiumOptions, findChromium } from './scripts/host/chromium';
import type { HostVersion } from './scripts/host/versions';
import { resultsDir } from './scripts/lib/paths';

const resultsFile = process.env['RESULTS_FILE'];

/**
 * What is not tried on a version, so that the whole check stays short: most things that a person does are tried end to end
 * on one of the two, and in the extension host on both. ALL_SPECS=1 tries everything on both.
 */
const onlyOnTheOther: Readonly<Record<HostVersion, readonly string[]>> = {
  floor: ['errors', 'list', 'live', 'looks', 'resultsLooks', 'secrets', 'submit'],
  current: ['filters', 'key', 'output', 'batchFile', 'results'],
};

/**
 * End-to-end tests: the packaged extension in a real VS Code in a browser, on the oldest supported version and on the
 * current one. Run them with `npm run test:e2e`, one version with `-- --project floor`.
 */
export default defineConfig<object, { hostVersion: HostVersion }>({
  testDir: 'test/e2e',
  testMatch: '**/*.spec.ts',
  globalSetup: './test/e2e/globalSetup.ts',
  // Slow machines take some seconds to open a window.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  // A test that passes only sometimes has to be mended.
  retries: 0,
  forbidOnly: process.env['CI'] !== undefined,
  // Some tests wait most of the time, so one more than a small machine has cores.
  workers: 3,
  fullyParallel: true,
  reporter: [
    ['list'],
    ...(resultsFile === undefined ? [] : [['./scripts/results/playwrightReporter.ts', { file: resultsFile }] as const]),
  ],
  use: {
    actionTimeout: 20_000,
    navigationTimeout: 60_000,
    viewport: { width: 1280, height: 800 },
    locale: 'en-US',
    // Drawing is most of what a window costs where there is no graphics card: nothing glides.
    contextOptions: { reducedMotion: 'reduce' },
    permissions: ['clipboard-read', 'clipboard-write'],
    launchOptions: launchOptions(),
    // What was done and said, to a failed test. Pictures at every step make all tests slower by half: where they are
    // needed, run the test again with `--trace on`.
    trace: { mode: 'retain-on-failure', snapshots: false, screenshots: false, sources: false },
    screenshot: 'only-on-failure',
  },
  projects: [project('floor'), project('current')],
});

function project(name: HostVersion) {
  const ignored = process.env['ALL_SPECS'] === '1' ? [] : onlyOnTheOther[name];
  return {
    name,
    outputDir: path.join(resultsDir, `e2e-${name}`),
    use: { hostVersion: name },
    testIgnore: ignored.map((spec) => `**/${spec}.spec.ts`),
  };
}

/** Without a browser nothing can run; the global setup then installs one before the workers read this again. */
function launchOptions() {
  const executablePath = findChromium();
  return executablePath === undefined ? {} : chromiumOptions(executablePath);
}
