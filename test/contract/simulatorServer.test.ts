import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { once } from 'node:events';
import { startSimulator } from '../simulator/simulator';
import { ask, askJson, listBatches, noon, until, useSimulator } from './helpers';

describe('simulator: server', () => {
  const simulator = useSimulator(() => ({ keys: ['first', 'test-key'], control: true }));

  it('accepts any of its keys, and refuses others in the documented format', async () => {
    for (const key of ['first', 'test-key']) {
      assert.equal((await ask(simulator(), '/v2/models', { headers: { 'x-api-key': key } })).status, 200);
    }
    const expected = { statusCode: 401, message: 'Invalid or missing API key', error: 'Unauthorized' };
    for (const path of ['/v2/batch', '/v2/unknown']) {
      const response = await fetch(simulator().url + path);
      assert.equal(response.status, 401);
      assert.deepEqual(await response.json(), expected);
    }
  });

  it('answers 404 to unknown paths', async () => {
    const calls: [string, string][] = [
      ['GET', '/'],
      ['GET', '/v2/batch/'],
      ['GET', '/v2/batch/%E0%A4%A'],
      ['GET', '/v2/batches'],
      ['DELETE', '/v2/batch/any'],
      ['POST', '/v2/models'],
    ];
    for (const [method, path] of calls) {
      const body = (await askJson(simulator(), path, 404, { method })) as { statusCode: number; error: string };
      assert.equal(body.statusCode, 404);
      assert.equal(body.error, 'Not Found');
    }
  });

  it('records requests', async () => {
    await ask(simulator(), '/v2/batch?status=PENDING&created_after=2026-01-01T00%3A00%3A00%2B01%3A00');
    const [request] = simulator().requests;
    assert.deepEqual(
      { ...request, headers: undefined, at: undefined },
      {
        method: 'GET',
        path: '/v2/batch',
        query: { status: 'PENDING', created_after: '2026-01-01T00:00:00+01:00' },
        headers: undefined,
        origin: 'api',
        at: undefined,
        status: 200,
      },
    );
    assert.equal(request?.headers['x-api-key'], 'test-key');
    simulator().clearRequests();
    assert.equal(simulator().requests.length, 0);
  });

  it('stops with open requests in every state, and frees its port', async () => {
    const own = await startSimulator();
    const port = Number(new URL(own.url).port);
    own.faults.add({ path: '/v2/batch', times: 1, effect: { kind: 'hang' } });
    own.faults.add({ path: '/v2/batch', times: 1, effect: { kind: 'stall' } });
    own.faults.add({ path: '/v2/batch', times: 1, effect: { kind: 'delay', ms: 600_000 } });
    const hanging = assert.rejects(ask(own, '/v2/batch'));
    await until(() => own.requests.length === 1);
    const stalled = await ask(own, '/v2/batch');
    const late = assert.rejects(ask(own, '/v2/batch'));
    await until(() => own.requests.length === 3);
    const idle = connect(port, '127.0.0.1');
    await once(idle, 'connect');
    const sending = connect(port, '127.0.0.1');
    sending.on('error', () => undefined);
    sending.write('POST /v2/batch HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf');
    await until(() => own.requests.length === 4);
    const closed = once(idle.resume(), 'close');
    const rest = assert.rejects(stalled.text());
    await own.stop();
    await Promise.all([hanging, rest, late, closed]);
    await own.stop();
    assert.deepEqual(own.errors, []);

    const again = await startSimulator({ port });
    assert.equal(again.url, own.url);
    await assert.rejects(startSimulator({ port }), { code: 'EADDRINUSE' });
    await again.stop();
  });

  it('answers 500 and records the error if it fails itself', async () => {
    let calls = 0;
    const broken = await startSimulator({
      batches: [{ id: 'a', createdAt: noon, lifetimeMs: 1000 }],
      // The first call is for the record of the request, the second for the state of the batch.
      now: () => {
        calls += 1;
        if (calls === 2) throw new Error('The clock broke');
        return noon;
      },
    });
    const body = (await askJson(broken, '/v2/batch', 500)) as { message: string };
    assert.match(body.message, /The clock broke/);
    assert.deepEqual(
      broken.errors.map((error) => error.message),
      ['The clock broke'],
    );
    await broken.stop();
  });

  it('can be controlled over HTTP if that is enabled', async () => {
    const control = (method: string, path: string, body?: unknown) =>
      fetch(`${simulator().url}/_simulator/${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    assert.equal((await control('POST', 'batches', [{ id: 'a' }, { id: 'b', createdAt: noon }])).status, 204);
    assert.equal((await listBatches(simulator())).length, 2);
    const fault = { pathPattern: '^/v2/', effect: { kind: 'status', status: 503 } };
    assert.equal((await control('POST', 'faults', fault)).status, 204);
    assert.equal((await ask(simulator(), '/v2/batch')).status, 503);
    assert.equal((await control('DELETE', 'faults')).status, 204);
    assert.equal((await ask(simulator(), '/v2/batch')).status, 200);
    const requests = (await (await control('GET', 'requests')).json()) as { path: string }[];
    assert.deepEqual(
      requests.map((request) => request.path),
      ['/v2/batch', '/v2/batch', '/v2/batch'],
    );
    for (const wrong of [undefined, {}, { effect: { kind: 'toString' } }]) {
      assert.equal((await control('POST', 'faults', wrong)).status, 400);
    }
    assert.equal((await control('POST', 'batches', { status: 'PENDING' })).status, 400);

    const closed = await startSimulator();
    await askJson(closed, '/_simulator/requests', 404);
    await closed.stop();
  });
});
