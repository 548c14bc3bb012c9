import type { Outcome, ResultRow } from './row';

/**
 * What a result file comes to. Every request is counted once: a line that repeats a request ID counts as a duplicate and
 * nothing else.
 */
export interface ResultSummary extends Readonly<Record<Outcome, number>> {
  /** Lines that repeat the request ID of an earlier one. */
  readonly duplicates: number;
  /** Seconds of output of the requests that succeeded, as far as their lines say. */
  readonly outputSeconds: number;
}

export const noResults: ResultSummary = {
  failed: 0,
  rejected: 0,
  unreadable: 0,
  unfinished: 0,
  succeeded: 0,
  duplicates: 0,
  outputSeconds: 0,
};

/** The sum with more rows in it, for a file that is still arriving. */
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

/** How many requests the file has a line for. One that can't be read is some request's too. */
export function requestsIn(summary: ResultSummary): number {
  return summary.failed + summary.rejected + summary.unreadable + summary.unfinished + summary.succeeded;
}

/**
 * How many requests of the batch the file has no line for: the metrics' `total_generations` less what is there. None
 * where the total is not known, or is too small.
 */
export function missingFrom(summary: ResultSummary, totalGenerations: number): number {
  return Math.max(0, totalGenerations - requestsIn(summary));
}
