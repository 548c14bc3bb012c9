import * as assert from 'node:assert/strict';
import {
  ApiError,
  type ApiErrorReason,
  neverConnected,
  reasonOfStatus,
  reasonOfTransportError,
} from '../../../../src/core/api/http/errors';
import { systemError } from '../../support/scriptedFetch';

describe('The reason of an error status', () => {
  const reasons: Record<number, ApiErrorReason> = {
    302: 'unexpectedStatus',
    400: 'badRequest',
    401: 'unauthorized',
    402: 'planRequired',
    403: 'forbidden',
    404: 'notFound',
    407: 'proxy',
    408: 'unexpectedStatus',
    413: 'badRequest',
    418: 'unexpectedStatus',
    422: 'badRequest',
    429: 'rateLimited',
    500: 'server',
    503: 'server',
    504: 'server',
    599: 'server',
  };
  for (const [status, reason] of Object.entries(reasons)) {
    it(`of ${status} is "${reason}"`, () => assert.equal(reasonOfStatus(Number(status)), reason));
  }
});

describe('The reason of a transport error', () => {
  const reasons: Partial<Record<ApiErrorReason, string[]>> = {
    dns: ['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA', 'EAI_NONAME'],
    tls: [
      'CERT_HAS_EXPIRED',
      'CERT_NOT_YET_VALID',
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'SELF_SIGNED_CERT_IN_CHAIN',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'ERR_TLS_CERT_ALTNAME_INVALID',
      'ERR_SSL_WRONG_VERSION_NUMBER',
      'HOSTNAME_MISMATCH',
      'INVALID_CA',
      'EPROTO',
    ],
    cutOff: ['ERR_STREAM_PREMATURE_CLOSE', 'Z_BUF_ERROR', 'Z_DATA_ERROR', 'HPE_INVALID_EOF_STATE'],
    connection: ['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENETUNREACH', 'EPIPE', 'ETIMEDOUT', 'SOMETHING_NEW'],
  };
  for (const [reason, codes] of Object.entries(reasons)) {
    for (const code of codes) {
      it(`with ${code} is "${reason}", on the error itself and on a cause of its cause`, () => {
        const error = systemError(code);
        assert.deepEqual(reasonOfTransportError(error), { reason, code });
        const wrapped = new Error('fetch failed', { cause: new Error('inner', { cause: error }) });
        assert.deepEqual(reasonOfTransportError(wrapped), { reason, code });
      });
    }
  }

  it('is the proxy if the message names a proxy', () => {
    for (const message of [
      'tunneling socket could not be established, statusCode=407',
      'Failed to establish a socket connection to proxies: ["PROXY 127.0.0.1:1"]: bad proxy',
      'Proxy connection timed out',
      'connect to proxy failed',
    ]) {
      assert.deepEqual(reasonOfTransportError(new Error(message)), { reason: 'proxy', code: undefined }, message);
      const wrapped = new Error('request failed', { cause: new Error(message) });
      assert.equal(reasonOfTransportError(wrapped).reason, 'proxy', message);
    }
    const refused = systemError('ECONNREFUSED', 'proxy: connect ECONNREFUSED 127.0.0.1:8080');
    assert.deepEqual(reasonOfTransportError(refused), { reason: 'proxy', code: 'ECONNREFUSED' });
  });

  it('is not the proxy if only a URL contains the word', () => {
    for (const url of ['https://llm-proxy.corp.example/v2/batch', 'http://127.0.0.1:1/proxy/v2/batch']) {
      const error = systemError('ECONNRESET', `request to ${url} failed, reason: read ECONNRESET`);
      assert.deepEqual(reasonOfTransportError(error), { reason: 'connection', code: 'ECONNRESET' });
    }
  });

  it('is determined by the code even if the message names a proxy', () => {
    const error = systemError('CERT_HAS_EXPIRED', 'certificate of the proxy has expired');
    assert.equal(reasonOfTransportError(error).reason, 'tls');
  });

  it('is determined by the first code of the chain that is a text', () => {
    const outer = Object.assign(new Error('outer', { cause: systemError('ENOTFOUND') }), { code: 17 });
    assert.deepEqual(reasonOfTransportError(outer), { reason: 'dns', code: 'ENOTFOUND' });
  });

  it('is the connection if nothing is known', () => {
    assert.deepEqual(reasonOfTransportError(new Error('odd')), { reason: 'connection', code: undefined });
  });

  it('is found if causes are circular or are not errors', () => {
    const circle = new Error('a');
    circle.cause = new Error('b', { cause: circle });
    assert.equal(reasonOfTransportError(circle).reason, 'connection');
    assert.equal(reasonOfTransportError(new Error('a', { cause: 'ENOTFOUND' })).reason, 'connection');
  });
});

describe('A request that never reached the server', () => {
  const failed = (fields: Record<string, unknown>): Error => Object.assign(new Error('failed'), fields);

  it('failed while connecting or resolving the name, according to the system call', () => {
    assert.ok(neverConnected(failed({ code: 'ETIMEDOUT', syscall: 'connect' })));
    assert.ok(neverConnected(failed({ code: 'ENOTFOUND', erroredSysCall: 'getaddrinfo' })));
    assert.ok(neverConnected(new Error('outer', { cause: failed({ code: 'ECONNREFUSED', syscall: 'connect' }) })));
  });

  it('failed because of an untrusted certificate, or because none of several addresses was reachable', () => {
    for (const code of ['CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID', 'ECONNREFUSED', 'ENETUNREACH']) {
      assert.ok(neverConnected(failed({ code })), code);
    }
  });

  it('was not lost later, whatever the code', () => {
    for (const syscall of ['read', 'write', 'shutdown']) {
      for (const code of ['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ECONNREFUSED']) {
        assert.ok(!neverConnected(failed({ code, syscall })), `${code} ${syscall}`);
      }
    }
    for (const code of ['ECONNRESET', 'ETIMEDOUT', 'EPROTO', 'ERR_SSL_SSLV3_ALERT_BAD_RECORD_MAC', 'NEW', 7]) {
      assert.ok(!neverConnected(failed({ code })), String(code));
    }
    assert.ok(!neverConnected(failed({ syscall: 'connect' })), 'without a code');
    assert.ok(!neverConnected(new Error('socket hang up')));
  });
});

describe('An API error', () => {
  it('has a name, a reason and details', () => {
    const error = new ApiError('dns', 'no such host');
    assert.ok(error instanceof Error);
    assert.equal(String(error), 'ApiError: no such host');
    assert.deepEqual(error.details, {});
  });
});
