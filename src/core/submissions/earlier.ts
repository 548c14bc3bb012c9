import { batchIdsOf, isSettled, isUncertainPart, type Part, type Submission } from './submission';

/** An earlier submission of the same content, or of a part of it. */
export interface EarlierSubmission {
  /** The submission's ID. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The batches that are known to be its result. */
  readonly batchIds: readonly string[];
  /** Another batch of it may exist. */
  readonly isUncertain: boolean;
  /** Some of it has not been sent yet and still may be. */
  readonly isOpen: boolean;
}

/**
 * The submissions that have one of these hashes, of the whole file or of a part, in the given order. Submissions of which
 * certainly nothing was sent and nothing will be are left out.
 */
export function earlierSubmissions(
  submissions: readonly Submission[],
  hashes: ReadonlySet<string>,
): EarlierSubmission[] {
  return submissions
    .filter(
      ({ hash, parts }) =>
        (hashes.has(hash) && parts.some(mayBeSent)) || parts.some((part) => hashes.has(part.hash) && mayBeSent(part)),
    )
    .map((submission) => ({
      id: submission.id,
      at: submission.createdAt,
      batchIds: batchIdsOf(submission),
      isUncertain: submission.parts.some((_, part) => isUncertainPart(submission, part)),
      isOpen: !isSettled(submission),
    }));
}

function mayBeSent({ state, earlier = [] }: Part): boolean {
  return [state, ...earlier].some(({ kind }) => kind !== 'refused' && kind !== 'cancelled');
}
