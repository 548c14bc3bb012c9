import assert from 'node:assert/strict';
import { Sync, SyncError } from '@sync.so/sdk';
import { startSimulator } from '../simulator/simulator';
import {
  ManualClock,
  askJson,
  batchRows,
  failureOf,
  jsonLines,
  listBatches,
  noon,
  officialClient,
  once,
  useSimulator,
} from './helpers';

const hour = 3_600_000;

describe('official client: batches', () => {
  const clock = new ManualClock();
  const simulator = useSimulator(() => {
    clock.time = noon;
    return {
      now: clock.now,
      batches: [
        { id: 'batch_abc123', createdAt: noon - 2 * hour, status: 'COMPLETED', total: 5, succeeded: 4, failed: 1 },
        { id: 'batch_def456', createdAt: noon - hour, status: 'PROCESSING', total: 10, succeeded: 3 },
      ],
    };
  });
  const client = () => officialClient(simulator());
  const inputFile = (rows = batchRows(20)) => new Blob([jsonLines(rows)]);

  it('creates a batch from a file with a webhook', async () => {
    const created = await client().batch.create(inputFile(), { webhook_url: 'https://hooks.example.test/a?b=c&d=%20' });
    assert.ok('id' in created);
    assert.match(created.id, /^batch_[0-9a-f]+$/);
    assert.deepEqual(
      { ...created, id: '' },
      {
        id: '',
        created_at: '2026-03-10T12:00:00Z',
        status: 'PENDING',
        metrics: { total_generations: 20, success_count: 0, failed_count: 0, pending_count: 0 },
        webhookUrl: 'https://hooks.example.test/a?b=c&d=%20',
        outputUrl: '',
      },
    );
    assert.deepEqual(await client().batch.get(created.id), created);
  });

  it('only validates on a dry run', async () => {
    assert.deepEqual(await client().batch.create(inputFile(), { dry_run: true }), { status: 'VALIDATED' });
    assert.equal((await client().batch.list()).length, 2);
    const created = await client().batch.create(inputFile(), { dry_run: false });
    assert.ok('id' in created);
  });

  it('gets one batch, whatever characters its id has', async () => {
    assert.deepEqual(await client().batch.get('batch_abc123'), {
      id: 'batch_abc123',
      created_at: '2026-03-10T10:00:00Z',
      status: 'COMPLETED',
      metrics: { total_generations: 5, success_count: 4, failed_count: 1, pending_count: 0 },
      webhookUrl: null,
      outputUrl: `${simulator().url}/v2/batches/batch_abc123/result`,
    });
    simulator().addBatch({ id: 'odd/id ?#%', createdAt: noon });
    assert.equal((await client().batch.get('odd/id ?#%')).id, 'odd/id ?#%');
  });

  it('lists newest first, and by each filter', async () => {
    const ids = async (request?: Sync.ListBatchesRequest) =>
      (await client().batch.list(request)).map((batch) => batch.id);
    assert.deepEqual(await ids(), ['batch_def456', 'batch_abc123']);
    assert.deepEqual(await ids({ status: 'COMPLETED' }), ['batch_abc123']);
    assert.deepEqual(await ids({ status: Sync.BatchStatus.JobsCreated }), []);
    assert.deepEqual(await ids({ created_after: '2026-03-10T10:30:00.000Z' }), ['batch_def456']);
    assert.deepEqual(await ids({ created_before: '2026-03-10T12:30:00+02:00' }), ['batch_abc123']);
    assert.deepEqual(await ids({ created_after: '2026-03-10T10:30:00Z', created_before: '2026-03-10T10:40:00Z' }), []);
  });

  it('throws BadRequestError that names the bad line', async () => {
    const rows = batchRows(20);
    rows[6] = { ...rows[6], endpoint: '/v2/other' };
    const error = await failureOf(client().batch.create(inputFile(rows), {}, once));
    assert.ok(error instanceof Sync.BadRequestError);
    assert.deepEqual(error.body, {
      statusCode: 400,
      message: ['Line 7: endpoint must be exactly "/v2/generate"'],
      error: 'Bad Request',
    });
    assert.equal((await client().batch.list()).length, 2);
  });

  it('throws UnauthorizedError for a wrong key and for a revoked one', async () => {
    const stranger = officialClient(simulator(), 'wrong-key');
    const calls = [stranger.batch.list({}, once), stranger.batch.get('batch_abc123', once)];
    for (const call of [...calls, stranger.batch.create(inputFile(), {}, once)]) {
      assert.ok((await failureOf(call)) instanceof Sync.UnauthorizedError);
    }
    simulator().setKeys(['another-key']);
    const error = await failureOf(client().batch.list({}, once));
    assert.ok(error instanceof Sync.UnauthorizedError);
    assert.deepEqual(error.body, { statusCode: 401, message: 'Invalid or missing API key', error: 'Unauthorized' });
  });

  it('throws NotFoundError for an unknown id', async () => {
    const error = await failureOf(client().batch.get('batch_none', once));
    assert.ok(error instanceof Sync.NotFoundError);
    assert.deepEqual(error.body, { statusCode: 404, message: 'Batch batch_none not found', error: 'Not Found' });
  });

  it('throws the declared error classes for 402, 429 and 500', async () => {
    const fail = async (status: number) => {
      simulator().faults.clear();
      simulator().faults.add({ effect: { kind: 'status', status } });
      return failureOf(client().batch.create(inputFile(), {}, once));
    };
    assert.ok((await fail(402)) instanceof Sync.PaymentRequiredError);
    assert.ok((await fail(429)) instanceof Sync.TooManyRequestsError);
    assert.ok((await fail(500)) instanceof Sync.InternalServerError);
    const other = await fail(503);
    assert.ok(other instanceof SyncError);
    assert.equal(other.statusCode, 503);
  });

  it('throws TooManyRequestsError with its own code if the limit of running batches is reached', async () => {
    const own = await startSimulator({
      now: clock.now,
      runningBatches: 2,
      batches: [
        { id: 'batch_running', createdAt: noon, status: 'PROCESSING' },
        { id: 'batch_done', createdAt: noon, status: 'COMPLETED' },
      ],
    });
    const { batch } = officialClient(own);
    const create = () => batch.create(inputFile(), {}, once);
    const second = await create();
    const error = await failureOf(create());
    assert.ok(error instanceof Sync.TooManyRequestsError);
    const body = error.body as { errorCode?: string; message: string };
    assert.equal(body.errorCode, 'concurrency_limit_reached');
    assert.match(body.message, /Wait for one to end, or upgrade/);
    assert.deepEqual(await batch.create(inputFile(), { dry_run: true }, once), { status: 'VALIDATED' });
    own.updateBatch('batch_running', { status: 'COMPLETED' });
    const third = await create();
    assert.ok('id' in second && 'id' in third);
    assert.deepEqual(own.createdBatches, [second.id, third.id]);
    await own.stop();
  });

  it('sends the file unchanged', async () => {
    const rows = batchRows(20);
    const text = `${JSON.stringify({ ...rows[0], request_id: 'Grüße 🎬' })}\r\n${jsonLines(rows.slice(1))}`.trimEnd();
    const created = await client().batch.create(new Blob([text]), {});
    assert.ok('id' in created);
    assert.equal(simulator().inputOf(created.id), text);
    assert.throws(() => simulator().inputOf('batch_abc123'), /created through the API/);
  });

  it('retries a read after a server error', async function () {
    // The client waits about a second before it tries again.
    this.timeout(10_000);
    simulator().faults.add({ times: 1, effect: { kind: 'status', status: 500 } });
    assert.equal((await client().batch.list()).length, 2);
    assert.deepEqual(
      simulator().requests.map((request) => request.status),
      [500, 200],
    );
  });

  // Both of the following are why a client of ours never repeats the creation of a batch by itself.

  it('leaves the caller with an error and no status, although the batch exists', async function () {
    this.timeout(10_000);
    simulator().faults.add({ method: 'POST', times: 1, effect: { kind: 'acceptThenFail', status: 500 } });
    const error = await failureOf(client().batch.create(inputFile(), {}));
    // It does try again, but the stream with the file is used up by then, and the answer of the first try is lost.
    assert.ok(error instanceof SyncError);
    assert.equal(error.statusCode, undefined);
    assert.match(error.message, /disturbed or locked/);
    assert.deepEqual(
      simulator().requests.map((request) => [request.method, request.status]),
      [['POST', 500]],
    );
    assert.equal((await client().batch.list()).length, 3);
  });

  it('creates two batches if the same rows are sent again', async () => {
    simulator().faults.add({ method: 'POST', times: 1, effect: { kind: 'acceptThenFail', status: 500 } });
    await failureOf(client().batch.create(inputFile(), {}, once));
    await client().batch.create(inputFile(), {}, once);
    assert.equal((await listBatches(simulator(), '?status=PENDING')).length, 2);
  });

  it('accepts the same rows as JSON, which the official client does not offer', async () => {
    const send = (body: unknown, status: number) =>
      askJson(simulator(), '/v2/batch', status, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const created = (await send(
      { rows: batchRows(21), webhook_url: 'https://hooks.example.test' },
      201,
    )) as Sync.BatchResponse;
    assert.deepEqual(await client().batch.get(created.id), created);
    assert.equal(created.metrics.total_generations, 21);
    assert.equal(simulator().inputOf(created.id), jsonLines(batchRows(21)));
    assert.deepEqual(await send({ rows: batchRows(20), dry_run: true }, 201), { status: 'VALIDATED' });
    await send({ rows: 'none' }, 400);
    await send([], 400);
  });
});
