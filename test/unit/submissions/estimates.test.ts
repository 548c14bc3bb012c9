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

/** Different payloads. */
const payloads = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => JSON.stringify({ model: 'lipsync-2', number: index }));

/** A server whose requests all cost 25 cents, unless they fail. */
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

describe('Estimates', () => {
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

  it('add up the cost of all requests', async () => {
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

  it('are zero without requests', async () => {
    assert.deepEqual([(await estimate(0)).usd, server.asked], [0, []]);
  });

  it('run at most two requests at a time', async () => {
    await estimate(30);
    assert.equal(server.mostRunning, 2);
  });

  it('send at most 30 requests in any minute, all jobs together', async () => {
    await Promise.all([estimate(70), clock.runUntil(estimates.estimate(job(payloads(100).slice(70))))]);
    assert.equal(server.asked.length, 100);
    server.asked.forEach(({ at }, index) => {
      const later = server.asked[index + 30];
      assert.ok(later === undefined || later.at - at >= minuteMs, `${index}`);
    });
    assert.equal(clock.running, 0);
  });

  it('know beforehand how long a job takes', async () => {
    const minutesFor = (count: number): number => estimates.waitFor('account', payloads(count)) / minuteMs;
    assert.deepEqual([0, 1, 30, 31, 60, 61, 500].map(minutesFor), [0, 0, 0, 1, 1, 2, 16]);
    await estimate(30);
    assert.equal(estimates.waitFor('account', payloads(30)), 0, 'these are cached');
    assert.ok(estimates.waitFor('account', payloads(31)) > minuteMs - 1_000, 'this minute is used up');
  });

  it('send equal payloads once, and count each', async () => {
    const [one = '', other = ''] = payloads(2);
    const report = await estimate([one, other, one, one]);
    assert.deepEqual([report.usd, report.estimated, report.total, server.asked.length], [1, 4, 4, 2]);
  });

  it('are cached per account', async () => {
    await estimate(5);
    assert.equal((await estimate(6)).usd, 1.5);
    assert.equal(server.asked.length, 6);
    await estimate(5, { account: 'another' });
    assert.equal(server.asked.length, 11);
  });

  it('are cached for an hour, and report the age of the oldest one', async () => {
    const begun = clock.now();
    await clock.runUntil(estimates.estimate(job(1)));
    const first = clock.now();
    clock.pass(59 * minuteMs);
    const { at } = await clock.runUntil(estimates.estimate(job(2)));
    assert.deepEqual([at, server.asked.length], [first, 2]);
    clock.pass(2 * minuteMs);
    const later = await clock.runUntil(estimates.estimate(job(1)));
    assert.equal(server.asked.length, 3, 'prices may have changed');
    assert.ok(later.at > begun + 60 * minuteMs);
  });

  it('report progress and the cost so far, including repeated and cached payloads', async () => {
    const [one = '', other = ''] = payloads(2);
    await estimate([one]);
    const told: EstimateProgress[] = [];
    await estimate([one, other, other], { onProgress: (progress) => told.push(progress) });
    assert.deepEqual(told, [
      { done: 1, total: 3, usd: 0.25 },
      { done: 3, total: 3, usd: 0.75 },
    ]);
  });

  it('keep the results when cancelled, and continue from there', async () => {
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

  it('are cancelled at once while waiting for the rate limit', async () => {
    const controller = new AbortController();
    const running = estimates.estimate(job(40, { signal: controller.signal }));
    await clock.advance(1_000);
    assert.equal(server.asked.length, 30);
    controller.abort();
    const report = await running;
    assert.deepEqual([report.end, report.estimated], ['cancelled', 30]);
  });

  it('continue after an invalid request, and report how many failed and why', async () => {
    server.fails = (number) => (number % 3 === 0 ? 'badRequest' : undefined);
    const report = await estimate(30);
    assert.deepEqual(
      [report.end, report.estimated, report.failed, report.usd, report.error?.reason],
      ['complete', 20, 10, 5, 'badRequest'],
    );
  });

  for (const reason of ['unauthorized', 'planRequired', 'rateLimited', 'dns', 'connection', 'noKey'] as const) {
    it(`stop if all other requests would fail too: ${reason}`, async () => {
      server.fails = (number) => (number >= 3 ? reason : undefined);
      const report = await estimate(30);
      assert.deepEqual([report.end, report.estimated, report.error?.reason], ['stopped', 3, reason]);
      assert.ok(server.asked.length <= 5);
    });
  }

  it('stop after five failures in a row, whatever their reasons', async () => {
    server.fails = (number) => (number >= 10 ? 'wrongShape' : undefined);
    const report = await estimate(500);
    assert.deepEqual([report.end, report.estimated, report.failed], ['stopped', 10, 5]);
  });

  it('can be requested again after they stopped', async () => {
    server.fails = () => 'rateLimited';
    await estimate(10);
    server.fails = () => undefined;
    assert.equal((await estimate(10)).end, 'complete');
  });

  it('wait at most a minute after the clock was set back', async () => {
    await estimate(30);
    clock.pass(-10 * minuteMs);
    assert.equal(estimates.waitFor('account', payloads(31)), 0);
  });
});

describe('The payload of a request', () => {
  it('does not depend on whitespace', () => {
    assert.equal(payloadOf('{"request_id":"a","payload":{ "b" : [1, "ü"] }}'), '{"b":[1,"ü"]}');
  });

  it('is undefined if the line has none', () => {
    for (const line of ['', 'no JSON', '[]', '{}', '{"payload":1}', '{"payload":[]}']) {
      assert.equal(payloadOf(line), undefined, line);
    }
  });
});

describe('A sample', () => {
  it('is evenly spread, and contains everything if there are no more items', () => {
    assert.deepEqual(spreadSample([1, 2, 3, 4, 5, 6, 7], 3), [1, 3, 5]);
    assert.deepEqual(spreadSample([1, 2], 3), [1, 2]);
    assert.equal(new Set(spreadSample(payloads(500), 20)).size, 20);
  });
});
