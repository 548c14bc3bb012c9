/**
 * Runs the suites of `test/host/` inside the extension host of a real VS Code.
 *
 *   npm run test:host                       on the oldest supported version and on the current one
 *   npm run test:host -- --only current     on one of them
 *   npm run test:host -- --grep "the tree"  only tests whose title contains this
 *   npm run test:host -- --suite saveMedia  only the suite in saveMedia.test.ts; can be given several times
 *   npm run test:host -- --skip saveMedia   all but that suite; can be given several times
 *   npm run test:host -- --tz Asia/Tokyo    in another time zone than UTC
 *
 * A suite is named by its path below `test/host/` without `.test.ts`, or by its base name if no other suite has it.
 */
import { parseArgs } from 'node:util';
import { buildHostSuites } from './build-tests';
import { ensureVsCodeHost } from './host/install';
import { runHostSuite } from './host/hostSuite';
import { hostVersions, isHostVersion, type HostVersion } from './host/versions';
import { exitOnSignals } from './lib/cleanup';
import { npm } from './lib/npm';
import { add, noResults, readResults, removeResults, resultsFile, summary } from './results/results';

async function main(): Promise<void> {
  exitOnSignals();
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      grep: { type: 'string' },
      suite: { type: 'string', multiple: true, default: [] },
      skip: { type: 'string', multiple: true, default: [] },
      tz: { type: 'string' },
      // For `npm test`, which has already built the extension.
      'no-build': { type: 'boolean', default: false },
    },
  });
  if (!values['no-build']) await npm(['run', '--silent', 'build']);
  // `npm test` bundles the suites once for all of its runs.
  const suites = process.env['HOST_SUITES'] ?? (await buildHostSuites());

  let total = noResults;
  let broken = false;
  for (const version of chosenVersions(values.only)) {
    const host = await ensureVsCodeHost(version);
    console.log(`\nVS Code ${host.vscode} (${version})`);
    const file = process.env['RESULTS_FILE'] ?? resultsFile(`host-${version}`);
    removeResults(file);
    const code = await runHostSuite({
      host,
      suites,
      only: values.suite,
      skip: values.skip,
      resultsFile: file,
      ...(values.grep === undefined ? {} : { grep: values.grep }),
      ...(values.tz === undefined ? {} : { env: { TZ: values.tz } }),
    });
    const results = readResults(file);
    if (results === undefined) console.error(`The suites left no results (exit code ${code}).`);
    else if (results.passed + results.failed === 0) console.error('No test ran.');
    broken ||= results === undefined || results.passed === 0 || code !== 0;
    total = add(total, results ?? noResults);
  }
  console.log(summary(total));
  process.exitCode = broken || total.failed > 0 ? 1 : 0;
}

function chosenVersions(only: string | undefined): readonly HostVersion[] {
  if (only === undefined) return hostVersions;
  if (!isHostVersion(only)) throw new Error(`--only takes ${hostVersions.join(' or ')}, not "${only}"`);
  return [only];
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? (error.cause ?? error) : error);
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
