import * as assert from 'node:assert/strict';
import { ApiError, type ApiErrorDetails, type ApiErrorReason } from '../../../src/core/api/http/errors';
import { type Failure, failureOf } from '../../../src/core/submissions/outcome';

const kindOf = (reason: ApiErrorReason, details: ApiErrorDetails = {}): Failure['kind'] =>
  failureOf(new ApiError(reason, 'No.', details)).kind;

/** The outcome of every reason if the response has the format of the API. */
const expected: Record<ApiErrorReason, Failure['kind']> = {
  badRequest: 'refused',
  unauthorized: 'refused',
  planRequired: 'refused',
  forbidden: 'refused',
  notFound: 'refused',
  rateLimited: 'rateLimited',
  server: 'uncertain',
  unexpectedStatus: 'uncertain',
  expired: 'uncertain',
  gone: 'uncertain',
  linkRefused: 'uncertain',
  tooManyRedirects: 'uncertain',
  connection: 'uncertain',
  dns: 'refused',
  tls: 'uncertain',
  proxy: 'uncertain',
  timeout: 'uncertain',
  cutOff: 'uncertain',
  notJson: 'uncertain',
  wrongShape: 'uncertain',
  tooLarge: 'uncertain',
  badBaseUrl: 'refused',
  noKey: 'refused',
  unsafeUrl: 'refused',
};
const reasons = Object.keys(expected) as ApiErrorReason[];

describe('A failed request to create a batch', () => {
  for (const reason of reasons) {
    it(`is ${expected[reason]} because of "${reason}"`, () => assert.equal(kindOf(reason), expected[reason]));
  }

  it('is refused for any reason if there was no connection', () => {
    for (const reason of reasons) {
      assert.equal(kindOf(reason, { neverConnected: true }), 'refused', reason);
    }
  });

  it('is uncertain if a proxy may have refused it', () => {
    for (const reason of [
      'badRequest',
      'unauthorized',
      'planRequired',
      'forbidden',
      'notFound',
      'rateLimited',
    ] as const) {
      assert.equal(kindOf(reason, { isForeign: true, status: 400 }), 'uncertain', reason);
    }
  });

  it('keeps the original error', () => {
    const error = new ApiError('badRequest', 'No.');
    assert.equal(failureOf(error).error, error);
  });

  it('is uncertain if the error is unexpected', () => {
    for (const thrown of [new TypeError('a mistake'), 'a text', undefined]) {
      const { kind, error } = failureOf(thrown);
      assert.deepEqual([kind, error.reason], ['uncertain', 'connection']);
    }
    assert.equal(failureOf(new TypeError('a mistake')).error.message, 'a mistake');
  });
});
