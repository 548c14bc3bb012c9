/** Everything that decides when to poll again. Times in milliseconds, points in time since 1970. */
export interface RefreshFacts {
  /** There is a key that was not refused, and a valid address. */
  readonly canLoad: boolean;
  readonly isLoading: boolean;
  /** The setting `autoRefresh`: poll while the view is visible. */
  readonly isAutomatic: boolean;
  /** The setting `autoRefreshInterval`: the poll interval while a batch is unfinished. */
  readonly intervalMs: number;
  readonly isVisible: boolean;
  /** The window has the focus. */
  readonly isFocused: boolean;
  /** Since when the view has been visible in a focused window; undefined if it is not. */
  readonly watchedSince: number | undefined;
  /** The number of unfinished batches among those that are shown. */
  readonly unfinishedCount: number;
  /** The number of unfinished batches that the user wants to be notified about. */
  readonly subscribedCount: number;
  /** When the last load ended, successful or not; undefined before the first. */
  readonly lastAttemptAt: number | undefined;
  /** When the last full load ended; undefined if only part of the list or a stored list is known. */
  readonly lastFullLoadAt: number | undefined;
  /** Failed loads in a row. */
  readonly failures: number;
  /** The server asked not to send requests before this time. */
  readonly retryAt: number | undefined;
  /** A random number from 0 to 1, renewed after each load, so that many windows do not poll at the same time. */
  readonly jitter: number;
}

/** When to load next, and whether to load everything or only what may have changed. */
export interface NextRefresh {
  readonly at: number;
  readonly load: 'all' | 'changes';
}

export const refreshLimits = {
  /** The poll interval while all batches are finished: only new batches can appear. */
  idleMs: 5 * 60_000,
  /** The poll interval for subscribed batches while the view is not visible. */
  subscribedMs: 2 * 60_000,
  maxBackoffMs: 5 * 60_000,
  /** A server does not ask for a longer pause: if it seems so, the clock was set back. */
  maxRetryAfterMs: 24 * 60 * 60_000,
  /** The minimum time between two loads when the user switches to another window and back. */
  minGapMs: 10_000,
  /** How often to load the full list, in case a finished batch has changed after all. */
  fullLoadMs: 60 * 60_000,
} as const;

/**
 * When to poll next, as a pure function:
 *
 * - Never without a key, or while loading.
 * - The first load starts as soon as the view is visible, whatever the setting.
 * - While the view is visible in a focused window: at the poll interval if a batch is unfinished, else rarely. When the
 *   user returns to the view, once immediately.
 * - While it is not visible: never, except slowly for subscribed batches.
 * - After failures the interval doubles up to a limit. The server's Retry-After always applies.
 *
 * @returns undefined if there is no reason to poll until the facts change.
 */
export function nextRefresh(facts: RefreshFacts, now: number): NextRefresh | undefined {
  if (!facts.canLoad || facts.isLoading) {
    return undefined;
  }
  if (facts.lastAttemptAt === undefined) {
    return facts.isVisible || facts.subscribedCount > 0 ? { at: now, load: 'all' } : undefined;
  }
  const isWatched = facts.isVisible && facts.isFocused && facts.isAutomatic;
  const intervalMs = pollInterval(facts, isWatched);
  if (intervalMs === undefined) {
    return undefined;
  }
  // A time in the future means that the clock was set back: the real age is unknown.
  let at = facts.lastAttemptAt > now ? now : facts.lastAttemptAt + intervalMs;
  if (isWatched && facts.watchedSince !== undefined && facts.watchedSince > facts.lastAttemptAt) {
    at = Math.min(at, Math.max(facts.watchedSince, facts.lastAttemptAt + refreshLimits.minGapMs));
  }
  if (facts.retryAt !== undefined && facts.retryAt <= now + refreshLimits.maxRetryAfterMs) {
    at = Math.max(at, facts.retryAt);
  }
  const isFullLoadDue =
    facts.lastFullLoadAt === undefined || Math.abs(now - facts.lastFullLoadAt) >= refreshLimits.fullLoadMs;
  return { at: Math.max(at, now), load: isFullLoadDue ? 'all' : 'changes' };
}

/** The poll interval with jitter and backoff. */
function pollInterval(facts: RefreshFacts, isWatched: boolean): number | undefined {
  const { unfinishedCount, subscribedCount, failures, intervalMs, jitter } = facts;
  if (!isWatched && subscribedCount === 0) {
    return undefined;
  }
  const watchedMs = unfinishedCount > 0 ? intervalMs : refreshLimits.idleMs;
  const normalMs = isWatched ? watchedMs : refreshLimits.subscribedMs;
  if (failures === 0) {
    return normalMs * (1 + 0.2 * jitter);
  }
  const firstRetryMs = isWatched ? intervalMs : normalMs;
  if (firstRetryMs > refreshLimits.maxBackoffMs) {
    // The backoff limit must not make polling faster than without failures.
    return firstRetryMs * (1 + 0.2 * jitter);
  }
  const doubledMs = Math.min(firstRetryMs * 2 ** (failures - 1), refreshLimits.maxBackoffMs);
  return doubledMs * (0.8 + 0.2 * jitter);
}
