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

describe('The statuses', () => {
  it('are the five of the API', () => {
    assert.deepEqual([...batchStatuses].sort(), ['COMPLETED', 'FAILED', 'JOBS_CREATED', 'PENDING', 'PROCESSING']);
    for (const status of batchStatuses) {
      assert.equal(isKnownStatus(status), true);
    }
    for (const status of ['', 'completed', 'EXPIRED', 'toString']) {
      assert.equal(isKnownStatus(status), false);
    }
  });

  it('are final where nothing will change any more; an unknown one is not', () => {
    assert.deepEqual(
      ['PENDING', 'JOBS_CREATED', 'PROCESSING', 'COMPLETED', 'FAILED', 'EXPIRED', 'completed'].filter(isFinished),
      ['COMPLETED', 'FAILED'],
    );
  });

  it('say whether more results are to come; an unknown one does not', () => {
    assert.deepEqual(
      ['PENDING', 'JOBS_CREATED', 'PROCESSING', 'COMPLETED', 'FAILED', 'EXPIRED', 'processing'].filter(isUnderWay),
      ['PENDING', 'JOBS_CREATED', 'PROCESSING'],
    );
  });

  it('are shown with what is alive first, then what is unknown, then what is over', () => {
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

  itAlways('have one order, in whatever order they came', () => {
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
