import { replaceMember } from './replace';

/** The time of the test that runs. */
export interface PassingTime {
  /**
   * Moves the clock on. Timers do not run down faster by that: the extension notices when something else makes it look
   * at the clock.
   */
  pass(ms: number): void;
}

/** Lets the tests of the suite move the clock on. It goes right again after each. */
export function useTime(): PassingTime {
  let passed = 0;
  let restore: (() => void) | undefined;
  afterEach('put the clock right', () => {
    restore?.();
    restore = undefined;
    passed = 0;
  });
  return {
    pass(ms) {
      passed += ms;
      if (restore === undefined) {
        const { now } = Date;
        restore = replaceMember(Date, 'now', () => now() + passed);
      }
    },
  };
}
