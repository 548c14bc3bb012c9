import { asError } from './errors';

/** The clock of the core. It is passed in, so that tests can control time. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
  /** Calls `callback` once after `delayMs` milliseconds. @returns a function that cancels it. */
  schedule(delayMs: number, callback: () => void): () => void;
}

/**
 * Resolves after `delayMs` milliseconds.
 * @throws the signal's reason if aborted.
 */
export function sleep(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const onAbort = (): void => {
      cancel();
      reject(asError(signal.reason));
    };
    const cancel = clock.schedule(delayMs, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

/**
 * Waits for a promise that may ignore the signal, such as a hung proxy look-up.
 * @throws the signal's reason if aborted.
 */
export function orAborted<T>(promise: PromiseLike<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(asError(signal.reason));
    if (signal.aborted) {
      // The promise is still handled below: an unhandled rejection would be reported as an error of the extension.
      onAbort();
    }
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).then(
      () => signal.removeEventListener('abort', onAbort),
      () => undefined,
    );
  });
}

/** The result of {@link withTimeLimit} after a timeout. */
export const timedOut = Symbol('timed out');

/** Waits for a promise. @returns {@link timedOut} after `limitMs` milliseconds; the promise is not cancelled. */
export function withTimeLimit<T>(clock: Clock, limitMs: number, promise: PromiseLike<T>): Promise<T | typeof timedOut> {
  return new Promise((resolve, reject) => {
    const cancel = clock.schedule(limitMs, () => resolve(timedOut));
    promise.then(resolve, (error: unknown) => reject(asError(error))).then(cancel);
  });
}
