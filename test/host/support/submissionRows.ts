import type { Batch } from '../../../src/core/batches/batch';
import { type SubmissionProgress, progressOfSubmissions } from '../../../src/core/submissions/progress';
import type { PartState, Submission } from '../../../src/core/submissions/submission';

export const submittedAt = new Date(2026, 10, 24, 14, 5, 9).getTime();

/** States of parts. */
export const waiting: PartState = { kind: 'waiting' };
export const sending: PartState = { kind: 'sending', at: submittedAt };
export const cancelled: PartState = { kind: 'cancelled' };
export const sent = (batchId: string): PartState => ({
  kind: 'sent',
  at: submittedAt,
  endedAt: submittedAt + 1_000,
  batchId,
});
export const refused = (message = ''): PartState => ({
  kind: 'refused',
  at: submittedAt,
  endedAt: submittedAt + 1_000,
  reason: 'badRequest',
  message,
});
export const uncertain = (message = ''): PartState => ({
  kind: 'uncertain',
  at: submittedAt,
  endedAt: submittedAt + 1_000,
  reason: 'timeout',
  message,
});

/** A submission whose parts have 500 requests each. */
export function submission(states: readonly PartState[], parts: Partial<Submission> = {}): Submission {
  return {
    id: 'sub_1',
    createdAt: submittedAt,
    fileName: 'episodes.jsonl',
    hash: 'a'.repeat(64),
    lines: 500 * states.length,
    bytes: 50_000 * states.length,
    parts: states.map((state) => ({ lines: 500, bytes: 50_000, hash: 'f'.repeat(64), state })),
    ...parts,
  };
}

/** The progress of submissions with these batches, a minute after they were created. */
export function submissionRows(submissions: readonly Submission[], ...batches: readonly Batch[]): SubmissionProgress[] {
  return progressOfSubmissions(submissions, batches, submittedAt + 60_000);
}
