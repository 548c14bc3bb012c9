import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { nextRefresh, type RefreshFacts, refreshLimits } from '../../../../src/core/batches/refresh/policy';
import { itAlways } from '../../support/properties';

const now = 1_000_000_000;
const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const intervalMs = 30 * second;

/** The view is visible, a batch is unfinished, and the list has just been loaded. Without jitter, so that times are exact. */
const seen: RefreshFacts = {
  canLoad: true,
  isLoading: false,
  isAutomatic: true,
  intervalMs,
  isVisible: true,
  isFocused: true,
  watchedSince: now - hour,
  unfinishedCount: 1,
  subscribedCount: 0,
  lastAttemptAt: now,
  lastFullLoadAt: now,
  failures: 0,
  retryAt: undefined,
  jitter: 0,
};
const hidden: RefreshFacts = { ...seen, isVisible: false, watchedSince: undefined };
const unfocused: RefreshFacts = { ...seen, isFocused: false, watchedSince: undefined };
/** No load has started yet. */
const fresh: RefreshFacts = { ...seen, unfinishedCount: 0, lastAttemptAt: undefined, lastFullLoadAt: undefined };

function next(facts: Partial<RefreshFacts>, at = now) {
  return nextRefresh({ ...seen, ...facts }, at);
}

/** Milliseconds from the last load to the next one; undefined if there is none. */
function waitOf(facts: Partial<RefreshFacts>): number | undefined {
  const refresh = next(facts);
  return refresh && refresh.at - now;
}

