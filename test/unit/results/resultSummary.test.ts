import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { outcomes, type ResultRow } from '../../../src/core/results/row';
import { addRows, missingCount, emptySummary, requestCount } from '../../../src/core/results/resultSummary';
import { itAlways } from '../support/properties';
import { row } from './lines';

describe('The summary of a result file', () => {
  it('counts the outcomes and the seconds of output', () => {
    const rows = [
      row({ durationS: 10 }),
      row({ durationS: 2.5 }),
      row(),
      row({ outcome: 'failed', durationS: 100 }),
      row({ outcome: 'rejected' }),
      row({ outcome: 'unfinished' }),
      row({ outcome: 'unreadable', problem: 'notJson' }),
    ];
    assert.deepEqual(addRows(emptySummary, rows), {
      succeeded: 3,
      failed: 1,
      rejected: 1,
      unfinished: 1,
      unreadable: 1,
      duplicates: 0,
      outputSeconds: 12.5,
    });
  });

  it('counts a request with several lines once', () => {
    const rows = [row({ requestId: 'a', durationS: 1 }), row({ requestId: 'a', durationS: 1, problem: 'duplicate' })];
    assert.deepEqual(addRows(emptySummary, rows), { ...emptySummary, succeeded: 1, duplicates: 1, outputSeconds: 1 });
  });

  it('gives the number of requests without a line, never below 0', () => {
    const summary = addRows(emptySummary, [row(), row({ outcome: 'unreadable' }), row({ problem: 'duplicate' })]);
    assert.deepEqual(
      [10, 3, 2, 1, 0].map((total) => missingCount(summary, total)),
      [8, 1, 0, 0, 0],
    );
  });

  itAlways('does not depend on how the rows are split, and adds up to the batch', () => {
    const anyRow = fc
      .record(
        {
          outcome: fc.constantFrom(...outcomes),
          durationS: fc.double({ min: 0, max: 30, noNaN: true }),
          problem: fc.constant('duplicate' as const),
        },
        { requiredKeys: ['outcome'] },
      )
      .map(row);
    fc.assert(
      fc.property(fc.array(fc.array(anyRow)), fc.nat(40), (chunks, total) => {
        const summary = chunks.reduce<typeof emptySummary>(addRows, emptySummary);
        const rows: ResultRow[] = chunks.flat();
        assert.deepEqual(summary, addRows(emptySummary, rows));
        assert.equal(requestCount(summary) + summary.duplicates, rows.length);
        assert.equal(requestCount(summary) + missingCount(summary, total), Math.max(total, requestCount(summary)));
      }),
    );
  });
});
