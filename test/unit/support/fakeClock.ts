import type { Clock } from '../../../src/core/common/clock';

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** Lets everything run that waits for nothing but its turn. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A clock that stands still until a test moves it. */
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

  /** How many timers are running: none may be left behind by work that is done. */
  get running(): number {
    return this.timers.size;
  }

  /** Moves the time without letting anything else run, as a slow answer does within one turn. */
  pass(ms: number): void {
    this.time += ms;
  }

  /** Moves the time on, stopping at every timer that falls due, and lets its consequences run. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    await settle();
    for (let next = this.next(); next !== undefined && next.at <= end; next = this.next()) {
      this.fire(next);
      await settle();
    }
    this.time = end;
  }

  /** Moves the time from timer to timer until the promise has an outcome. */
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
