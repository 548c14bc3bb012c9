import * as assert from 'node:assert/strict';
import { BatchClient } from '../../../../src/core/api/client';
import { ApiError, type ApiErrorReason } from '../../../../src/core/api/http/errors';
import { defaultLimits } from '../../../../src/core/api/http/http';
import { record } from '../../support/batches';
import { settle } from '../../support/fakeClock';
import { apiErrorOf, isPending, rejectionOf } from '../../support/outcomes';
import { itAlways } from '../../support/properties';
import {
  answer,
  brokenBody,
  deaf,
  failure,
  type FetchCall,
  json,
  silent,
  type Step,
  stuckBody,
  systemError,
} from '../../support/scriptedFetch';
import { scriptedHttp } from '../../support/scriptedHttp';

const key = 'k3y-That.Nobody+May/See';
const input = { input: new TextEncoder().encode('{"secret":"line"}\n'), fileName: 'batch.jsonl' };
const created = record({ id: 'batch_new', status: 'PENDING' });

function setUp(...steps: Step[]) {
  const parts = scriptedHttp(key, steps);
  const client = new BatchClient(parts.http, 'https://api.sync.so', key, parts.log);
  const controller = new AbortController();
  const { signal } = controller;
  return {
    ...parts,
    client,
    controller,
    create: (webhookUrl?: string) => parts.clock.runUntil(client.createBatch({ ...input, webhookUrl }, signal)),
    validate: () => parts.clock.runUntil(client.validateBatch(input, signal)),
    start: () => client.createBatch(input, signal),
  };
}

/** The form that was sent. */
async function formOf(call: FetchCall | undefined): Promise<Record<string, string>> {
  const body = new Uint8Array(call?.body ?? []);
  const response = new Response(body, { headers: { 'content-type': call?.headers['content-type'] ?? '' } });
  // The parser that Node has of itself, which is no code of ours.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  const form = await response.formData();
  const fields = [...form].map(async ([name, value]) => [name, typeof value === 'string' ? value : await value.text()]);
  return Object.fromEntries(await Promise.all(fields)) as Record<string, string>;
}

function statuses(list: number[], reason: ApiErrorReason): [string, Step, ApiErrorReason][] {
  const location = 'https://api.sync.so/v2/elsewhere';
  return list.map((status) => [`${status}`, json(status, {}, { location }), reason]);
}

/** All that may come instead of an answer to a submission, and what it stands for. */
const failures: [string, Step, ApiErrorReason][] = [
  ...statuses([400, 413, 422], 'badRequest'),
  ['401', json(401, {}), 'unauthorized'],
  ['402', json(402, {}), 'planRequired'],
  ['403', json(403, {}), 'forbidden'],
  ['404', json(404, {}), 'notFound'],
  ['407', answer(407, ''), 'proxy'],
  ['408', json(408, {}), 'unexpectedStatus'],
  ['409', json(409, {}), 'unexpectedStatus'],
  ['429', json(429, {}), 'rateLimited'],
  ['429 that says when to come back', json(429, {}, { 'retry-after': '1' }), 'rateLimited'],
  ['499', answer(499, ''), 'unexpectedStatus'],
  ...statuses([500, 502, 503, 504, 524], 'server'),
  ...statuses([301, 302, 303, 307, 308], 'unexpectedStatus'),
  ['a name that is not known', failure(systemError('ENOTFOUND')), 'dns'],
  ['a refused connection', failure(systemError('ECONNREFUSED')), 'connection'],
  ['a lost connection', failure(systemError('ECONNRESET')), 'connection'],
  ['a certificate that is not trusted', failure(systemError('CERT_HAS_EXPIRED')), 'tls'],
  ['a proxy that gives up', failure(new Error('tunneling socket could not be established')), 'proxy'],
  ['an error that is not known', failure(new Error('odd')), 'connection'],
  ['silence', silent, 'timeout'],
  ['a transport that hangs', deaf, 'timeout'],
  ['an answer that stops coming', stuckBody(['{"id":']), 'timeout'],
  ['an answer that is cut off', brokenBody(['{"id":'], systemError('ECONNRESET')), 'cutOff'],
  ['an answer that ends early', answer(201, '{"id":"batch_new"'), 'notJson'],
  ['an empty answer', answer(201, ''), 'notJson'],
  ['a page', answer(200, '<html>', { 'content-type': 'text/html' }), 'notJson'],
  ['something else', json(200, { ok: true }), 'wrongShape'],
  ['a list', json(200, [created]), 'wrongShape'],
  ['an answer without end', answer(200, 'x'.repeat(defaultLimits.maxBytes + 1)), 'tooLarge'],
];

