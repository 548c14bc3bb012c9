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
import { broken, statuses, storeByHand } from '../../support/storeByHand';

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

/** A window that keeps its list true. Chance is always 0, so that there is no jitter. */
function openWindow(clock: FakeClock, server: ModelServer, { files, window = 'window', store }: Options = {}) {
  const log = new RecordingLog();
  const facts = {
    canLoad: true,
    subscribed: new Set<string>(),
    settings: { isAutomatic: true, intervalMs } as AutoRefreshSettings,
  };
  const turnsOf = (account: string) => files && new RefreshLease(files, account, window, clock, log);
  const turns = turnsOf('account');
  let current = turns;
  const used = store ?? storeOn(server, clock);
  const live = new AutoRefresh({
    store: used,
    clock,
    random: () => 0,
    log,
    canLoad: () => facts.canLoad,
    lease: () => current,
    subscribed: () => facts.subscribed,
    settings: () => facts.settings,
  });
  /** Another key is taken into use, as the editor does it. */
  const use = (account: string): void => {
    current = turnsOf(account);
    used.reset();
    live.reschedule();
  };
  return { store: used, live, log, facts, turns, use };
}

function setUp(...batches: (typeof running)[]) {
  const clock = new FakeClock();
  const server = new ModelServer(...batches);
  const window = openWindow(clock, server);
  /** How many requests a time costs. */
  const requestsIn = async (ms: number): Promise<number> => {
    const before = server.asked.length;
    await clock.advance(ms);
    return server.asked.length - before;
  };
  return { clock, server, requestsIn, ...window };
}

