/**
 * Mocha's `spec` reporter, which also writes the counts to the file that RESULTS_FILE names.
 *
 * They are written only when the run has come to its end: a run that crashes half-way leaves no file.
 */
import Mocha from 'mocha';
import { writeResults, type Failure } from './results';

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
    runner.once('end', () => {
      const { passes, failures: failed, pending } = this.stats;
      writeResults(file, { passed: passes, failed, skipped: pending, failures });
    });
  }
}

// Mocha loads a reporter with `require` and takes the whole module for the class.
export = SpecAndResults;
