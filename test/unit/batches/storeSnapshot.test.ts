import * as assert from 'node:assert/strict';
import type { BatchSnapshot } from '../../../src/core/batches/store';
import { batch } from '../support/batches';
import { FakeClock, settle } from '../support/fakeClock';
import { loadedStore, ModelServer, storeOn } from '../support/modelServer';
import { serverError, statuses, storeByHand } from '../support/storeByHand';

function known(at: number, isWhole: boolean, ...batches: BatchSnapshot['batches']): BatchSnapshot {
  return { batches, at, isWhole };
}

const old = batch({ id: 'old', status: 'COMPLETED', createdAt: 1 });
const running = batch({ id: 'running', status: 'PROCESSING', createdAt: 5 });
const done = batch({ id: 'done', status: 'COMPLETED', createdAt: 7 });

describe('A snapshot of the batch store', () => {
  describe('from another window', () => {
    it('is applied like a load: with its age, finished batches and removals', async () => {
      const server = new ModelServer(old, running);
      const { store, clock, ended, ids } = await loadedStore(server);
      server.failure = serverError;
      await store.loadChanges();
      clock.pass(60_000);
      const after = { ...running, status: 'COMPLETED' };
      const at = clock.now() - 10_000;
      assert.equal(store.applySnapshot(known(at, true, done, after)), true);
      assert.deepEqual(ids(), ['done', 'running']);
      assert.deepEqual([store.loadedAt, store.lastAttemptAt, store.error, store.failures], [at, at, undefined, 0]);
      assert.deepEqual(ended, [{ batches: [after], whileAway: false }]);
      assert.deepEqual(
        store.snapshot,
        { batches: store.allBatches, at, askedAt: at, isWhole: true },
        'it can be handed on',
      );
    });

    it('is rejected if it was requested before the own load ended, because it may lack newer batches', async () => {
      const { store, clock, ids } = await loadedStore(new ModelServer(old, done));
      const loadedAt = clock.now();
      clock.pass(3_000);
      const late = { ...known(clock.now(), true, old), askedAt: loadedAt - 1 };
      assert.equal(store.applySnapshot(late), false);
      assert.deepEqual(ids(), ['done', 'old']);
      assert.equal(store.applySnapshot({ ...late, askedAt: loadedAt }), true);
      assert.equal(store.snapshot?.askedAt, loadedAt);
    });

    it('replaces the first load if it is complete', async () => {
      const server = new ModelServer(old, running);
      const store = storeOn(server, new FakeClock(1_000), statuses('COMPLETED'));
      assert.equal(store.applySnapshot(known(900, true, running, old)), true);
      assert.equal(store.lastFullLoadAt, 900);
      assert.deepEqual(store.batches, [old]);
      assert.equal(store.countOf('PROCESSING'), 1);
      await store.ensureLoaded();
      assert.deepEqual(server.asked, []);
      server.put({ ...running, status: 'COMPLETED' });
      await store.loadChanges();
      assert.deepEqual(server.asked, [{ createdAfter: 5 }], 'goes on from there');
      assert.equal(store.batches.length, 2);
    });

    it('does not remove older batches if it is incomplete', async () => {
      const { store, clock, ids } = await loadedStore(new ModelServer(old, running));
      assert.equal(store.applySnapshot(known(clock.now(), false, done, running)), true);
      assert.deepEqual(ids(), ['done', 'running', 'old']);
    });

    it('is rejected if it is incomplete and nothing was loaded here', () => {
      const store = storeOn(new ModelServer(), new FakeClock(1_000));
      assert.equal(store.applySnapshot(known(900, false, running)), false);
      assert.deepEqual([store.batches, store.loadedAt], [[], undefined]);
    });

    it('is rejected if it is older than the own list', async () => {
      const { store, clock, ids } = await loadedStore(new ModelServer(done));
      assert.equal(store.applySnapshot(known(clock.now() - 1, true, running)), false);
      assert.deepEqual(ids(), ['done']);
    });

    it('is rejected while a load is running', async () => {
      const { store, clock, ids } = await loadedStore(new ModelServer(done));
      const loading = store.loadChanges();
      assert.equal(store.applySnapshot(known(clock.now(), true, running)), false);
      await loading;
      assert.deepEqual(ids(), ['done']);
    });
  });

  describe('for other windows', () => {
    it('does not exist before the first load', () => {
      assert.equal(storeOn(new ModelServer(), new FakeClock()).snapshot, undefined);
    });

    it('has all batches, shown or not, and their age', async () => {
      const server = new ModelServer(old, running);
      const { store, clock } = await loadedStore(server);
      store.setFilter(statuses('FAILED'));
      assert.deepEqual(store.snapshot, {
        batches: [running, old],
        at: clock.now(),
        askedAt: clock.now(),
        isWhole: true,
      });
      clock.pass(5);
      store.setFilter({ statuses: [], created: undefined });
      await store.load();
      clock.pass(5);
      await store.loadChanges();
      assert.deepEqual(store.snapshot, {
        batches: [running, old],
        at: clock.now(),
        askedAt: clock.now(),
        isWhole: true,
      });
    });

    it('has the time of the request, which is earlier than the time of the response', async () => {
      const { store, clock, requests } = storeByHand();
      const loading = store.load();
      await settle();
      const askedAt = clock.now();
      clock.pass(5_000);
      requests[0]?.answer([done]);
      await loading;
      assert.deepEqual(store.snapshot, { batches: [done], at: askedAt + 5_000, askedAt, isWhole: true });
    });

    it('is incomplete after a load with a filter, even after further loads', async () => {
      const { store } = await loadedStore(new ModelServer(old, running), statuses('COMPLETED'));
      const first = store.snapshot;
      await store.loadChanges();
      assert.deepEqual([first?.isWhole, store.snapshot?.isWhole], [false, false]);
    });

    it('is incomplete if batches were created while a filter excluded them', async () => {
      const server = new ModelServer(old);
      const { store, clock } = await loadedStore(server);
      server.put(batch({ id: 'failed', status: 'FAILED', createdAt: 6 }), done);
      store.setFilter(statuses('COMPLETED'));
      await store.load();
      clock.pass(1_000);
      await store.loadChanges();
      const { snapshot } = store;
      assert.ok(store.find('failed') !== undefined || snapshot?.isWhole === false);
    });
  });
});
