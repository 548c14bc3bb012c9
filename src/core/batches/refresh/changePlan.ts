import type { Batch } from '../batch';
import { isFinished } from '../status';

/** Which requests to send to find out everything that may have changed. */
export interface ChangePlan {
  /** Batches to fetch one by one. */
  readonly ids: readonly string[];
  /** List all batches created at or after this time, in milliseconds since 1970; undefined lists all batches. */
  readonly since: number | undefined;
}

/** The approximate size of a batch in a list, as JSON. */
const bytesPerBatch = 300;

/** The cost of a request, as bytes of response: headers, and a share of the rate limit. */
const bytesPerRequest = 2_000;

/** The maximum number of single reads in a refresh, because the rate limit counts requests. */
const maxSingleReads = 8;

/**
 * The cheapest way to find out what has changed. Only unfinished batches can change, and only newer batches can appear,
 * so it is enough to list everything since the oldest unfinished batch. If a few old unfinished batches are followed by
 * many finished ones, it is cheaper to fetch those few one by one and to list from the next unfinished one.
 * @param completeTo All batches created before this time are known; undefined if any batch may be missing.
 */
export function planChanges(known: readonly Batch[], completeTo: number | undefined): ChangePlan {
  const unfinished = known.filter((batch) => !isFinished(batch.status));
  const undated = unfinished.filter((batch) => batch.createdAt === undefined).map((batch) => batch.id);
  const dated = unfinished
    .flatMap(({ id, createdAt }) => (createdAt === undefined ? [] : [{ id, createdAt }]))
    .sort((a, b) => a.createdAt - b.createdAt);
  if (undated.length > maxSingleReads) {
    return { ids: [], since: undefined };
  }
  if (completeTo === undefined) {
    return { ids: undated, since: undefined };
  }
  // Fetch the `singles` oldest batches one by one, and list from the next one. Use the cheapest split.
  let best = { cost: Infinity, singles: 0, since: completeTo };
  for (let singles = 0; singles <= Math.min(dated.length, maxSingleReads - undated.length); singles++) {
    const since = Math.min(dated[singles]?.createdAt ?? completeTo, completeTo);
    const listed = known.filter(({ createdAt = -Infinity }) => createdAt >= since).length;
    const cost = singles * (bytesPerRequest + bytesPerBatch) + listed * bytesPerBatch;
    if (cost < best.cost) {
      best = { cost, singles, since };
    }
  }
  return { ids: [...undated, ...dated.slice(0, best.singles).map(({ id }) => id)], since: best.since };
}

/** When the newest batch was created; undefined if no batch has a time. */
export function newestOf(batches: readonly Batch[]): number | undefined {
  return batches.reduce<number | undefined>(
    (newest, { createdAt }) => (createdAt === undefined ? newest : Math.max(newest ?? createdAt, createdAt)),
    undefined,
  );
}

/**
 * The time up to which the list is complete, if it was requested at the time `now`. If the server's clock is ahead, the
 * newest batch can have a time in the future: batches that are created next can then be dated before it.
 */
export function completeTo(batches: readonly Batch[], now: number): number | undefined {
  const newest = newestOf(batches);
  return newest === undefined ? undefined : Math.min(newest, now);
}
