import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { BatchClient } from '../../../src/core/api/client';
import { ApiError } from '../../../src/core/api/http/errors';
import type { BatchQuery } from '../../../src/core/api/resources/batches';
import { record } from '../support/batches';
import { apiErrorOf, rejectionOf } from '../support/outcomes';
import { RecordingLog } from '../support/recordingLog';
import { itAlways } from '../support/properties';

interface Call {
  readonly url: URL;
  readonly headers: Record<string, string>;
  readonly signal: AbortSignal;
}

/** A client whose server is a function of the query. */
function setUp(server: (query: URLSearchParams, call: number) => unknown, baseUrl = 'https://api.sync.so') {
  const calls: Call[] = [];
  const log = new RecordingLog();
  const client = new BatchClient(
    {
      getJson: (url, headers, signal) => {
        const call = { url: new URL(url), headers, signal };
        calls.push(call);
        return Promise.resolve(server(call.url.searchParams, calls.length));
      },
      getText: () => assert.fail('asked for a text'),
      download: () => assert.fail('asked for a file'),
      postQuery: () => assert.fail('asked with a POST'),
      postOnce: () => assert.fail('sent something'),
    },
    baseUrl,
    'the-key',
    log,
  );
  const { signal } = new AbortController();
  const list = (query: BatchQuery = {}): Promise<string[]> =>
    client.listBatches(query, signal).then((batches) => batches.map(({ id }) => id));
  return { calls, log, client, signal, list };
}

const start = Date.UTC(2026, 10, 1);

/** `count` records, newest first, `everyMs` milliseconds apart. */
function recordsApart(count: number, everyMs: number): Record<string, unknown>[] {
  return Array.from({ length: count }, (_, index) =>
    record({ id: `b${index}`, created_at: new Date(start - index * everyMs).toISOString() }),
  );
}

/** A server that applies `created_before` and sends no more than `cap` records. */
function cappedServer(records: readonly Record<string, unknown>[], cap: number, isInclusive: boolean) {
  return (query: URLSearchParams): unknown => {
    const before = query.get('created_before');
    const limit = before === null ? Infinity : Date.parse(before);
    return records
      .filter(({ created_at: at }) => {
        const time = Date.parse(String(at));
        return isInclusive ? time <= limit : time < limit;
      })
      .slice(0, cap);
  };
}

