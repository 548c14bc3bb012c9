import { replaceMember } from './replace';

/** The time of the test that runs. */
export interface PassingTime {
  /**
   * Moves the clock on. Timers do not run down faster by that: the extension notices when something else makes it look
   * at the clock.
   */
  pass(ms: number): void;
  /** Stops the clock: from now on only what is passed counts, however long the test takes. */
  stop(): void;
}

/** Lets the tests of the suite move the clock on, or stop it. It goes right again after each. */
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
