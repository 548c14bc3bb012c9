import { type Batch, endedWithFailures, progressOf } from '../batches/batch';
import { isFinished } from '../batches/status';
import { isSettled, type Part, type PartState, type Submission } from './submission';

/** How long a finished submission is still shown, in milliseconds. */
export const settledRowMs = 7 * 24 * 60 * 60 * 1_000;

/** A submission with its batches, as shown in a row. */
export interface SubmissionProgress {
  readonly submission: Submission;
  /** In sending order. */
  readonly parts: readonly PartProgress[];
  readonly sum: ProgressSum;
}

export interface PartProgress {
  readonly part: Part;
  /** Undefined if the part is not sent, or if the list does not contain its batch. */
  readonly batch: Batch | undefined;
}

/** The progress of a submission, all its batches together. Whole numbers. */
export interface ProgressSum {
  /** How many parts are in each state. They add up to `parts`. */
  readonly counts: Readonly<Record<PartState['kind'], number>>;
  readonly parts: number;
  /** Sent parts whose batch has finished. */
  readonly ended: number;
  /** Sent parts whose batch is not in the list: the progress of their requests is unknown. */
  readonly unlisted: number;
  /** Requests of all parts, sent or not. */
  readonly requests: number;
  /** Completed or failed requests; at most `requests`. */
  readonly done: number;
  /** Failed requests; at most `done`. */
  readonly failed: number;
}

/**
 * The state of a submission as a whole: the first of these that applies, most urgent first.
 *
 * - `uncertain`: a part may or may not have created a batch.
 * - `refused`: a part was refused, so it has no batch.
 * - `sending`: a request is being sent.
 * - `waiting`: parts are pending.
 * - `running`: all parts are settled, and a batch has not finished, as far as known.
 * - `failed`: everything has finished, and requests or batches failed.
 * - `cancelled`: everything has finished, and parts were cancelled.
 * - `done`: everything has finished successfully.
 */
export type ProgressState =
  'uncertain' | 'refused' | 'sending' | 'waiting' | 'running' | 'failed' | 'cancelled' | 'done';

/**
 * The submissions that are shown as a row, in the given order: those of several parts, and those of one part that is not
 * settled. A finished submission is left out a week after its last change.
 * @param batches All known batches.
 * @param now Milliseconds since 1970.
 */
export function progressOfSubmissions(
  submissions: readonly Submission[],
  batches: readonly Batch[],
  now: number,
): SubmissionProgress[] {
  const candidates = submissions.filter((submission) => submission.parts.length > 1 || !isSettled(submission));
  if (candidates.length === 0) {
    return [];
  }
  const wanted = new Set(
    candidates.flatMap(({ parts }) => parts.flatMap(({ state }) => (state.kind === 'sent' ? [state.batchId] : []))),
  );
  // Thousands of batches may be known, and few of them are needed.
  const found = new Map(batches.flatMap((batch) => (wanted.has(batch.id) ? [[batch.id, batch] as const] : [])));
  const batchOf: BatchById = (id) => found.get(id);
  return candidates
    .map((submission) => {
      const parts = submission.parts.map((part) => ({ part, batch: batchOfPart(part, batchOf) }));
      return { submission, parts, sum: sumProgress(submission, batchOf) };
    })
    .filter((progress) => !isExpired(progress, now));
}

/** Finds a known batch by its ID. */
export type BatchById = (id: string) => Batch | undefined;

/** The progress of a submission, from its known batches. */
export function sumProgress({ parts }: Submission, batchOf: BatchById): ProgressSum {
  const counts = { waiting: 0, sending: 0, sent: 0, refused: 0, uncertain: 0, cancelled: 0 };
  let [ended, unlisted, requests, done, failed] = [0, 0, 0, 0, 0];
  for (const part of parts) {
    const batch = batchOfPart(part, batchOf);
    counts[part.state.kind]++;
    requests += part.lines;
    if (batch !== undefined) {
      // The user may have confirmed the wrong batch: it counts for no more requests than were sent.
      const doneHere = Math.min(progressOf(batch).done, part.lines);
      done += doneHere;
      failed += Math.min(batch.metrics.failed, doneHere);
      ended += isFinished(batch.status) ? 1 : 0;
    } else if (part.state.kind === 'sent') {
      unlisted++;
    }
  }
  return { counts, parts: parts.length, ended, unlisted, requests, done, failed };
}

export function progressState({ parts, sum }: SubmissionProgress): ProgressState {
  const { counts } = sum;
  for (const state of ['uncertain', 'refused', 'sending', 'waiting'] as const) {
    if (counts[state] > 0) {
      return state;
    }
  }
  if (sum.ended < counts.sent) {
    return 'running';
  }
  if (parts.some(({ batch }) => batch !== undefined && endedWithFailures(batch))) {
    return 'failed';
  }
  return counts.cancelled > 0 ? 'cancelled' : 'done';
}

/** The last change of the submission itself, in milliseconds since 1970. */
function changedAt({ createdAt, parts }: Submission): number {
  return parts.reduce((latest, { state }) => Math.max(latest, 'endedAt' in state ? state.endedAt : latest), createdAt);
}

function batchOfPart({ state }: Part, batchOf: BatchById): Batch | undefined {
  return state.kind === 'sent' ? batchOf(state.batchId) : undefined;
}

/**
 * The week starts at the last change of the submission, because a batch has no end time (none is documented). A batch that
 * is not in the list any more counts as finished.
 */
function isExpired({ submission, sum }: SubmissionProgress, now: number): boolean {
  const isRunning = sum.ended + sum.unlisted < sum.counts.sent;
  return isSettled(submission) && !isRunning && now - changedAt(submission) >= settledRowMs;
}
