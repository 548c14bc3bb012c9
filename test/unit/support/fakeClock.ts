import type { Clock } from '../../../src/core/common/clock';

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** Runs all pending promise callbacks. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A clock that the test advances. */
export class FakeClock implements Clock {
  private readonly timers = new Set<Timer>();

  constructor(private time = Date.UTC(2026, 10, 24, 12)) {}

  now(): number {
    return this.time;
  }

  schedule(delayMs: number, callback: () => void): () => void {
    const timer = { at: this.time + delayMs, callback };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  /** The number of running timers: finished work must leave none. */
  get running(): number {
    return this.timers.size;
  }

  /** Advances the time without running anything, like a slow synchronous call. */
  pass(ms: number): void {
    this.time += ms;
  }

  /** Advances the time. Runs each timer that is due, and its promise callbacks. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    await settle();
    for (let next = this.next(); next !== undefined && next.at <= end; next = this.next()) {
      this.fire(next);
      await settle();
    }
    this.time = end;
  }

  /** Advances the time from timer to timer until the promise settles. */
  async runUntil<T>(promise: Promise<T>): Promise<T> {
    const state = { isSettled: false };
    const note = (): void => {
      state.isSettled = true;
    };
    promise.then(note, note);
    for (;;) {
      await settle();
      if (state.isSettled) {
        return promise;
      }
      const next = this.next();
      if (next === undefined) {
        throw new Error('waits for something that no timer will end');
      }
      this.fire(next);
    }
  }

  private next(): Timer | undefined {
    return [...this.timers].sort((a, b) => a.at - b.at)[0];
  }

  private fire(timer: Timer): void {
    this.timers.delete(timer);
    this.time = Math.max(this.time, timer.at);
    timer.callback();
  }
}
