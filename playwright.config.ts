import * as path from 'node:path';
import { defineConfig } from '@playwright/test';
import { chromiumOptions, findChromium } from './scripts/host/chromium';
import type { HostVersion } from './scripts/host/versions';
import { resultsDir } from './scripts/lib/paths';

const resultsFile = process.env['RESULTS_FILE'];

/**
 * The specs that do not run on a version, so that the whole check stays short: most user actions are tested end to end on
 * one of the two, and in the extension host on both. ALL_SPECS=1 runs everything on both.
 */
const onlyOnTheOther: Readonly<Record<HostVersion, readonly string[]>> = {
  floor: ['errors', 'list', 'live', 'looks', 'secrets', 'submit'],
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
  timeout: 240_000,
  expect: { timeout: 20_000 },
  // A flaky test must be fixed, not retried.
  retries: 0,
  forbidOnly: process.env['CI'] !== undefined,
  // Some tests mostly wait, so there is one more worker than a small machine has cores.
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
    // Without a graphics card, drawing is expensive: no animations.
    contextOptions: { reducedMotion: 'reduce' },
    permissions: ['clipboard-read', 'clipboard-write'],
    launchOptions: launchOptions(),
    // The actions of a failed test. Pictures at every step make all tests slower by half; if you need them, run the test
    // again with `--trace on`.
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

/** If there is no browser yet, the global setup installs one before the workers read this again. */
function launchOptions() {
  const executablePath = findChromium();
  return executablePath === undefined ? {} : chromiumOptions(executablePath);
}
