import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  fileOrder,
  filterRows,
  noResultFilter,
  offeredOutcomes,
  type ResultSort,
  rowTest,
  sortColumns,
  sortRows,
} from '../../../src/core/results/filter';
import { type Outcome, outcomes, type ResultRow } from '../../../src/core/results/row';
import { noResults } from '../../../src/core/results/summary';
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

function linesOf(found: readonly ResultRow[]): number[] {
  return found.map(({ line }) => line);
}

function found(text: string, ...wanted: Outcome[]): number[] {
  return linesOf(filterRows(rows, { outcomes: wanted, text }));
}

function sorted(column: ResultSort['column'], direction: ResultSort['direction'] = 'ascending'): number[] {
  return linesOf(sortRows(rows, { column, direction }));
}

describe('Outcomes to filter by', () => {
  const counts = { ...noResults, failed: 2, unfinished: 1 };

  it('are those that there are, and the two that everybody looks for', () => {
    assert.deepEqual(offeredOutcomes(noResults, noResultFilter), ['failed', 'succeeded']);
    assert.deepEqual(offeredOutcomes(counts, noResultFilter), ['failed', 'unfinished', 'succeeded']);
  });

  it('stay while they are filtered by, so that this can be seen and ended', () => {
    const filter = { outcomes: ['rejected'], text: '' } as const;
    assert.deepEqual(offeredOutcomes(counts, filter), ['failed', 'rejected', 'unfinished', 'succeeded']);
  });
});

describe('Filtering results', () => {
  it('shows everything where there is no filter', () => {
    assert.deepEqual(filterRows(rows, noResultFilter), rows);
    assert.deepEqual(found('  '), [0, 1, 2, 3]);
  });

  it('shows the outcomes that are chosen', () => {
    assert.deepEqual(found('', 'failed'), [1]);
    assert.deepEqual(found('', 'rejected', 'unreadable'), [2, 3]);
    assert.deepEqual(found('ep', 'failed', 'succeeded'), [0, 1]);
  });

  it('finds text in the request ID, status, model, error and code, in upper or lower case', () => {
    assert.deepEqual(found('ep1'), [0, 3]);
    assert.deepEqual(found('EP1'), [0, 3]);
    assert.deepEqual(found('completed'), [0]);
    assert.deepEqual(found('sync-3'), [3]);
    assert.deepEqual(found(' timed out '), [1]);
    assert.deepEqual(found('e_1'), [1]);
    assert.deepEqual(found('notJson'), []);
  });

  it('takes the text as it stands: nothing in it means anything', () => {
    assert.deepEqual(found('(again)'), [1]);
    for (const text of ['.', '.*', '[', '\\', 'a|b', '^', '$', '-fr$', '/', '{2}', '?', '+', '*', 'ep\\d']) {
      assert.deepEqual(found(text), [], text);
    }
  });

  itAlways('finds every text that is there', () => {
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

describe('Sorting results', () => {
  it('keeps the order of the file, or turns it', () => {
    assert.deepEqual(linesOf(sortRows([...rows].reverse(), fileOrder)), [0, 1, 2, 3]);
    assert.deepEqual(sorted('line', 'descending'), [3, 2, 1, 0]);
  });

  it('orders text as people do: numbers as numbers, upper and lower case alike', () => {
    assert.deepEqual(sorted('requestId'), [3, 1, 0, 2]);
    assert.deepEqual(sorted('requestId', 'descending'), [0, 1, 3, 2]);
    assert.deepEqual(sorted('model'), [0, 3, 1, 2]);
  });

  it('puts what asks for attention first', () => {
    assert.deepEqual(sorted('outcome'), [1, 3, 2, 0]);
  });

  it('puts rows that lack it last, in both directions', () => {
    assert.deepEqual(sorted('durationS'), [3, 0, 1, 2]);
    assert.deepEqual(sorted('durationS', 'descending'), [0, 3, 1, 2]);
  });

  itAlways('loses no row, and leaves those that are alike in their order', () => {
    const text = fc.constantFrom('a', 'A', 'a1', 'a01', 'b10', 'b9', '');
    const anyRow = fc
      .record(
        {
          outcome: fc.constantFrom(...outcomes),
          requestId: text,
          model: text,
          durationS: fc.nat(3),
          createdAt: fc.nat(3),
          error: text,
        },
        { requiredKeys: ['outcome'] },
      )
      .map(row);
    fc.assert(
      fc.property(
        fc.array(anyRow).map((list) => list.map((each, line) => ({ ...each, line }))),
        fc.constantFrom(...sortColumns),
        (list, column) => {
          const up = sortRows(list, { column, direction: 'ascending' });
          const down = sortRows(list, { column, direction: 'descending' });
          assert.deepEqual(
            [...up].sort((a, b) => a.line - b.line),
            list,
          );
          assert.deepEqual(
            [...down].sort((a, b) => a.line - b.line),
            list,
          );
          assert.deepEqual(sortRows(up, { column, direction: 'ascending' }), up);
          for (const order of [up, down]) {
            order.forEach((each, index) => {
              const next = order[index + 1];
              if (next !== undefined && each[column] === next[column]) {
                assert.ok(each.line < next.line);
              }
            });
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
