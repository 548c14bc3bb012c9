import assert from 'node:assert/strict';
import { connect } from 'node:net';
import type { FaultEffect } from '../simulator/simulator';
import { ask, askJson, batchRows, listBatches, noon, until, useSimulator } from './helpers';

describe('simulator: faults', () => {
  const simulator = useSimulator(() => ({
    batches: [{ id: 'batch_abc123', createdAt: noon, status: 'COMPLETED', total: 20 }],
  }));
  const fault = (effect: FaultEffect, times?: number) =>
    simulator().faults.add({ path: '/v2/batch', effect, ...(times === undefined ? {} : { times }) });
  const list = (init: RequestInit = {}) => ask(simulator(), '/v2/batch', init);
  const create = (init: RequestInit = {}) =>
    list({
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ rows: batchRows(20) }),
      ...init,
    });

  it('apply to the requests they name, as often as configured, in order', async () => {
    const { faults } = simulator();
    faults.add({ path: /^\/v2\/batch\//g, method: 'get', times: 2, effect: { kind: 'status', status: 503 } });
    faults.add({ origin: 'files', effect: { kind: 'status', status: 500 } });
    faults.add({ path: '/v2/models', times: 1, effect: { kind: 'status', status: 429 } });
    faults.add({ path: '/v2/models', times: 1, effect: { kind: 'status', status: 500 } });
    const statusOf = async (path: string) => (await ask(simulator(), path)).status;
    assert.equal(await statusOf('/v2/batch'), 200);
    assert.equal(await statusOf('/v2/batch/batch_abc123'), 503);
    assert.equal(await statusOf('/v2/batch/batch_abc123'), 503);
    assert.equal(await statusOf('/v2/batch/batch_abc123'), 200);
    assert.equal((await fetch(`${simulator().filesUrl}/any`)).status, 500);
    assert.equal(await statusOf('/v2/models'), 429);
    assert.equal(await statusOf('/v2/models'), 500);
    assert.equal(await statusOf('/v2/models'), 200);
    faults.add({ effect: { kind: 'status', status: 500 } });
    faults.clear();
    assert.equal(await statusOf('/v2/models'), 200);
  });

  it('status: answers the documented error body', async () => {
    fault({
      kind: 'status',
      status: 429,
      errorCode: 'rate_limit_exceeded',
      message: ['Too many', 'Wait'],
      retryAfter: '7',
      suggestion: 'Wait a minute',
    });
    const response = await list();
    assert.equal(response.status, 429);
    assert.equal(response.headers.get('retry-after'), '7');
    assert.deepEqual(await response.json(), {
      statusCode: 429,
      errorCode: 'rate_limit_exceeded',
      suggestion: 'Wait a minute',
      message: ['Too many', 'Wait'],
      error: 'Too Many Requests',
    });
  });

  it('delay: answers late, with the state at the time of the request', async () => {
    fault({ kind: 'delay', ms: 40 }, 1);
    const begun = performance.now();
    const late = list();
    await until(() => simulator().requests.length === 1);
    simulator().clearBatches();
    assert.equal(((await (await late).json()) as unknown[]).length, 1);
    // A timer may fire a little early by the other clock.
    assert.ok(performance.now() - begun >= 35);
  });

  it('delay: does the work of a cancelled request', async () => {
    fault({ kind: 'delay', ms: 600_000 }, 1);
    const giveUp = new AbortController();
    const call = create({ signal: giveUp.signal });
    await until(() => simulator().requests.length === 1);
    while ((await listBatches(simulator())).length < 2);
    giveUp.abort();
    await assert.rejects(call, { name: 'AbortError' });
    assert.equal(simulator().requests[0]?.status, undefined);
  });

  it('delay: can be combined with another fault', async () => {
    fault({ kind: 'delay', ms: 1 });
    fault({ kind: 'status', status: 500 });
    assert.equal((await list()).status, 500);
  });

  it('hold: answers when released, with the state at the time of the request', async () => {
    let letGo = (): void => undefined;
    fault({ kind: 'hold', until: new Promise<void>((resolve) => (letGo = resolve)) }, 1);
    const held = list();
    await until(() => simulator().requests.length === 1);
    assert.equal((await listBatches(simulator())).length, 1);
    assert.equal(simulator().requests[0]?.status, undefined);
    simulator().clearBatches();
    letGo();
    assert.equal(((await (await held).json()) as unknown[]).length, 1);
  });

  it('hang: never answers and does nothing', async () => {
    fault({ kind: 'hang' }, 1);
    const giveUp = new AbortController();
    const call = create({ signal: giveUp.signal });
    await until(() => simulator().requests.length === 1);
    assert.equal((await listBatches(simulator())).length, 1);
    giveUp.abort();
    await assert.rejects(call, { name: 'AbortError' });
    assert.equal(simulator().requests[0]?.status, undefined);
  });

  it('stall: sends the head and half the body', async () => {
    fault({ kind: 'stall' });
    const giveUp = new AbortController();
    const response = await list({ signal: giveUp.signal });
    assert.equal(response.status, 200);
    const length = Number(response.headers.get('content-length'));
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    let received = 0;
    while (received < Math.floor(length / 2)) received += (await reader.read()).value?.length ?? 0;
    assert.equal(received, Math.floor(length / 2));
    const rest = reader.read();
    giveUp.abort();
    await assert.rejects(rest, { name: 'AbortError' });
    assert.equal(simulator().requests[0]?.status, undefined);
  });

  it('reset: breaks the connection and does nothing', async () => {
    fault({ kind: 'reset' }, 1);
    await assert.rejects(create(), /fetch failed/);
    assert.equal((await listBatches(simulator())).length, 1);
    assert.equal(simulator().requests[0]?.status, undefined);
  });

  it('resetDuringUpload: breaks the connection in the middle of a body, or at its end, and does nothing', async () => {
    const body = JSON.stringify({ rows: batchRows(20), filler: 'x'.repeat(3_000_000) });
    for (const afterBytes of [0, 1_000_000, 10_000_000]) {
      simulator().clearRequests();
      fault({ kind: 'resetDuringUpload', afterBytes }, 1);
      await assert.rejects(create({ body }), /fetch failed/);
      const [request] = simulator().requests;
      assert.equal(request?.status, undefined);
      const { bodyBytes = 0 } = request ?? {};
      assert.ok(bodyBytes >= Math.min(afterBytes, body.length), `${bodyBytes} bytes came`);
      assert.equal(bodyBytes < body.length, afterBytes < body.length, `${bodyBytes} bytes came`);
    }
    assert.deepEqual(simulator().createdBatches, []);
  });

  it('refuseDuringUpload: answers before the whole body arrived, or after all of a shorter one, and does nothing', async () => {
    fault({ kind: 'refuseDuringUpload', status: 413, afterBytes: 10_000_000 }, 1);
    assert.equal((await create()).status, 413);
    fault({ kind: 'refuseDuringUpload', status: 413, afterBytes: 1 }, 1);
    const { port } = new URL(simulator().url);
    const sending = connect(Number(port), '127.0.0.1');
    // The rest of the body never comes.
    sending.write('POST /v2/batch HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\nhalf');
    const answered: Buffer[] = [];
    for await (const chunk of sending as AsyncIterable<Buffer>) answered.push(chunk);
    assert.match(Buffer.concat(answered).toString(), /^HTTP\/1\.1 413 /);
    assert.equal(simulator().requests[1]?.bodyBytes, 4);
    assert.deepEqual(simulator().createdBatches, []);
  });

  it('truncate, stall: do the work and send half an answer', async () => {
    fault({ kind: 'truncate' }, 1);
    const half = await create();
    assert.equal(half.status, 201);
    await assert.rejects(half.text(), /terminated/);
    fault({ kind: 'stall' }, 1);
    const giveUp = new AbortController();
    const stalled = await create({ signal: giveUp.signal });
    const rest = stalled.text();
    giveUp.abort();
    await assert.rejects(rest, { name: 'AbortError' });
    assert.equal(simulator().createdBatches.length, 2);
  });

  it('acceptThenHang: does the work and never answers', async () => {
    fault({ kind: 'acceptThenHang' }, 1);
    const giveUp = new AbortController();
    const call = create({ signal: giveUp.signal });
    await until(() => simulator().createdBatches.length === 1);
    giveUp.abort();
    await assert.rejects(call, { name: 'AbortError' });
    assert.equal(simulator().requests[0]?.status, undefined);
  });

  it('truncate: closes the connection in the middle of the body', async () => {
    fault({ kind: 'truncate' });
    const response = await list();
    assert.equal(response.status, 200);
    await assert.rejects(response.text(), /terminated/);
  });

  it('garbage, empty, html, wrongShape: answer 200 with something else', async () => {
    const bodyOf = async (effect: FaultEffect) => {
      fault(effect, 1);
      const response = await list();
      assert.equal(response.status, 200);
      return response.text();
    };
    const garbage = await bodyOf({ kind: 'garbage' });
    assert.throws(() => JSON.parse(garbage) as unknown, SyntaxError);
    assert.equal(await bodyOf({ kind: 'empty' }), '');
    assert.match(await bodyOf({ kind: 'html' }), /^<!DOCTYPE html>/);
    assert.ok(!Array.isArray(JSON.parse(await bodyOf({ kind: 'wrongShape' }))));
    fault({ kind: 'html', status: 502 });
    const proxy = await list();
    assert.equal(proxy.status, 502);
    assert.equal(proxy.headers.get('content-type'), 'text/html; charset=utf-8');
  });

  it('huge: streams exactly the configured number of bytes of JSON', async () => {
    for (const bytes of [2, 3, 4, 5, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 2011, 5_000_000]) {
      fault({ kind: 'huge', bytes }, 1);
      const response = await list();
      assert.equal(response.headers.get('content-length'), null);
      const body = await response.text();
      assert.equal(body.length, bytes);
      assert.ok(Array.isArray(JSON.parse(body)));
    }
  });

  it('huge: ends when the client disconnects', async () => {
    fault({ kind: 'huge', bytes: 10_000_000_000 });
    const giveUp = new AbortController();
    const response = await list({ signal: giveUp.signal });
    assert.equal(response.status, 200);
    giveUp.abort();
    await assert.rejects(response.text(), { name: 'AbortError' });
  });

  it('redirect: may lead anywhere', async () => {
    fault({ kind: 'redirect', location: 'http://elsewhere.example.test/' }, 1);
    const response = await list({ redirect: 'manual' });
    assert.equal(response.status, 302);
    assert.equal(response.headers.get('location'), 'http://elsewhere.example.test/');
    fault({ kind: 'redirect', location: '/v2/models', status: 307 }, 1);
    assert.equal((await list({ redirect: 'manual' })).status, 307);
  });

  it('echoKey: repeats the key in the error text', async () => {
    fault({ kind: 'echoKey', status: 401 });
    const response = await list({ headers: { 'x-api-key': 'sk-secret' } });
    assert.equal(response.status, 401);
    assert.match(await response.text(), /sk-secret/);
  });

  it('body: answers exactly this body', async () => {
    fault({ kind: 'body', body: '[{"id":"batch_odd","extra":true}]' }, 1);
    assert.deepEqual(await askJson(simulator(), '/v2/batch'), [{ id: 'batch_odd', extra: true }]);
    fault({ kind: 'body', status: 418, contentType: 'text/plain', body: 'no' }, 1);
    const response = await list();
    assert.equal(response.status, 418);
    assert.equal(response.headers.get('content-type'), 'text/plain');
  });

  it('acceptThenFail: does the work and loses the answer', async () => {
    fault({ kind: 'acceptThenFail' }, 1);
    await assert.rejects(create(), /fetch failed/);
    fault({ kind: 'acceptThenFail', status: 504 }, 1);
    assert.equal((await create()).status, 504);
    assert.equal((await listBatches(simulator())).length, 3);
  });
});
