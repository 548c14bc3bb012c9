import { type Batch, endedWithFailures, progressOf } from '../batches/batch';
import { isFinished } from '../batches/status';
import { isSettled, type Part, type PartState, type Submission } from './submission';

/** How long a submission of which everything has ended is still shown, in milliseconds. */
export const settledRowMs = 7 * 24 * 60 * 60 * 1_000;

/** A submission that is worth a row of its own, with its batches. */
export interface SubmissionProgress {
  readonly submission: Submission;
  /** In the order in which they are sent. */
  readonly parts: readonly PartProgress[];
  readonly sum: ProgressSum;
}

export interface PartProgress {
  readonly part: Part;
  /** What the part became; nothing where it is not sent, or the list does not have the batch. */
  readonly batch: Batch | undefined;
}

/** What a submission has come to, all its batches together. Whole numbers. */
export interface ProgressSum {
  /** How many parts are in each state. They add up to `parts`. */
  readonly counts: Readonly<Record<PartState['kind'], number>>;
  readonly parts: number;
  /** Parts that were sent and whose batch has come to its end. */
  readonly ended: number;
  /** Parts that were sent and whose batch is not in the list: what became of their requests is not known. */
  readonly unlisted: number;
  /** Requests of all parts, sent or not. */
  readonly requests: number;
  /** Requests that came to an end, well or badly; at most `requests`. */
  readonly done: number;
  /** Requests that came to a bad end; at most `done`. */
  readonly failed: number;
}

/**
 * What a submission's row shows by its shape: what a person has to do something about first.
 *
 * - `uncertain`: of a part it is not known whether there is a batch.
 * - `refused`: the API refused a part: there is no batch of it.
 * - `sending`: a request is on its way.
 * - `waiting`: parts are still to be sent.
 * - `running`: all parts are settled, and a batch has not ended, as far as is known.
 * - `failed`: all has ended, and requests or batches failed.
 * - `cancelled`: all has ended, and parts were never sent.
 */
export type ProgressState =
  'uncertain' | 'refused' | 'sending' | 'waiting' | 'running' | 'failed' | 'cancelled' | 'done';

/**
 * The submissions that have a row of their own, in the given order: those of several parts, and those of one part that
 * is not settled. One of which everything has ended is left out a week after it last changed.
 * @param batches all that are known.
 * @param now milliseconds since 1970.
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
  // Thousands may be known, of which a few are asked for.
  const found = new Map(batches.flatMap((batch) => (wanted.has(batch.id) ? [[batch.id, batch] as const] : [])));
  return candidates
    .map((submission) => progressOfSubmission(submission, (id) => found.get(id)))
    .filter((submissionRow) => !isOver(submissionRow, now));
}

function progressOfSubmission(submission: Submission, batchOf: BatchById): SubmissionProgress {
  const parts = submission.parts.map((part) => ({ part, batch: batchOfPart(part, batchOf) }));
  return { submission, parts, sum: sumProgress(submission, batchOf) };
}

/** A batch that is known, by its ID. */
export type BatchById = (id: string) => Batch | undefined;

/** What a submission has come to, from what is known of its batches. */
export function sumProgress({ parts }: Submission, batchOf: BatchById): ProgressSum {
  const counts = { waiting: 0, sending: 0, sent: 0, refused: 0, uncertain: 0, cancelled: 0 };
  let [ended, unlisted, requests, done, failed] = [0, 0, 0, 0, 0];
  for (const part of parts) {
    const batch = batchOfPart(part, batchOf);
    counts[part.state.kind]++;
    requests += part.lines;
    if (batch !== undefined) {
      // The person may have said of another batch that it is this part's: it counts for no more than was sent.
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

/** When something of the submission itself last changed, in milliseconds since 1970. */
function changedAt({ createdAt, parts }: Submission): number {
  return parts.reduce((latest, { state }) => Math.max(latest, 'endedAt' in state ? state.endedAt : latest), createdAt);
}

function batchOfPart({ state }: Part, batchOf: BatchById): Batch | undefined {
  return state.kind === 'sent' ? batchOf(state.batchId) : undefined;
}

/**
 * A batch does not say when it ended (no such time is documented), so that the time runs from the last change of the
 * submission. One that is not in the list any more will not be heard of again, and holds nothing up.
 */
function isOver({ submission, sum }: SubmissionProgress, now: number): boolean {
  const isRunning = sum.ended + sum.unlisted < sum.counts.sent;
  return isSettled(submission) && !isRunning && now - changedAt(submission) >= settledRowMs;
}
