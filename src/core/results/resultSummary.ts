import type { Outcome, ResultRow } from './row';

/** The totals of a result file: requests per outcome. A request counts once: repeated lines only count as duplicates. */
export interface ResultSummary extends Readonly<Record<Outcome, number>> {
  /** Lines that repeat the request ID of an earlier line. */
  readonly duplicates: number;
  /** Total output length of the succeeded requests, in seconds. Lines without a length are left out. */
  readonly outputSeconds: number;
}

export const emptySummary: ResultSummary = {
  failed: 0,
  rejected: 0,
  unreadable: 0,
  unfinished: 0,
  succeeded: 0,
  duplicates: 0,
  outputSeconds: 0,
};

/** Adds rows to a summary, for a file that is still loading. */
export function addRows(summary: ResultSummary, rows: readonly ResultRow[]): ResultSummary {
  const sum = { ...summary };
  for (const { outcome, problem, durationS } of rows) {
    if (problem === 'duplicate') {
      sum.duplicates += 1;
      continue;
    }
    sum[outcome] += 1;
    if (outcome === 'succeeded' && durationS !== undefined) {
      sum.outputSeconds += durationS;
    }
  }
  return sum;
}

/** Number of requests that have a line in the file. Unreadable lines count, since they belong to some request. */
export function requestCount(summary: ResultSummary): number {
  return summary.failed + summary.rejected + summary.unreadable + summary.unfinished + summary.succeeded;
}

/**
 * Number of requests of the batch without a line in the file.
 * @param totalGenerations The batch metric `total_generations`, or 0 if it is unknown.
 */
export function missingCount(summary: ResultSummary, totalGenerations: number): number {
  return Math.max(0, totalGenerations - requestCount(summary));
}
