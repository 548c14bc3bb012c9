import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { isFinished } from '../../../../src/core/batches/status';
import { completeTo, newestOf, planChanges } from '../../../../src/core/batches/refresh/changePlan';
import { anyStatus, batch } from '../../support/batches';
import { itAlways } from '../../support/properties';

/** Finished batches, one per millisecond, the first created at `from`. */
function finished(count: number, from: number) {
  return Array.from({ length: count }, (_, index) =>
    batch({ id: `done ${from + index}`, status: index % 2 === 0 ? 'COMPLETED' : 'FAILED', createdAt: from + index }),
  );
}

function plan(known: ReturnType<typeof batch>[]) {
  return planChanges(known, newestOf(known));
}

describe('The plan to load changes', () => {
  it('lists everything if nothing is known', () => {
    assert.deepEqual(plan([]), { ids: [], since: undefined });
  });

  it('lists from the newest batch on if all are finished', () => {
    assert.deepEqual(plan(finished(5, 10)), { ids: [], since: 14 });
  });

  it('lists from the oldest unfinished batch on if that list is short', () => {
    const known = [...finished(50, 100), batch({ id: 'a', createdAt: 147 }), batch({ id: 'b', createdAt: 148 })];
    assert.deepEqual(plan(known), { ids: [], since: 147 });
  });

  it('fetches an old unfinished batch separately if the list from it on would be long', () => {
    const known = [batch({ id: 'old', createdAt: 1 }), ...finished(50, 100), batch({ id: 'young', createdAt: 200 })];
    assert.deepEqual(plan(known), { ids: ['old'], since: 200 });
  });

  it('counts an unknown status as unfinished', () => {
    assert.deepEqual(plan([batch({ id: 'a', status: 'EXPIRED', createdAt: 3 }), ...finished(2, 10)]), {
      ids: [],
      since: 3,
    });
  });

  it('fetches a batch without a readable time separately, because no list is sure to contain it', () => {
    assert.deepEqual(plan([batch({ id: 'a', createdAt: undefined }), ...finished(2, 10)]), { ids: ['a'], since: 11 });
    assert.deepEqual(plan([batch({ id: 'a', createdAt: undefined })]), { ids: ['a'], since: undefined });
  });

  it('lists everything if more than eight batches would have to be fetched separately', () => {
    const undated = Array.from({ length: 9 }, (_, index) => batch({ id: `${index}`, createdAt: undefined }));
    assert.deepEqual(plan([...undated, ...finished(2, 10)]), { ids: [], since: undefined });
    const old = batch({ id: 'old', createdAt: 1 });
    assert.equal(plan([...undated.slice(0, 8), old, ...finished(50, 100)]).ids.length, 8);
    assert.equal(plan([...undated.slice(0, 7), old, ...finished(50, 100)]).ids.length, 8);
  });

  it('lists from the time on at which batches may be missing', () => {
    assert.deepEqual(planChanges(finished(5, 10), 11), { ids: [], since: 11 });
    assert.deepEqual(planChanges([batch({ id: 'a', createdAt: 20 }), ...finished(5, 10)], 11), { ids: [], since: 11 });
    assert.deepEqual(planChanges(finished(5, 10), undefined), { ids: [], since: undefined });
  });

  it('does not depend on the length of the history', () => {
    const now = 1_000_000;
    const unfinished = Array.from({ length: 5 }, (_, index) => batch({ id: `${index}`, createdAt: now + index }));
    const plans = [100, 1_000, 10_000].map((count) => plan([...unfinished, ...finished(count, 0)]));
    assert.deepEqual(plans, Array(3).fill({ ids: [], since: now }));
  });

  it('does not depend on the order of the known batches', () => {
    const known = [batch({ id: 'old', createdAt: 1 }), ...finished(50, 100), batch({ id: 'young', createdAt: 120 })];
    assert.deepEqual(plan([...known].reverse()), plan(known));
  });

  const anyKnown = fc.uniqueArray(
    fc
      .record({
        id: fc.uuid(),
        status: anyStatus,
        createdAt: fc.option(fc.nat(1_000), { nil: undefined, freq: 3 }),
      })
      .map(batch),
    { selector: ({ id }) => id, maxLength: 60, size: 'max' },
  );

  itAlways('covers every unfinished batch with at most eight single reads', () => {
    fc.assert(
      fc.property(anyKnown, (known) => {
        const { ids, since } = plan(known);
        assert.ok(ids.length <= 8, `${ids.length} single reads`);
        assert.equal(new Set(ids).size, ids.length, 'none is read twice');
        for (const { id, status, createdAt } of known) {
          const isListed = since === undefined || (createdAt !== undefined && createdAt >= since);
          if (isFinished(status)) {
            assert.ok(!ids.includes(id), 'what has ended is not read');
          } else {
            assert.ok(isListed || ids.includes(id), `${id} of ${createdAt} is left out`);
          }
        }
        const newest = newestOf(known);
        assert.ok(since === undefined || (newest !== undefined && since <= newest), 'nothing new is left out');
      }),
    );
  });

  itAlways('never costs more than a list from the oldest unfinished batch on', () => {
    fc.assert(
      fc.property(anyKnown, (known) => {
        const dated = known.filter(({ createdAt }) => createdAt !== undefined);
        const { ids, since } = plan(dated);
        const oldest = Math.min(
          newestOf(dated) ?? Infinity,
          ...dated.flatMap(({ status, createdAt }) => (isFinished(status) ? [] : (createdAt ?? []))),
        );
        const listed = (from: number): number => dated.filter(({ createdAt }) => (createdAt ?? 0) >= from).length;
        // Fetching a single batch must save at least as many listed batches as a request costs.
        assert.ok(listed(since ?? 0) + ids.length * 7 <= listed(oldest), 'reads that save nothing');
      }),
    );
  });
});

describe('The time up to which a list is complete', () => {
  it('is the time of the newest batch, but not later than the request', () => {
    const batches = [batch({ createdAt: 3 }), batch({ createdAt: undefined }), batch({ createdAt: 7 })];
    assert.deepEqual([completeTo(batches, 9), completeTo(batches, 5)], [7, 5]);
    assert.equal(completeTo([], 5), undefined);
  });
});

describe('The newest batch', () => {
  it('is the one with the latest known time', () => {
    assert.equal(newestOf([]), undefined);
    assert.equal(newestOf([batch({ createdAt: undefined })]), undefined);
    assert.equal(newestOf([batch({ createdAt: 3 }), batch({ createdAt: undefined }), batch({ createdAt: 1 })]), 3);
    assert.equal(newestOf([batch({ createdAt: -5 })]), -5);
  });
});
