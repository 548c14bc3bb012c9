import { isFinished } from './status';

/** A batch's requests, counted by state. Whole numbers, 0 or more; they need not add up to `total`. */
export interface BatchMetrics {
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly pending: number;
}

/** A batch as the API last returned it. Plain data. */
export interface Batch {
  /** Opaque, never empty. */
  readonly id: string;
  /** One of the documented statuses, or an unknown one. */
  readonly status: string;
  /** Milliseconds since 1970; undefined if the API returned no readable time. */
  readonly createdAt: number | undefined;
  readonly metrics: BatchMetrics;
  /** The exact text from the API; empty until there are results. */
  readonly outputUrl: string;
  readonly webhookUrl: string | undefined;
}

/** The progress of a batch. */
export interface BatchProgress {
  readonly total: number;
  /** Requests that succeeded or failed; at most `total`. */
  readonly done: number;
  /** The fraction that is done, from 0 to 1; undefined while the total is unknown. */
  readonly fraction: number | undefined;
}

/**
 * The progress of a batch, from its succeeded and failed requests. Does not use the pending count: right after creation
 * it is 0 although the total is set.
 */
export function progressOf({ metrics }: Batch): BatchProgress {
  const ended = metrics.succeeded + metrics.failed;
  if (metrics.total <= 0) {
    return { total: 0, done: 0, fraction: undefined };
  }
  const done = Math.min(ended, metrics.total);
  return { total: metrics.total, done, fraction: done / metrics.total };
}

/** True if the batch has results. Failed batches can have results too. */
export function hasOutput(batch: Batch): boolean {
  return batch.outputUrl !== '';
}

/** True if the batch has finished and at least one of its requests has failed. */
export function endedWithFailures(batch: Batch): boolean {
  return isFinished(batch.status) && (batch.status === 'FAILED' || batch.metrics.failed > 0);
}

/** Sorts newest first, batches without a time last, and by ID if the times are equal. */
export function compareByNewest(a: Batch, b: Batch): number {
  // The difference of two infinities is `NaN`.
  return (b.createdAt ?? -Infinity) - (a.createdAt ?? -Infinity) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** True if all properties are equal. */
export function sameBatch(a: Batch, b: Batch): boolean {
  return (
    a.id === b.id &&
    a.status === b.status &&
    a.createdAt === b.createdAt &&
    a.outputUrl === b.outputUrl &&
    a.webhookUrl === b.webhookUrl &&
    a.metrics.total === b.metrics.total &&
    a.metrics.succeeded === b.metrics.succeeded &&
    a.metrics.failed === b.metrics.failed &&
    a.metrics.pending === b.metrics.pending
  );
}
