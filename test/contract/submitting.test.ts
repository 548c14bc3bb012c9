import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BatchClient } from '../../src/core/api/client';
import type { ApiErrorReason } from '../../src/core/api/http/errors';
import type { BatchInput } from '../../src/core/api/resources/batches';
import { startSimulator } from '../simulator/simulator';
import type { FaultEffect } from '../simulator/simulator';
import { apiErrorOf, rejectionOf } from '../unit/support/outcomes';
import { ownClient } from './downloadHelpers';
import { ManualClock, batchRows, jsonLines, listBatches, noon, until, useSimulator } from './helpers';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function inputOf(text = jsonLines(batchRows(20)), more: Partial<BatchInput> = {}): BatchInput {
  return { input: bytesOf(text), fileName: 'batch.jsonl', ...more };
}

interface Expected {
  /** What the client makes of it. */
  readonly reason: ApiErrorReason;
  /** The system's codes that it may have; which one is a matter of luck where a connection is lost. */
  readonly codes?: readonly string[];
  readonly status?: number;
  readonly errorCode?: string;
  /** Whether a batch was made all the same. */
  readonly isMade: boolean;
  /** Nothing comes until the time limit is over. */
  readonly isSilent?: boolean;
}

const lost = ['ECONNRESET', 'EPIPE'];

const faults: [FaultEffect, Expected][] = [
  [
    { kind: 'status', status: 400, errorCode: 'odd' },
    { reason: 'badRequest', status: 400, errorCode: 'odd', isMade: false },
  ],
  [
    { kind: 'status', status: 401 },
    { reason: 'unauthorized', status: 401, isMade: false },
  ],
  [
    { kind: 'status', status: 402 },
    { reason: 'planRequired', status: 402, isMade: false },
  ],
  [
    { kind: 'status', status: 403 },
    { reason: 'forbidden', status: 403, isMade: false },
  ],
  [
    { kind: 'status', status: 408 },
    { reason: 'unexpectedStatus', status: 408, isMade: false },
  ],
  [
    { kind: 'status', status: 413 },
    { reason: 'badRequest', status: 413, isMade: false },
  ],
  [
    { kind: 'status', status: 422 },
    { reason: 'badRequest', status: 422, isMade: false },
  ],
  [
    { kind: 'status', status: 429, errorCode: 'rate_limit_exceeded', retryAfter: '1' },
    { reason: 'rateLimited', status: 429, errorCode: 'rate_limit_exceeded', isMade: false },
  ],
  [
    { kind: 'status', status: 500 },
    { reason: 'server', status: 500, isMade: false },
  ],
  [
    { kind: 'status', status: 503, retryAfter: '1' },
    { reason: 'server', status: 503, isMade: false },
  ],
  [
    { kind: 'acceptThenFail', status: 500 },
    { reason: 'server', status: 500, isMade: true },
  ],
  [
    { kind: 'acceptThenFail', status: 504 },
    { reason: 'server', status: 504, isMade: true },
  ],
  [{ kind: 'acceptThenFail' }, { reason: 'connection', codes: lost, isMade: true }],
  [{ kind: 'acceptThenHang' }, { reason: 'timeout', isMade: true, isSilent: true }],
  [{ kind: 'stall' }, { reason: 'timeout', isMade: true, isSilent: true }],
  [{ kind: 'hang' }, { reason: 'timeout', isMade: false, isSilent: true }],
  [{ kind: 'truncate' }, { reason: 'cutOff', codes: ['ERR_STREAM_PREMATURE_CLOSE', ...lost], isMade: true }],
  [
    { kind: 'wrongLength', by: 1 },
    { reason: 'cutOff', codes: ['ERR_STREAM_PREMATURE_CLOSE', ...lost], isMade: true },
  ],
  [{ kind: 'reset' }, { reason: 'connection', codes: lost, isMade: false }],
  [
    { kind: 'resetDuringUpload', afterBytes: 0 },
    { reason: 'connection', codes: lost, isMade: false },
  ],
  [
    { kind: 'resetDuringUpload', afterBytes: 1_000_000 },
    { reason: 'connection', codes: lost, isMade: false },
  ],
  [
    { kind: 'resetDuringUpload', afterBytes: 9_000_000 },
    { reason: 'connection', codes: lost, isMade: false },
  ],
  [{ kind: 'garbage' }, { reason: 'notJson', isMade: false }],
  [{ kind: 'html' }, { reason: 'notJson', isMade: false }],
  [
    { kind: 'html', status: 502 },
    { reason: 'server', status: 502, isMade: false },
  ],
  [
    { kind: 'html', status: 407 },
    { reason: 'proxy', status: 407, isMade: false },
  ],
  [{ kind: 'empty' }, { reason: 'notJson', isMade: false }],
  [{ kind: 'wrongShape' }, { reason: 'wrongShape', isMade: false }],
  [
    { kind: 'body', body: '{"status":"VALIDATED"}' },
    { reason: 'wrongShape', isMade: false },
  ],
  [
    { kind: 'huge', bytes: 64_000_000 },
    { reason: 'tooLarge', isMade: false },
  ],
  ...([301, 302, 303, 307, 308] as const).map((status): [FaultEffect, Expected] => [
    { kind: 'redirect', status, location: '/v2/batch' },
    { reason: 'unexpectedStatus', status, isMade: false },
  ]),
];

