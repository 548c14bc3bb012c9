/**
 * Mocha's `spec` reporter, which also writes the results to the file that RESULTS_FILE names.
 *
 * It writes them only when the run is complete: a run that crashes half-way leaves no file.
 */
import Mocha from 'mocha';
import { writeResults, type Failure, type TestTime } from './results';

class SpecAndResults extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const file = process.env['RESULTS_FILE'];
    if (file === undefined || file === '') return;
    const failures: Failure[] = [];
    runner.on('fail', (test, error: unknown) => {
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      failures.push({ title: test.fullTitle(), reason });
    });
    const times = recordTimes(runner);
    runner.once('end', () => {
      const { passes, failures: failed, pending } = this.stats;
      writeResults(file, { passed: passes, failed, skipped: pending, failures, times });
    });
  }
}

/** Mocha's own durations leave out the hooks of a test, which can take longer than the test itself. */
function recordTimes(runner: Mocha.Runner): readonly TestTime[] {
  // Not `Date.now`, which a test may replace.
  const now = performance.now.bind(performance);
  const times: TestTime[] = [];
  let start = 0;
  let last: TestTime | undefined;
  const stop = (): void => {
    if (last !== undefined) last.seconds = (now() - start) / 1000;
  };
  // This event comes before the `beforeEach` hooks.
  runner.on('test', (test) => {
    start = now();
    last = { title: test.fullTitle(), seconds: 0 };
    times.push(last);
  });
  runner.on('test end', (test) => {
    if (!test.isPending()) stop();
  });
  runner.on('hook end', (hook) => {
    if (hook.title.startsWith('"after each"')) stop();
  });
  return times;
}

// Mocha loads a reporter with `require` and uses the whole module as the class.
export = SpecAndResults;
