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
  describe('asks', () => {
    it('for everything without a query', async () => {
      const { list, calls } = setUp(() => []);
      assert.deepEqual(await list(), []);
      assert.deepEqual(
        calls.map(({ url }) => url.href),
        ['https://api.sync.so/v2/batch'],
      );
    });

    it('for one status', async () => {
      const { list, calls } = setUp(() => []);
      await list({ status: 'JOBS_CREATED' });
      assert.equal(calls[0]?.url.href, 'https://api.sync.so/v2/batch?status=JOBS_CREATED');
    });

    it('for a span that is a second wider at both ends, in UTC', async () => {
      const { list, calls } = setUp(() => []);
      await list({ createdAfter: Date.UTC(2026, 10, 1), createdBefore: Date.UTC(2026, 10, 2) - 1 });
      assert.equal(
        calls[0]?.url.search,
        '?created_after=2026-10-31T23%3A59%3A59.000Z&created_before=2026-11-02T00%3A00%3A00.999Z',
      );
    });

    it('so that nothing can be put into the query by a value', async () => {
      const { list, calls } = setUp(() => []);
      await list({ status: 'A&created_after=x#y' });
      assert.deepEqual([...(calls[0]?.url.searchParams ?? [])], [['status', 'A&created_after=x#y']]);
    });

    it('with the key in its header and nowhere else', async () => {
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

    it('with the signal of its caller', async () => {
      const { list, calls, signal } = setUp(() => []);
      await list();
      assert.equal(calls[0]?.signal, signal);
    });
  });

  describe('gives', () => {
    it('the batches in the order of the server', async () => {
      const { list } = setUp(() => [record({ id: 'b' }), record({ id: 'a' })]);
      assert.deepEqual(await list(), ['b', 'a']);
    });

    it('each batch once, as it came first', async () => {
      const { client, signal } = setUp(() => [record({ status: 'FAILED' }), record({ status: 'PENDING' })]);
      const batches = await client.listBatches({}, signal);
      assert.deepEqual(
        batches.map(({ status }) => status),
        ['FAILED'],
      );
    });

    it('the rest where a record is bad, with a line in the log', async () => {
      const { list, log } = setUp(() => [record(), { odd: 'secret content' }, null]);
      assert.deepEqual(await list(), ['batch_1']);
      assert.equal(log.at('warn').length, 1);
      assert.match(log.messages[0] ?? '', /\b2 records\b/);
      assert.doesNotMatch(log.messages[0] ?? '', /secret/);
    });

    it('an error where the answer is no list', async () => {
      await apiErrorOf(setUp(() => ({ data: [] })).list(), 'wrongShape');
    });

    it('the error of the transport as it is', async () => {
      const error = new ApiError('dns', 'no such host');
      const { list } = setUp(() => Promise.reject(error));
      assert.equal(await rejectionOf(list()), error);
    });
  });

  describe('reads one batch', () => {
    it('or nothing, where the API says that there is none', async () => {
      const found = setUp(() => record());
      assert.equal((await found.client.getBatch('batch_1', found.signal))?.id, 'batch_1');
      const gone = setUp(() => Promise.reject(new ApiError('notFound', 'HTTP 404', { status: 404 })));
      assert.equal(await gone.client.getBatch('batch_1', gone.signal), undefined);
    });

    it('and fails where something in between says that', async () => {
      const details = { status: 404, isForeign: true };
      const { client, signal } = setUp(() => Promise.reject(new ApiError('notFound', 'HTTP 404', details)));
      await apiErrorOf(client.getBatch('batch_1', signal), 'notFound');
    });

    it('or nothing, without asking, where no batch can have such an ID', async () => {
      const { client, signal, calls } = setUp(() => record());
      assert.equal(await client.getBatch('batch_\ud800', signal), undefined);
      assert.equal(calls.length, 0);
    });
  });

  describe('with a server that sends only so many at a time', () => {
    it('asks on from the oldest batch', async () => {
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

    itAlways('finds every batch, whatever the cap, the spacing and the meaning of the bounds', async () => {
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

    it('asks a second time and no more where it was the whole list', async () => {
      const records = recordsApart(25, 60_000);
      const { list, calls } = setUp(cappedServer(records, Infinity, true));
      assert.equal((await list()).length, 25);
      assert.equal(calls.length, 2);
    });

    it('counts the records that are left out: the server has counted them too', async () => {
      const records = recordsApart(45, 60_000).map((one, index) => (index === 3 ? { ...one, id: 7 } : one));
      const { list } = setUp(cappedServer(records, 20, true));
      assert.equal((await list()).length, 44);
    });

    it('asks once where the list is shorter than any cap would be', async () => {
      const { list, calls } = setUp(cappedServer(recordsApart(19, 60_000), Infinity, true));
      assert.equal((await list()).length, 19);
      assert.equal(calls.length, 1);
    });

    it('ends where the server does not know the bounds and sends the same again', async () => {
      const records = recordsApart(30, 60_000);
      const { list, calls } = setUp(() => records);
      assert.equal((await list()).length, 30);
      assert.equal(calls.length, 2);
    });

    it('ends where no batch has a time to ask on from', async () => {
      const records = recordsApart(30, 1).map((one) => ({ ...one, created_at: '' }));
      const { list, calls } = setUp(() => records);
      assert.equal((await list()).length, 30);
      assert.equal(calls.length, 1);
    });

    it('ends where the server has something new for ever', async () => {
      const { list, calls } = setUp((_query, call) =>
        recordsApart(20, 60_000).map((one) => ({ ...one, id: `${call} ${String(one['id'])}` })),
      );
      assert.equal((await list()).length, 2_000);
      assert.equal(calls.length, 100);
    });

    it('gives no half list: when a later part fails, the whole fails', async () => {
      const records = recordsApart(20, 60_000);
      const error = new ApiError('server', 'HTTP 500');
      const { list } = setUp((_query, call) => (call === 1 ? records : Promise.reject(error)));
      assert.equal(await rejectionOf(list()), error);
    });

    it('fails as the API fails even where the times are absurd', async () => {
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

    it('with one request for next to nothing', async () => {
      const { client, calls, signal } = setUp(() => recordsApart(30, 1));
      await client.checkKey(now, signal);
      assert.deepEqual(
        calls.map(({ url }) => url.search),
        ['?created_after=2026-11-24T11%3A59%3A59.000Z'],
      );
    });

    it('and fails where the server refuses it', async () => {
      const { client, signal } = setUp(() => Promise.reject(new ApiError('unauthorized', 'HTTP 401')));
      await apiErrorOf(client.checkKey(now, signal), 'unauthorized');
    });

    it('and fails where what answers is not the API', async () => {
      const { client, signal } = setUp(() => ({ hello: 'world' }));
      await apiErrorOf(client.checkKey(now, signal), 'wrongShape');
    });
  });
});
