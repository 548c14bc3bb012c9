import * as assert from 'node:assert/strict';
import { ApiError, type ApiErrorReason } from '../../../src/core/api/http/errors';
import {
  type CostSource,
  type EstimateJob,
  Estimates,
  type EstimateProgress,
  payloadOf,
  spreadSample,
} from '../../../src/core/submissions/estimates';
import { FakeClock } from '../support/fakeClock';

const minuteMs = 60_000;

/** Payloads that all differ. */
const payloads = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => JSON.stringify({ model: 'lipsync-2', number: index }));

/** A server of which everything costs a quarter of a dollar, but what fails. */
class Server implements CostSource {
  readonly asked: { readonly number: number; readonly at: number }[] = [];
  running = 0;
  mostRunning = 0;
  fails: (number: number) => ApiErrorReason | undefined = () => undefined;

  constructor(private readonly clock: FakeClock) {}

  async estimateCost(payload: unknown, signal: AbortSignal) {
    const { number } = payload as { number: number };
    this.asked.push({ number, at: this.clock.now() });
    this.mostRunning = Math.max(this.mostRunning, ++this.running);
    await new Promise<void>((resolve) => this.clock.schedule(10, resolve));
    this.running--;
    signal.throwIfAborted();
    const reason = this.fails(number);
    if (reason !== undefined) {
      throw new ApiError(reason, `failed with ${reason}`);
    }
    return { usd: 0.25, frames: 250 };
  }
}

