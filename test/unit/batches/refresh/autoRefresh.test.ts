import * as assert from 'node:assert/strict';
import { ApiError } from '../../../../src/core/api/http/errors';
import { noFilter } from '../../../../src/core/batches/filter';
import type { BatchStore } from '../../../../src/core/batches/store';
import {
  type Attention,
  AutoRefresh,
  type AutoRefreshSettings,
} from '../../../../src/core/batches/refresh/autoRefresh';
import { refreshLimits } from '../../../../src/core/batches/refresh/policy';
import { RefreshLease } from '../../../../src/core/batches/refresh/lease';
import { batch } from '../../support/batches';
import { FakeClock, settle } from '../../support/fakeClock';
import { MemoryFiles } from '../../support/memoryFiles';
import { ModelServer, storeOn } from '../../support/modelServer';
import { RecordingLog } from '../../support/recordingLog';
import { serverError, statuses, storeByHand } from '../../support/storeByHand';

const second = 1_000;
const minute = 60 * second;
const intervalMs = 30 * second;

const seen: Attention = { isVisible: true, isFocused: true };
const hidden: Attention = { isVisible: false, isFocused: true };
const unfocused: Attention = { isVisible: true, isFocused: false };

const running = batch({ id: 'running', createdAt: 5 });
const done = batch({ id: 'done', status: 'COMPLETED', createdAt: 7 });

interface Options {
  readonly files?: MemoryFiles;
  readonly window?: string;
  readonly store?: BatchStore;
}

/** A window with automatic refresh. Random numbers are always 0, so that there is no jitter. */
function openWindow(clock: FakeClock, server: ModelServer, { files, window = 'window', store }: Options = {}) {
  const log = new RecordingLog();
  const facts = {
    canLoad: true,
    subscribed: new Set<string>(),
    settings: { isAutomatic: true, intervalMs } as AutoRefreshSettings,
  };
  const leaseOf = (account: string) => files && new RefreshLease(files, account, window, clock, log);
  const lease = leaseOf('account');
  let current = lease;
  const used = store ?? storeOn(server, clock);
  const autoRefresh = new AutoRefresh({
    store: used,
    clock,
    random: () => 0,
    log,
    canLoad: () => facts.canLoad,
    lease: () => current,
    subscribed: () => facts.subscribed,
    settings: () => facts.settings,
  });
  /** Changes the account like the editor does. */
  const use = (account: string): void => {
    current = leaseOf(account);
    used.reset();
    autoRefresh.reschedule();
  };
  return { store: used, autoRefresh, log, facts, lease, use };
}

function setUp(...batches: (typeof running)[]) {
  const clock = new FakeClock();
  const server = new ModelServer(...batches);
  const window = openWindow(clock, server);
  /** The number of requests within a time. */
  const requestsIn = async (ms: number): Promise<number> => {
    const before = server.asked.length;
    await clock.advance(ms);
    return server.asked.length - before;
  };
  return { clock, server, requestsIn, ...window };
}

