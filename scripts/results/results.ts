/** The results of a suite in a file, the same for every runner. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { isRecord, readJson } from '../lib/json';
import { resultsDir } from '../lib/paths';

export interface Results {
  passed: number;
  failed: number;
  skipped: number;
  /** What failed and why, for readers who only see the end of a long output. */
  failures: readonly Failure[];
  /** How long each test took. */
  times: readonly TestTime[];
}

export interface Failure {
  title: string;
  reason: string;
}

export interface TestTime {
  title: string;
  /** From its first `beforeEach` or fixture to its last `afterEach` or teardown. */
  seconds: number;
}

export const noResults: Results = { passed: 0, failed: 0, skipped: 0, failures: [], times: [] };

/** The lines of a reason and its stack that help without the rest of the output. */
const maxReasonLines = 25;

/** The file for the results of a suite. */
export function resultsFile(suite: string): string {
  return path.join(resultsDir, 'results', `${suite}.json`);
}

export function writeResults(file: string, results: Results): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, JSON.stringify(results));
}

/** Reads the results in a file. Returns `undefined` if there are none, which a caller must count as a failure. */
export function readResults(file: string): Results | undefined {
  if (!fs.existsSync(file)) return undefined;
  const content = readJson(file);
  if (!isRecord(content)) return undefined;
  const { passed, failed, skipped, failures, times } = content;
  if (typeof passed !== 'number' || typeof failed !== 'number' || typeof skipped !== 'number') return undefined;
  if (!Array.isArray(failures) || !failures.every(isFailure)) return undefined;
  if (!Array.isArray(times) || !times.every(isTestTime)) return undefined;
  return { passed, failed, skipped, failures, times };
}

function isFailure(value: unknown): value is Failure {
  return isRecord(value) && typeof value['title'] === 'string' && typeof value['reason'] === 'string';
}

function isTestTime(value: unknown): value is TestTime {
  return isRecord(value) && typeof value['title'] === 'string' && typeof value['seconds'] === 'number';
}

export function removeResults(file: string): void {
  fs.rmSync(file, { force: true });
}

export function add(a: Results, b: Results): Results {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
    failures: [...a.failures, ...b.failures],
    times: [...a.times, ...b.times],
  };
}

/** `3 passed, 0 failed`, and the number of skipped tests if there are any. */
export function summary(results: Results): string {
  const skipped = results.skipped > 0 ? `, ${results.skipped} skipped` : '';
  return `${results.passed} passed, ${results.failed} failed${skipped}`;
}

/** The failures with their reasons, for the end of the output. Empty if there are none. */
export function failureReport(suite: string, { failures }: Results): string {
  return failures
    .map(({ title, reason }) => {
      const lines = stripVTControlCharacters(reason).trim().split('\n');
      const cut = lines.length > maxReasonLines ? [...lines.slice(0, maxReasonLines), '…'] : lines;
      return [`${suite}: ${title}`, ...cut.map((line) => `    ${line}`)].join('\n');
    })
    .join('\n\n');
}

/** The sum of the times of all tests, in seconds. */
export function totalSeconds({ times }: Results): number {
  return times.reduce((sum, { seconds }) => sum + seconds, 0);
}

/** The slowest tests over all suites, the slowest first, one per line. Empty if no test was timed. */
export function slowestReport(suites: readonly { suite: string; results: Results }[], count = 20): string {
  return suites
    .flatMap(({ suite, results }) =>
      results.times.map(({ title, seconds }) => ({ title: `${suite}: ${title}`, seconds })),
    )
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, count)
    .map(({ title, seconds }) => `${seconds.toFixed(1).padStart(6)} s   ${title}`)
    .join('\n');
}
