import * as assert from 'node:assert/strict';
import type { BatchesEnded, BatchSnapshot } from '../../../src/core/batches/store';
import { batch } from '../support/batches';
import { FakeClock, settle } from '../support/fakeClock';
import { loadedStore, ModelServer, storeOn } from '../support/modelServer';
import { broken, statuses, storeByHand } from '../support/storeByHand';

const loaded = { kind: 'loaded' };

function known(at: number, isWhole: boolean, ...batches: BatchSnapshot['batches']): BatchSnapshot {
  return { batches, at, isWhole };
}

const old = batch({ id: 'old', status: 'COMPLETED', createdAt: 1 });
const running = batch({ id: 'running', status: 'PROCESSING', createdAt: 5 });
const done = batch({ id: 'done', status: 'COMPLETED', createdAt: 7 });

describe('The store, kept true,', () => {
  describe('loads changes', () => {
    it('as everything, where nothing was loaded before', async () => {
      const server = new ModelServer(old);
      const store = storeOn(server, new FakeClock());
      const loading = store.loadChanges();
      assert.equal(store.isLoadingAll, true);
      assert.deepEqual(await loading, loaded);
      assert.deepEqual(server.asked, [{}]);
      assert.deepEqual(store.batches, [old]);
    });

    it('by one list from the oldest unfinished batch on', async () => {
      const server = new ModelServer(old, running, done);
      const { store, ids } = await loadedStore(server);
      const after = { ...running, status: 'COMPLETED' };
      server.put(after, batch({ id: 'new', createdAt: 9 }));
      assert.deepEqual(await store.loadChanges(), loaded);
      assert.deepEqual(server.asked, [{ createdAfter: 5 }]);
      assert.deepEqual(ids(), ['new', 'done', 'running', 'old']);
      assert.deepEqual(store.find('running'), after);
    });

    it('by a list of what is new, where nothing is unfinished', async () => {
      const server = new ModelServer(old, done);
      const { store, ids } = await loadedStore(server);
      server.put(batch({ id: 'new', createdAt: 9 }));
      await store.loadChanges();
      assert.deepEqual(server.asked, [{ createdAfter: 7 }]);
      assert.deepEqual(ids(), ['new', 'done', 'old']);
    });

    it('by a list from the last load on, where the newest batch is dated in the future', async () => {
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

    it('by reading a batch alone that lingers behind many others', async () => {
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

    it('and drops unfinished batches that are gone, listed or read alone', async () => {
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

    it('no longer when a person asks for everything', async () => {
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

    it('after another filter was chosen as everything that it lets through', async () => {
      const server = new ModelServer(old, running);
      const { store } = await loadedStore(server);
      store.setFilter(statuses('COMPLETED'));
      assert.equal(store.lastFullLoadAt, undefined);
      await store.loadChanges();
      assert.deepEqual(server.asked, [{ status: 'COMPLETED' }]);
      assert.notEqual(store.lastFullLoadAt, undefined);
    });

    it('and keeps what was learnt before where a part of it fails', async () => {
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
      requests.at(-1)?.fail(broken);
      assert.deepEqual(await changes, { kind: 'failed', error: broken });
      assert.deepEqual(store.batches, before);
      assert.deepEqual(ended, []);
    });
  });

  describe('under a filter for one status', () => {
    for (const status of ['COMPLETED', 'FAILED', 'PROCESSING']) {
      it(`learns of a batch that becomes ${status} after the first load`, async () => {
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

      it(`learns of a batch that becomes ${status} before the second load`, async () => {
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

    it('learns of a batch that came unnoticed before the filter was chosen', async () => {
      const server = new ModelServer(old);
      const { store, ids } = await loadedStore(server);
      // Between the load without a filter and the one with it: one that runs, and a newer one that is done.
      server.put(running, done);
      store.setFilter(statuses('COMPLETED'));
      await store.load();
      await store.loadChanges();
      server.put({ ...running, status: 'COMPLETED' });
      await store.loadChanges();
      assert.deepEqual(ids(), ['done', 'running', 'old']);
    });

    it('learns of a batch that another filter for dates held back before', async () => {
      const server = new ModelServer(old, running, done);
      const { store, ids } = await loadedStore(server, { statuses: [], created: { kind: 'range', after: 6 } });
      store.setFilter(statuses('FAILED'));
      await store.load();
      await store.loadChanges();
      server.put({ ...running, status: 'FAILED' });
      await store.loadChanges();
      assert.deepEqual(ids(), ['running']);
    });

    it('overlooks no batch that moves on while the statuses are asked for one by one', async () => {
      const server = new ModelServer(done);
      const { store, requests } = storeByHand(statuses('COMPLETED'));
      const first = store.load();
      await settle();
      requests[0]?.answer(server.list({ status: 'COMPLETED' }));
      await first;
      server.put(batch({ id: 'a', status: 'PENDING', createdAt: 1 }));
      const changes = store.loadChanges();
      await settle();
      // After the first of these answers it has moved on, and stays there until all of them have come.
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

    it('follows the batches that left the status, so that their end is told', async () => {
      const server = new ModelServer(running, done);
      const { store, ended, ids } = await loadedStore(server, statuses('PROCESSING'));
      const after = { ...running, status: 'FAILED' };
      server.put(after);
      await store.load();
      assert.deepEqual(ids(), []);
      assert.deepEqual(ended, [{ batches: [after], whileAway: false }]);
    });
  });

  describe('tells the end of a batch', () => {
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

    it('also when the filter does not show it', async () => {
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

    it('together with the other ends of the same load', async () => {
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

    it('not on the first load, and not for a batch that had ended when it was first seen', async () => {
      const server = new ModelServer(old);
      const { store, ended } = await loadedStore(server);
      server.put(done);
      await store.loadChanges();
      assert.deepEqual(ended, []);
    });

    it('not for one that moved on without ending, an unknown status included', async () => {
      const server = new ModelServer(running);
      const { store, ended } = await loadedStore(server);
      server.put({ ...running, status: 'EXPIRED' });
      await store.loadChanges();
      assert.deepEqual(ended, []);
    });

    it('not for what was known with another key', async () => {
      const server = new ModelServer(running);
      const { store, ended } = await loadedStore(server);
      store.reset();
      server.put({ ...running, status: 'COMPLETED' });
      await store.load();
      assert.deepEqual(ended, []);
    });
  });

  describe('with the list of an earlier start', () => {
    it('shows it at once, with its age, and knows that it has not loaded', () => {
      const server = new ModelServer();
      const store = storeOn(server, new FakeClock(1_000), statuses('PROCESSING'));
      store.restore(known(400, true, done, running));
      assert.deepEqual(store.batches, [running]);
      assert.deepEqual(store.allBatches, [done, running]);
      assert.deepEqual([store.loadedAt, store.lastFullLoadAt, store.lastAttemptAt], [400, undefined, undefined]);
      assert.deepEqual(server.asked, []);
    });

    it('replaces it by the first load, and says of ends in between that nobody was waiting', async () => {
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

    it('says the same of ends that the filter hid from the first load', async () => {
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
      server.failure = broken;
      await store.load();
      assert.deepEqual(store.batches, [running]);
      assert.deepEqual([store.loadedAt, store.lastAttemptAt, store.failures], [400, 1_000, 1]);
    });

    it('does not take one that comes after the first load', async () => {
      const { store, ids } = await loadedStore(new ModelServer(done));
      store.restore(known(400, true, running));
      assert.deepEqual(ids(), ['done']);
    });
  });

  it('counts its failures and knows when it last tried', async () => {
    const server = new ModelServer(old);
    const { store, clock } = await loadedStore(server);
    const loadedAt = clock.now();
    server.failure = broken;
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