describe('estimates', () => {
  let clock: FakeClock;
  let server: Server;
  let estimates: Estimates;

  beforeEach(() => {
    clock = new FakeClock();
    server = new Server(clock);
    estimates = new Estimates(clock);
  });

  const job = (count: number | readonly string[], more: Partial<EstimateJob> = {}): EstimateJob => ({
    source: server,
    account: 'account',
    payloads: typeof count === 'number' ? payloads(count) : count,
    signal: new AbortController().signal,
    ...more,
  });
  const estimate = (count: number | readonly string[], more: Partial<EstimateJob> = {}) =>
    clock.runUntil(estimates.estimate(job(count, more)));

  it('sums up what every request will cost', async () => {
    const at = clock.now();
    assert.deepEqual(await estimate(10), {
      usd: 2.5,
      at,
      estimated: 10,
      failed: 0,
      total: 10,
      end: 'complete',
      error: undefined,
    });
    assert.deepEqual(
      server.asked.map(({ number }) => number).sort((a, b) => a - b),
      payloads(10).map((_, index) => index),
    );
  });

  it('costs nothing where there are no requests', async () => {
    assert.deepEqual([(await estimate(0)).usd, server.asked], [0, []]);
  });

  it('asks for no more than two at once', async () => {
    await estimate(30);
    assert.equal(server.mostRunning, 2);
  });

  it('asks for no more than 30 in any minute, in all jobs together', async () => {
    await Promise.all([estimate(70), clock.runUntil(estimates.estimate(job(payloads(100).slice(70))))]);
    assert.equal(server.asked.length, 100);
    server.asked.forEach(({ at }, index) => {
      const later = server.asked[index + 30];
      assert.ok(later === undefined || later.at - at >= minuteMs, `${index}`);
    });
    assert.equal(clock.running, 0);
  });

  it('says beforehand how long that takes', async () => {
    const minutesFor = (count: number): number => estimates.waitFor('account', payloads(count)) / minuteMs;
    assert.deepEqual([0, 1, 30, 31, 60, 61, 500].map(minutesFor), [0, 0, 0, 1, 1, 2, 16]);
    await estimate(30);
    assert.equal(estimates.waitFor('account', payloads(30)), 0, 'these are known');
    assert.ok(estimates.waitFor('account', payloads(31)) > minuteMs - 1_000, 'this minute is used up');
  });

  it('asks once for requests with the same payload, and counts each', async () => {
    const [one = '', other = ''] = payloads(2);
    const report = await estimate([one, other, one, one]);
    assert.deepEqual([report.usd, report.estimated, report.total, server.asked.length], [1, 4, 4, 2]);
  });

  it('remembers, for the same account only', async () => {
    await estimate(5);
    assert.equal((await estimate(6)).usd, 1.5);
    assert.equal(server.asked.length, 6);
    await estimate(5, { account: 'another' });
    assert.equal(server.asked.length, 11);
  });

  it('remembers for an hour, and tells how old the oldest of them is', async () => {
    const begun = clock.now();
    await clock.runUntil(estimates.estimate(job(1)));
    const first = clock.now();
    clock.pass(59 * minuteMs);
    const { at } = await clock.runUntil(estimates.estimate(job(2)));
    assert.deepEqual([at, server.asked.length], [first, 2]);
    clock.pass(2 * minuteMs);
    const later = await clock.runUntil(estimates.estimate(job(1)));
    assert.equal(server.asked.length, 3, 'prices may be others by now');
    assert.ok(later.at > begun + 60 * minuteMs);
  });

  it('tells how far it is and what it comes to so far, repeated and known ones included', async () => {
    const [one = '', other = ''] = payloads(2);
    await estimate([one]);
    const told: EstimateProgress[] = [];
    await estimate([one, other, other], { onProgress: (progress) => told.push(progress) });
    assert.deepEqual(told, [
      { done: 1, total: 3, usd: 0.25 },
      { done: 3, total: 3, usd: 0.75 },
    ]);
  });

  it('keeps what it has when it is cancelled, and goes on from there', async () => {
    const controller = new AbortController();
    const onProgress = ({ done }: EstimateProgress): void => {
      if (done === 30) {
        controller.abort();
      }
    };
    const report = await estimate(50, { signal: controller.signal, onProgress });
    assert.deepEqual([report.end, report.estimated, report.usd, report.error], ['cancelled', 30, 7.5, undefined]);
    assert.equal(clock.running, 0, 'no timer is left behind');
    assert.equal((await estimate(50)).usd, 12.5);
    assert.equal(server.asked.length, 50);
  });

  it('is cancelled at once while it waits for its turn', async () => {
    const controller = new AbortController();
    const running = estimates.estimate(job(40, { signal: controller.signal }));
    await clock.advance(1_000);
    assert.equal(server.asked.length, 30);
    controller.abort();
    const report = await running;
    assert.deepEqual([report.end, report.estimated], ['cancelled', 30]);
  });

  it('goes on after a request that can not be estimated, and says how many there are and why', async () => {
    server.fails = (number) => (number % 3 === 0 ? 'badRequest' : undefined);
    const report = await estimate(30);
    assert.deepEqual(
      [report.end, report.estimated, report.failed, report.usd, report.error?.reason],
      ['complete', 20, 10, 5, 'badRequest'],
    );
  });

  for (const reason of ['unauthorized', 'planRequired', 'rateLimited', 'dns', 'connection', 'noKey'] as const) {
    it(`stops where all others would fail as well: ${reason}`, async () => {
      server.fails = (number) => (number >= 3 ? reason : undefined);
      const report = await estimate(30);
      assert.deepEqual([report.end, report.estimated, report.error?.reason], ['stopped', 3, reason]);
      assert.ok(server.asked.length <= 5);
    });
  }

  it('stops where nothing works any more, though no failure by itself says so', async () => {
    server.fails = (number) => (number >= 10 ? 'wrongShape' : undefined);
    const report = await estimate(500);
    assert.deepEqual([report.end, report.estimated, report.failed], ['stopped', 10, 5]);
  });

  it('can be asked for again after it stopped', async () => {
    server.fails = () => 'rateLimited';
    await estimate(10);
    server.fails = () => undefined;
    assert.equal((await estimate(10)).end, 'complete');
  });

  it('waits for nobody longer than a minute after the clock was put back', async () => {
    await estimate(30);
    clock.pass(-10 * minuteMs);
    assert.equal(estimates.waitFor('account', payloads(31)), 0);
  });
});

describe('the payload of a request', () => {
  it('is the same whatever blanks are between its parts', () => {
    assert.equal(payloadOf('{"request_id":"a","payload":{ "b" : [1, "ü"] }}'), '{"b":[1,"ü"]}');
  });

  it('is nothing where there is none', () => {
    for (const line of ['', 'no JSON', '[]', '{}', '{"payload":1}', '{"payload":[]}']) {
      assert.equal(payloadOf(line), undefined, line);
    }
  });
});

describe('a sample', () => {
  it('is spread over all, and is all where there are no more', () => {
    assert.deepEqual(spreadSample([1, 2, 3, 4, 5, 6, 7], 3), [1, 3, 5]);
    assert.deepEqual(spreadSample([1, 2], 3), [1, 2]);
    assert.equal(new Set(spreadSample(payloads(500), 20)).size, 20);
  });
});
