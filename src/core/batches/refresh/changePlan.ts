import type { Batch } from '../batch';
import { isFinished } from '../status';

/** What to ask for to learn everything that can have changed. */
export interface ChangePlan {
  /** Batches to read one by one. */
  readonly ids: readonly string[];
  /** All batches from this moment on, in milliseconds since 1970, are to be listed; nothing means all there are. */
  readonly since: number | undefined;
}

/** A batch in a list, as JSON, is about this many bytes. */
const bytesPerBatch = 300;

/** A request is reckoned to cost as much as this many bytes of answer: headers, and a share of the rate limit. */
const bytesPerRequest = 2_000;

/** Never more single reads than this in one refresh, whatever they cost: the rate limit is counted in requests. */
const mostSingleReads = 8;

/**
 * The cheapest way to learn what has changed. Only an unfinished batch can change, and only newer batches can have
 * come, so it is enough to list everything since the oldest unfinished one. Where old ones linger among many that are
 * done, reading those one by one and listing from the next on costs less.
 * @param completeTo no batch created before this moment is missing among the known; nothing where any may be.
 */
export function planChanges(known: readonly Batch[], completeTo: number | undefined): ChangePlan {
  const unfinished = known.filter((batch) => !isFinished(batch.status));
  const undated = unfinished.filter((batch) => batch.createdAt === undefined).map((batch) => batch.id);
  const dated = unfinished
    .flatMap(({ id, createdAt }) => (createdAt === undefined ? [] : [{ id, createdAt }]))
    .sort((a, b) => a.createdAt - b.createdAt);
  const times = known.flatMap(({ createdAt }) => createdAt ?? []).sort((a, b) => a - b);
  if (undated.length > mostSingleReads) {
    return { ids: [], since: undefined };
  }
  if (completeTo === undefined) {
    return { ids: undated, since: undefined };
  }
  // The `singles` oldest are read one by one, and the list begins with the next one; the cheapest split wins.
  let best = { cost: Infinity, singles: 0, since: completeTo };
  for (let singles = 0; singles <= Math.min(dated.length, mostSingleReads - undated.length); singles++) {
    const since = Math.min(dated[singles]?.createdAt ?? completeTo, completeTo);
    const listed = times.length - firstAtOrAfter(times, since);
    const cost = singles * (bytesPerRequest + bytesPerBatch) + listed * bytesPerBatch;
    if (cost < best.cost) {
      best = { cost, singles, since };
    }
  }
  return { ids: [...undated, ...dated.slice(0, best.singles).map(({ id }) => id)], since: best.since };
}

/** When the newest of the batches was created; nothing where none has a time. */
export function newestOf(batches: readonly Batch[]): number | undefined {
  return batches.reduce<number | undefined>(
    (newest, { createdAt }) => (createdAt === undefined ? newest : Math.max(newest ?? createdAt, createdAt)),
    undefined,
  );
}

/**
 * Up to when nothing is missing among the batches that were there at the moment `now`. A batch may be dated in the future:
 * those that come next are dated before it.
 */
export function completeTo(batches: readonly Batch[], now: number): number | undefined {
  const newest = newestOf(batches);
  return newest === undefined ? undefined : Math.min(newest, now);
}

/** The index of the first time that is not before `at`, in a list of times in order. */
function firstAtOrAfter(times: readonly number[], at: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? Infinity) < at) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}
