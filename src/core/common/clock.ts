import { asError } from './errors';

/** Time as the core sees it: passed in, so that tests can hold it still. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
  /** Calls `callback` once after `delayMs` milliseconds, unless the returned function was called before. */
  schedule(delayMs: number, callback: () => void): () => void;
}

/**
 * Resolves after `delayMs` milliseconds.
 * @throws the signal's reason as soon as it is aborted.
 */
export function sleep(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const onAbort = (): void => {
      cancel();
      reject(abortReason(signal));
    };
    const cancel = clock.schedule(delayMs, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

/**
 * The promise's outcome, or the signal's reason if that comes first. For promises that may not obey the signal
 * themselves: a hung proxy look-up or keyring must not hold its caller.
 */
export function orAborted<T>(promise: PromiseLike<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(abortReason(signal));
    if (signal.aborted) {
      // Still listened to below: a rejection that nobody handles would be reported as a fault of the extension.
      onAbort();
    }
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).then(
      () => signal.removeEventListener('abort', onAbort),
      () => undefined,
    );
  });
}

/** What {@link withTimeLimit} gives when the time is up. */
export const timeIsUp = Symbol('time is up');

/** The promise's outcome, or {@link timeIsUp} after `limitMs` milliseconds. The promise itself goes on. */
export function withTimeLimit<T>(clock: Clock, limitMs: number, promise: PromiseLike<T>): Promise<T | typeof timeIsUp> {
  return new Promise((resolve, reject) => {
    const cancel = clock.schedule(limitMs, () => resolve(timeIsUp));
    promise.then(
      (value) => {
        cancel();
        resolve(value);
      },
      (error: unknown) => {
        cancel();
        reject(asError(error));
      },
    );
  });
}

function abortReason(signal: AbortSignal): Error {
  return asError(signal.reason);
}
