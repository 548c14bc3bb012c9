/**
 * Mocha's `spec` reporter, which also writes the counts to the file that RESULTS_FILE names.
 *
 * They are written only when the run has come to its end: a run that crashes half-way leaves no file.
 */
import Mocha from 'mocha';
import { writeResults } from './results';

class SpecAndResults extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const file = process.env['RESULTS_FILE'];
    if (file === undefined || file === '') return;
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats;
      writeResults(file, { passed: passes, failed: failures, skipped: pending });
    });
  }
}

// Mocha loads a reporter with `require` and takes the whole module for the class.
export = SpecAndResults;
