import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { outcomes } from '../../../src/core/results/row';
import { type ResultSort, sortRows } from '../../../src/core/results/sort';
import { columns } from '../../../src/webview/results/columns';
import { itAlways } from '../support/properties';
import { row } from './lines';

const rows = [
  row({ line: 0, requestId: 'EP10-de', model: 'lipsync-2', durationS: 3 }),
  row({ line: 1, requestId: 'ep2-fr', outcome: 'failed', error: 'Timed out (again)' }),
  row({ line: 2, outcome: 'unreadable', problem: 'notJson' }),
  row({ line: 3, requestId: 'ep1-fr', outcome: 'rejected', model: 'SYNC-3', durationS: 1 }),
];

const columnOf = (key: string) => columns.find((column) => column.key === key) ?? assert.fail(key);

function sorted(key: string, direction: ResultSort['direction'] = 'ascending'): number[] {
  return sortRows(rows, columnOf(key).sortValue, direction).map(({ line }) => line);
}

describe('The sort order of results', () => {
  it('compares text ignoring case, and numbers in it as numbers', () => {
    assert.deepEqual(sorted('requestId'), [3, 1, 0, 2]);
    assert.deepEqual(sorted('requestId', 'descending'), [0, 1, 3, 2]);
    assert.deepEqual(sorted('model'), [0, 3, 1, 2]);
  });

  it('puts outcomes that need attention first', () => {
    assert.deepEqual(sorted('outcome'), [1, 3, 2, 0]);
  });

  it('puts rows without a value last, in both directions', () => {
    assert.deepEqual(sorted('durationS'), [3, 0, 1, 2]);
    assert.deepEqual(sorted('durationS', 'descending'), [0, 3, 1, 2]);
  });

  itAlways('keeps all rows, and the order of rows with equal values', () => {
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
        fc.constantFrom(...columns),
        (list, { sortValue }) => {
          const up = sortRows(list, sortValue, 'ascending');
          const down = sortRows(list, sortValue, 'descending');
          assert.deepEqual(
            [...up].sort((a, b) => a.line - b.line),
            list,
          );
          assert.deepEqual(
            [...down].sort((a, b) => a.line - b.line),
            list,
          );
          assert.deepEqual(sortRows(up, sortValue, 'ascending'), up);
          for (const order of [up, down]) {
            order.forEach((each, index) => {
              const next = order[index + 1];
              if (next !== undefined && sortValue(each) === sortValue(next)) {
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
