import * as assert from 'node:assert/strict';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { FetchInit, FetchResponse } from '../../../src/core/api/http/http';
import { reasonOfTransportError } from '../../../src/core/api/http/errors';
import { nodeTransport } from '../../../src/platform/nodeTransport';
import { rejectionOf } from '../support/outcomes';

describe('The transport over Node', () => {
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

  it('brings status, headers and body', async () => {
    answerWith = (_request, response) => response.writeHead(200, { 'x-own': 'yes' }).end('[1]');
    const response = await nodeTransport(`${origin}/v2/batch?status=FAILED`, init());
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('X-Own'), 'yes');
    assert.equal(response.headers.get('x-none'), null);
    assert.equal(await textOf(response), '[1]');
    assert.equal(requests[0]?.url, '/v2/batch?status=FAILED');
    assert.equal(requests[0].headers['x-api-key'], 'the-key');
  });

  it('unpacks what was packed on the way', async () => {
    answerWith = (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('[1]'));
    assert.equal(await textOf(await nodeTransport(origin, init())), '[1]');
  });

  it('does not follow a redirect, which would carry the key away', async () => {
    answerWith = (_request, response) => response.writeHead(302, { location: '/elsewhere' }).end();
    const response = await nodeTransport(origin, init());
    assert.equal(response.status, 302);
    assert.equal(requests.length, 1);
  });

  it('fails with the code of the system', async () => {
    answerWith = (request) => request.socket.destroy();
    const thrown = await rejectionOf(nodeTransport(origin, init()));
    assert.ok(thrown instanceof Error);
    assert.deepEqual(reasonOfTransportError(thrown), { reason: 'connection', code: 'ECONNRESET' });
  });

  it('fails where the answer is cut off', async () => {
    answerWith = (_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('[1', () => response.destroy());
    };
    const response = await nodeTransport(origin, init());
    assert.ok((await rejectionOf(textOf(response))) instanceof Error);
  });

  it('ends when it is aborted, in the middle of an answer too, and brings nothing down', async () => {
    const controller = new AbortController();
    answerWith = (_request, response) => response.writeHead(200).write('[1');
    const response = await nodeTransport(origin, init(controller.signal));
    controller.abort();
    const thrown = await rejectionOf(textOf(response));
    assert.ok(thrown instanceof Error);
    assert.equal(thrown.name, 'AbortError');
  });

  it('ends when it is aborted while nobody reads the answer, and brings nothing down', async () => {
    const controller = new AbortController();
    answerWith = (_request, response) => response.writeHead(200).write('[1');
    await nodeTransport(origin, init(controller.signal));
    const faults: unknown[] = [];
    const note = (fault: unknown): void => void faults.push(fault);
    process.on('uncaughtException', note);
    try {
      const isClosed = new Promise((resolve) => requests[0]?.socket.once('close', resolve));
      controller.abort();
      await isClosed;
    } finally {
      process.off('uncaughtException', note);
    }
    assert.deepEqual(faults, []);
  });
});