describe('The client', () => {
  describe('requests', () => {
    it('everything without a query', async () => {
      const { list, calls } = setUp(() => []);
      assert.deepEqual(await list(), []);
      assert.deepEqual(
        calls.map(({ url }) => url.href),
        ['https://api.sync.so/v2/batch'],
      );
    });

    it('one status', async () => {
      const { list, calls } = setUp(() => []);
      await list({ status: 'JOBS_CREATED' });
      assert.equal(calls[0]?.url.href, 'https://api.sync.so/v2/batch?status=JOBS_CREATED');
    });

    it('a span that is a second wider at both ends, in UTC', async () => {
      const { list, calls } = setUp(() => []);
      await list({ createdAfter: Date.UTC(2026, 10, 1), createdBefore: Date.UTC(2026, 10, 2) - 1 });
      assert.equal(
        calls[0]?.url.search,
        '?created_after=2026-10-31T23%3A59%3A59.000Z&created_before=2026-11-02T00%3A00%3A00.999Z',
      );
    });

    it('with an escaped query', async () => {
      const { list, calls } = setUp(() => []);
      await list({ status: 'A&created_after=x#y' });
      assert.deepEqual([...(calls[0]?.url.searchParams ?? [])], [['status', 'A&created_after=x#y']]);
    });

    it('with the key in the header only', async () => {
      const { list, calls, log } = setUp(() => [null, record()]);
      await list({ status: 'FAILED' });
      assert.equal(calls.length, 1);
      assert.deepEqual(calls[0]?.headers, { 'x-api-key': 'the-key', accept: 'application/json' });
      assert.ok(!calls[0].url.href.includes('the-key'));
      assert.ok(!log.messages.join().includes('the-key'));
    });

    it('under the path of the base URL', async () => {
      const { list, calls } = setUp(() => [], 'https://proxy.example.test/sync');
      await list();
      assert.equal(calls[0]?.url.href, 'https://proxy.example.test/sync/v2/batch');
    });

    it('with the signal of the caller', async () => {
      const { list, calls, signal } = setUp(() => []);
      await list();
      assert.equal(calls[0]?.signal, signal);
    });
  });

  describe('returns', () => {
    it('the batches in the server’s order', async () => {
      const { list } = setUp(() => [record({ id: 'b' }), record({ id: 'a' })]);
      assert.deepEqual(await list(), ['b', 'a']);
    });

    it('each batch once, as first received', async () => {
      const { client, signal } = setUp(() => [record({ status: 'FAILED' }), record({ status: 'PENDING' })]);
      const batches = await client.listBatches({}, signal);
      assert.deepEqual(
        batches.map(({ status }) => status),
        ['FAILED'],
      );
    });

    it('the other records if one is not valid, and logs that', async () => {
      const { list, log } = setUp(() => [record(), { odd: 'secret content' }, null]);
      assert.deepEqual(await list(), ['batch_1']);
      assert.equal(log.at('warn').length, 1);
      assert.match(log.messages[0] ?? '', /\b2 records\b/);
      assert.doesNotMatch(log.messages[0] ?? '', /secret/);
    });

    it('an error if the answer is not a list', async () => {
      await apiErrorOf(setUp(() => ({ data: [] })).list(), 'wrongShape');
    });

    it('the error of the transport unchanged', async () => {
      const error = new ApiError('dns', 'no such host');
      const { list } = setUp(() => Promise.reject(error));
      assert.equal(await rejectionOf(list()), error);
    });
  });

  describe('reads one batch', () => {
    it('or returns undefined if the API answers 404', async () => {
      const found = setUp(() => record());
      assert.equal((await found.client.getBatch('batch_1', found.signal))?.id, 'batch_1');
      const gone = setUp(() => Promise.reject(new ApiError('notFound', 'HTTP 404', { status: 404 })));
      assert.equal(await gone.client.getBatch('batch_1', gone.signal), undefined);
    });

    it('and fails if something else than the API answers 404', async () => {
      const details = { status: 404, isForeign: true };
      const { client, signal } = setUp(() => Promise.reject(new ApiError('notFound', 'HTTP 404', details)));
      await apiErrorOf(client.getBatch('batch_1', signal), 'notFound');
    });

    it('or returns undefined without a request if the ID is not possible', async () => {
      const { client, signal, calls } = setUp(() => record());
      assert.equal(await client.getBatch('batch_\ud800', signal), undefined);
      assert.equal(calls.length, 0);
    });
  });

  describe('with a server that truncates the list', () => {
    it('continues from the oldest batch', async () => {
      const records = recordsApart(45, 60_000);
      const { list, calls } = setUp(cappedServer(records, 20, true));
      assert.deepEqual(
        await list({ status: 'COMPLETED', createdAfter: 0 }),
        records.map(({ id }) => id),
      );
      assert.equal(calls.length, 3);
      for (const { url } of calls) {
        assert.equal(url.searchParams.get('status'), 'COMPLETED');
        assert.equal(url.searchParams.get('created_after'), '1969-12-31T23:59:59.000Z');
      }
      const oldest = String(records[19]?.['created_at']);
      assert.equal(
        calls[1]?.url.searchParams.get('created_before'),
        new Date(Date.parse(oldest) + 1_000).toISOString(),
      );
    });

    itAlways('finds every batch, whatever the limit, the spacing and the meaning of the bounds', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.nat(150),
          fc.integer({ min: 20, max: 60 }),
          fc.integer({ min: 500, max: 100_000 }),
          fc.boolean(),
          async (count, cap, everyMs, isInclusive) => {
            const records = recordsApart(count, everyMs);
            const { list } = setUp(cappedServer(records, cap, isInclusive));
            assert.deepEqual(
              await list(),
              records.map(({ id }) => id),
            );
          },
        ),
      );
    });

    it('sends one more request if the list was complete', async () => {
      const records = recordsApart(25, 60_000);
      const { list, calls } = setUp(cappedServer(records, Infinity, true));
      assert.equal((await list()).length, 25);
      assert.equal(calls.length, 2);
    });

    it('counts skipped records, because the server counted them too', async () => {
      const records = recordsApart(45, 60_000).map((one, index) => (index === 3 ? { ...one, id: 7 } : one));
      const { list } = setUp(cappedServer(records, 20, true));
      assert.equal((await list()).length, 44);
    });

    it('sends one request if the list is shorter than any limit', async () => {
      const { list, calls } = setUp(cappedServer(recordsApart(19, 60_000), Infinity, true));
      assert.equal((await list()).length, 19);
      assert.equal(calls.length, 1);
    });

    it('ends if the server ignores the bounds and sends the same list again', async () => {
      const records = recordsApart(30, 60_000);
      const { list, calls } = setUp(() => records);
      assert.equal((await list()).length, 30);
      assert.equal(calls.length, 2);
    });

    it('ends if no batch has a time to continue from', async () => {
      const records = recordsApart(30, 1).map((one) => ({ ...one, created_at: '' }));
      const { list, calls } = setUp(() => records);
      assert.equal((await list()).length, 30);
      assert.equal(calls.length, 1);
    });

    it('ends if the server always returns new batches', async () => {
      const { list, calls } = setUp((_query, call) =>
        recordsApart(20, 60_000).map((one) => ({ ...one, id: `${call} ${String(one['id'])}` })),
      );
      assert.equal((await list()).length, 2_000);
      assert.equal(calls.length, 100);
    });

    it('returns no incomplete list: if a later request fails, all fails', async () => {
      const records = recordsApart(20, 60_000);
      const error = new ApiError('server', 'HTTP 500');
      const { list } = setUp((_query, call) => (call === 1 ? records : Promise.reject(error)));
      assert.equal(await rejectionOf(list()), error);
    });

    it('fails like the API even if the times are absurd', async () => {
      for (const time of ['+275760-09-13T00:00:00.000Z', '-271821-04-20T00:00:00.000Z']) {
        const records = recordsApart(20, 1).map((one) => ({ ...one, created_at: time }));
        const outcome = await setUp(() => records)
          .list()
          .catch((thrown: unknown) => thrown);
        assert.ok(Array.isArray(outcome) || outcome instanceof ApiError, `${time}: ${String(outcome)}`);
      }
    });
  });

  describe('checks a key', () => {
    const now = Date.UTC(2026, 10, 24, 12);

    it('with one request for almost nothing', async () => {
      const { client, calls, signal } = setUp(() => recordsApart(30, 1));
      await client.checkKey(now, signal);
      assert.deepEqual(
        calls.map(({ url }) => url.search),
        ['?created_after=2026-11-24T11%3A59%3A59.000Z'],
      );
    });

    it('and fails if the server refuses it', async () => {
      const { client, signal } = setUp(() => Promise.reject(new ApiError('unauthorized', 'HTTP 401')));
      await apiErrorOf(client.checkKey(now, signal), 'unauthorized');
    });

    it('and fails if the answer does not come from the API', async () => {
      const { client, signal } = setUp(() => ({ hello: 'world' }));
      await apiErrorOf(client.checkKey(now, signal), 'wrongShape');
    });
  });
});
