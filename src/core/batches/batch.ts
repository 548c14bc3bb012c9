import { isFinished } from './status';

/** How many of a batch's requests are where. Whole numbers, 0 or more; not promised to add up to `total`. */
export interface BatchMetrics {
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly pending: number;
}

/** A batch as the API last described it. Plain data. */
export interface Batch {
  /** Opaque, never empty. */
  readonly id: string;
  /** One of the documented statuses, or one that we do not know. */
  readonly status: string;
  /** Milliseconds since 1970; nothing where the API gave no readable time. */
  readonly createdAt: number | undefined;
  readonly metrics: BatchMetrics;
  /** The exact text that came; empty until there are results. */
  readonly outputUrl: string;
  readonly webhookUrl: string | undefined;
}

/** How far a batch is. */
export interface BatchProgress {
  readonly total: number;
  /** Requests that came to an end, well or badly; at most `total`. */
  readonly done: number;
  /** Part done, from 0 to 1; nothing while the total is not known. */
  readonly fraction: number | undefined;
}

/**
 * How far a batch is, from the two counts that can be trusted: right after creation all three counts are 0 while the
 * total is set, so the pending count must not be used to derive anything.
 */
export function progressOf({ metrics }: Batch): BatchProgress {
  const ended = metrics.succeeded + metrics.failed;
  if (metrics.total <= 0) {
    return { total: 0, done: 0, fraction: undefined };
  }
  const done = Math.min(ended, metrics.total);
  return { total: metrics.total, done, fraction: done / metrics.total };
}

/** True when the batch has results that can be opened, whatever its status: a failed batch can have some too. */
export function hasOutput(batch: Batch): boolean {
  return batch.outputUrl !== '';
}

/** True when the batch came to an end without every one of its requests succeeding. */
export function endedWithFailures(batch: Batch): boolean {
  return isFinished(batch.status) && (batch.status === 'FAILED' || batch.metrics.failed > 0);
}

/** Newest first; those without a time last; ties by ID, so that the order is always the same. */
export function compareByNewest(a: Batch, b: Batch): number {
  const difference = (b.createdAt ?? -Infinity) - (a.createdAt ?? -Infinity);
  if (difference !== 0 && !Number.isNaN(difference)) {
    return difference;
  }
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** True when nothing that can be seen of the two differs. */
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
