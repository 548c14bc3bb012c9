import * as assert from 'node:assert/strict';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { FetchInit, FetchResponse } from '../../../src/core/api/http/http';
import { reasonOfTransportError } from '../../../src/core/api/http/errors';
import { nodeTransport } from '../../../src/platform/nodeTransport';
import { rejectionOf } from '../support/outcomes';

describe('The Node transport', () => {
  let server: http.Server;
  let origin: string;
  let requests: http.IncomingMessage[];
  let answerWith: http.RequestListener;

  beforeEach(async () => {
    requests = [];
    server = http.createServer((request, response) => {
      requests.push(request);
      answerWith(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  function init(signal = new AbortController().signal): FetchInit {
    return { method: 'GET', headers: { 'x-api-key': 'the-key' }, redirect: 'manual', signal };
  }

  async function textOf(response: FetchResponse): Promise<string> {
    const parts: Uint8Array[] = [];
    for await (const chunk of response.body ?? []) {
      parts.push(Buffer.from(chunk));
    }
    return Buffer.concat(parts).toString();
  }

  it('returns status, headers and body', async () => {
    answerWith = (_request, response) => response.writeHead(200, { 'x-own': 'yes' }).end('[1]');
    const response = await nodeTransport(`${origin}/v2/batch?status=FAILED`, init());
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('X-Own'), 'yes');
    assert.equal(response.headers.get('x-none'), null);
    assert.equal(await textOf(response), '[1]');
    assert.equal(requests[0]?.url, '/v2/batch?status=FAILED');
    assert.equal(requests[0].headers['x-api-key'], 'the-key');
  });

  it('decompresses the body', async () => {
    answerWith = (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('[1]'));
    assert.equal(await textOf(await nodeTransport(origin, init())), '[1]');
  });

  it('closes the connection after a request with a body', async () => {
    answerWith = (request, response) => {
      request.resume();
      request.on('end', () => response.end('[1]'));
    };
    const post = { ...init(), method: 'POST', body: new TextEncoder().encode('{}') };
    assert.equal(await textOf(await nodeTransport(origin, post)), '[1]');
    assert.equal(requests[0]?.headers.connection, 'close');
    assert.equal(requests[0].headers['content-length'], '2');
    assert.equal(requests[0].headers['x-api-key'], 'the-key');
  });

  it('does not follow redirects, which would leak the key', async () => {
    answerWith = (_request, response) => response.writeHead(302, { location: '/elsewhere' }).end();
    const response = await nodeTransport(origin, init());
    assert.equal(response.status, 302);
    assert.equal(requests.length, 1);
  });

  it('fails with the code of the system error', async () => {
    answerWith = (request) => request.socket.destroy();
    const thrown = await rejectionOf(nodeTransport(origin, init()));
    assert.ok(thrown instanceof Error);
    assert.deepEqual(reasonOfTransportError(thrown), { reason: 'connection', code: 'ECONNRESET' });
  });

  it('fails when the answer is cut off', async () => {
    answerWith = (_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('[1', () => response.destroy());
    };
    const response = await nodeTransport(origin, init());
    assert.ok((await rejectionOf(textOf(response))) instanceof Error);
  });

  it('ends when aborted in the middle of an answer', async () => {
    const controller = new AbortController();
    answerWith = (_request, response) => response.writeHead(200).write('[1');
    const response = await nodeTransport(origin, init(controller.signal));
    controller.abort();
    const thrown = await rejectionOf(textOf(response));
    assert.ok(thrown instanceof Error);
    assert.equal(thrown.name, 'AbortError');
  });

  it('causes no uncaught exception when aborted while nobody reads the answer', async () => {
    const controller = new AbortController();
    answerWith = (_request, response) => response.writeHead(200).write('[1');
    await nodeTransport(origin, init(controller.signal));
    const errors: unknown[] = [];
    const record = (error: unknown): void => void errors.push(error);
    process.on('uncaughtException', record);
    try {
      const isClosed = new Promise((resolve) => requests[0]?.socket.once('close', resolve));
      controller.abort();
      await isClosed;
    } finally {
      process.off('uncaughtException', record);
    }
    assert.deepEqual(errors, []);
  });
});