describe('The list keeps itself true:', () => {
  it('it asks nothing before somebody looks', async () => {
    const { requestsIn, live, clock } = setUp(running);
    live.reschedule();
    live.setAttention(hidden);
    assert.equal(await requestsIn(10 * minute), 0);
    assert.equal(clock.running, 0);
  });

  it('it loads when it is first seen, and follows what is unfinished', async () => {
    const { server, store, live, requestsIn } = setUp(running, done);
    live.setAttention(seen);
    assert.equal(await requestsIn(0), 1);
    assert.deepEqual(store.batches, [done, running]);
    const after = { ...running, status: 'COMPLETED' };
    server.put(after);
    assert.equal(await requestsIn(intervalMs), 1);
    assert.deepEqual(store.find('running'), after);
    assert.deepEqual(server.asked, [{}, { createdAfter: 5 }]);
  });

  it('it looks rarely where nothing is unfinished, and more often as soon as something is', async () => {
    const { server, live, requestsIn } = setUp(done);
    live.setAttention(seen);
    assert.equal(await requestsIn(refreshLimits.idleMs - 1), 1);
    server.put(batch({ id: 'new', createdAt: 9 }));
    assert.equal(await requestsIn(1), 1);
    assert.equal(await requestsIn(2 * intervalMs), 2);
  });

  it('it counts as unfinished what the filter shows', async () => {
    const { store, live, requestsIn } = setUp(running, done);
    live.setAttention(seen);
    await requestsIn(0);
    store.setFilter(statuses('COMPLETED'));
    await store.load();
    assert.equal(await requestsIn(refreshLimits.idleMs - 1), 0);
    store.setFilter(noFilter);
    await store.load();
    assert.equal(await requestsIn(intervalMs), 1);
  });

  it('it stops when nobody looks any more, and leaves no timer', async () => {
    for (const away of [hidden, unfocused]) {
      const { clock, live, requestsIn } = setUp(running);
      live.setAttention(seen);
      await requestsIn(intervalMs);
      live.setAttention(away);
      assert.equal(clock.running, 0);
      assert.equal(await requestsIn(60 * minute), 0);
    }
  });

  it('it catches up once when somebody comes back', async () => {
    const { live, requestsIn } = setUp(running);
    live.setAttention(seen);
    await requestsIn(0);
    live.setAttention(hidden);
    await requestsIn(10 * minute);
    live.setAttention(seen);
    live.setAttention({ ...seen });
    assert.equal(await requestsIn(0), 1);
    assert.equal(await requestsIn(intervalMs - second), 0);
    live.setAttention({ ...seen });
    assert.equal(await requestsIn(second - 1), 0, 'to be seen still is not to come back');
    assert.equal(await requestsIn(1), 1);
  });

  it('it asks nothing more when somebody only switches to and fro', async () => {
    const { live, requestsIn } = setUp(running);
    live.setAttention(seen);
    await requestsIn(0);
    let requests = 0;
    for (let moment = 0; moment < 9; moment++) {
      live.setAttention(unfocused);
      requests += await requestsIn(500);
      live.setAttention(seen);
      requests += await requestsIn(500);
    }
    assert.equal(requests, 0);
  });

  it('it catches up once after a sleep of the machine', async () => {
    const { clock, live, requestsIn } = setUp(running);
    live.setAttention(seen);
    await requestsIn(0);
    clock.pass(8 * 60 * minute);
    assert.equal(await requestsIn(0), 1);
    assert.equal(await requestsIn(intervalMs - 1), 0);
  });

  it('it goes on after the clock was set back', async () => {
    const { clock, live, requestsIn } = setUp(running);
    live.setAttention(seen);
    await requestsIn(0);
    clock.pass(-120 * minute);
    // A timer of the system runs on; the one of this clock has been set back with it.
    live.setAttention({ ...seen });
    assert.equal(await requestsIn(0), 1);
    assert.equal(await requestsIn(intervalMs), 1);
  });

  it('it goes on after the clock was set back while another window was asking', async () => {
    const { clock, server } = setUp(running);
    const files = new MemoryFiles();
    await openWindow(clock, server, { files, window: 'other' }).turns?.acquire(undefined, intervalMs);
    const { live } = openWindow(clock, server, { files });
    live.setAttention(seen);
    await clock.advance(0);
    clock.pass(-120 * minute);
    live.setAttention({ ...seen });
    await clock.advance(0);
    assert.equal(server.asked.length, 1);
  });

  it('it follows marked batches slowly while nobody looks, until they have ended', async () => {
    const { server, store, live, facts, requestsIn } = setUp(running);
    facts.subscribed.add('running');
    live.setAttention(seen);
    await requestsIn(0);
    live.setAttention(hidden);
    assert.equal(await requestsIn(refreshLimits.subscribedMs), 1);
    assert.equal(await requestsIn(refreshLimits.subscribedMs), 1);
    const ended: string[] = [];
    store.onDidEnd(({ batches }) => ended.push(...batches.map(({ id }) => id)));
    server.put({ ...running, status: 'FAILED' });
    await requestsIn(refreshLimits.subscribedMs);
    assert.deepEqual(ended, ['running']);
    assert.equal(await requestsIn(60 * minute), 0);
  });

  it('it does not follow a marked batch that is gone', async () => {
    const { server, live, facts, requestsIn } = setUp(running);
    facts.subscribed.add('running');
    live.setAttention(seen);
    await requestsIn(0);
    live.setAttention(hidden);
    server.remove('running');
    await requestsIn(refreshLimits.subscribedMs);
    assert.equal(await requestsIn(60 * minute), 0);
  });

  it('it follows marked batches from the start, though the first load fails', async () => {
    const { server, store, live, facts, requestsIn } = setUp(running);
    facts.subscribed.add('running');
    server.failure = broken;
    live.reschedule();
    assert.equal(await requestsIn(0), 1);
    server.failure = undefined;
    assert.ok((await requestsIn(5 * minute)) > 0);
    assert.deepEqual(store.batches, [running]);
  });

  describe('the setting', () => {
    it('can switch it off: then it is loaded once, to have something to show', async () => {
      const { live, facts, requestsIn } = setUp(running);
      facts.settings = { isAutomatic: false, intervalMs };
      live.setAttention(seen);
      assert.equal(await requestsIn(60 * minute), 1);
      live.setAttention(hidden);
      live.setAttention(seen);
      assert.equal(await requestsIn(60 * minute), 0);
    });

    it('takes effect at once', async () => {
      const { live, facts, requestsIn } = setUp(running);
      live.setAttention(seen);
      await requestsIn(0);
      facts.settings = { isAutomatic: true, intervalMs: 5 * minute };
      live.reschedule();
      assert.equal(await requestsIn(5 * minute - 1), 0);
      facts.settings = { isAutomatic: true, intervalMs: 15 * second };
      live.reschedule();
      assert.equal(await requestsIn(0), 1);
      facts.settings = { isAutomatic: false, intervalMs };
      live.reschedule();
      assert.equal(await requestsIn(60 * minute), 0);
    });
  });

  describe('after a failure', () => {
    it('it asks later and later, at most every five minutes, and as usual when that helps', async () => {
      const { clock, server, store, live, requestsIn } = setUp(running);
      server.failure = broken;
      live.setAttention(seen);
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

    it('it does as the server says', async () => {
      const { clock, server, live, requestsIn } = setUp(running);
      server.failure = new ApiError('rateLimited', 'HTTP 429', { retryAt: clock.now() + 7 * minute });
      live.setAttention(seen);
      assert.equal(await requestsIn(7 * minute - 1), 1);
      server.failure = undefined;
      assert.equal(await requestsIn(1), 1);
    });

    for (const reason of ['unauthorized', 'badBaseUrl', 'noKey'] as const) {
      it(`it asks no more, where that is "${reason}", until the key or the setting has changed`, async () => {
        const { server, store, live, facts, requestsIn } = setUp(running);
        facts.subscribed.add('running');
        server.failure = new ApiError(reason, reason);
        live.setAttention(seen);
        assert.equal(await requestsIn(60 * minute), 1);
        live.setAttention(hidden);
        live.setAttention(seen);
        assert.equal(await requestsIn(60 * minute), 0);
        server.failure = undefined;
        store.reset();
        assert.equal(await requestsIn(0), 1);
        assert.deepEqual(store.batches, [running]);
      });
    }

    it('it goes on by itself after one of our own', async () => {
      const { clock, server } = setUp(running);
      const files = new MemoryFiles();
      const { store, live, log, turns } = openWindow(clock, server, { files });
      assert.ok(turns);
      turns.acquire = () => Promise.reject(new Error('a mistake'));
      live.setAttention(seen);
      await clock.advance(0);
      assert.match(log.at('error').join(), /a mistake/);
      assert.equal(log.at('error').length, 1, 'not again and again');
      Reflect.deleteProperty(turns, 'acquire');
      await clock.advance(5 * minute);
      assert.equal(store.error, undefined);
      assert.deepEqual(store.batches, [running]);
      assert.equal(log.at('error').length, 1);
    });
  });

  it('it asks nothing as long as there is no key, or nobody knows whose', async () => {
    const { live, facts, requestsIn } = setUp(running);
    facts.canLoad = false;
    live.setAttention(seen);
    assert.equal(await requestsIn(10 * minute), 0);
    facts.canLoad = true;
    live.reschedule();
    assert.equal(await requestsIn(0), 1);
  });

  it('a load that a person asked for counts: the next one comes an interval after it', async () => {
    const { store, live, requestsIn } = setUp(running);
    live.setAttention(seen);
    await requestsIn(intervalMs - second);
    await store.load();
    assert.equal(await requestsIn(intervalMs - 1), 0);
    assert.equal(await requestsIn(1), 1);
  });

  it('an answer that takes long is waited for: nothing is asked beside it', async () => {
    const { clock, store, requests } = storeByHand();
    const { live } = openWindow(clock, new ModelServer(), { store });
    live.setAttention(seen);
    await clock.advance(10 * minute);
    assert.equal(requests.length, 1);
    live.setAttention(hidden);
    live.setAttention(seen);
    await clock.advance(10 * minute);
    assert.equal(requests.length, 1);
    requests[0]?.answer([running]);
    await clock.advance(intervalMs);
    assert.equal(requests.length, 2);
  });

  it('it asks for everything once an hour', async () => {
    const { server, live, requestsIn } = setUp(running);
    live.setAttention(seen);
    await requestsIn(3 * 60 * minute);
    const whole = server.asked.filter((asked) => typeof asked !== 'string' && Object.keys(asked).length === 0);
    assert.ok(whole.length >= 3 && whole.length <= 4, `${whole.length} times`);
  });

  describe('when it is disposed of', () => {
    it('it asks nothing more and leaves no timer', async () => {
      const { clock, store, live, requestsIn } = setUp(running);
      live.setAttention(seen);
      await requestsIn(0);
      live.dispose();
      assert.equal(clock.running, 0);
      await store.load();
      assert.equal(await requestsIn(10 * minute), 0);
    });

    it('neither does it after a load that was under way, or what happens to the window meanwhile', async () => {
      const { clock, store, requests } = storeByHand();
      const { live } = openWindow(clock, new ModelServer(), { store });
      live.setAttention(seen);
      await clock.advance(0);
      assert.equal(requests.length, 1);
      store.dispose();
      live.dispose();
      live.setAttention(hidden);
      live.setAttention(seen);
      live.reschedule();
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

    it('one asks and the others take over what it learnt', async () => {
      const { clock, server, one, two } = openTwo(running, done);
      one.live.setAttention(seen);
      two.live.setAttention(unfocused);
      await clock.advance(10 * second);
      assert.equal(server.asked.length, 1);
      assert.deepEqual(two.store.batches, one.store.batches);
      assert.equal(two.store.loadedAt, one.store.loadedAt);
    });

    it('two that are both followed ask no more than one and a half would', async () => {
      const { clock, server, one, two } = openTwo(running);
      one.live.setAttention(seen);
      await clock.advance(7 * second);
      two.live.setAttention(seen);
      await clock.advance(60 * minute);
      const alone = (60 * minute) / intervalMs;
      assert.ok(server.asked.length <= 1.5 * alone, `${server.asked.length} requests`);
      const after = { ...running, status: 'COMPLETED' };
      server.put(after);
      await clock.advance(2 * intervalMs);
      assert.deepEqual([one.store.batches, two.store.batches], [[after], [after]]);
    });

    it('what is marked in both is asked for once', async () => {
      const { clock, server, one, two } = openTwo(running);
      for (const { facts, live } of [one, two]) {
        facts.subscribed.add('running');
        live.setAttention(hidden);
      }
      await clock.advance(60 * minute);
      const alone = (60 * minute) / refreshLimits.subscribedMs;
      assert.ok(server.asked.length <= 1.5 * alone, `${server.asked.length} requests`);
    });

    it('a load that a person asked for in one is not repeated by the other', async () => {
      const { clock, server, one, two } = openTwo(running);
      await one.store.load();
      await settle();
      server.asked.length = 0;
      two.live.setAttention(seen);
      await clock.advance(second);
      assert.deepEqual(server.asked, []);
      assert.deepEqual(two.store.batches, [running]);
    });

    it('one that waits for another looks now and then whether that has its answer', async () => {
      const clock = new FakeClock();
      const files = new MemoryFiles();
      const slow = storeByHand();
      const one = openWindow(clock, new ModelServer(), { files, window: 'one', store: slow.store });
      const two = openWindow(clock, new ModelServer(), { files, window: 'two' });
      one.live.setAttention(seen);
      await clock.advance(0);
      two.live.setAttention(seen);
      files.calls.length = 0;
      await clock.advance(20 * second);
      assert.ok(files.calls.length <= 11, `${files.calls.length} looks`);
      slow.requests[0]?.answer([running]);
      await clock.advance(2 * second);
      assert.deepEqual(two.store.batches, [running]);
    });

    it('a failure of one keeps none of the others from asking', async () => {
      const { clock, server, one, two } = openTwo(running);
      server.failure = broken;
      one.live.setAttention(seen);
      await clock.advance(0);
      server.failure = undefined;
      two.live.setAttention(seen);
      await clock.advance(0);
      assert.deepEqual(two.store.batches, [running]);
    });

    it('the last list is there at the next start, what a person asked for included', async () => {
      const { clock, server, one, two } = openTwo(running);
      one.live.setAttention(seen);
      await clock.advance(second);
      server.put(done);
      await one.store.load();
      await settle();
      assert.deepEqual((await two.turns?.storedList())?.batches, [done, running]);
    });

    for (const [what, isKnown] of [
      ['is shown under it', true],
      ['gets anything of it', false],
    ] as const) {
      it(`nothing of an account ${what} when another one is taken into use while a turn is asked for`, async () => {
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
        two.live.setAttention(seen);
        await clock.advance(second);
        assert.deepEqual(two.store.batches, [done]);
        assert.deepEqual((await one.turns?.storedList())?.batches, isKnown ? [running] : undefined);
        // The turn was given back: nobody waits for a window that will not ask.
        assert.notEqual((await one.turns?.acquire(clock.now(), 0))?.kind, 'taken');
      });
    }

    it('each asks for itself where nothing can be shared', async () => {
      const { clock, files, one, two } = openTwo(running);
      files.isReadOnly = true;
      for (const { live, store, log } of [one, two]) {
        live.setAttention(seen);
        await clock.advance(0);
        await store.load();
        await settle();
        assert.deepEqual(store.batches, [running]);
        assert.deepEqual(log.at('error'), []);
      }
    });
  });
});