describe('The refresh policy', () => {
  describe('while the view is visible in a focused window', () => {
    it('polls at the interval if a batch is unfinished', () => {
      assert.deepEqual(next({}), { at: now + intervalMs, load: 'changes' });
      assert.equal(waitOf({ intervalMs: 5 * minute }), 5 * minute);
    });

    it('polls rarely if all batches are finished', () => {
      assert.equal(waitOf({ unfinishedCount: 0 }), refreshLimits.idleMs);
      assert.equal(waitOf({ unfinishedCount: 0, intervalMs: 15 * second }), refreshLimits.idleMs);
    });

    it('polls at once if a poll is overdue, after the computer was asleep', () => {
      assert.deepEqual(next({}, now + 20 * minute), { at: now + 20 * minute, load: 'changes' });
    });

    it('polls at once if the last poll seems to be in the future, after the clock was set back', () => {
      const before = now + 2 * hour;
      const facts = { lastAttemptAt: before, lastFullLoadAt: before, watchedSince: before - hour };
      assert.deepEqual(next(facts), { at: now, load: 'all' });
      assert.equal(next({ ...facts, failures: 9, retryAt: now + minute })?.at, now + minute);
    });

    it('does not poll while loading', () => {
      assert.equal(next({ isLoading: true }), undefined);
      assert.equal(nextRefresh({ ...fresh, isLoading: true }, now), undefined);
    });

    it('loads everything if only part of the list or a stored list is known', () => {
      assert.equal(next({ lastFullLoadAt: undefined })?.load, 'all');
    });

    it('loads everything once an hour', () => {
      assert.equal(next({ lastFullLoadAt: now - hour + 1 })?.load, 'changes');
      assert.equal(next({ lastFullLoadAt: now - hour })?.load, 'all');
    });
  });

  describe('while the view is not visible or the window not focused', () => {
    for (const [what, facts] of [
      ['the view is hidden', hidden],
      ['the window has no focus', unfocused],
    ] as const) {
      it(`does not poll if ${what}`, () => {
        assert.equal(nextRefresh(facts, now), undefined);
        assert.equal(nextRefresh(facts, now + 10 * hour), undefined, 'however old the list is');
        assert.equal(nextRefresh({ ...facts, failures: 3 }, now), undefined, 'nor after failures');
      });

      it(`polls slowly for subscribed batches if ${what}`, () => {
        const refresh = nextRefresh({ ...facts, subscribedCount: 1 }, now);
        assert.deepEqual(refresh, { at: now + refreshLimits.subscribedMs, load: 'changes' });
      });

      it(`does not poll faster for other unfinished batches if ${what}`, () => {
        const refresh = nextRefresh({ ...facts, subscribedCount: 1, unfinishedCount: 9, intervalMs: 15 * second }, now);
        assert.equal(refresh?.at, now + refreshLimits.subscribedMs);
      });
    }
  });

  describe('when the user returns to the view', () => {
    const away = 10 * minute;
    /** The view has just become visible again, long after the last load. */
    const back: RefreshFacts = { ...seen, lastAttemptAt: now - away, lastFullLoadAt: now - away, watchedSince: now };

    it('polls at once', () => {
      assert.deepEqual(nextRefresh({ ...back, intervalMs: hour }, now), { at: now, load: 'changes' });
      assert.deepEqual(nextRefresh({ ...back, unfinishedCount: 0, lastAttemptAt: now - minute }, now), {
        at: now,
        load: 'changes',
      });
    });

    it('polls at once even after failures, because the network may be back', () => {
      assert.equal(nextRefresh({ ...back, lastAttemptAt: now - minute, failures: 9 }, now)?.at, now);
    });

    it('polls once, then at the interval again', () => {
      assert.equal(nextRefresh({ ...back, lastAttemptAt: now }, now)?.at, now + intervalMs);
      assert.equal(nextRefresh({ ...back, lastAttemptAt: now + 1 }, now + 1)?.at, now + 1 + intervalMs);
    });

    it('waits some seconds after the last poll, so that switching windows causes no requests', () => {
      const refresh = nextRefresh({ ...back, lastAttemptAt: now - second, intervalMs: hour }, now);
      assert.equal(refresh?.at, now - second + refreshLimits.minGapMs);
    });

    it('polls no later than without returning', () => {
      const refresh = nextRefresh(
        { ...back, lastAttemptAt: now - 25 * second, unfinishedCount: 1, intervalMs: 5 * second },
        now,
      );
      assert.equal(refresh?.at, now);
    });
  });

  describe('at the start', () => {
    it('loads at once if the view is visible, with or without focus', () => {
      assert.deepEqual(nextRefresh(fresh, now), { at: now, load: 'all' });
      assert.deepEqual(nextRefresh({ ...fresh, isFocused: false, watchedSince: undefined }, now), {
        at: now,
        load: 'all',
      });
    });

    it('does not load before the view is opened', () => {
      assert.equal(nextRefresh({ ...fresh, isVisible: false, watchedSince: undefined }, now), undefined);
    });

    it('loads for subscribed batches before the view is opened', () => {
      const facts = { ...fresh, isVisible: false, watchedSince: undefined, subscribedCount: 1 };
      assert.deepEqual(nextRefresh(facts, now), { at: now, load: 'all' });
    });
  });

  describe('with automatic refresh off', () => {
    it('loads only once, to have a list to show', () => {
      assert.equal(next({ isAutomatic: false }), undefined);
      assert.equal(next({ isAutomatic: false, failures: 1 }), undefined);
      assert.equal(
        next({ isAutomatic: false, lastAttemptAt: now - hour, watchedSince: now }),
        undefined,
        'nor on coming back',
      );
      assert.deepEqual(nextRefresh({ ...fresh, isAutomatic: false }, now), { at: now, load: 'all' });
    });

    it('polls slowly for subscribed batches, because the user asked for it', () => {
      assert.equal(waitOf({ isAutomatic: false, subscribedCount: 1 }), refreshLimits.subscribedMs);
    });
  });

  describe('if requests would fail', () => {
    it('does not poll without a key, or with a refused one', () => {
      for (const facts of [seen, fresh, { ...seen, subscribedCount: 1 }, { ...seen, failures: 1 }]) {
        assert.equal(nextRefresh({ ...facts, canLoad: false }, now), undefined);
      }
    });
  });

  describe('after failures', () => {
    it('backs off, up to five minutes', () => {
      const waits = [1, 2, 3, 4, 5, 6, 100].map((failures) => waitOf({ failures, jitter: 1 }));
      assert.deepEqual(
        waits,
        [30, 60, 120, 240, 300, 300, 300].map((seconds) => seconds * second),
      );
    });

    it('backs off in the same way if all batches are finished', () => {
      assert.equal(waitOf({ failures: 1, unfinishedCount: 0, jitter: 1 }), intervalMs);
    });

    it('polls no faster for subscribed batches than without failures, and backs off from there', () => {
      const waits = [1, 2, 3].map((failures) => {
        const refresh = nextRefresh({ ...hidden, subscribedCount: 1, failures, jitter: 1 }, now);
        return refresh && refresh.at - now;
      });
      assert.deepEqual(waits, [2 * minute, 4 * minute, 5 * minute]);
    });

    it('polls at different times in different windows', () => {
      const waits = [0, 0.5, 1].map((jitter) => waitOf({ failures: 2, jitter }));
      assert.deepEqual(waits, [48 * second, 54 * second, 60 * second]);
    });

    it('polls no faster than without failures if the interval is longer than the maximum backoff', () => {
      for (const jitter of [0, 1]) {
        const facts = { intervalMs: hour, jitter };
        for (const failures of [1, 2, 9]) {
          assert.equal(waitOf({ ...facts, failures }), waitOf(facts));
        }
      }
    });

    it('ignores a Retry-After of more than a day, because the clock was set back', () => {
      assert.equal(next({ failures: 1, retryAt: now + 24 * hour })?.at, now + 24 * hour);
      assert.equal(next({ failures: 1, retryAt: now + 24 * hour + 1 })?.at, next({ failures: 1 })?.at);
    });

    it('polls at the Retry-After time, not before', () => {
      const retryAt = now + 17 * minute;
      const limited = { failures: 1, retryAt };
      assert.equal(next(limited)?.at, retryAt);
      assert.equal(nextRefresh({ ...hidden, ...limited, subscribedCount: 1 }, now)?.at, retryAt);
      const back = { ...limited, watchedSince: now + minute };
      assert.equal(next(back, now + minute)?.at, retryAt, 'coming back makes no difference');
      assert.equal(next({ ...limited, retryAt: now + 1 })?.at, next({ failures: 1 })?.at, 'nor sooner than without it');
    });
  });

  it('waits at least the interval, plus jitter, so that many windows do not poll at the same time', () => {
    const waits = [0, 0.5, 1].map((jitter) => waitOf({ jitter }));
    assert.deepEqual(waits, [30 * second, 33 * second, 36 * second]);
  });

  describe('for all facts,', () => {
    const moment = fc.integer({ min: now - 2 * hour, max: now - 1 });
    const sometimes = fc.option(moment, { nil: undefined });
    const anyFacts: fc.Arbitrary<RefreshFacts> = fc
      .record({
        canLoad: fc.boolean(),
        isLoading: fc.boolean(),
        isAutomatic: fc.boolean(),
        intervalMs: fc.integer({ min: 15 * second, max: hour }),
        isVisible: fc.boolean(),
        isFocused: fc.boolean(),
        since: moment,
        unfinishedCount: fc.nat(3),
        subscribedCount: fc.nat(2),
        lastAttemptAt: sometimes,
        lastFullLoadAt: sometimes,
        failures: fc.nat(8),
        retryAt: fc.option(fc.integer({ min: now - hour, max: now + hour }), { nil: undefined }),
        jitter: fc.double({ min: 0, max: 1, noNaN: true }),
      })
      .map(({ since, ...facts }) => ({
        ...facts,
        watchedSince: facts.isVisible && facts.isFocused ? since : undefined,
      }));

    itAlways('never polls in the past, before Retry-After, or within seconds of the last poll', () => {
      fc.assert(
        fc.property(anyFacts, (facts) => {
          const refresh = nextRefresh(facts, now);
          if (refresh === undefined) {
            return;
          }
          assert.ok(facts.canLoad && !facts.isLoading);
          assert.ok(Number.isFinite(refresh.at) && refresh.at >= now);
          if (facts.lastAttemptAt !== undefined) {
            assert.ok(refresh.at >= (facts.retryAt ?? 0));
            assert.ok(refresh.at - facts.lastAttemptAt >= refreshLimits.minGapMs);
          }
        }),
      );
    });

    itAlways('polls within the maximum wait while the view is visible, unless the server forbids it', () => {
      fc.assert(
        fc.property(anyFacts, (facts) => {
          const looking = { ...facts, canLoad: true, isLoading: false, isAutomatic: true, retryAt: undefined };
          const refresh = nextRefresh({ ...looking, isVisible: true, isFocused: true, watchedSince: now }, now);
          assert.ok(refresh !== undefined && refresh.at - now <= refreshLimits.minGapMs);
        }),
      );
    });

    itAlways('depends only on the facts', () => {
      fc.assert(
        fc.property(anyFacts, (facts) => {
          const copy = structuredClone(facts);
          assert.deepEqual(nextRefresh(facts, now), nextRefresh(facts, now));
          assert.deepEqual(facts, copy);
        }),
      );
    });
  });
});
