/** Converts a thrown value to an `Error`. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** True if the error is a cancellation, which is not shown to the user. */
export function isCancelled(thrown: unknown, signal?: AbortSignal): boolean {
  if (signal?.aborted && thrown === signal.reason) {
    return true;
  }
  return thrown instanceof Error && thrown.name === 'AbortError';
}
