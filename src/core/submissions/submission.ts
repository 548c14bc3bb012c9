import type { ApiErrorReason } from '../api/http/errors';

/**
 * Where one batch of a submission stands.
 *
 * - `waiting`: nothing of it has left this computer.
 * - `sending`: written before the first byte leaves. It may have arrived, or be about to.
 * - `sent`: sync.so has answered with the batch.
 * - `refused`: it is certain that there is no batch.
 * - `uncertain`: there may be a batch, and may not: only the person, who sees the list, can say.
 * - `cancelled`: never sent, and will not be.
 *
 * Times are milliseconds since 1970; `at` is when it was sent, `endedAt` when that was known.
 */
export type PartState =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'sending'; readonly at: number }
  | { readonly kind: 'sent'; readonly at: number; readonly endedAt: number; readonly batchId: string }
  | Ended<'refused', ApiErrorReason>
  /** `interrupted`: whoever sent it was gone before the answer. */
  | Ended<'uncertain', ApiErrorReason | 'interrupted'>
  | { readonly kind: 'cancelled' };

interface Ended<Kind extends string, Reason extends string> {
  readonly kind: Kind;
  readonly at: number;
  readonly endedAt: number;
  readonly reason: Reason;
  /** English, redacted; what the server said, where it said something. */
  readonly message: string;
}

/** What is sent as one batch. */
export interface Part {
  readonly lines: number;
  /** UTF-8 bytes. */
  readonly bytes: number;
  /** SHA-256 of the bytes, under which they are kept. */
  readonly hash: string;
  readonly state: PartState;
  /** How earlier tries ended, where the person had it sent again. The oldest first. */
  readonly earlier?: readonly PartState[] | undefined;
}

/** A file that was submitted, as one batch or as several. */
export interface Submission {
  readonly id: string;
  readonly createdAt: number;
  /** Base name. */
  readonly fileName: string;
  /** Nothing for a text that was never saved. */
  readonly fileUri?: string | undefined;
  /** SHA-256 of all parts, one after the other. */
  readonly hash: string;
  readonly lines: number;
  readonly bytes: number;
  readonly webhookUrl?: string | undefined;
  readonly parts: readonly Part[];
  /** The window that is at it, and until when it counts as alive without another sign. */
  readonly runner?: { readonly window: string; readonly until: number } | undefined;
}

/** True where nothing is left to do about it: neither for us nor for the person. */
export function isSettled({ parts }: Submission): boolean {
  return parts.every(({ state }) => state.kind === 'sent' || state.kind === 'refused' || state.kind === 'cancelled');
}

/** There may be a batch of it that nobody knows of: of the last try, or of an earlier one after which none is known. */
export function isUncertainPart({ parts }: Submission, part: number): boolean {
  const { state, earlier = [] } = parts[part] ?? {};
  return state?.kind === 'uncertain' || (state?.kind !== 'sent' && earlier.some(({ kind }) => kind === 'uncertain'));
}

/** The same submission with another state of one part. */
export function withState(submission: Submission, part: number, state: PartState): Submission {
  return {
    ...submission,
    parts: submission.parts.map((each, index) => (index === part ? { ...each, state } : each)),
  };
}

/** The longest time from sending a request to the last moment at which it can have been taken, in milliseconds. */
const longestOnTheWayMs = 10 * 60_000;

/**
 * The same submission when whoever was sending something of it is gone: whether that has arrived is not known.
 * @param now in milliseconds since 1970.
 */
export function interrupted(submission: Submission, now: number): Submission {
  return {
    ...submission,
    runner: undefined,
    parts: submission.parts.map((part): Part => {
      const { state } = part;
      if (state.kind !== 'sending') {
        return part;
      }
      const { at } = state;
      const endedAt = Math.max(at, Math.min(now, at + longestOnTheWayMs));
      return { ...part, state: { kind: 'uncertain', at, endedAt, reason: 'interrupted', message: '' } };
    }),
  };
}
