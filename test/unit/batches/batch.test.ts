import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { compareByNewest, endedWithFailures, hasOutput, progressOf, sameBatch } from '../../../src/core/batches/batch';
import { anyBatch, batch } from '../support/batches';
import { itAlways } from '../support/properties';

describe('Batch progress', () => {
  it('counts succeeded and failed requests', () => {
    assert.deepEqual(progressOf(batch({ metrics: { total: 10, succeeded: 2, failed: 1, pending: 7 } })), {
      total: 10,
      done: 3,
      fraction: 0.3,
    });
  });

  it('is 0 right after creation, when all three counts are 0', () => {
    assert.deepEqual(progressOf(batch({ status: 'PENDING', metrics: { total: 5 } })), {
      total: 5,
      done: 0,
      fraction: 0,
    });
  });

  it('is unknown without a total', () => {
    assert.equal(progressOf(batch()).fraction, undefined);
    assert.equal(progressOf(batch({ metrics: { succeeded: 3 } })).fraction, undefined);
  });

  it('is never more than 100 %', () => {
    assert.deepEqual(progressOf(batch({ metrics: { total: 5, succeeded: 5, failed: 2 } })), {
      total: 5,
      done: 5,
      fraction: 1,
    });
  });

  itAlways('is a fraction from 0 to 1, or unknown, whatever the counts', () => {
    const count = fc.oneof(fc.nat(10), fc.maxSafeNat(), fc.constant(Number.MAX_VALUE));
    fc.assert(
      fc.property(count, count, count, count, (total, succeeded, failed, pending) => {
        const progress = progressOf(batch({ metrics: { total, succeeded, failed, pending } }));
        if (total === 0) {
          assert.equal(progress.fraction, undefined);
          return;
        }
        const { fraction = NaN } = progress;
        assert.ok(fraction >= 0 && fraction <= 1, String(fraction));
        assert.ok(progress.done <= progress.total);
      }),
    );
  });
});

describe('A batch', () => {
  it('has results if it has an output URL, whatever its status', () => {
    const outputUrl = 'https://api.sync.so/v2/batches/x/result';
    assert.equal(hasOutput(batch({ status: 'FAILED', outputUrl })), true);
    assert.equal(hasOutput(batch({ status: 'COMPLETED' })), false);
  });

  it('has ended with failures if it is finished and all or some requests failed', () => {
    assert.equal(endedWithFailures(batch({ status: 'FAILED' })), true);
    assert.equal(endedWithFailures(batch({ status: 'COMPLETED', metrics: { failed: 1 } })), true);
    assert.equal(endedWithFailures(batch({ status: 'COMPLETED' })), false);
    assert.equal(endedWithFailures(batch({ status: 'PROCESSING', metrics: { failed: 1 } })), false);
    assert.equal(endedWithFailures(batch({ status: 'EXPIRED', metrics: { failed: 1 } })), false);
  });

  it('is the same if all properties are equal', () => {
    const one = batch({ createdAt: 1, webhookUrl: 'https://x.test', metrics: { total: 1 } });
    assert.equal(sameBatch(one, structuredClone(one)), true);
    const others = [
      { ...one, id: 'other' },
      { ...one, status: 'other' },
      { ...one, createdAt: undefined },
      { ...one, outputUrl: 'https://x.test' },
      { ...one, webhookUrl: undefined },
      ...(['total', 'succeeded', 'failed', 'pending'] as const).map((count) => ({
        ...one,
        metrics: { ...one.metrics, [count]: 9 },
      })),
    ];
    for (const other of others) {
      assert.equal(sameBatch(one, other), false, JSON.stringify(other));
    }
  });
});

describe('The order of batches', () => {
  it('is newest first, batches without a time last, and by ID if the times are equal', () => {
    const sorted = [
      batch({ id: 'no time b', createdAt: undefined }),
      batch({ id: 'old', createdAt: 1 }),
      batch({ id: 'no time a', createdAt: undefined }),
      batch({ id: 'twin b', createdAt: 5 }),
      batch({ id: 'new', createdAt: 9 }),
      batch({ id: 'twin a', createdAt: 5 }),
    ].sort(compareByNewest);
    assert.deepEqual(
      sorted.map(({ id }) => id),
      ['new', 'twin a', 'twin b', 'old', 'no time a', 'no time b'],
    );
    assert.equal(compareByNewest(batch(), batch()), 0);
  });

  itAlways('does not depend on the input order', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyBatch, { selector: ({ id }) => id }), (batches) => {
        const sorted = [...batches].sort(compareByNewest);
        assert.deepEqual([...batches].reverse().sort(compareByNewest), sorted);
      }),
    );
  });
});
