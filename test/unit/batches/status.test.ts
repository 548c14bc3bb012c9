import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  batchStatuses,
  compareStatuses,
  isFinished,
  isKnownStatus,
  isUnderWay,
} from '../../../src/core/batches/status';
import { itAlways } from '../support/properties';

describe('Batch statuses', () => {
  it('are the five documented ones', () => {
    assert.deepEqual([...batchStatuses].sort(), ['COMPLETED', 'FAILED', 'JOBS_CREATED', 'PENDING', 'PROCESSING']);
    for (const status of batchStatuses) {
      assert.equal(isKnownStatus(status), true);
    }
    for (const status of ['', 'completed', 'EXPIRED', 'toString']) {
      assert.equal(isKnownStatus(status), false);
    }
  });

  it('are finished if the batch no longer changes; an unknown status is unfinished', () => {
    assert.deepEqual(
      ['PENDING', 'JOBS_CREATED', 'PROCESSING', 'COMPLETED', 'FAILED', 'EXPIRED', 'completed'].filter(isFinished),
      ['COMPLETED', 'FAILED'],
    );
  });

  it('tell whether more results will come; an unknown status does not', () => {
    assert.deepEqual(
      ['PENDING', 'JOBS_CREATED', 'PROCESSING', 'COMPLETED', 'FAILED', 'EXPIRED', 'processing'].filter(isUnderWay),
      ['PENDING', 'JOBS_CREATED', 'PROCESSING'],
    );
  });

  it('are sorted: unfinished, unknown, finished', () => {
    const statuses = ['COMPLETED', 'ZOMBIE', 'FAILED', 'PENDING', 'ARCHIVED', 'JOBS_CREATED', 'PROCESSING'];
    assert.deepEqual(statuses.sort(compareStatuses), [
      'PROCESSING',
      'JOBS_CREATED',
      'PENDING',
      'ARCHIVED',
      'ZOMBIE',
      'FAILED',
      'COMPLETED',
    ]);
  });

  itAlways('always have the same order', () => {
    const status = fc.oneof(fc.constantFrom(...batchStatuses), fc.string());
    fc.assert(
      fc.property(fc.uniqueArray(status), (statuses) => {
        const sorted = [...statuses].sort(compareStatuses);
        assert.deepEqual([...statuses].reverse().sort(compareStatuses), sorted);
        assert.deepEqual([...sorted].sort(compareStatuses), sorted);
      }),
    );
  });
});
