/**
 * Runs the suites of `test/host/` in the desktop editor, the oldest supported version and the newest stable one. For
 * machines that can download VS Code from its vendor and have a display (on Linux: `xvfb-run -a npm run test:desktop`).
 *
 *   npm run test:desktop
 *   npm run test:desktop -- --only 1.100.3     one version, `stable` or `insiders`
 *   npm run test:desktop -- --grep "the tree"  only tests whose title contains this
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { download, runTests } from '@vscode/test-electron';
import { buildHostSuites } from '../../scripts/build-tests';
import { quietWorkbench } from '../../scripts/host/settings';
import { hostReleases } from '../../scripts/host/versions';
import { exitOnSignals } from '../../scripts/lib/cleanup';
import { npm } from '../../scripts/lib/npm';
import { cacheDir, repoRoot } from '../../scripts/lib/paths';
import { makeTempDir } from '../../scripts/lib/tempDir';
import {
  add,
  noResults,
  readResults,
  removeResults,
  resultsFile,
  summary,
  type Results,
} from '../../scripts/results/results';

async function main(): Promise<void> {
  exitOnSignals();
  const { values } = parseArgs({ options: { only: { type: 'string' }, grep: { type: 'string' } } });
  if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) {
    throw new Error('The desktop editor needs a display. Run: xvfb-run -a npm run test:desktop');
  }
  await npm(['run', '--silent', 'build']);
  const suites = await buildHostSuites();

  let total = noResults;
  for (const version of values.only === undefined ? [hostReleases.floor.vscode, 'stable'] : [values.only]) {
    total = add(total, await runOn(version, suites, values.grep ?? ''));
  }
  console.log(summary(total));
  process.exitCode = total.failed > 0 ? 1 : 0;
}

/** Runs the suites on one version. What went wrong outside of the tests counts as one failed test. */
async function runOn(version: string, suites: string, grep: string): Promise<Results> {
  console.log(`\nVS Code ${version}, desktop`);
  const vscodeExecutablePath = await fetchEditor(version);
  const work = makeTempDir('syncb-desk');
  const userData = path.join(work.path, 'user');
  const workspace = path.join(work.path, 'workspace');
  fs.mkdirSync(path.join(userData, 'User'), { recursive: true });
  fs.mkdirSync(workspace);
  fs.writeFileSync(path.join(userData, 'User', 'settings.json'), JSON.stringify(quietWorkbench));
  const file = resultsFile(`desktop-${version}`);
  removeResults(file);
  let problem: unknown;
  try {
    await runTests({
      vscodeExecutablePath,
      extensionDevelopmentPath: repoRoot,
      extensionTestsPath: suites,
      extensionTestsEnv: {
        RESULTS_FILE: file,
        HOST_SUITE_GREP: grep,
        TZ: 'UTC',
        // Nothing of the developer's own.
        SYNC_API_KEY: undefined,
      },
      launchArgs: [
        workspace,
        `--user-data-dir=${userData}`,
        `--extensions-dir=${path.join(work.path, 'extensions')}`,
        '--disable-telemetry',
        // A test machine has no keyring that could be unlocked.
        '--password-store=basic',
      ],
    });
  } catch (error) {
    problem = error;
  } finally {
    work.remove();
  }
  const results = readResults(file);
  if (results !== undefined && results.failed > 0) return results;
  if (problem === undefined && results !== undefined && results.passed > 0) return results;
  console.error(problem ?? 'The suites left no results, or ran no test.');
  return add(results ?? noResults, { ...noResults, failed: 1 });
}

async function fetchEditor(version: string): Promise<string> {
  try {
    return await download({ version, cachePath: cacheDir });
  } catch (error) {
    throw new Error(
      `VS Code ${version} could not be downloaded from its vendor. The same suites run without that download: ` +
        'npm run test:host',
      { cause: error },
    );
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error && error.cause !== undefined ? error.cause : '');
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