describe('A submission', () => {
  it('is one POST of a form with the file, to the API with the key', async () => {
    const { create, script, log } = setUp(json(201, created));
    const batch = await create('https://hooks.example.test/a?b=c&d=%20');
    assert.equal(batch.id, 'batch_new');
    const [call] = script.calls;
    assert.equal(call?.url, 'https://api.sync.so/v2/batch');
    assert.equal(call.method, 'POST');
    assert.equal(call.redirect, 'manual');
    assert.equal(call.headers['x-api-key'], key);
    assert.deepEqual(await formOf(call), {
      input: '{"secret":"line"}\n',
      webhook_url: 'https://hooks.example.test/a?b=c&d=%20',
    });
    assert.match(log.messages.join('\n'), /^POST \/v2\/batch 201 0 ms \d+ B$/);
  });

  it('has no webhook if none is given', async () => {
    for (const webhookUrl of [undefined, '']) {
      const { create, script } = setUp(json(200, created));
      await create(webhookUrl);
      assert.deepEqual(await formOf(script.calls[0]), { input: '{"secret":"line"}\n' });
    }
  });

  it('uses another boundary each time', async () => {
    const { client, controller, script } = setUp(json(201, created), json(201, created));
    await client.createBatch(input, controller.signal);
    await client.createBatch(input, controller.signal);
    const [first, second] = script.calls.map((call) => call.headers['content-type']);
    assert.notEqual(first, second);
  });

  itAlways('is sent exactly once, whatever the answer, and fails with a reason', async () => {
    for (const [what, step, reason] of failures) {
      for (const run of ['create', 'validate'] as const) {
        const parts = setUp(step, json(201, created), json(201, created));
        const error = await apiErrorOf(parts[run]());
        assert.equal(error.reason, reason, what);
        assert.equal(parts.script.calls.length, 1, what);
        await parts.clock.advance(24 * 60 * 60_000);
        assert.equal(parts.script.calls.length, 1, `${what}, a day later`);
        assert.equal(parts.clock.running, 0, what);
        assert.deepEqual(
          parts.log.messages.filter((line) => !line.startsWith('POST /v2/batch ')),
          [],
          what,
        );
      }
    }
  });

  it('says whether there was a connection', async () => {
    const refused = await apiErrorOf(setUp(failure(systemError('ECONNREFUSED'))).create(), 'connection');
    assert.equal(refused.details.neverConnected, true);
    for (const step of [failure(systemError('ECONNRESET')), silent, json(500, {})]) {
      assert.equal((await apiErrorOf(setUp(step).create())).details.neverConnected, undefined);
    }
  });

  it('times out after five minutes', async () => {
    for (const step of [silent, deaf, stuckBody(['{"id":'])]) {
      const { start, clock } = setUp(step);
      const request = start();
      await clock.advance(5 * 60_000 - 1);
      assert.equal(await isPending(request), true);
      await clock.advance(1);
      const error = await apiErrorOf(request, 'timeout');
      assert.equal(error.message, 'no complete answer within 300 s');
    }
  });

  it('can be cancelled with a reason', async () => {
    const reason = new Error('not wanted any more');
    for (const step of [silent, deaf, stuckBody(['{"id":'])]) {
      const { start, controller, clock, log } = setUp(step);
      const request = start();
      await settle();
      controller.abort(reason);
      assert.equal(await rejectionOf(request), reason);
      assert.equal(clock.running, 0);
      assert.match(log.messages.join(), /^POST \/v2\/batch .*: cancelled$/);
    }
    const { start, controller, script } = setUp();
    controller.abort(reason);
    assert.equal(await rejectionOf(start()), reason);
    assert.equal(script.calls.length, 0);
  });

  it('reports the lines that a refusal names, and nothing of the file', async () => {
    const messages = Array.from({ length: 500 }, (_, index) => `Line ${index + 1}: request_id must be a text`);
    for (const status of [400, 413, 422]) {
      const { create, log } = setUp(json(status, { message: messages }));
      const { lines, serverMessage, wholeMessage } = (await apiErrorOf(create(), 'badRequest')).details;
      assert.deepEqual(lines?.[499], { line: 500, message: 'request_id must be a text' });
      assert.equal(serverMessage?.length, 500);
      assert.ok(wholeMessage?.includes('Line 500: '));
      assert.doesNotMatch(log.messages.join('\n'), /secret/);
      assert.ok(log.messages.join('\n').length < 700);
    }
    const other = await apiErrorOf(setUp(json(402, { message: 'Line 3: no' })).create(), 'planRequired');
    assert.equal(other.details.lines, undefined);
  });

  it('reports the code that distinguishes the concurrency limit from the rate limit', async () => {
    for (const errorCode of ['concurrency_limit_reached', 'rate_limit_exceeded']) {
      const { create } = setUp(json(429, { errorCode, message: 'Wait' }));
      const error = await apiErrorOf(create(), 'rateLimited');
      assert.equal(error.details.errorCode, errorCode);
    }
  });

  it('fails if the server says that it only checked the file', async () => {
    for (const body of [{ status: 'VALIDATED' }, { id: 'odd', status: 'VALIDATED' }]) {
      await apiErrorOf(setUp(json(201, body)).create(), 'wrongShape');
    }
  });
});

