/**
 * Registers what must not outlive this process: servers, browsers, folders.
 *
 * The code that starts something also ends it. This is the safety net for an exception, `process.exit` or Ctrl+C in
 * between.
 */
type Cleanup = () => void;

const cleanups = new Set<Cleanup>();
let installed = false;

/**
 * Calls `cleanup` when the process ends, unless the returned function was called before. It must be synchronous, since
 * nothing asynchronous runs any more at that time.
 */
export function atExit(cleanup: Cleanup): () => void {
  if (!installed) {
    installed = true;
    process.on('exit', runAll);
  }
  cleanups.add(cleanup);
  return () => cleanups.delete(cleanup);
}

/** For command line scripts: runs the clean-up on Ctrl+C and similar signals. */
export function exitOnSignals(): void {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.once(signal, () => process.exit(code));
  }
}

function runAll(): void {
  for (const cleanup of [...cleanups].reverse()) {
    try {
      cleanup();
    } catch {
      // The other clean-ups must still run, and nobody can read an error any more.
    }
  }
  cleanups.clear();
}
