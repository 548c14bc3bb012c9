import type { FullResult, Reporter, Suite, TestCase, TestError } from '@playwright/test/reporter';
import { noResults, writeResults, type Failure } from './results';

/** Writes the counts of a run of Playwright to a file, when the run has come to its end. */
export default class ResultsReporter implements Reporter {
  private tests: TestCase[] = [];
  private readonly errors: Failure[] = [];

  constructor(private readonly options: { file: string }) {}

  onBegin(_config: unknown, suite: Suite): void {
    this.tests = suite.allTests();
  }

  /** Something outside of a test failed: a setup, a worker, a file that can't be loaded. */
  onError(error: TestError): void {
    this.errors.push({ title: 'outside of a test', reason: textOf([error]) });
  }

  onEnd(result: FullResult): void {
    if (result.status === 'interrupted') return;
    const results = { ...noResults };
    const failures = [...this.errors];
    for (const test of this.tests) {
      const outcome = test.outcome();
      if (outcome === 'skipped') results.skipped++;
      // A test that never ran (its worker failed) has no results, and counts as failed.
      else if (outcome === 'expected' && test.results.length > 0) results.passed++;
      else {
        results.failed++;
        const errors = test.results.flatMap((attempt) => attempt.errors);
        failures.push({ title: test.titlePath().filter(Boolean).join(' › '), reason: textOf(errors) });
      }
    }
    results.failed += this.errors.length;
    writeResults(this.options.file, { ...results, failures });
  }

  printsToStdio(): boolean {
    return false;
  }
}

function textOf(errors: readonly TestError[]): string {
  if (errors.length === 0) return 'It did not run.';
  return errors.map((error) => error.stack ?? error.message ?? String(error.value)).join('\n');
}