describe('A dry run', () => {
  it('is marked in the form, and accepts the documented answer', async () => {
    const { validate, script } = setUp(json(201, { status: 'VALIDATED' }));
    assert.deepEqual(await validate(), { kind: 'validated' });
    assert.deepEqual(await formOf(script.calls[0]), { input: '{"secret":"line"}\n', dry_run: 'true' });
  });

  it('reports a batch that was created nevertheless', async () => {
    const outcome = await setUp(json(201, created)).validate();
    assert.ok(outcome.kind === 'created');
    assert.equal(outcome.batch.id, 'batch_new');
  });
});

describe('An estimate of costs', () => {
  const estimated = json(200, [{ estimatedFrameCount: 250, estimatedGenerationCost: 0.5 }]);

  it('is requested with the payload as JSON, with retries', async () => {
    const { client, controller, clock, script, log } = setUp(json(503, {}), estimated);
    const payload = { model: 'lipsync-2', input: [{ type: 'video', url: 'https://media.example.test/ü.mp4' }] };
    const estimate = await clock.runUntil(client.estimateCost(payload, controller.signal));
    assert.deepEqual(estimate, { frames: 250, usd: 0.5 });
    assert.equal(script.calls.length, 2);
    for (const call of script.calls) {
      assert.equal(call.url, 'https://api.sync.so/v2/analyze/cost');
      assert.equal(call.method, 'POST');
      assert.equal(call.headers['x-api-key'], key);
      assert.equal(call.headers['content-type'], 'application/json');
      assert.deepEqual(JSON.parse(new TextDecoder().decode(call.body)), payload);
    }
    assert.doesNotMatch(log.messages.join('\n'), /media\.example/);
  });

  it('fails like a read', async () => {
    const { client, controller, clock } = setUp(json(400, { errorCode: 'generation_unsupported_model' }));
    const error = await apiErrorOf(clock.runUntil(client.estimateCost({}, controller.signal)), 'badRequest');
    assert.equal(error.details.errorCode, 'generation_unsupported_model');
  });
});

describe('The models of an account', () => {
  it('are read', async () => {
    const { client, controller, script } = setUp(json(200, [{ id: 'sync-3', name: 'sync-3' }]));
    assert.deepEqual(await client.listModels(controller.signal), ['sync-3']);
    assert.equal(script.calls[0]?.url, 'https://api.sync.so/v2/models');
    assert.equal(script.calls[0].method, 'GET');
    assert.equal(script.calls[0].body, undefined);
  });

  it('are refused if the answer is not a list', async () => {
    const { client, controller } = setUp(json(200, { models: [] }));
    const thrown = await rejectionOf(client.listModels(controller.signal));
    assert.ok(thrown instanceof ApiError && thrown.reason === 'wrongShape');
  });
});
