import * as path from 'node:path';

/** The top folder of the repository. */
export const repoRoot = path.resolve(__dirname, '..', '..');

/** The folder for downloaded editors; git ignores it, and `@vscode/test-electron` uses it too. */
export const cacheDir = path.join(repoRoot, '.vscode-test');

/**
 * Results, traces and pictures of the last test run; git ignores it. To run the same suites twice at once, give each run
 * its own folder with TEST_RESULTS_DIR.
 */
export const resultsDir = path.resolve(repoRoot, process.env['TEST_RESULTS_DIR'] ?? 'test-results');

/** A path inside the repository. */
export function inRepo(...parts: string[]): string {
  return path.join(repoRoot, ...parts);
}
