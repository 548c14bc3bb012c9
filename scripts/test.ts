/**
 * Runs the test suites and adds up their results.
 *
 *   npm test                    all of them
 *   npm test -- unit host       those whose names begin with these words, and the suites that they need
 *
 * The last line of the output is `N passed, N failed`, with `, N skipped` if tests were skipped. Before it come the
 * slowest tests, the failures, and the time and result of each suite. A suite that could not run, broke off, or ran no
 * test counts as one failed test, so that nothing is left out silently. A check without tests, such as the
 * type check, counts as one test.
 */
import { spawn } from 'node:child_process';
import { buildHostSuites } from './build-tests';
import { exitOnSignals, atExit } from './lib/cleanup';
import { vsixPath } from './lib/vsix';
import {
  add,
  failureReport,
  noResults,
  readResults,
  removeResults,
  resultsFile,
  slowestReport,
  summary,
  totalSeconds,
  type Results,
} from './results/results';

interface SuiteDefinition {
  name: string;
  /** A script of package.json and its arguments. */
  script: string;
  args?: readonly string[];
  /** `check`: counts as one test. `tests`: leaves its results in a file. */
  kind: 'check' | 'tests';
  /** The suite that must have ended before. */
  needs?: string;
  /** How many of the {@link slots} it takes: one for each window, two for a process that keeps a core busy. */
  slots: number;
  /** It is stopped after this time, and counts as failed. */
  minutes: number;
}

/** For two cores. A test in an editor waits some of the time, so three windows keep both cores busy. */
const slots = 3;

/**
 * Slow suites: they run on the oldest version only, since their commands also run end to end on the current version.
 * `npm run test:host` runs them on both.
 */
const slowSuites = [
  ...['commands', 'filterByDate', 'results', 'exportFailed', 'saveMedia'],
  ...['batchFiles', 'batchFilesAssist', 'batchFilesNew', 'batchFilesServerErrors'],
  ...['submissions', 'submissionsUncertain', 'submissionsDryRun', 'submissionsEstimate'],
];
const withFlag = (flag: string): readonly string[] => slowSuites.flatMap((name) => [flag, name]);

const check = (name: string, script: string): SuiteDefinition => ({
  name,
  script,
  kind: 'check',
  slots: 2,
  minutes: 10,
});
const plainSuite = (name: string, needs?: string): SuiteDefinition => ({
  ...{ name, script: `test:${name}`, kind: 'tests', slots: 2, minutes: 10 },
  ...(needs === undefined ? {} : { needs }),
});
const hostSuite = (name: string, ...args: readonly string[]): SuiteDefinition => ({
  ...{ name, script: 'test:host', args: ['--no-build', ...args], kind: 'tests' },
  ...{ needs: 'build', slots: 1, minutes: 18 },
});
const endToEnd = (version: string): SuiteDefinition => ({
  ...{ name: `e2e-${version}`, script: 'test:e2e', args: ['--project', version, '--workers', '2'], kind: 'tests' },
  ...{ needs: 'build', slots: 2, minutes: 20 },
});

/** A free slot goes to the first suite in this list that fits and has what it needs: so the longest suites come first. */
const suites: readonly SuiteDefinition[] = [
  check('build', 'package'),
  endToEnd('current'),
  hostSuite('host-floor-slow', '--only', 'floor', ...withFlag('--suite')),
  endToEnd('floor'),
  hostSuite('host-current', '--only', 'current', ...withFlag('--skip')),
  hostSuite('host-floor', '--only', 'floor', ...withFlag('--skip')),
  check('lint', 'lint'),
  check('typecheck', 'typecheck'),
  plainSuite('unit'),
  plainSuite('package', 'build'),
  plainSuite('contract'),
];

interface Outcome {
  suite: string;
  results: Results;
  seconds: number;
}

async function main(): Promise<void> {
  exitOnSignals();
  const start = Date.now();
  const outcomes = await runAll(chosen(process.argv.slice(2)));

  const total = outcomes.map(({ results }) => results).reduce(add, noResults);
  const slowest = slowestReport(outcomes);
  if (slowest !== '') console.log(`\n=== Slowest tests ===\n\n${slowest}`);
  const reports = outcomes.map(({ suite, results }) => failureReport(suite, results)).filter((report) => report !== '');
  if (reports.length > 0) console.log(`\n=== What failed ===\n\n${reports.join('\n\n')}`);
  console.log('\n=== Suites: wall-clock time, sum of the test times, result ===\n');
  for (const { suite, results, seconds } of outcomes) {
    const inTests = results.times.length === 0 ? '' : `${totalSeconds(results).toFixed(0)} s`;
    console.log(
      `${suite.padEnd(16)} ${`${seconds.toFixed(0)} s`.padStart(6)} ${inTests.padStart(7)}   ${summary(results)}`,
    );
  }
  console.log(`${'all'.padEnd(16)} ${`${((Date.now() - start) / 1000).toFixed(0)} s`.padStart(6)}`);
  console.log(`\n${summary(total)}`);
  process.exitCode = total.failed > 0 ? 1 : 0;
}

