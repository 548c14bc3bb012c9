import { replaceMember } from './replace';

/** The clock of the current test. */
export interface PassingTime {
  /**
   * Moves the clock forward. Does not fire timers: the extension notices the change when it next reads the clock.
   */
  pass(ms: number): void;
  /** Stops the clock: from now on, only `pass` moves it, however long the test takes. */
  stop(): void;
}

/** Allows the tests of the suite to move or stop the clock. Restores it after each test. */
export function useTime(): PassingTime {
  const { now } = Date;
  let passed = 0;
  let stoppedAt: number | undefined;
  let restore: (() => void) | undefined;
  const takeOver = (): void => {
    restore ??= replaceMember(Date, 'now', () => (stoppedAt ?? now()) + passed);
  };
  afterEach('put the clock right', () => {
    restore?.();
    restore = undefined;
    passed = 0;
    stoppedAt = undefined;
  });
  return {
    pass(ms) {
      passed += ms;
      takeOver();
    },
    stop() {
      stoppedAt ??= now();
      takeOver();
    },
  };
}
