import type { Reporter, TestCase, FullResult, Suite } from '@playwright/test/reporter';
import { noResults, writeResults } from './results';

/** Writes the counts of a run of Playwright to a file, when the run has come to its end. */
export default class ResultsReporter implements Reporter {
  private tests: TestCase[] = [];
  private errors = 0;

  constructor(private readonly options: { file: string }) {}

  onBegin(_config: unknown, suite: Suite): void {
    this.tests = suite.allTests();
  }

  /** Something outside of a test failed: a setup, a worker, a file that can't be loaded. */
  onError(): void {
    this.errors++;
  }

  onEnd(result: FullResult): void {
    if (result.status === 'interrupted') return;
    const results = { ...noResults };
    for (const test of this.tests) {
      const outcome = test.outcome();
      if (outcome === 'skipped') results.skipped++;
      // A test that never ran (its worker failed) has no results, and counts as failed.
      else if (outcome === 'expected' && test.results.length > 0) results.passed++;
      else results.failed++;
    }
    results.failed += this.errors;
    writeResults(this.options.file, results);
  }

  printsToStdio(): boolean {
    return false;
  }
}