/** Runs suites side by side, as many as the slots allow. */
async function runAll(wanted: readonly SuiteDefinition[]): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  const waiting = [...wanted];
  const running = new Map<string, { slots: number; end: Promise<void> }>();
  const isHeld = wanted.length > 1;
  while (waiting.length > 0 || running.size > 0) {
    let free = [...running.values()].reduce((left, suite) => left - suite.slots, slots);
    for (const suite of [...waiting]) {
      const isReady = suite.needs === undefined || outcomes.some((outcome) => outcome.suite === suite.needs);
      if (!isReady || suite.slots > free) continue;
      waiting.splice(waiting.indexOf(suite), 1);
      free -= suite.slots;
      const end = runSuite(suite, isHeld).then((outcome) => {
        outcomes.push(outcome);
        running.delete(suite.name);
      });
      running.set(suite.name, { slots: suite.slots, end });
    }
    // Nothing would ever end, and Node would stop without a word.
    if (running.size === 0) throw new Error(`These suites can't start: ${waiting.map(({ name }) => name).join(', ')}`);
    await Promise.race([...running.values()].map(({ end }) => end));
  }
  return outcomes;
}

/** The named suites and those that they need, in the order above. All suites if none is named. */
function chosen(names: readonly string[]): readonly SuiteDefinition[] {
  if (names.length === 0) return suites;
  for (const name of names) {
    if (!suites.some((suite) => suite.name.startsWith(name))) {
      throw new Error(`There is no suite "${name}" but: ${suites.map((suite) => suite.name).join(', ')}`);
    }
  }
  const named = suites.filter((suite) => names.some((name) => suite.name.startsWith(name)));
  const needed = new Set(named.flatMap((suite) => [suite.name, suite.needs]));
  return suites.filter((suite) => needed.has(suite.name));
}

/** @param isHeld prints the output of the suite when it has ended, so that the outputs of two suites do not mix. */
async function runSuite(suite: SuiteDefinition, isHeld: boolean): Promise<Outcome> {
  const start = Date.now();
  const title = `\n=== ${suite.name} ===`;
  console.log(isHeld ? `${title} (its output follows when it has ended)` : title);
  const file = resultsFile(suite.name);
  removeResults(file);
  const { ended, output } = await runScript(suite, file, isHeld);
  if (isHeld) console.log(`${title}\n${output}`);
  const results = judge(suite, file, ended, output);
  return { suite: suite.name, results, seconds: (Date.now() - start) / 1000 };
}

/** @param output what the suite printed, if it was held: its end explains failures outside of tests. */
function judge(suite: SuiteDefinition, file: string, ended: string, output: string): Results {
  const fine = ended === 'code 0';
  const failed = (results: Results, title: string): Results => {
    const reason = `It ended with ${ended}.\n${output.trim().split('\n').slice(-20).join('\n')}`;
    return { ...results, failed: results.failed + 1, failures: [...results.failures, { title, reason }] };
  };
  if (suite.kind === 'check') return fine ? { ...noResults, passed: 1 } : failed(noResults, 'the check itself');

  const results = readResults(file);
  if (results === undefined) return failed(noResults, 'left no results');
  if (results.passed + results.failed === 0) return failed(results, 'ran no tests');
  if (!fine && results.failed === 0) return failed(results, 'failed outside of its tests');
  return results;
}

let hostSuites: Promise<string> | undefined;

/** Runs a script of package.json and prints its output at once or keeps it. Resolves with how it ended. */
async function runScript(
  suite: SuiteDefinition,
  file: string,
  isHeld: boolean,
): Promise<{ ended: string; output: string }> {
  const env = { ...process.env };
  // No test may find the developer's own key, let alone send it.
  delete env['SYNC_API_KEY'];
  if (suite.script === 'test:host') {
    try {
      // All of them use one bundle of the suites.
      env['HOST_SUITES'] = await (hostSuites ??= buildHostSuites());
    } catch (error) {
      return { ended: `no bundle of test/host: ${String(error)}`, output: '' };
    }
  }
  const child = spawn('npm', ['run', '--silent', suite.script, '--', ...(suite.args ?? [])], {
    stdio: isHeld ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    env: {
      ...env,
      RESULTS_FILE: file,
      // The package of `build`; without it the end-to-end tests would package again.
      SYNC_BATCHES_VSIX: vsixPath(),
    },
    shell: process.platform === 'win32',
  });
  const pieces: Buffer[] = [];
  child.stdout?.on('data', (piece: Buffer) => pieces.push(piece));
  child.stderr?.on('data', (piece: Buffer) => pieces.push(piece));
  const forget = atExit(() => child.kill());
  const timers: NodeJS.Timeout[] = [];
  try {
    const ended = await new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('close', (code, signal) => resolve(code === null ? String(signal) : `code ${code}`));
      timers.push(
        setTimeout(() => {
          console.log(`${suite.name} takes longer than ${suite.minutes} minutes and is stopped.`);
          child.kill('SIGTERM');
          // Some processes ignore SIGTERM.
          timers.push(setTimeout(() => child.kill('SIGKILL'), 10_000));
        }, suite.minutes * 60_000),
      );
    });
    return { ended, output: Buffer.concat(pieces).toString('utf8') };
  } finally {
    timers.forEach(clearTimeout);
    forget();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  console.log('\n0 passed, 1 failed');
  process.exitCode = 1;
});
