import * as assert from 'node:assert/strict';
import type { BatchesEnded, BatchSnapshot } from '../../../src/core/batches/store';
import { batch } from '../support/batches';
import { FakeClock, settle } from '../support/fakeClock';
import { loadedStore, ModelServer, storeOn } from '../support/modelServer';
import { serverError, statuses, storeByHand } from '../support/storeByHand';

const loaded = { kind: 'loaded' };

function known(at: number, isWhole: boolean, ...batches: BatchSnapshot['batches']): BatchSnapshot {
  return { batches, at, isWhole };
}

const old = batch({ id: 'old', status: 'COMPLETED', createdAt: 1 });
const running = batch({ id: 'running', status: 'PROCESSING', createdAt: 5 });
const done = batch({ id: 'done', status: 'COMPLETED', createdAt: 7 });

describe('The batch store, after the first load,', () => {
  describe('loads changes', () => {
    it('with a full load if nothing was loaded before', async () => {
      const server = new ModelServer(old);
      const store = storeOn(server, new FakeClock());
      const loading = store.loadChanges();
      assert.equal(store.isLoadingAll, true);
      assert.deepEqual(await loading, loaded);
      assert.deepEqual(server.asked, [{}]);
      assert.deepEqual(store.batches, [old]);
    });

    it('with one list from the oldest unfinished batch on', async () => {
      const server = new ModelServer(old, running, done);
      const { store, ids } = await loadedStore(server);
      const after = { ...running, status: 'COMPLETED' };
      server.put(after, batch({ id: 'new', createdAt: 9 }));
      assert.deepEqual(await store.loadChanges(), loaded);
      assert.deepEqual(server.asked, [{ createdAfter: 5 }]);
      assert.deepEqual(ids(), ['new', 'done', 'running', 'old']);
      assert.deepEqual(store.find('running'), after);
    });

    it('with a list of new batches if all batches are finished', async () => {
      const server = new ModelServer(old, done);
      const { store, ids } = await loadedStore(server);
      server.put(batch({ id: 'new', createdAt: 9 }));
      await store.loadChanges();
      assert.deepEqual(server.asked, [{ createdAfter: 7 }]);
      assert.deepEqual(ids(), ['new', 'done', 'old']);
    });

    it('with a list from the last load on if the newest batch has a time in the future', async () => {
      const odd = batch({ id: 'odd', status: 'COMPLETED', createdAt: Date.UTC(2027, 0) });
      const server = new ModelServer(odd);
      const { store, clock, ids } = await loadedStore(server);
      const askedAt = clock.now();
      server.put(batch({ id: 'new', createdAt: askedAt + 1 }));
      clock.pass(60_000);
      await store.loadChanges();
      assert.deepEqual(ids(), ['odd', 'new']);
      assert.deepEqual(server.asked, [{ createdAfter: askedAt }]);
    });

    it('by fetching a single old batch that is followed by many finished ones', async () => {
      const many = Array.from({ length: 50 }, (_, index) =>
        batch({ id: `done ${index}`, status: 'COMPLETED', createdAt: 10 + index }),
      );
      const server = new ModelServer(running, ...many);
      const { store } = await loadedStore(server);
      server.put({ ...running, status: 'FAILED' });
      await store.loadChanges();
      assert.deepEqual(server.asked, ['running', { createdAfter: 59 }]);
      assert.equal(store.find('running')?.status, 'FAILED');
      server.asked.length = 0;
      server.put({ ...running, status: 'PROCESSING' });
      await store.loadChanges();
      assert.deepEqual(server.asked, [{ createdAfter: 59 }], 'what has ended is not asked for any more');
    });

    it('and removes unfinished batches that no longer exist, whether listed or fetched', async () => {
      const many = Array.from({ length: 50 }, (_, index) =>
        batch({ id: `done ${index}`, status: 'COMPLETED', createdAt: 10 + index }),
      );
      const server = new ModelServer(running, ...many, batch({ id: 'young', createdAt: 70 }));
      const { store, ended } = await loadedStore(server);
      server.remove('running');
      server.remove('young');
      await store.loadChanges();
      assert.deepEqual(server.asked, ['running', { createdAfter: 70 }]);
      assert.deepEqual([store.find('running'), store.find('young')], [undefined, undefined]);
      assert.equal(store.batches.length, 50);
      assert.deepEqual(ended, [], 'to be gone is no end');
    });

    it('once at a time, whichever load is in flight', async () => {
      const { store, requests, load } = storeByHand();
      await load([running]);
      const changes = [store.loadChanges(), store.loadChanges()];
      await settle();
      assert.equal(requests.length, 2);
      assert.deepEqual([store.isLoading, store.isLoadingAll], [true, false]);
      requests[1]?.answer([running]);
      assert.deepEqual(await Promise.all(changes), [loaded, loaded]);
      const all = [store.load(), store.loadChanges()];
      await settle();
      assert.equal(requests.length, 3);
      requests[2]?.answer([]);
      assert.deepEqual(await Promise.all(all), [loaded, loaded]);
      assert.deepEqual(store.batches, [], 'it was the load of everything that both waited for');
    });

    it('until the user starts a full load', async () => {
      const { store, requests, load } = storeByHand();
      await load([running]);
      const changes = store.loadChanges();
      await settle();
      const all = store.load();
      assert.equal(requests[1]?.signal.aborted, true);
      assert.deepEqual(await changes, { kind: 'superseded' });
      await settle();
      assert.deepEqual(requests[2]?.query, {});
      requests[2].answer([]);
      assert.deepEqual(await all, loaded);
    });

    it('with a full load after the filter has changed', async () => {
      const server = new ModelServer(old, running);
      const { store } = await loadedStore(server);
      store.setFilter(statuses('COMPLETED'));
      assert.equal(store.lastFullLoadAt, undefined);
      await store.loadChanges();
      assert.deepEqual(server.asked, [{ status: 'COMPLETED' }]);
      assert.notEqual(store.lastFullLoadAt, undefined);
    });

    it('and keeps the old list if one of the requests fails', async () => {
      const { store, requests, reads, load, ended } = storeByHand();
      const many = Array.from({ length: 50 }, (_, index) =>
        batch({ id: `done ${index}`, status: 'COMPLETED', createdAt: 10 + index }),
      );
      await load([running, ...many]);
      const before = store.batches;
      const changes = store.loadChanges();
      await settle();
      reads[0]?.answer({ ...running, status: 'COMPLETED' });
      await settle();
      requests.at(-1)?.fail(serverError);
      assert.deepEqual(await changes, { kind: 'failed', error: serverError });
      assert.deepEqual(store.batches, before);
      assert.deepEqual(ended, []);
    });
  });

  describe('with a filter for one status', () => {
    for (const status of ['COMPLETED', 'FAILED', 'PROCESSING']) {
      it(`finds a batch that becomes ${status} after the first load`, async () => {
        const server = new ModelServer(batch({ id: 'a', status: 'PENDING', createdAt: 1 }), old, done);
        const { store } = await loadedStore(server, statuses(status));
        await store.loadChanges();
        const moved = batch({ id: 'a', status, createdAt: 1 });
        server.put(moved);
        await store.loadChanges();
        assert.deepEqual(
          store.batches.filter(({ id }) => id === 'a'),
          [moved],
        );
      });

      it(`finds a batch that becomes ${status} before the second load`, async () => {
        const server = new ModelServer(batch({ id: 'a', status: 'PENDING', createdAt: 1 }), old, done);
        const { store } = await loadedStore(server, statuses(status));
        const moved = batch({ id: 'a', status, createdAt: 1 });
        server.put(moved);
        await store.loadChanges();
        assert.deepEqual(
          store.batches.filter(({ id }) => id === 'a'),
          [moved],
        );
      });
    }

    it('finds a batch that was created, but not loaded, before the filter was set', async () => {
      const server = new ModelServer(old);
      const { store, ids } = await loadedStore(server);
      // Created between the load without a filter and the one with it: a running batch and a newer finished one.
      server.put(running, done);
      store.setFilter(statuses('COMPLETED'));
      await store.load();
      await store.loadChanges();
      server.put({ ...running, status: 'COMPLETED' });
      await store.loadChanges();
      assert.deepEqual(ids(), ['done', 'running', 'old']);
    });

    it('finds a batch that another date filter excluded before', async () => {
      const server = new ModelServer(old, running, done);
      const { store, ids } = await loadedStore(server, { statuses: [], created: { kind: 'range', after: 6 } });
      store.setFilter(statuses('FAILED'));
      await store.load();
      await store.loadChanges();
      server.put({ ...running, status: 'FAILED' });
      await store.loadChanges();
      assert.deepEqual(ids(), ['running']);
    });

    it('finds a batch that changes its status while the statuses are requested one by one', async () => {
      const server = new ModelServer(done);
      const { store, requests } = storeByHand(statuses('COMPLETED'));
      const first = store.load();
      await settle();
      requests[0]?.answer(server.list({ status: 'COMPLETED' }));
      await first;
      server.put(batch({ id: 'a', status: 'PENDING', createdAt: 1 }));
      const changes = store.loadChanges();
      await settle();
      // It changes its status after the first of these responses, and keeps it until all have arrived.
      for (let next = 1; store.isLoading; next++) {
        requests[next]?.answer(server.list(requests[next]?.query ?? {}));
        server.put(batch({ id: 'a', status: 'PROCESSING', createdAt: 1 }));
        await settle();
      }
      assert.deepEqual(await changes, loaded);
      server.put(batch({ id: 'a', status: 'COMPLETED', createdAt: 1 }));
      const second = store.loadChanges();
      await settle();
      requests.at(-1)?.answer(server.list(requests.at(-1)?.query ?? {}));
      await second;
      assert.equal(store.find('a')?.status, 'COMPLETED');
    });

    it('polls batches that have left the status, so that their end is reported', async () => {
      const server = new ModelServer(running, done);
      const { store, ended, ids } = await loadedStore(server, statuses('PROCESSING'));
      const after = { ...running, status: 'FAILED' };
      server.put(after);
      await store.load();
      assert.deepEqual(ids(), []);
      assert.deepEqual(ended, [{ batches: [after], whileAway: false }]);
    });
  });

  describe('reports a finished batch', () => {
    it('once, after the change', async () => {
      const server = new ModelServer(running, old);
      const { store, ended } = await loadedStore(server);
      const order: string[] = [];
      store.onDidChange(({ changed }) => order.push(...changed.map(({ after }) => `changed to ${after.status}`)));
      store.onDidEnd(({ batches }) => order.push(...batches.map(({ id }) => `end of ${id}`)));
      server.put({ ...running, status: 'COMPLETED' });
      await store.loadChanges();
      await store.loadChanges();
      await store.load();
      assert.deepEqual(order, ['changed to COMPLETED', 'end of running']);
      assert.equal(ended.length, 1);
    });

    it('even if the filter hides it', async () => {
      const server = new ModelServer(running, old);
      const { store, ended, ids } = await loadedStore(server);
      store.setFilter(statuses('PENDING'));
      await store.load();
      const after = { ...running, status: 'COMPLETED' };
      server.put(after);
      await store.loadChanges();
      assert.deepEqual(ids(), []);
      assert.deepEqual(ended, [{ batches: [after], whileAway: false }]);
    });

    it('together with the other finished batches of the same load', async () => {
      const second = batch({ id: 'second', createdAt: 6 });
      const server = new ModelServer(running, second);
      const { store, ended } = await loadedStore(server);
      server.put({ ...running, status: 'COMPLETED' }, { ...second, status: 'FAILED' });
      await store.loadChanges();
      assert.deepEqual(
        ended.map(({ batches }) => batches.map(({ id }) => id).sort()),
        [['running', 'second']],
      );
    });

    it('not on the first load, and not if it was already finished when first seen', async () => {
      const server = new ModelServer(old);
      const { store, ended } = await loadedStore(server);
      server.put(done);
      await store.loadChanges();
      assert.deepEqual(ended, []);
    });

    it('not if it changes to another unfinished or unknown status', async () => {
      const server = new ModelServer(running);
      const { store, ended } = await loadedStore(server);
      server.put({ ...running, status: 'EXPIRED' });
      await store.loadChanges();
      assert.deepEqual(ended, []);
    });

    it('not for batches of another key', async () => {
      const server = new ModelServer(running);
      const { store, ended } = await loadedStore(server);
      store.reset();
      server.put({ ...running, status: 'COMPLETED' });
      await store.load();
      assert.deepEqual(ended, []);
    });
  });

  describe('with the list of an earlier session', () => {
    it('shows it at once, with its age, and does not count it as loaded', () => {
      const server = new ModelServer();
      const store = storeOn(server, new FakeClock(1_000), statuses('PROCESSING'));
      store.restore(known(400, true, done, running));
      assert.deepEqual(store.batches, [running]);
      assert.deepEqual(store.allBatches, [done, running]);
      assert.deepEqual([store.loadedAt, store.lastFullLoadAt, store.lastAttemptAt], [400, undefined, undefined]);
      assert.deepEqual(server.asked, []);
    });

    it('replaces it with the first load, and reports finished batches as finished while away', async () => {
      const server = new ModelServer({ ...running, status: 'COMPLETED' });
      const clock = new FakeClock(1_000);
      const store = storeOn(server, clock);
      const ended: BatchesEnded[] = [];
      store.onDidEnd((end) => ended.push(end));
      store.restore(known(400, true, old, running));
      await store.ensureLoaded();
      assert.deepEqual(store.batches, server.batches);
      assert.deepEqual(ended, [{ batches: server.batches, whileAway: true }]);
      const next = batch({ id: 'next', createdAt: 9 });
      server.put(next);
      await store.loadChanges();
      server.put({ ...next, status: 'FAILED' });
      await store.loadChanges();
      assert.deepEqual(ended[1], { batches: [{ ...next, status: 'FAILED' }], whileAway: false });
    });

    it('does the same for batches that the filter excluded from the first load', async () => {
      for (const filter of [statuses('FAILED'), { statuses: [], created: { kind: 'range', after: 6 } as const }]) {
        const after = { ...running, status: 'COMPLETED' };
        const store = storeOn(new ModelServer(after, done), new FakeClock(), filter);
        const ended: BatchesEnded[] = [];
        store.onDidEnd((end) => ended.push(end));
        store.restore(known(400, true, done, running));
        await store.load();
        await store.loadChanges();
        assert.deepEqual(ended, [{ batches: [after], whileAway: true }]);
      }
    });

    it('keeps it with its age while the server cannot be reached', async () => {
      const server = new ModelServer();
      const clock = new FakeClock(1_000);
      const store = storeOn(server, clock);
      store.restore(known(400, true, running));
      server.failure = serverError;
      await store.load();
      assert.deepEqual(store.batches, [running]);
      assert.deepEqual([store.loadedAt, store.lastAttemptAt, store.failures], [400, 1_000, 1]);
    });

    it('ignores it after the first load', async () => {
      const { store, ids } = await loadedStore(new ModelServer(done));
      store.restore(known(400, true, running));
      assert.deepEqual(ids(), ['done']);
    });
  });

  it('counts failed loads and records the time of the last attempt', async () => {
    const server = new ModelServer(old);
    const { store, clock } = await loadedStore(server);
    const loadedAt = clock.now();
    server.failure = serverError;
    for (const expected of [1, 2]) {
      clock.pass(1_000);
      await store.loadChanges();
      assert.deepEqual([store.failures, store.lastAttemptAt, store.loadedAt], [expected, clock.now(), loadedAt]);
    }
    server.failure = undefined;
    await store.loadChanges();
    assert.deepEqual([store.failures, store.loadedAt, store.error], [0, clock.now(), undefined]);
    store.reset();
    assert.deepEqual(
      [store.failures, store.lastAttemptAt, store.loadedAt, store.lastFullLoadAt, store.snapshot],
      [0, undefined, undefined, undefined, undefined],
    );
  });
});
