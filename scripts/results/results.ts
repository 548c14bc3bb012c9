/** What a suite of tests leaves behind in a file, whatever ran it. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { isRecord, readJson } from '../lib/json';
import { resultsDir } from '../lib/paths';

export interface Results {
  passed: number;
  failed: number;
  skipped: number;
  /** What failed and why, for those who see but the end of a long output. */
  failures: readonly Failure[];
}

export interface Failure {
  title: string;
  reason: string;
}

export const noResults: Results = { passed: 0, failed: 0, skipped: 0, failures: [] };

/** Of a reason and its stack, what still helps without the rest of the output. */
const maxReasonLines = 25;

/** Where the results of a suite are put. */
export function resultsFile(suite: string): string {
  return path.join(resultsDir, 'results', `${suite}.json`);
}

export function writeResults(file: string, results: Results): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, JSON.stringify(results));
}

/** The results in a file; `undefined` if there are none, which a caller has to take for a failure. */
export function readResults(file: string): Results | undefined {
  if (!fs.existsSync(file)) return undefined;
  const content = readJson(file);
  if (!isRecord(content)) return undefined;
  const { passed, failed, skipped, failures } = content;
  if (typeof passed !== 'number' || typeof failed !== 'number' || typeof skipped !== 'number') return undefined;
  if (!Array.isArray(failures) || !failures.every(isFailure)) return undefined;
  return { passed, failed, skipped, failures };
}

function isFailure(value: unknown): value is Failure {
  return isRecord(value) && typeof value['title'] === 'string' && typeof value['reason'] === 'string';
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
  };
}

/** `3 passed, 0 failed`, with the skipped ones only where there are any. */
export function summary(results: Results): string {
  const skipped = results.skipped > 0 ? `, ${results.skipped} skipped` : '';
  return `${results.passed} passed, ${results.failed} failed${skipped}`;
}

/** The failures with their reasons, to be printed where the output ends; nothing if there are none. */
export function failureReport(suite: string, { failures }: Results): string {
  return failures
    .map(({ title, reason }) => {
      const lines = stripVTControlCharacters(reason).trim().split('\n');
      const cut = lines.length > maxReasonLines ? [...lines.slice(0, maxReasonLines), '…'] : lines;
      return [`${suite}: ${title}`, ...cut.map((line) => `    ${line}`)].join('\n');
    })
    .join('\n\n');
}
