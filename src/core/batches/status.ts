/**
 * The five statuses of the API (documented), in display order: unfinished batches first, then failed ones, then
 * completed ones.
 *
 * The API does not explain `JOBS_CREATED`. Its place in the list suggests that the requests were turned into
 * generations, none of which has started (inferred).
 */
export const batchStatuses = ['PROCESSING', 'JOBS_CREATED', 'PENDING', 'FAILED', 'COMPLETED'] as const;

export type KnownStatus = (typeof batchStatuses)[number];

/** True for a documented status. The API may add others, which are shown unchanged. */
export function isKnownStatus(status: string): status is KnownStatus {
  return (batchStatuses as readonly string[]).includes(status);
}

/**
 * True if a batch with this status no longer changes. An unknown status counts as unfinished: an unnecessary poll is
 * cheaper than a missed completion.
 */
export function isFinished(status: string): boolean {
  return status === 'COMPLETED' || status === 'FAILED';
}

/**
 * True if a batch with this status will have more results. False for an unknown status, which may mean that the batch
 * has finished: the user must be able to open its results.
 */
export function isUnderWay(status: string): boolean {
  return isKnownStatus(status) && !isFinished(status);
}

/** Compares statuses in display order. Unknown ones come after the unfinished ones, by name. */
export function compareStatuses(a: string, b: string): number {
  return rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0);
}

const firstFinished = batchStatuses.findIndex(isFinished);

function rank(status: string): number {
  const index = (batchStatuses as readonly string[]).indexOf(status);
  return index === -1 ? firstFinished - 0.5 : index;
}
