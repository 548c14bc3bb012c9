import type { BatchStore } from '../store';
import { isFinished } from '../status';
import type { Clock } from '../../common/clock';
import { asError } from '../../common/errors';
import type { Disposable } from '../../common/emitter';
import type { Log } from '../../common/log';
import { nextRefresh, type RefreshFacts } from './policy';
import type { RefreshLease } from './lease';

/** What the editor tells about its window and its settings. */
export interface Attention {
  readonly isVisible: boolean;
  readonly isFocused: boolean;
}

export interface AutoRefreshSettings {
  readonly isAutomatic: boolean;
  readonly intervalMs: number;
}

export interface AutoRefreshHost {
  store: BatchStore;
  clock: Clock;
  /** A number from 0 (inclusive) to 1 (exclusive). */
  random: () => number;
  log: Log;
  /** There is a key and an address: asking makes sense. */
  canAsk: () => boolean;
  /** The turns of the account that the key in use belongs to, as soon as it is known. */
  lease: () => RefreshLease | undefined;
  /** The IDs of the batches that the person asked to be told of. */
  subscribed: () => ReadonlySet<string>;
  /** The settings, read when needed. */
  settings: () => AutoRefreshSettings;
}

/** Another window is asking: its answer is looked for after this many milliseconds. */
const takenMs = 2_000;

/** Keeps the store true: asks {@link nextRefresh} when to load next, and loads then. */
export class AutoRefresh implements Disposable {
  private attention: Attention = { isVisible: false, isFocused: false };
  private seenSince: number | undefined;
  private jitter: number;
  private cancelTimer: (() => void) | undefined;
  private isRunning = false;
  private isDisposed = false;
  private notBefore = 0;
  private readonly subscription: Disposable;

  constructor(private readonly host: AutoRefreshHost) {
    this.jitter = host.random();
    let triedAt: number | undefined;
    this.subscription = host.store.onDidChange(() => {
      if (host.store.triedAt !== triedAt) {
        triedAt = host.store.triedAt;
        this.jitter = host.random();
        if (!this.isRunning && host.store.error === undefined) {
          // A person asked for this load. Other windows, and the next start, profit from it as well.
          void host.lease()?.release(host.store.snapshot);
        }
      }
      this.reschedule();
    });
  }

  /** The view was shown or hidden, or the window got or lost the focus. */
  setAttention(attention: Attention): void {
    const wasSeen = this.seenSince !== undefined;
    const isSeen = attention.isVisible && attention.isFocused;
    this.attention = attention;
    if (isSeen && !wasSeen) {
      this.seenSince = this.host.clock.now();
    } else if (!isSeen) {
      this.seenSince = undefined;
    }
    this.reschedule();
  }

  /** Thinks again about when to load next, after anything that bears on it has changed. */
  reschedule(): void {
    this.cancelTimer?.();
    this.cancelTimer = undefined;
    if (this.isRunning || this.isDisposed) {
      return;
    }
    const now = this.host.clock.now();
    const next = nextRefresh(this.facts(), now);
    if (next !== undefined) {
      // A pause longer than any that is made here began before the clock was set back.
      const isPaused = this.notBefore <= now + Math.max(takenMs, this.host.settings().intervalMs);
      const delayMs = Math.max(next.at, isPaused ? this.notBefore : now) - now;
      this.cancelTimer = this.host.clock.schedule(Math.min(delayMs, longestTimerMs), () => void this.run());
    }
  }

  dispose(): void {
    this.isDisposed = true;
    this.cancelTimer?.();
    this.subscription.dispose();
  }

  private facts(): RefreshFacts {
    const { store, canAsk, subscribed, settings } = this.host;
    const isRefused = store.error !== undefined && final.has(store.error.reason);
    return {
      ...this.attention,
      ...settings(),
      canAsk: canAsk() && !isRefused,
      isLoading: store.isLoading,
      seenSince: this.seenSince,
      unfinished: store.batches.reduce((count, { status }) => (isFinished(status) ? count : count + 1), 0),
      marked: [...subscribed()].filter((id) => this.isToCome(id)).length,
      triedAt: store.triedAt,
      loadedAllAt: store.loadedAllAt,
      failures: store.failures,
      retryAt: store.error?.details.retryAt,
      jitter: this.jitter,
    };
  }

  /** The batch is unfinished as far as is known. One that is not among all there are is gone, and never ends. */
  private isToCome(id: string): boolean {
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
      this.notBefore = clock.now() + this.host.settings().intervalMs;
    } finally {
      this.isRunning = false;
      this.reschedule();
    }
  }

  private async load(what: 'all' | 'changes'): Promise<void> {
    const { store, clock, settings } = this.host;
    const turns = this.host.lease();
    if (turns === undefined) {
      await (what === 'all' ? store.load() : store.loadChanges());
      return;
    }
    const turn = await turns.acquire(store.loadedAt, settings().intervalMs);
    // Another key may be in use by now. No account sees anything of another one: not the store, and not what is kept.
    const isCurrent = (): boolean => this.host.lease() === turns;
    if (!isCurrent()) {
      await turns.release(undefined);
    } else if (turn.kind === 'taken') {
      this.notBefore = clock.now() + takenMs;
    } else if (turn.kind === 'ours' || !store.adopt(turn.list)) {
      const outcome = await (what === 'all' ? store.load() : store.loadChanges());
      await turns.release(outcome.kind === 'loaded' && isCurrent() ? store.snapshot : undefined);
    }
  }
}

/** Failures that asking again does not mend: a key or a setting must change first. */
const final: ReadonlySet<string> = new Set(['unauthorized', 'badBaseUrl', 'noKey']);

/** Timers take no more than about 24 days, and a machine can sleep: an hour at a time is enough. */
const longestTimerMs = 60 * 60 * 1_000;
