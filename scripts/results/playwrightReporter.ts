import type { FullResult, Reporter, Suite, TestCase, TestError } from '@playwright/test/reporter';
import { noResults, writeResults, type Failure, type TestTime } from './results';

/** Writes the results of a complete run of Playwright to a file. */
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
    const times: TestTime[] = [];
    for (const test of this.tests) {
      const title = test.titlePath().filter(Boolean).join(' › ');
      const ms = test.results.reduce((sum, { duration }) => sum + duration, 0);
      if (test.results.length > 0) times.push({ title, seconds: ms / 1000 });
      const outcome = test.outcome();
      if (outcome === 'skipped') results.skipped++;
      // A test that never ran (its worker failed) has no results, and counts as failed.
      else if (outcome === 'expected' && test.results.length > 0) results.passed++;
      else {
        results.failed++;
        const errors = test.results.flatMap((attempt) => attempt.errors);
        failures.push({ title, reason: textOf(errors) });
      }
    }
    results.failed += this.errors.length;
    writeResults(this.options.file, { ...results, failures, times });
  }

  printsToStdio(): boolean {
    return false;
  }
}

function textOf(errors: readonly TestError[]): string {
  if (errors.length === 0) return 'It did not run.';
  return errors.map((error) => error.stack ?? error.message ?? String(error.value)).join('\n');
}
