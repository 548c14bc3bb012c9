/** What a suite of tests leaves behind in a file, whatever ran it. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { isRecord, readJson } from '../lib/json';
import { resultsDir } from '../lib/paths';

export interface Results {
  passed: number;
  failed: number;
  skipped: number;
}

export const noResults: Results = { passed: 0, failed: 0, skipped: 0 };

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
  const { passed, failed, skipped } = content;
  if (typeof passed !== 'number' || typeof failed !== 'number' || typeof skipped !== 'number') return undefined;
  return { passed, failed, skipped };
}

export function removeResults(file: string): void {
  fs.rmSync(file, { force: true });
}

export function add(a: Results, b: Results): Results {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** `3 passed, 0 failed`, with the skipped ones only where there are any. */
export function summary(results: Results): string {
  const skipped = results.skipped > 0 ? `, ${results.skipped} skipped` : '';
  return `${results.passed} passed, ${results.failed} failed${skipped}`;
}
