import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { filterRows, noResultFilter, offeredOutcomes, rowTest } from '../../../src/core/results/filter';
import { emptySummary } from '../../../src/core/results/resultSummary';
import type { Outcome } from '../../../src/core/results/row';
import { itAlways } from '../support/properties';
import { row } from './lines';

const rows = [
  row({ line: 0, requestId: 'EP10-de', status: 'COMPLETED', model: 'lipsync-2', durationS: 3 }),
  row({
    line: 1,
    requestId: 'ep2-fr',
    outcome: 'failed',
    status: 'FAILED',
    error: 'Timed out (again)',
    errorCode: 'E_1',
  }),
  row({ line: 2, outcome: 'unreadable', problem: 'notJson' }),
  row({ line: 3, requestId: 'ep1-fr', outcome: 'rejected', status: 'REJECTED', model: 'SYNC-3', durationS: 1 }),
];

function found(text: string, ...wanted: Outcome[]): number[] {
  return filterRows(rows, { outcomes: wanted, text }).map(({ line }) => line);
}

describe('The outcomes to filter by', () => {
  const counts = { ...emptySummary, failed: 2, unfinished: 1 };

  it('are those of the rows, and always failed and succeeded', () => {
    assert.deepEqual(offeredOutcomes(emptySummary, noResultFilter), ['failed', 'succeeded']);
    assert.deepEqual(offeredOutcomes(counts, noResultFilter), ['failed', 'unfinished', 'succeeded']);
  });

  it('include the outcomes of the filter, so that the user can remove it', () => {
    const filter = { outcomes: ['rejected'], text: '' } as const;
    assert.deepEqual(offeredOutcomes(counts, filter), ['failed', 'rejected', 'unfinished', 'succeeded']);
  });
});

describe('The result filter', () => {
  it('shows all rows when it is empty', () => {
    assert.deepEqual(filterRows(rows, noResultFilter), rows);
    assert.deepEqual(found('  '), [0, 1, 2, 3]);
  });

  it('shows the selected outcomes', () => {
    assert.deepEqual(found('', 'failed'), [1]);
    assert.deepEqual(found('', 'rejected', 'unreadable'), [2, 3]);
    assert.deepEqual(found('ep', 'failed', 'succeeded'), [0, 1]);
  });

  it('searches the request ID, status, model, error and error code, ignoring case', () => {
    assert.deepEqual(found('ep1'), [0, 3]);
    assert.deepEqual(found('EP1'), [0, 3]);
    assert.deepEqual(found('completed'), [0]);
    assert.deepEqual(found('sync-3'), [3]);
    assert.deepEqual(found(' timed out '), [1]);
    assert.deepEqual(found('e_1'), [1]);
    assert.deepEqual(found('notJson'), []);
  });

  it('takes the text literally, without special characters', () => {
    assert.deepEqual(found('(again)'), [1]);
    for (const text of ['.', '.*', '[', '\\', 'a|b', '^', '$', '-fr$', '/', '{2}', '?', '+', '*', 'ep\\d']) {
      assert.deepEqual(found(text), [], text);
    }
  });

  itAlways('finds every text that a row contains', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.string(), fc.string(), (text, before, after) => {
        const test = rowTest({ outcomes: [], text });
        assert.equal(test(row({ error: `${before}${text}${after}` })), true);
        assert.equal(test(row({ requestId: text.trim() })), true);
      }),
      { numRuns: 300 },
    );
  });
});
