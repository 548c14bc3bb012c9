/** Everything that decides when to ask again. Times in milliseconds, moments since 1970. */
export interface RefreshFacts {
  /** There is a key that was not refused and an address that can be used. */
  readonly canAsk: boolean;
  readonly isLoading: boolean;
  /** The setting: follow while the view is seen. */
  readonly isAutomatic: boolean;
  /** The setting: how long to wait between two looks while something is unfinished. */
  readonly intervalMs: number;
  readonly isVisible: boolean;
  /** The window has the focus. */
  readonly isFocused: boolean;
  /** Since when the view has been visible in a focused window; nothing while it is not. */
  readonly seenSince: number | undefined;
  /** Unfinished batches among those that are shown. */
  readonly unfinished: number;
  /** Unfinished batches that the person asked to be told of. */
  readonly marked: number;
  /** When the last load, good or bad, ended; nothing before the first. */
  readonly triedAt: number | undefined;
  /** When everything was last loaded; nothing where only a part or a stored list is known. */
  readonly loadedAllAt: number | undefined;
  /** Loads that failed since the last good one. */
  readonly failures: number;
  /** The server asked not to come before this moment. */
  readonly retryAt: number | undefined;
  /** A number from 0 to 1, drawn anew after each load, which keeps many windows from asking in step. */
  readonly jitter: number;
}

/** The next load: when, and whether of everything or of what can have changed. */
export interface NextRefresh {
  readonly at: number;
  readonly load: 'all' | 'changes';
}

export const refreshLimits = {
  /** While nothing is unfinished, only new batches can come: a look now and then is enough. */
  idleMs: 5 * 60_000,
  /** Batches that the person asked to be told of, while nobody looks. */
  markedMs: 2 * 60_000,
  longestBackOffMs: 5 * 60_000,
  /** No server asks to be left alone for longer than this: the clock was set back since it did. */
  longestRetryMs: 24 * 60 * 60_000,
  /** Coming back after less than this asks nothing: switching to and fro must not. */
  shortestGapMs: 10_000,
  /** Rarely everything is loaded anew, in case something changed that should not have been able to. */
  wholeMs: 60 * 60_000,
} as const;

/**
 * When to load next. A pure function, so that every rule can be tried out:
 *
 * - Nothing without a key, or while loading.
 * - The first load comes as soon as the view is visible, whatever the setting.
 * - While the view is visible in a focused window: every interval as long as something is unfinished, else rarely.
 *   Coming back catches up once.
 * - While it is not: nothing, except slowly for batches that the person asked to be told of.
 * - After failures the wait doubles, up to a limit; the server's own wish is obeyed in any case.
 *
 * @returns nothing when there is no reason to ask until something else changes.
 */
export function nextRefresh(facts: RefreshFacts, now: number): NextRefresh | undefined {
  if (!facts.canAsk || facts.isLoading) {
    return undefined;
  }
  if (facts.triedAt === undefined) {
    return facts.isVisible || facts.marked > 0 ? { at: now, load: 'all' } : undefined;
  }
  const isSeen = facts.isVisible && facts.isFocused && facts.isAutomatic;
  const waitMs = waitOf(facts, isSeen);
  if (waitMs === undefined) {
    return undefined;
  }
  // A moment that is still to come was noted before the clock was set back: nobody knows how long ago that was.
  let at = facts.triedAt > now ? now : facts.triedAt + waitMs;
  if (isSeen && facts.seenSince !== undefined && facts.seenSince > facts.triedAt) {
    at = Math.min(at, Math.max(facts.seenSince, facts.triedAt + refreshLimits.shortestGapMs));
  }
  if (facts.retryAt !== undefined && facts.retryAt <= now + refreshLimits.longestRetryMs) {
    at = Math.max(at, facts.retryAt);
  }
  const isWholeDue = facts.loadedAllAt === undefined || Math.abs(now - facts.loadedAllAt) >= refreshLimits.wholeMs;
  return { at: Math.max(at, now), load: isWholeDue ? 'all' : 'changes' };
}

function waitOf(facts: RefreshFacts, isSeen: boolean): number | undefined {
  const { unfinished, marked, failures, intervalMs, jitter } = facts;
  if (!isSeen && marked === 0) {
    return undefined;
  }
  const seenMs = unfinished > 0 ? intervalMs : refreshLimits.idleMs;
  const waitMs = isSeen ? seenMs : refreshLimits.markedMs;
  if (failures === 0) {
    return waitMs * (1 + 0.2 * jitter);
  }
  const shortestMs = isSeen ? intervalMs : waitMs;
  if (shortestMs > refreshLimits.longestBackOffMs) {
    // The limit must not have a server that fails asked more often than one that works.
    return shortestMs * (1 + 0.2 * jitter);
  }
  const doubled = Math.min(shortestMs * 2 ** (failures - 1), refreshLimits.longestBackOffMs);
  return doubled * (0.8 + 0.2 * jitter);
}
