import type { Batch } from '../batches/batch';
import { batchIdsOf, type Submission } from './submission';

/** The largest expected difference between the clocks of this computer and of the service, in milliseconds. */
export const clockSlackMs = 5 * 60_000;

/** How far back to search if the clock was set back after the request was sent, in milliseconds. */
const clockAheadSearchMs = 24 * 60 * 60_000;

/** A batch that could be the result of an uncertain part. */
export interface Candidate {
  readonly batch: Batch;
  /** Milliseconds from the request to its creation; negative if it was created before, by the clocks. */
  readonly after: number | undefined;
  /** It has as many requests as the part; undefined while the batch has no total yet. */
  readonly sameTotal: boolean | undefined;
  readonly sameWebhook: boolean;
}

/**
 * The batches that could be the result of an uncertain part, most likely first: created at the time of the request, with as
 * many requests and the same webhook. The newest official client recommends this search; the five minutes
 * between the clocks are our own allowance. Only the time excludes a batch, because a user who does not find theirs sends it
 * again: that the service counts requests or writes URLs like we do is not documented.
 * @param batches The list, from {@link candidatesSince} on.
 * @param submissions All submissions of the account: a batch that is known to belong to another part is no candidate.
 * @param now In milliseconds since 1970.
 */
export function candidatesFor(
  submission: Submission,
  part: number,
  batches: readonly Batch[],
  submissions: readonly Submission[],
  now: number,
): Candidate[] {
  const { state, lines } = submission.parts[part] ?? {};
  if (state?.kind !== 'uncertain') {
    return [];
  }
  const known = new Set(submissions.flatMap(batchIdsOf));
  const { from, to } = spanOf(state, now);
  return batches
    .filter(({ id }) => !known.has(id))
    .filter(({ createdAt }) => createdAt === undefined || (createdAt >= from && createdAt <= to))
    .map((batch) => ({
      batch,
      after: batch.createdAt === undefined ? undefined : batch.createdAt - state.at,
      sameTotal: batch.metrics.total === 0 ? undefined : batch.metrics.total === lines,
      sameWebhook: sameUrl(batch.webhookUrl, submission.webhookUrl),
    }))
    .sort((a, b) => mismatch(a) - mismatch(b) || distance(a) - distance(b));
}

/** Both absent, or the same URL: the service may return it in another notation. */
function sameUrl(a = '', b = ''): boolean {
  const normal = (url: string): string => (URL.canParse(url) ? new URL(url).href : url);
  return normal(a) === normal(b);
}

/** The creation time from which to list batches, in milliseconds since 1970; undefined if the part is not uncertain. */
export function candidatesSince(submission: Submission, part: number, now: number): number | undefined {
  const state = submission.parts[part]?.state;
  return state?.kind === 'uncertain' ? spanOf(state, now).from : undefined;
}

/** When its batch could have been created, in milliseconds since 1970. */
function spanOf({ at, endedAt }: { at: number; endedAt: number }, now: number): { from: number; to: number } {
  return at > now + clockSlackMs
    ? // The clock was ahead by an unknown time: only the order of the candidates helps.
      { from: now - clockAheadSearchMs, to: Infinity }
    : { from: at - clockSlackMs, to: endedAt + clockSlackMs };
}

/** 0 for a perfect match. */
function mismatch({ sameTotal, sameWebhook }: Candidate): number {
  return (sameTotal === true ? 0 : sameTotal === undefined ? 1 : 2) + (sameWebhook ? 0 : 2);
}

/** In milliseconds; batches without a creation time come last. */
function distance({ after }: Candidate): number {
  return Math.abs(after ?? Number.MAX_SAFE_INTEGER);
}
