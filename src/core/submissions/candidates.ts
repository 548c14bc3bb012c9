import type { Batch } from '../batches/batch';
import type { Submission } from './submission';

/** How far the clocks of this computer and of the service may be apart, in milliseconds. */
export const clockSlackMs = 5 * 60_000;

/** How far back is looked where the clock was set back since the request was sent, in milliseconds. */
const clockWasAheadMs = 24 * 60 * 60_000;

/** A batch that may be what came of a try whose answer was lost. */
export interface Candidate {
  readonly batch: Batch;
  /** Milliseconds from the try to its creation; negative where it was created before, by the clocks. */
  readonly after: number | undefined;
  /** The number of its requests is that of the part; nothing while the batch does not say its number yet. */
  readonly sameTotal: boolean | undefined;
  readonly sameWebhook: boolean;
}

/**
 * The batches that can have come of a try whose answer was lost, the likeliest first: created around then, with as many
 * requests, and the same webhook. The newest official client advises to look for it in this way; that clocks may be five
 * minutes apart is our own allowance. Only the time keeps a batch out, since whoever does not find the one it is sends it
 * again: that the service counts requests or writes addresses as we do is not documented.
 * @param batches of the list, from a little before the try on.
 * @param submissions all of the account: what is known to be another part's batch is no candidate.
 * @param now in milliseconds since 1970.
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
  const taken = new Set(submissions.flatMap(batchIdsOf));
  const { from, to } = spanOf(state, now);
  return batches
    .filter(({ id }) => !taken.has(id))
    .filter(({ createdAt }) => createdAt === undefined || (createdAt >= from && createdAt <= to))
    .map((batch) => ({
      batch,
      after: batch.createdAt === undefined ? undefined : batch.createdAt - state.at,
      sameTotal: batch.metrics.total === 0 ? undefined : batch.metrics.total === lines,
      sameWebhook: sameUrl(batch.webhookUrl, submission.webhookUrl),
    }))
    .sort((a, b) => differences(a) - differences(b) || distance(a) - distance(b));
}

/** Both none, or the same address however it is written: the service may give it back in another form. */
function sameUrl(a = '', b = ''): boolean {
  const normal = (url: string): string => (URL.canParse(url) ? new URL(url).href : url);
  return normal(a) === normal(b);
}

/** The moment from which on batches are listed to find candidates for a part. */
export function candidatesSince(submission: Submission, part: number, now: number): number | undefined {
  const state = submission.parts[part]?.state;
  return state?.kind === 'uncertain' ? spanOf(state, now).from : undefined;
}

/** When its batch can have been created. */
function spanOf({ at, endedAt }: { at: number; endedAt: number }, now: number): { from: number; to: number } {
  return at > now + clockSlackMs
    ? // The clock was ahead then, nobody knows by how much: the order of what is found has to do.
      { from: now - clockWasAheadMs, to: Infinity }
    : { from: at - clockSlackMs, to: endedAt + clockSlackMs };
}

/** The batches that are known to have come of a submission, those of earlier tries too. */
export function batchIdsOf({ parts }: Submission): string[] {
  return parts.flatMap(({ state, earlier = [] }) =>
    [state, ...earlier].flatMap((each) => (each.kind === 'sent' ? [each.batchId] : [])),
  );
}

/** How much speaks against it. */
function differences({ sameTotal, sameWebhook }: Candidate): number {
  return (sameTotal === true ? 0 : sameTotal === undefined ? 1 : 2) + (sameWebhook ? 0 : 2);
}

/** In milliseconds; those that do not say when they were created come last. */
function distance({ after }: Candidate): number {
  return Math.abs(after ?? Number.MAX_SAFE_INTEGER);
}
