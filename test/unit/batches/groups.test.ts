import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { groupByStatus } from '../../../src/core/batches/groups';
import { anyBatches, batch } from '../support/batches';
import { itAlways } from '../support/properties';

describe('Batch groups', () => {
  it('exist for each status that occurs, unfinished ones first', () => {
    const batches = [
      batch({ id: 'a', status: 'COMPLETED' }),
      batch({ id: 'b', status: 'EXPIRED' }),
      batch({ id: 'c', status: 'PROCESSING' }),
      batch({ id: 'd', status: 'COMPLETED' }),
    ];
    assert.deepEqual(
      groupByStatus(batches).map(({ status, batches: members }) => [status, members.map(({ id }) => id)]),
      [
        ['PROCESSING', ['c']],
        ['EXPIRED', ['b']],
        ['COMPLETED', ['a', 'd']],
      ],
    );
  });

  it('do not exist without batches', () => assert.deepEqual(groupByStatus([]), []));

  it('can have any status as a name', () => {
    const [group] = groupByStatus([batch({ status: '__proto__' })]);
    assert.equal(group?.status, '__proto__');
  });

  itAlways('contain every batch once, in the given order, and are never empty', () => {
    fc.assert(
      fc.property(anyBatches, (batches) => {
        const groups = groupByStatus(batches);
        assert.equal(new Set(groups.map(({ status }) => status)).size, groups.length);
        for (const { status, batches: members } of groups) {
          assert.ok(members.length > 0);
          assert.deepEqual(
            members,
            batches.filter((one) => one.status === status),
          );
        }
        assert.equal(
          groups.reduce((count, { batches: members }) => count + members.length, 0),
          batches.length,
        );
      }),
    );
  });
});
