import { setTimeout as delay } from 'node:timers/promises';

const stepMs = 20;

/**
 * Tries until the check no longer throws, and gives what it returns. Nothing in the editor says when it has caught up.
 * @throws what the check threw last, when the deadline (in milliseconds from now) has passed.
 */
export async function eventually<T>(check: () => T | Promise<T>, withinMs = 15_000): Promise<T> {
  // Not by the clock, which a test may move or stop.
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