describe('The automatic refresh', () => {
  it('sends no request before the view is visible', async () => {
    const { requestsIn, autoRefresh, clock } = setUp(running);
    autoRefresh.reschedule();
    autoRefresh.setAttention(hidden);
    assert.equal(await requestsIn(10 * minute), 0);
    assert.equal(clock.running, 0);
  });

  it('loads when the view is first visible, then polls unfinished batches', async () => {
    const { server, store, autoRefresh, requestsIn } = setUp(running, done);
    autoRefresh.setAttention(seen);
    assert.equal(await requestsIn(0), 1);
    assert.deepEqual(store.batches, [done, running]);
    const after = { ...running, status: 'COMPLETED' };
    server.put(after);
    assert.equal(await requestsIn(intervalMs), 1);
    assert.deepEqual(store.find('running'), after);
    assert.deepEqual(server.asked, [{}, { createdAfter: 5 }]);
  });

  it('polls rarely if all batches are finished, and more often once a batch is unfinished', async () => {
    const { server, autoRefresh, requestsIn } = setUp(done);
    autoRefresh.setAttention(seen);
    assert.equal(await requestsIn(refreshLimits.idleMs - 1), 1);
    server.put(batch({ id: 'new', createdAt: 9 }));
    assert.equal(await requestsIn(1), 1);
    assert.equal(await requestsIn(2 * intervalMs), 2);
  });

  it('counts only shown batches as unfinished', async () => {
    const { store, autoRefresh, requestsIn } = setUp(running, done);
    autoRefresh.setAttention(seen);
    await requestsIn(0);
    store.setFilter(statuses('COMPLETED'));
    await store.load();
    assert.equal(await requestsIn(refreshLimits.idleMs - 1), 0);
    store.setFilter(noFilter);
    await store.load();
    assert.equal(await requestsIn(intervalMs), 1);
  });

  it('stops when the view is hidden, and leaves no timer', async () => {
    for (const away of [hidden, unfocused]) {
      const { clock, autoRefresh, requestsIn } = setUp(running);
      autoRefresh.setAttention(seen);
      await requestsIn(intervalMs);
      autoRefresh.setAttention(away);
      assert.equal(clock.running, 0);
      assert.equal(await requestsIn(60 * minute), 0);
    }
  });

  it('polls once when the user returns to the view', async () => {
    const { autoRefresh, requestsIn } = setUp(running);
    autoRefresh.setAttention(seen);
    await requestsIn(0);
    autoRefresh.setAttention(hidden);
    await requestsIn(10 * minute);
    autoRefresh.setAttention(seen);
    autoRefresh.setAttention({ ...seen });
    assert.equal(await requestsIn(0), 1);
    assert.equal(await requestsIn(intervalMs - second), 0);
    autoRefresh.setAttention({ ...seen });
    assert.equal(await requestsIn(second - 1), 0, 'to be seen still is not to come back');
    assert.equal(await requestsIn(1), 1);
  });

  it('sends no more requests when the user only switches windows', async () => {
    const { autoRefresh, requestsIn } = setUp(running);
    autoRefresh.setAttention(seen);
    await requestsIn(0);
    let requests = 0;
    for (let moment = 0; moment < 9; moment++) {
      autoRefresh.setAttention(unfocused);
      requests += await requestsIn(500);
      autoRefresh.setAttention(seen);
      requests += await requestsIn(500);
    }
    assert.equal(requests, 0);
  });

  it('polls once after the computer was asleep', async () => {
    const { clock, autoRefresh, requestsIn } = setUp(running);
    autoRefresh.setAttention(seen);
    await requestsIn(0);
    clock.pass(8 * 60 * minute);
    assert.equal(await requestsIn(0), 1);
    assert.equal(await requestsIn(intervalMs - 1), 0);
  });

  it('continues after the clock was set back', async () => {
    const { clock, autoRefresh, requestsIn } = setUp(running);
    autoRefresh.setAttention(seen);
    await requestsIn(0);
    clock.pass(-120 * minute);
    // A system timer continues; the timer of this clock is set back with the clock.
    autoRefresh.setAttention({ ...seen });
    assert.equal(await requestsIn(0), 1);
    assert.equal(await requestsIn(intervalMs), 1);
  });

  it('continues after the clock was set back while another window was loading', async () => {
    const { clock, server } = setUp(running);
    const files = new MemoryFiles();
    await openWindow(clock, server, { files, window: 'other' }).lease?.acquire(undefined, intervalMs);
    const { autoRefresh } = openWindow(clock, server, { files });
    autoRefresh.setAttention(seen);
    await clock.advance(0);
    clock.pass(-120 * minute);
    autoRefresh.setAttention({ ...seen });
    await clock.advance(0);
    assert.equal(server.asked.length, 1);
  });

  it('polls subscribed batches slowly while the view is hidden, until they have finished', async () => {
    const { server, store, autoRefresh, facts, requestsIn } = setUp(running);
    facts.subscribed.add('running');
    autoRefresh.setAttention(seen);
    await requestsIn(0);
    autoRefresh.setAttention(hidden);
    assert.equal(await requestsIn(refreshLimits.subscribedMs), 1);
    assert.equal(await requestsIn(refreshLimits.subscribedMs), 1);
    const ended: string[] = [];
    store.onDidEnd(({ batches }) => ended.push(...batches.map(({ id }) => id)));
    server.put({ ...running, status: 'FAILED' });
    await requestsIn(refreshLimits.subscribedMs);
    assert.deepEqual(ended, ['running']);
    assert.equal(await requestsIn(60 * minute), 0);
  });

  it('does not poll a subscribed batch that no longer exists', async () => {
    const { server, autoRefresh, facts, requestsIn } = setUp(running);
    facts.subscribed.add('running');
    autoRefresh.setAttention(seen);
    await requestsIn(0);
    autoRefresh.setAttention(hidden);
    server.remove('running');
    await requestsIn(refreshLimits.subscribedMs);
    assert.equal(await requestsIn(60 * minute), 0);
  });

  it('polls subscribed batches from the start, even if the first load fails', async () => {
    const { server, store, autoRefresh, facts, requestsIn } = setUp(running);
    facts.subscribed.add('running');
    server.failure = serverError;
    autoRefresh.reschedule();
    assert.equal(await requestsIn(0), 1);
    server.failure = undefined;
    assert.ok((await requestsIn(5 * minute)) > 0);
    assert.deepEqual(store.batches, [running]);
  });

  describe('with the setting', () => {
    it('off, loads only once, to have a list to show', async () => {
      const { autoRefresh, facts, requestsIn } = setUp(running);
      facts.settings = { isAutomatic: false, intervalMs };
      autoRefresh.setAttention(seen);
      assert.equal(await requestsIn(60 * minute), 1);
      autoRefresh.setAttention(hidden);
      autoRefresh.setAttention(seen);
      assert.equal(await requestsIn(60 * minute), 0);
    });

    it('changed, applies it at once', async () => {
      const { autoRefresh, facts, requestsIn } = setUp(running);
      autoRefresh.setAttention(seen);
      await requestsIn(0);
      facts.settings = { isAutomatic: true, intervalMs: 5 * minute };
      autoRefresh.reschedule();
      assert.equal(await requestsIn(5 * minute - 1), 0);
      facts.settings = { isAutomatic: true, intervalMs: 15 * second };
      autoRefresh.reschedule();
      assert.equal(await requestsIn(0), 1);
      facts.settings = { isAutomatic: false, intervalMs };
      autoRefresh.reschedule();
      assert.equal(await requestsIn(60 * minute), 0);
    });
  });

  describe('after a failure', () => {
    it('backs off up to five minutes, and polls as usual after a success', async () => {
      const { clock, server, store, autoRefresh, requestsIn } = setUp(running);
      server.failure = serverError;
      autoRefresh.setAttention(seen);
      await requestsIn(0);
      const waits: number[] = [];
      for (let last = clock.now(); waits.length < 7; last = clock.now()) {
        const before = server.asked.length;
        while (server.asked.length === before) {
          await clock.advance(second);
        }
        waits.push((clock.now() - last) / second);
      }
      assert.deepEqual(waits, [24, 48, 96, 192, 240, 240, 240]);
      server.failure = undefined;
      await requestsIn(5 * minute);
      assert.deepEqual(store.batches, [running]);
      assert.equal(await requestsIn(2 * intervalMs), 2);
    });

    it('waits for the Retry-After time', async () => {
      const { clock, server, autoRefresh, requestsIn } = setUp(running);
      server.failure = new ApiError('rateLimited', 'HTTP 429', { retryAt: clock.now() + 7 * minute });
      autoRefresh.setAttention(seen);
      assert.equal(await requestsIn(7 * minute - 1), 1);
      server.failure = undefined;
      assert.equal(await requestsIn(1), 1);
    });

    for (const reason of ['unauthorized', 'badBaseUrl', 'noKey'] as const) {
      it(`stops on the error "${reason}" until the key or the setting has changed`, async () => {
        const { server, store, autoRefresh, facts, requestsIn } = setUp(running);
        facts.subscribed.add('running');
        server.failure = new ApiError(reason, reason);
        autoRefresh.setAttention(seen);
        assert.equal(await requestsIn(60 * minute), 1);
        autoRefresh.setAttention(hidden);
        autoRefresh.setAttention(seen);
        assert.equal(await requestsIn(60 * minute), 0);
        server.failure = undefined;
        store.reset();
        assert.equal(await requestsIn(0), 1);
        assert.deepEqual(store.batches, [running]);
      });
    }

    it('continues after a bug in the extension', async () => {
      const { clock, server } = setUp(running);
      const files = new MemoryFiles();
      const { store, autoRefresh, log, lease } = openWindow(clock, server, { files });
      assert.ok(lease);
      lease.acquire = () => Promise.reject(new Error('a mistake'));
      autoRefresh.setAttention(seen);
      await clock.advance(0);
      assert.match(log.at('error').join(), /a mistake/);
      assert.equal(log.at('error').length, 1, 'not again and again');
      Reflect.deleteProperty(lease, 'acquire');
      await clock.advance(5 * minute);
      assert.equal(store.error, undefined);
      assert.deepEqual(store.batches, [running]);
      assert.equal(log.at('error').length, 1);
    });
  });

  it('sends no request while there is no key or the account is not known yet', async () => {
    const { autoRefresh, facts, requestsIn } = setUp(running);
    facts.canLoad = false;
    autoRefresh.setAttention(seen);
    assert.equal(await requestsIn(10 * minute), 0);
    facts.canLoad = true;
    autoRefresh.reschedule();
    assert.equal(await requestsIn(0), 1);
  });

  it('counts a load that the user started: the next poll comes one interval later', async () => {
    const { store, autoRefresh, requestsIn } = setUp(running);
    autoRefresh.setAttention(seen);
    await requestsIn(intervalMs - second);
    await store.load();
    assert.equal(await requestsIn(intervalMs - 1), 0);
    assert.equal(await requestsIn(1), 1);
  });

  it('waits for a slow response and sends no other request', async () => {
    const { clock, store, requests } = storeByHand();
    const { autoRefresh } = openWindow(clock, new ModelServer(), { store });
    autoRefresh.setAttention(seen);
    await clock.advance(10 * minute);
    assert.equal(requests.length, 1);
    autoRefresh.setAttention(hidden);
    autoRefresh.setAttention(seen);
    await clock.advance(10 * minute);
    assert.equal(requests.length, 1);
    requests[0]?.answer([running]);
    await clock.advance(intervalMs);
    assert.equal(requests.length, 2);
  });

  it('loads everything once an hour', async () => {
    const { server, autoRefresh, requestsIn } = setUp(running);
    autoRefresh.setAttention(seen);
    await requestsIn(3 * 60 * minute);
    const whole = server.asked.filter((asked) => typeof asked !== 'string' && Object.keys(asked).length === 0);
    assert.ok(whole.length >= 3 && whole.length <= 4, `${whole.length} times`);
  });

  describe('after dispose', () => {
    it('sends no more requests and leaves no timer', async () => {
      const { clock, store, autoRefresh, requestsIn } = setUp(running);
      autoRefresh.setAttention(seen);
      await requestsIn(0);
      autoRefresh.dispose();
      assert.equal(clock.running, 0);
      await store.load();
      assert.equal(await requestsIn(10 * minute), 0);
    });

    it('does so even if a load was running or the window changes', async () => {
      const { clock, store, requests } = storeByHand();
      const { autoRefresh } = openWindow(clock, new ModelServer(), { store });
      autoRefresh.setAttention(seen);
      await clock.advance(0);
      assert.equal(requests.length, 1);
      store.dispose();
      autoRefresh.dispose();
      autoRefresh.setAttention(hidden);
      autoRefresh.setAttention(seen);
      autoRefresh.reschedule();
      await settle();
      assert.equal(clock.running, 0);
      await clock.advance(10 * minute);
      assert.equal(requests.length, 1);
    });
  });

  describe('with several windows', () => {
    function openTwo(...batches: (typeof running)[]) {
      const clock = new FakeClock();
      const server = new ModelServer(...batches);
      const files = new MemoryFiles();
      const [one, two] = ['one', 'two'].map((window) => openWindow(clock, server, { files, window }));
      assert.ok(one !== undefined && two !== undefined);
      return { clock, server, files, one, two };
    }

    it('loads in one and shares the list with the others', async () => {
      const { clock, server, one, two } = openTwo(running, done);
      one.autoRefresh.setAttention(seen);
      two.autoRefresh.setAttention(unfocused);
      await clock.advance(10 * second);
      assert.equal(server.asked.length, 1);
      assert.deepEqual(two.store.batches, one.store.batches);
      assert.equal(two.store.loadedAt, one.store.loadedAt);
    });

    it('sends at most one and a half times the requests of one window with two visible ones', async () => {
      const { clock, server, one, two } = openTwo(running);
      one.autoRefresh.setAttention(seen);
      await clock.advance(7 * second);
      two.autoRefresh.setAttention(seen);
      await clock.advance(60 * minute);
      const alone = (60 * minute) / intervalMs;
      assert.ok(server.asked.length <= 1.5 * alone, `${server.asked.length} requests`);
      const after = { ...running, status: 'COMPLETED' };
      server.put(after);
      await clock.advance(2 * intervalMs);
      assert.deepEqual([one.store.batches, two.store.batches], [[after], [after]]);
    });

    it('polls batches that are subscribed in both only once', async () => {
      const { clock, server, one, two } = openTwo(running);
      for (const { facts, autoRefresh } of [one, two]) {
        facts.subscribed.add('running');
        autoRefresh.setAttention(hidden);
      }
      await clock.advance(60 * minute);
      const alone = (60 * minute) / refreshLimits.subscribedMs;
      assert.ok(server.asked.length <= 1.5 * alone, `${server.asked.length} requests`);
    });

    it('does not repeat a load that the user started in another one', async () => {
      const { clock, server, one, two } = openTwo(running);
      await one.store.load();
      await settle();
      server.asked.length = 0;
      two.autoRefresh.setAttention(seen);
      await clock.advance(second);
      assert.deepEqual(server.asked, []);
      assert.deepEqual(two.store.batches, [running]);
    });

    it('checks regularly whether another window has finished loading', async () => {
      const clock = new FakeClock();
      const files = new MemoryFiles();
      const slow = storeByHand();
      const one = openWindow(clock, new ModelServer(), { files, window: 'one', store: slow.store });
      const two = openWindow(clock, new ModelServer(), { files, window: 'two' });
      one.autoRefresh.setAttention(seen);
      await clock.advance(0);
      two.autoRefresh.setAttention(seen);
      files.calls.length = 0;
      await clock.advance(20 * second);
      assert.ok(files.calls.length <= 11, `${files.calls.length} looks`);
      slow.requests[0]?.answer([running]);
      await clock.advance(2 * second);
      assert.deepEqual(two.store.batches, [running]);
    });

    it('polls in the others after a failure in one', async () => {
      const { clock, server, one, two } = openTwo(running);
      server.failure = serverError;
      one.autoRefresh.setAttention(seen);
      await clock.advance(0);
      server.failure = undefined;
      two.autoRefresh.setAttention(seen);
      await clock.advance(0);
      assert.deepEqual(two.store.batches, [running]);
    });

    it('stores the last list for the next session, including loads that the user started', async () => {
      const { clock, server, one, two } = openTwo(running);
      one.autoRefresh.setAttention(seen);
      await clock.advance(second);
      server.put(done);
      await one.store.load();
      await settle();
      assert.deepEqual((await two.lease?.storedList())?.batches, [done, running]);
    });

    for (const [what, isKnown] of [
      ['is shown under it', true],
      ['gets anything of it', false],
    ] as const) {
      it(`nothing of an account ${what} when the account changes while the lease is being acquired`, async () => {
        const { clock, server, files, one, two } = openTwo(running);
        if (isKnown) {
          await one.store.load();
          await settle();
        }
        files.afterNextUpdate = () => {
          server.remove('running');
          server.put(done);
          two.use('another');
        };
        two.autoRefresh.setAttention(seen);
        await clock.advance(second);
        assert.deepEqual(two.store.batches, [done]);
        assert.deepEqual((await one.lease?.storedList())?.batches, isKnown ? [running] : undefined);
        // The lease was released: no window waits for one that does not load.
        assert.notEqual((await one.lease?.acquire(clock.now(), 0))?.kind, 'heldElsewhere');
      });
    }

    it('loads in each one if nothing can be shared', async () => {
      const { clock, files, one, two } = openTwo(running);
      files.isReadOnly = true;
      for (const { autoRefresh, store, log } of [one, two]) {
        autoRefresh.setAttention(seen);
        await clock.advance(0);
        await store.load();
        await settle();
        assert.deepEqual(store.batches, [running]);
        assert.deepEqual(log.at('error'), []);
      }
    });
  });
});
