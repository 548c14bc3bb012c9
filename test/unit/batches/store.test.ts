import * as assert from 'node:assert/strict';
import type { Batch } from '../../../src/core/batches/batch';
import { noFilter } from '../../../src/core/batches/filter';
import { BatchStore, type StoreChange } from '../../../src/core/batches/store';
import { batch } from '../support/batches';
import { FakeClock, settle } from '../support/fakeClock';
import { RecordingLog } from '../support/recordingLog';
import { serverError, statuses, storeByHand } from '../support/storeByHand';

const nothing: StoreChange = { added: [], changed: [], removed: [] };
const noReads = (): Promise<never> => assert.fail('a single batch was asked for');

describe('The batch store', () => {
  describe('loads', () => {
    it('nothing on its own initiative', async () => {
      const { store, requests } = storeByHand();
      await settle();
      assert.equal(requests.length, 0);
      assert.deepEqual(
        [store.batches, store.loadedAt, store.error, store.isLoading, store.filter],
        [[], undefined, undefined, false, noFilter],
      );
    });

    it('the batches, newest first, and records the time', async () => {
      const { store, load, clock } = storeByHand();
      clock.pass(5);
      const [old, young] = [batch({ id: 'old', createdAt: 1 }), batch({ id: 'young', createdAt: 2 })];
      await load([old, young]);
      assert.deepEqual(store.batches, [young, old]);
      assert.equal(store.loadedAt, clock.now());
      assert.equal(store.isLoading, false);
      assert.equal(store.find('old'), old);
      assert.equal(store.find('other'), undefined);
    });

    it('with the query of its filter', async () => {
      const { store, requests } = storeByHand({
        statuses: ['FAILED'],
        created: { kind: 'range', after: 1, before: 2 },
      });
      void store.load();
      await settle();
      assert.deepEqual(requests[0]?.query, { status: 'FAILED', createdAfter: 1, createdBefore: 2 });
    });

    it('once at a time: a second call during a load returns that load', async () => {
      const { store, requests } = storeByHand();
      const loads = [store.load(), store.load()];
      assert.equal(store.isLoading, true);
      await settle();
      loads.push(store.load());
      assert.equal(requests.length, 1);
      requests[0]?.answer([batch()]);
      assert.deepEqual(await Promise.all(loads), [{ kind: 'loaded' }, { kind: 'loaded' }, { kind: 'loaded' }]);
      void store.load();
      await settle();
      assert.equal(requests.length, 2);
    });

    it('once at a time even if a listener starts a load during a change', async () => {
      const { store, requests } = storeByHand();
      store.onDidChange(() => {
        if (store.isLoading) {
          void store.load();
        }
      });
      void store.load();
      await settle();
      assert.equal(requests.length, 1);
    });

    it('nothing in ensureLoaded if the list is loaded', async () => {
      const { store, requests, load } = storeByHand();
      const first = store.ensureLoaded();
      await settle();
      requests[0]?.answer([]);
      assert.deepEqual(await first, { kind: 'loaded' });
      assert.deepEqual(await store.ensureLoaded(), { kind: 'loaded' });
      assert.equal(requests.length, 1);
      await load([]);
      assert.equal(requests.length, 2);
    });

    it('again in ensureLoaded if the last load failed', async () => {
      const { store, requests, load, failLoad } = storeByHand();
      await load([]);
      await failLoad(serverError);
      const again = store.ensureLoaded();
      await settle();
      assert.equal(requests.length, 3);
      requests[2]?.answer([]);
      assert.deepEqual(await again, { kind: 'loaded' });
    });
  });

  describe('when a load fails', () => {
    it('keeps the list and its age, and records the error', async () => {
      const { store, load, failLoad, clock } = storeByHand();
      await load([batch()]);
      const before = store.batches;
      const loadedAt = store.loadedAt;
      clock.pass(60_000);
      assert.deepEqual(await failLoad(serverError), { kind: 'failed', error: serverError });
      assert.deepEqual(store.batches, before);
      assert.equal(store.batches[0], before[0]);
      assert.equal(store.loadedAt, loadedAt);
      assert.equal(store.error, serverError);
      assert.equal(store.isLoading, false);
    });

    it('clears the error after the next success, not before', async () => {
      const { store, failLoad, requests } = storeByHand();
      await failLoad(serverError);
      const again = store.load();
      assert.equal(store.error, serverError);
      await settle();
      requests[1]?.answer([]);
      await again;
      assert.equal(store.error, undefined);
    });

    it('because of a bug, stops loading and logs the stack trace', async () => {
      const { store, failLoad, log } = storeByHand();
      await failLoad(new TypeError('a mistake'));
      assert.equal(store.isLoading, false);
      assert.equal(store.error?.message, 'a mistake');
      assert.match(log.at('error').join(), /TypeError: a mistake\n\s+at /);
      await failLoad('no error at all');
      assert.equal(store.error.message, 'no error at all');
    });

    it('because of an exception that is thrown synchronously, handles it like any other error', async () => {
      const store = new BatchStore({
        clock: new FakeClock(),
        log: new RecordingLog(),
        list: () => {
          throw serverError;
        },
        get: noReads,
      });
      assert.deepEqual(await store.load(), { kind: 'failed', error: serverError });
    });

    it('does not log API errors, because the request is logged already', async () => {
      const { failLoad, log } = storeByHand();
      await failLoad(serverError);
      assert.deepEqual(log.lines, []);
    });
  });

  describe('when the filter changes', () => {
    it('applies it to the cached list at once', async () => {
      const { store, load, requests } = storeByHand();
      const [failed, done] = [batch({ id: 'a', status: 'FAILED' }), batch({ id: 'b', status: 'COMPLETED' })];
      await load([failed, done]);
      store.setFilter(statuses('FAILED'));
      assert.deepEqual(store.batches, [failed]);
      assert.deepEqual(store.filter, statuses('FAILED'));
      assert.equal(store.find('b'), done, 'known still, though not shown');
      store.setFilter(noFilter);
      assert.deepEqual(store.batches, [failed, done]);
      assert.equal(requests.length, 1);
    });

    it('aborts the running load and drops a late response', async () => {
      const clock = new FakeClock();
      const answers: ((batches: Batch[]) => void)[] = [];
      const signals: AbortSignal[] = [];
      // A transport that ignores its signal.
      const store = new BatchStore({
        clock,
        log: new RecordingLog(),
        list: (_query, signal) => {
          signals.push(signal);
          return new Promise((resolve) => answers.push(resolve));
        },
        get: noReads,
      });
      const old = store.load();
      await settle();
      store.setFilter(statuses('FAILED'));
      assert.equal(signals[0]?.aborted, true);
      assert.equal(store.isLoading, false);
      const young = store.load();
      await settle();
      const fresh = batch({ id: 'fresh', status: 'FAILED' });
      answers[1]?.([fresh]);
      assert.deepEqual(await young, { kind: 'loaded' });
      answers[0]?.([batch({ id: 'late', status: 'FAILED' })]);
      assert.deepEqual(await old, { kind: 'superseded' });
      assert.deepEqual(store.batches, [fresh]);
    });

    it('drops a late response while the newer load is still running', async () => {
      const { store, requests } = storeByHand();
      const old = store.load();
      store.setFilter(statuses('FAILED'));
      const young = store.load();
      assert.deepEqual(await old, { kind: 'superseded' });
      assert.equal(store.isLoading, true);
      assert.equal(store.error, undefined);
      await settle();
      requests.at(-1)?.answer([]);
      assert.deepEqual(await young, { kind: 'loaded' });
    });

    it('does not report the aborted load as a failure or log it as an error', async () => {
      const { store, log } = storeByHand();
      const loading = store.load();
      await settle();
      store.setFilter(statuses('FAILED'));
      assert.deepEqual(await loading, { kind: 'superseded' });
      assert.equal(store.error, undefined);
      assert.deepEqual(log.at('error'), []);
    });
  });

  describe('counts', () => {
    const three = [
      batch({ id: 'a', status: 'FAILED', createdAt: 1 }),
      batch({ id: 'b', status: 'FAILED', createdAt: 9 }),
      batch({ id: 'c', status: 'COMPLETED', createdAt: 5 }),
    ];

    it('nothing before the first load', () => {
      const { store } = storeByHand();
      assert.equal(store.countOf('FAILED'), undefined);
      assert.deepEqual([...store.statuses], []);
    });

    it('the batches of a status, whatever the status filter', async () => {
      const { store, load } = storeByHand();
      await load(three);
      store.setFilter(statuses('COMPLETED', 'PENDING'));
      assert.deepEqual(
        ['FAILED', 'COMPLETED', 'PENDING'].map((status) => store.countOf(status)),
        [2, 1, 0],
      );
      assert.deepEqual([...store.statuses].sort(), ['COMPLETED', 'FAILED']);
    });

    it('only batches that match the date filter', async () => {
      const { store, load } = storeByHand();
      await load(three);
      store.setFilter({ statuses: ['COMPLETED'], created: { kind: 'range', after: 5 } });
      assert.deepEqual(
        ['FAILED', 'COMPLETED'].map((status) => store.countOf(status)),
        [1, 1],
      );
    });

    it('not batches of statuses that were not requested', async () => {
      const { store, load } = storeByHand(statuses('FAILED'));
      await load(three.slice(0, 2));
      assert.deepEqual(
        ['FAILED', 'COMPLETED'].map((status) => store.countOf(status)),
        [2, undefined],
      );
      // The filter has changed, but the batches have not been loaded yet.
      store.setFilter(noFilter);
      assert.equal(store.countOf('COMPLETED'), undefined);
      await load(three);
      assert.equal(store.countOf('COMPLETED'), 1);
    });

    it('not batches of another key', async () => {
      const { store, load } = storeByHand();
      await load(three);
      store.reset();
      assert.equal(store.countOf('FAILED'), undefined);
      assert.deepEqual([...store.statuses], []);
    });
  });

  describe('when it is reset', () => {
    it('clears everything but the filter', async () => {
      const { store, load, failLoad, changes } = storeByHand(statuses('PROCESSING'));
      await load([batch()]);
      await failLoad(serverError);
      const [shown] = store.batches;
      changes.length = 0;
      store.reset();
      assert.deepEqual(
        [store.batches, store.loadedAt, store.error, store.isLoading, store.filter],
        [[], undefined, undefined, false, statuses('PROCESSING')],
      );
      assert.deepEqual(changes, [{ ...nothing, removed: [shown] }]);
    });

    it('ignores a load that was running: its batches belong to another key', async () => {
      const { store, requests } = storeByHand();
      const loading = store.load();
      await settle();
      store.reset();
      assert.equal(requests[0]?.signal.aborted, true);
      requests[0].answer([batch()]);
      assert.deepEqual(await loading, { kind: 'superseded' });
      assert.deepEqual(store.batches, []);
      assert.equal(store.loadedAt, undefined);
    });
  });

  it('aborts the load and fires no more events after dispose', async () => {
    const { store, requests, changes } = storeByHand();
    const loading = store.load();
    await settle();
    changes.length = 0;
    store.dispose();
    assert.equal(requests[0]?.signal.aborted, true);
    assert.deepEqual(await loading, { kind: 'superseded' });
    assert.deepEqual(changes, []);
  });

  describe('fires onDidChange', () => {
    it('when a load starts and ends, even if no batch has changed', async () => {
      const { store, load, failLoad, changes } = storeByHand();
      const seen: boolean[] = [];
      store.onDidChange(() => seen.push(store.isLoading));
      await load([]);
      await failLoad(serverError);
      assert.deepEqual(seen, [true, false, true, false]);
      assert.deepEqual(changes, [nothing, nothing, nothing, nothing]);
    });

    it('with the added, changed and removed batches', async () => {
      const { store, load, changes } = storeByHand();
      const [gone, same, before] = [
        batch({ id: 'gone' }),
        batch({ id: 'same' }),
        batch({ id: 'moves', status: 'PROCESSING' }),
      ];
      await load([gone, same, before]);
      const after = { ...before, status: 'COMPLETED' };
      const fresh = batch({ id: 'fresh' });
      await load([{ ...same }, after, fresh]);
      assert.deepEqual(changes.at(-1), { added: [fresh], changed: [{ before, after }], removed: [gone] });
      assert.equal(store.find('same'), same, 'what did not change is the same object');
    });
  });
});
