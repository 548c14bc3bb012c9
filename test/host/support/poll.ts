import { setTimeout as delay } from 'node:timers/promises';

const stepMs = 20;

/**
 * Repeats a check until it no longer throws, and returns its result. Needed because VS Code has no event for it.
 * @throws the last error of the check after the deadline, in milliseconds from now.
 */
export async function eventually<T>(check: () => T | Promise<T>, withinMs = 15_000): Promise<T> {
  // Not with the clock, which a test may move or stop.
  const deadline = performance.now() + withinMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > deadline) {
        throw error;
      }
    }
    await delay(stepMs);
  }
}
