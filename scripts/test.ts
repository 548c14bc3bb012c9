/**
 * Runs the test suites and adds up what came of them.
 *
 *   npm test                    all of them
 *   npm test -- unit host       those whose names begin so (and what they need)
 *
 * The last line of the output is `N passed, N failed`, with `, N skipped` where there are any; before it stands once
 * more what failed. A suite that could not run, broke off, or ran no test at all counts as one failed test: nothing is
 * left out in silence. A check without tests of its own, such as the type check, counts as one test.
 */
import { spawn } from 'node:child_process';
import { exitOnSignals, atExit } from './lib/cleanup';
import { vsixPath } from './lib/vsix';
import {
  add,
  failureReport,
  noResults,
  readResults,
  removeResults,
  resultsFile,
  summary,
  type Results,
} from './results/results';

interface SuiteDefinition {
  name: string;
  /** A script of package.json and what is passed to it. */
  script: string;
  args?: readonly string[];
  /** `check`: counts as one test. `tests`: leaves its counts in a file. */
  kind: 'check' | 'tests';
  /** Name of another suite that has to run before. */
  needs?: string;
  /** Suites of one stage run in lanes beside each other; those of one lane one after the other. */
  stage: number;
  lane: 'left' | 'middle' | 'right';
  /** After so many minutes it is ended, and counts as failed. */
  minutes: number;
}

const slowSuites = [
  ...['commands', 'filterByDate', 'results', 'exportFailed', 'saveMedia'],
  ...['batchFiles', 'batchFilesAssist', 'batchFilesNew', 'batchFilesServerErrors'],
  ...['submissions', 'submissionsUncertain', 'submissionsDryRun', 'submissionsEstimate'],
];
const withFlag = (flag: string): readonly string[] => slowSuites.flatMap((name) => [flag, name]);

/** In the extension host they wait for the editor most of the time, so three go beside each other on two cores. */
const hostSuite = (name: string, lane: SuiteDefinition['lane'], ...args: readonly string[]): SuiteDefinition => ({
  ...{ name, lane, script: 'test:host', args: ['--no-build', ...args], kind: 'tests' },
  ...{ needs: 'build', minutes: 18, stage: 2 },
});

const suites: readonly SuiteDefinition[] = [
  { name: 'typecheck', script: 'typecheck', kind: 'check', minutes: 10, stage: 1, lane: 'left' },
  { name: 'unit', script: 'test:unit', kind: 'tests', minutes: 5, stage: 1, lane: 'left' },
  { name: 'contract', script: 'test:contract', kind: 'tests', minutes: 5, stage: 1, lane: 'left' },
  { name: 'build', script: 'package', kind: 'check', minutes: 5, stage: 1, lane: 'left' },
  { name: 'package', script: 'test:package', kind: 'tests', needs: 'build', minutes: 5, stage: 1, lane: 'left' },
  { name: 'lint', script: 'lint', kind: 'check', minutes: 10, stage: 1, lane: 'right' },
  // What is slow is tried on the oldest version, and on the current one end to end. `npm run test:host` leaves nothing out.
  hostSuite('host-floor', 'left', '--only', 'floor', ...withFlag('--skip')),
  hostSuite('host-floor-slow', 'middle', '--only', 'floor', ...withFlag('--suite')),
  hostSuite('host-current', 'right', '--only', 'current', ...withFlag('--skip')),
  ...(['floor', 'current'] as const).map((version): SuiteDefinition => ({
    name: `e2e-${version}`,
    script: 'test:e2e',
    args: ['--project', version],
    kind: 'tests',
    needs: 'build',
    minutes: 20,
    stage: version === 'floor' ? 3 : 4,
    lane: 'left',
  })),
];

interface Outcome {
  suite: string;
  results: Results;
  seconds: number;
}

async function main(): Promise<void> {
  exitOnSignals();
  const outcomes: Outcome[] = [];
  const wanted = chosen(process.argv.slice(2));
  for (const stage of new Set(wanted.map((suite) => suite.stage))) {
    const ofStage = wanted.filter((suite) => suite.stage === stage);
    const lanes = [...new Set(ofStage.map((suite) => suite.lane))];
    await Promise.all(
      lanes.map(async (lane) => {
        for (const suite of ofStage.filter((candidate) => candidate.lane === lane)) {
          outcomes.push(await runSuite(suite, lanes.length > 1));
        }
      }),
    );
  }

  const total = outcomes.map(({ results }) => results).reduce(add, noResults);
  const reports = outcomes.map(({ suite, results }) => failureReport(suite, results)).filter((report) => report !== '');
  if (reports.length > 0) console.log(`\n=== What failed ===\n\n${reports.join('\n\n')}`);
  console.log('');
  for (const { suite, results, seconds } of outcomes) {
    console.log(`${suite.padEnd(14)} ${`${seconds.toFixed(0)} s`.padStart(6)}   ${summary(results)}`);
  }
  console.log(`\n${summary(total)}`);
  process.exitCode = total.failed > 0 ? 1 : 0;
}

/** The named suites with those that they need, in the order above; all of them if none is named. */
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

/** @param isHeld shows what the suite prints when it has ended, so that it does not mix with what another one prints. */
async function runSuite(suite: SuiteDefinition, isHeld: boolean): Promise<Outcome> {
  const start = Date.now();
  const title = `\n=== ${suite.name} ===`;
  console.log(isHeld ? `${title} (runs beside another; its output follows)` : title);
  const file = resultsFile(suite.name);
  removeResults(file);
  const { ended, output } = await runScript(suite, file, isHeld);
  if (isHeld) console.log(`${title}\n${output}`);
  const results = judge(suite, file, ended, output);
  return { suite: suite.name, results, seconds: (Date.now() - start) / 1000 };
}

/** @param output what the suite printed, if it was held: its end explains what no test can. */
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

/** Runs a script of package.json, its output shown as it comes or held. Resolves with how it ended. */
async function runScript(
  suite: SuiteDefinition,
  file: string,
  isHeld: boolean,
): Promise<{ ended: string; output: string }> {
  const env = { ...process.env };
  // No test may meet the developer's own key, let alone send it.
  delete env['SYNC_API_KEY'];
  const child = spawn('npm', ['run', '--silent', suite.script, '--', ...(suite.args ?? [])], {
    stdio: isHeld ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    env: {
      ...env,
      RESULTS_FILE: file,
      // What `build` has packaged; without it the end-to-end tests would package again.
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
          console.log(`${suite.name} takes longer than ${suite.minutes} minutes and is ended.`);
          child.kill('SIGTERM');
          // Not everything heeds that.
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