describe('Submitting with the client of the extension', () => {
  const clock = new ManualClock();
  const simulator = useSimulator(() => {
    clock.time = noon;
    return { now: clock.now };
  });
  const { signal } = new AbortController();
  const client = () => ownClient(simulator()).client;
  const posts = () => simulator().requests.filter(({ method }) => method === 'POST');

  describe('a batch', () => {
    it('is created from a file, with and without a webhook', async () => {
      const webhookUrl = 'https://hooks.example.test/a?b=c&d=%20';
      const batch = await client().createBatch(inputOf(undefined, { webhookUrl }), signal);
      assert.deepEqual(batch, {
        id: batch.id,
        status: 'PENDING',
        createdAt: noon,
        metrics: { total: 20, succeeded: 0, failed: 0, pending: 0 },
        outputUrl: '',
        webhookUrl,
      });
      assert.deepEqual(simulator().createdBatches, [batch.id]);
      assert.deepEqual(await client().getBatch(batch.id, signal), batch);
      assert.equal((await client().createBatch(inputOf(), signal)).webhookUrl, undefined);
    });

    it('is not created by a dry run', async () => {
      assert.deepEqual(await client().validateBatch(inputOf(), signal), { kind: 'validated' });
      assert.deepEqual(simulator().createdBatches, []);
    });

    it('is reported if a dry run created one', async () => {
      simulator().faults.add({ effect: { kind: 'body', status: 201, body: '{"id":"batch_oh","status":"PENDING"}' } });
      const outcome = await client().validateBatch(inputOf(), signal);
      assert.ok(outcome.kind === 'created');
      assert.equal(outcome.batch.id, 'batch_oh');
    });

    it('is refused with the names of its bad lines, by a dry run too', async () => {
      const rows = batchRows(20);
      rows[6] = { ...rows[6], endpoint: '/v2/other' };
      rows[11] = { ...rows[11], request_id: 'row-1' };
      const input = inputOf(jsonLines(rows));
      for (const call of [client().createBatch(input, signal), client().validateBatch(input, signal)]) {
        const { details } = await apiErrorOf(call, 'badRequest');
        assert.deepEqual(details.lines, [
          { line: 7, message: 'endpoint must be exactly "/v2/generate"' },
          { line: 12, message: 'request_id "row-1" is already used on line 1' },
        ]);
      }
      const refusal = { statusCode: 422, message: 'No such dialogue', errorCode: 'dialogue_edit_not_found' };
      simulator().faults.add({
        effect: { kind: 'body', status: 422, body: JSON.stringify({ ...refusal, lineNumber: 12 }) },
      });
      const { details } = await apiErrorOf(client().createBatch(inputOf(), signal), 'badRequest');
      assert.deepEqual(details.lines, [{ line: 12, message: 'No such dialogue' }]);
      assert.equal(details.errorCode, 'dialogue_edit_not_found');
    });

    it('is refused with its own code if the limit of running batches is reached, unlike a dry run', async () => {
      const full = await startSimulator({ now: clock.now, runningBatches: 1 });
      const own = ownClient(full).client;
      const first = await own.createBatch(inputOf(), signal);
      const { details } = await apiErrorOf(own.createBatch(inputOf(), signal), 'rateLimited');
      assert.equal(details.status, 429);
      assert.equal(details.errorCode, 'concurrency_limit_reached');
      assert.match(details.serverMessage ?? '', /Wait for one to end, or upgrade/);
      assert.deepEqual(await own.validateBatch(inputOf(), signal), { kind: 'validated' });
      full.updateBatch(first.id, { status: 'FAILED' });
      await own.createBatch(inputOf(), signal);
      assert.equal(full.createdBatches.length, 2);
      await full.stop();
    });
  });

  describe('the received request', () => {
    const rows = batchRows(20);
    const big = jsonLines([{ ...rows[0], request_id: 'Grüße, 世界 🎬' }, ...rows.slice(1)]);
    const files = {
      'lines with LF': jsonLines(rows),
      'lines with CRLF': jsonLines(rows).replaceAll('\n', '\r\n'),
      'no line feed at the end': jsonLines(rows).trimEnd(),
      'what looks like the end of a form': jsonLines([
        { ...rows[0], request_id: '\r\n------x--\r\n' },
        ...rows.slice(1),
      ]),
      '5 MB': big + ' '.repeat(5_000_000 - Buffer.byteLength(big)),
    };
    for (const [what, text] of Object.entries(files)) {
      it(`is what was sent: ${what}`, async () => {
        const batch = await client().createBatch(inputOf(text, { fileName: 'Grüße "1" 世界.jsonl' }), signal);
        assert.ok(simulator().inputOf(batch.id) === text);
        const [request] = posts();
        assert.equal(Number(request?.headers['content-length']), request?.bodyBytes);
        assert.equal(request?.headers['transfer-encoding'], undefined);
      });
    }

    it('is a form that Node can parse, with the name of the file and the size of the body', async () => {
      const seen: { headers: IncomingHttpHeaders; body: Buffer }[] = [];
      const server = createServer((request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          seen.push({ headers: request.headers, body: Buffer.concat(chunks) });
          response.writeHead(201).end('{"id":"a","status":"PENDING"}');
        });
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      const { http, log } = ownClient(simulator());
      const own = new BatchClient(http, `http://127.0.0.1:${port}`, 'test-key', log);
      // A view into a larger piece of memory: only what it shows may be sent.
      const input = bytesOf(`before${jsonLines(rows)}after`).subarray(6, -5);
      await own.createBatch({ input, fileName: 'Grüße 世界.jsonl' }, signal);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      const [request] = seen;
      assert.ok(request);
      assert.equal(request.headers['content-length'], String(request.body.length));
      assert.equal(request.headers['x-api-key'], 'test-key');
      // A connection that is kept can fail when nobody listens any more: an uncaught exception, now and then.
      assert.equal(request.headers.connection, 'close');
      const contentType = request.headers['content-type'] ?? '';
      const response = new Response(new Uint8Array(request.body), { headers: { 'content-type': contentType } });
      // The parser that Node has of itself, which is no code of ours.
      // eslint-disable-next-line @typescript-eslint/no-deprecated
      const file = (await response.formData()).get('input');
      assert.ok(file instanceof File);
      assert.equal(file.name, 'Grüße 世界.jsonl');
      assert.equal(await file.text(), jsonLines(rows));
    });
  });

  describe('a fault', () => {
    const text = jsonLines(batchRows(20)).padEnd(4_000_000, ' ');

    for (const [effect, expected] of faults) {
      it(`${JSON.stringify(effect)} is "${expected.reason}", after exactly one request`, async () => {
        simulator().faults.add({ path: '/v2/batch', method: 'POST', times: 1, effect });
        const { client: own, clock: limits } = ownClient(simulator());
        const call = own.createBatch(inputOf(text), signal);
        if (expected.isSilent === true) {
          await until(() => (posts()[0]?.bodyBytes ?? 0) > text.length);
          if (expected.isMade) await until(() => simulator().createdBatches.length === 1);
          limits.beSilent();
        }
        const { details, message } = await apiErrorOf(call, expected.reason);
        assert.equal(details.status, expected.status);
        assert.equal(details.errorCode, expected.errorCode);
        assert.ok((expected.codes ?? [undefined]).includes(details.code as never), `${message} (${details.code})`);
        assert.equal(details.neverConnected, undefined);
        assert.equal(simulator().createdBatches.length, expected.isMade ? 1 : 0);
        // The next one is a request of its own, and shows that nothing of the last one is still on its way.
        assert.equal((await listBatches(simulator())).length, expected.isMade ? 1 : 0);
        assert.equal(posts().length, 1);
        assert.equal(limits.isWaiting, false);
      });
    }

    it('that refuses during the upload is reported as such, or as a lost connection', async () => {
      // Often, since which of the two it is is a matter of luck.
      for (let times = 0; times < 20; times += 1) {
        simulator().faults.add({ times: 1, effect: { kind: 'refuseDuringUpload', status: 413, afterBytes: 1 } });
        const { reason, details } = await apiErrorOf(client().createBatch(inputOf(text), signal));
        assert.ok(reason === 'badRequest' ? details.status === 413 : reason === 'connection', reason);
        assert.equal(details.neverConnected, undefined);
      }
      assert.equal(posts().length, 20);
      assert.deepEqual(simulator().createdBatches, []);
    });

    it('before there is a connection is reported as such', async () => {
      const { client: own } = ownClient(simulator());
      await simulator().stop();
      const { details } = await apiErrorOf(own.createBatch(inputOf(), signal), 'connection');
      assert.deepEqual(details, { code: 'ECONNREFUSED', neverConnected: true });
    });

    it('after a connection was used does not claim that there was no connection', async () => {
      const own = client();
      await own.listBatches({}, signal);
      simulator().faults.add({ method: 'POST', effect: { kind: 'reset' } });
      const { details } = await apiErrorOf(own.createBatch(inputOf(), signal), 'connection');
      assert.equal(details.neverConnected, undefined);
      assert.equal(posts().length, 1);
    });
  });

  it('ends when cancelled, although the batch is created', async () => {
    simulator().faults.add({ method: 'POST', effect: { kind: 'delay', ms: 600_000 } });
    const giveUp = new AbortController();
    const reason = new Error('not wanted any more');
    const call = client().createBatch(inputOf(), giveUp.signal);
    await until(() => simulator().createdBatches.length === 1);
    giveUp.abort(reason);
    assert.equal(await rejectionOf(call), reason);
    assert.equal(posts().length, 1);
  });

  it('refuses a wrong key', async () => {
    simulator().setKeys(['another-key']);
    await apiErrorOf(client().createBatch(inputOf(), signal), 'unauthorized');
    await apiErrorOf(client().listModels(signal), 'unauthorized');
    await apiErrorOf(client().estimateCost(batchRows(1)[0]?.['payload'], signal), 'unauthorized');
    assert.equal(posts().length, 2);
  });

  it('estimates the cost of the payload of a line, with retries', async () => {
    const [first, second] = batchRows(2).map((row) => row['payload']);
    const own = client();
    const estimate = await own.estimateCost(first, signal);
    assert.ok(estimate.frames !== undefined && estimate.frames >= 125 && estimate.frames <= 750);
    assert.equal(estimate.usd, Math.round(estimate.frames * 0.002 * 10_000) / 10_000);
    assert.notDeepEqual(await own.estimateCost(second, signal), estimate);
    simulator().faults.add({ path: '/v2/analyze/cost', times: 2, effect: { kind: 'status', status: 503 } });
    simulator().clearRequests();
    assert.deepEqual(await own.estimateCost(first, signal), estimate);
    assert.deepEqual(
      posts().map(({ status }) => status),
      [503, 503, 200],
    );
    const unknown = own.estimateCost({ ...(first as object), model: 'lipsync-9' }, signal);
    assert.equal((await apiErrorOf(unknown, 'badRequest')).details.errorCode, 'generation_unsupported_model');
  });

  it('lists the models by the names that requests use', async () => {
    assert.deepEqual((await client().listModels(signal)).sort(), [
      'lipsync-1.9.0-beta',
      'lipsync-2',
      'lipsync-2-pro',
      'react-1',
      'sync-3',
    ]);
  });
});
