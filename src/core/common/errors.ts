/** What was thrown, as an `Error`. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** True when `thrown` only says that the signal was aborted: not a failure, and nothing to show. */
export function isCancelled(thrown: unknown, signal?: AbortSignal): boolean {
  if (signal?.aborted && thrown === signal.reason) {
    return true;
  }
  return thrown instanceof Error && thrown.name === 'AbortError';
}
