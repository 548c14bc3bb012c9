/**
 * The five statuses that the API documents, in the order in which they are shown: what is alive first, then what
 * went wrong, then what is done.
 *
 * `JOBS_CREATED` is in the API's list without an explanation; by its place it means that the requests were turned into
 * generations of which none has started.
 */
export const batchStatuses = ['PROCESSING', 'JOBS_CREATED', 'PENDING', 'FAILED', 'COMPLETED'] as const;

export type KnownStatus = (typeof batchStatuses)[number];

/** True for a status that the API documents. It may add others, which are shown as they are. */
export function isKnownStatus(status: string): status is KnownStatus {
  return (batchStatuses as readonly string[]).includes(status);
}

/**
 * True when a batch in this status will not change any more. An unknown status counts as unfinished: looking once too
 * often costs less than missing an end.
 */
export function isFinished(status: string): boolean {
  return status === 'COMPLETED' || status === 'FAILED';
}

/**
 * True when more results of a batch in this status are to come. An unknown one may be a new kind of end: what there is of
 * its results must not be out of reach for that.
 */
export function isUnderWay(status: string): boolean {
  return isKnownStatus(status) && !isFinished(status);
}

/** Orders statuses for display. Unknown ones come after the unfinished ones, by name. */
export function compareStatuses(a: string, b: string): number {
  return rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0);
}

const firstFinished = batchStatuses.findIndex(isFinished);

function rank(status: string): number {
  const index = (batchStatuses as readonly string[]).indexOf(status);
  return index === -1 ? firstFinished - 0.5 : index;
}
