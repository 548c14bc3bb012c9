import type { ApiErrorReason } from '../api/http/errors';

/**
 * The state of one part of a submission. `transitions.ts` shows how a part gets from one state to another.
 *
 * - `waiting`: not sent yet.
 * - `sending`: recorded before the first byte leaves. The request may have arrived.
 * - `sent`: sync.so has responded with the batch.
 * - `refused`: it is certain that no batch was created.
 * - `uncertain`: a batch may or may not exist. Only the user can decide, by looking at the list. See `outcome.ts`.
 * - `cancelled`: not sent, and it will not be.
 *
 * Times are milliseconds since 1970: `at` is when the request was sent, `endedAt` when its outcome was known.
 */
export type PartState =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'sending'; readonly at: number }
  | { readonly kind: 'sent'; readonly at: number; readonly endedAt: number; readonly batchId: string }
  | FailedState<'refused', ApiErrorReason>
  /** `interrupted`: the window that sent the request was gone before the response. */
  | FailedState<'uncertain', ApiErrorReason | 'interrupted'>
  | { readonly kind: 'cancelled' };

interface FailedState<Kind extends string, Reason extends string> {
  readonly kind: Kind;
  readonly at: number;
  readonly endedAt: number;
  readonly reason: Reason;
  /** English, redacted: the message of the server, or else of the error. */
  readonly message: string;
}

/** The requests that are sent as one batch. */
export interface Part {
  readonly lines: number;
  /** UTF-8 bytes. */
  readonly bytes: number;
  /** SHA-256 of the bytes: the key of the stored copy. */
  readonly hash: string;
  readonly state: PartState;
  /** The outcomes of earlier attempts, oldest first, if the user sent the part again. */
  readonly earlier?: readonly PartState[] | undefined;
}

/** A file that was submitted, as one batch or as several. */
export interface Submission {
  readonly id: string;
  readonly createdAt: number;
  /** Base name. */
  readonly fileName: string;
  /** Undefined if the document was never saved. */
  readonly fileUri?: string | undefined;
  /** SHA-256 of all parts, joined. */
  readonly hash: string;
  readonly lines: number;
  readonly bytes: number;
  readonly webhookUrl?: string | undefined;
  readonly parts: readonly Part[];
  /** The window that sends the submission, and the time until which it counts as alive without another sign. */
  readonly runner?: { readonly window: string; readonly until: number } | undefined;
}

/** A submission that has not been stored yet. */
export function newSubmission(
  file: Pick<Submission, 'fileName' | 'fileUri' | 'webhookUrl' | 'hash'>,
  parts: readonly Part[],
  createdAt: number,
): Submission {
  const { fileName, fileUri, webhookUrl, hash } = file;
  return {
    id: crypto.randomUUID(),
    createdAt,
    fileName,
    fileUri,
    webhookUrl,
    hash,
    lines: parts.reduce((sum, part) => sum + part.lines, 0),
    bytes: parts.reduce((sum, part) => sum + part.bytes, 0),
    parts,
  };
}

/** Returns true if nothing is left to do, neither for the extension nor for the user. */
export function isSettled({ parts }: Submission): boolean {
  return parts.every(({ state }) => state.kind === 'sent' || state.kind === 'refused' || state.kind === 'cancelled');
}

/**
 * Returns true if an unknown batch of the part may exist: the last attempt is uncertain, or an earlier one is and no later
 * one created a batch.
 */
export function isUncertainPart({ parts }: Submission, part: number): boolean {
  const { state, earlier = [] } = parts[part] ?? {};
  return state?.kind === 'uncertain' || (state?.kind !== 'sent' && earlier.some(({ kind }) => kind === 'uncertain'));
}

/** The IDs of the known batches of a submission, those of earlier attempts included. */
export function batchIdsOf({ parts }: Submission): string[] {
  return parts.flatMap(({ state, earlier = [] }) =>
    [state, ...earlier].flatMap((each) => (each.kind === 'sent' ? [each.batchId] : [])),
  );
}
