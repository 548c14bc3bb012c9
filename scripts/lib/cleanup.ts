/**
 * What must not outlive this process (servers, browsers, folders) is registered here once.
 *
 * Whoever started a thing also ends it in the ordinary way; this is the net for an exception, a `process.exit`
 * or Ctrl+C in between.
 */
type Cleanup = () => void;

const cleanups = new Set<Cleanup>();
let installed = false;

/**
 * Calls `cleanup` when the process ends, unless the returned function was called before. It has to be synchronous:
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

/** For command line scripts: Ctrl+C and friends end the process with the clean-up done. */
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
      // The others still have to run, and there is nobody left to tell.
    }
  }
  cleanups.clear();
}
