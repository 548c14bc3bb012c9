import type { BatchStore } from '../store';
import { isFinished } from '../status';
import type { Clock } from '../../common/clock';
import { asError } from '../../common/errors';
import type { Disposable } from '../../common/emitter';
import type { Log } from '../../common/log';
import { nextRefresh, type RefreshFacts } from './policy';
import type { RefreshLease } from './lease';

/** Whether the user can see the view: it is visible, and its window has the focus. */
export interface Attention {
  readonly isVisible: boolean;
  readonly isFocused: boolean;
}

export interface AutoRefreshSettings {
  readonly isAutomatic: boolean;
  /** The poll interval while a batch is unfinished. */
  readonly intervalMs: number;
}

export interface AutoRefreshHost {
  store: BatchStore;
  clock: Clock;
  /** A number from 0 (inclusive) to 1 (exclusive). */
  random: () => number;
  log: Log;
  /** There is a key and a valid address. */
  canLoad: () => boolean;
  /** The lease of the current account; undefined until the account is known. */
  lease: () => RefreshLease | undefined;
  /** IDs of the batches that the user wants to be notified about. */
  subscribed: () => ReadonlySet<string>;
  settings: () => AutoRefreshSettings;
}

/** How long to wait while another window is loading, in milliseconds, before checking for its result. */
const otherWindowMs = 2_000;

/** Polls the API: asks {@link nextRefresh} when to load next, and loads the store at that time. */
export class AutoRefresh implements Disposable {
  private attention: Attention = { isVisible: false, isFocused: false };
  private watchedSince: number | undefined;
  private jitter: number;
  private cancelTimer: (() => void) | undefined;
  private isRunning = false;
  private isDisposed = false;
  private pausedUntil = 0;
  private readonly subscription: Disposable;

  constructor(private readonly host: AutoRefreshHost) {
    this.jitter = host.random();
    let lastAttemptAt: number | undefined;
    this.subscription = host.store.onDidChange(() => {
      if (host.store.lastAttemptAt !== lastAttemptAt) {
        lastAttemptAt = host.store.lastAttemptAt;
        this.jitter = host.random();
        if (!this.isRunning && host.store.error === undefined) {
          // The user started this load. Share its result with other windows and the next session.
          void host.lease()?.release(host.store.snapshot);
        }
      }
      this.reschedule();
    });
  }

  /** Call when the view is shown or hidden, or the window gets or loses the focus. */
  setAttention(attention: Attention): void {
    const isWatched = attention.isVisible && attention.isFocused;
    this.attention = attention;
    this.watchedSince = isWatched ? (this.watchedSince ?? this.host.clock.now()) : undefined;
    this.reschedule();
  }

  /** Schedules the next load again. Call when a setting, the key or the account has changed. */
  reschedule(): void {
    this.cancelTimer?.();
    this.cancelTimer = undefined;
    if (this.isRunning || this.isDisposed) {
      return;
    }
    const now = this.host.clock.now();
    const next = nextRefresh(this.facts(), now);
    if (next !== undefined) {
      // If the pause seems longer than any pause set here, the clock was set back.
      const isPaused = this.pausedUntil <= now + Math.max(otherWindowMs, this.host.settings().intervalMs);
      const delayMs = Math.max(next.at, isPaused ? this.pausedUntil : now) - now;
      this.cancelTimer = this.host.clock.schedule(Math.min(delayMs, maxTimerMs), () => void this.run());
    }
  }

  dispose(): void {
    this.isDisposed = true;
    this.cancelTimer?.();
    this.subscription.dispose();
  }

  private facts(): RefreshFacts {
    const { store, canLoad, subscribed, settings } = this.host;
    const isRefused = store.error !== undefined && permanentErrors.has(store.error.reason);
    return {
      ...this.attention,
      ...settings(),
      canLoad: canLoad() && !isRefused,
      isLoading: store.isLoading,
      watchedSince: this.watchedSince,
      unfinishedCount: store.batches.reduce((count, { status }) => (isFinished(status) ? count : count + 1), 0),
      subscribedCount: [...subscribed()].filter((id) => this.canStillFinish(id)).length,
      lastAttemptAt: store.lastAttemptAt,
      lastFullLoadAt: store.lastFullLoadAt,
      failures: store.failures,
      retryAt: store.error?.details.retryAt,
      jitter: this.jitter,
    };
  }

  /** True if the batch is unfinished as far as we know. A batch that is missing from a complete list no longer exists. */
  private canStillFinish(id: string): boolean {
    const { store } = this.host;
    const batch = store.find(id);
    return batch === undefined ? store.snapshot?.isWhole !== true : !isFinished(batch.status);
  }

  private async run(): Promise<void> {
    const { clock, log } = this.host;
    const now = clock.now();
    const next = nextRefresh(this.facts(), now);
    if (next === undefined || next.at > now) {
      this.reschedule();
      return;
    }
    this.isRunning = true;
    try {
      await this.load(next.load);
    } catch (error) {
      log.error(`The automatic refresh failed: ${asError(error).message}`);
      this.pausedUntil = clock.now() + this.host.settings().intervalMs;
    } finally {
      this.isRunning = false;
      this.reschedule();
    }
  }

  private async load(what: 'all' | 'changes'): Promise<void> {
    const { store, clock, settings } = this.host;
    const lease = this.host.lease();
    if (lease === undefined) {
      await (what === 'all' ? store.load() : store.loadChanges());
      return;
    }
    const outcome = await lease.acquire(store.loadedAt, settings().intervalMs);
    // The account may have changed meanwhile. Data of one account must not reach another account's store or files.
    const isCurrent = (): boolean => this.host.lease() === lease;
    if (!isCurrent()) {
      await lease.release(undefined);
    } else if (outcome.kind === 'heldElsewhere') {
      this.pausedUntil = clock.now() + otherWindowMs;
    } else if (outcome.kind === 'acquired' || !store.applySnapshot(outcome.list)) {
      const loaded = await (what === 'all' ? store.load() : store.loadChanges());
      await lease.release(loaded.kind === 'loaded' && isCurrent() ? store.snapshot : undefined);
    }
  }
}

/** Errors that a retry can't fix: the key or a setting must change first. */
const permanentErrors: ReadonlySet<string> = new Set(['unauthorized', 'badBaseUrl', 'noKey']);

/** Timers are limited to about 24 days, and a computer can sleep: check again after an hour. */
const maxTimerMs = 60 * 60 * 1_000;
