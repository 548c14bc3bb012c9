import * as assert from 'node:assert/strict';
import { ApiError, type ApiErrorDetails, type ApiErrorReason } from '../../../src/core/api/http/errors';
import { errorFamily, errorSentence, errorText, type NextStep } from '../../../src/editor/shared/errorText';
import { theExtension } from '../support/extension';

/** Every reason, with what helps first. The type sees to it that none is left out. */
const firstSteps: Readonly<Record<ApiErrorReason, NextStep | undefined>> = {
  badRequest: 'clearFilters',
  unauthorized: 'setApiKey',
  planRequired: 'openBilling',
  forbidden: 'setApiKey',
  notFound: 'openAddressSetting',
  rateLimited: undefined,
  server: 'openStatus',
  unexpectedStatus: 'openAddressSetting',
  connection: 'openProxySettings',
  dns: 'openProxySettings',
  tls: 'openProxySettings',
  proxy: 'openProxySettings',
  timeout: 'openStatus',
  cutOff: 'openProxySettings',
  notJson: 'openAddressSetting',
  wrongShape: 'openAddressSetting',
  tooLarge: undefined,
  badBaseUrl: 'openAddressSetting',
  noKey: 'setApiKey',
  expired: undefined,
  gone: undefined,
  linkRefused: 'openProxySettings',
  tooManyRedirects: 'openProxySettings',
  unsafeUrl: undefined,
};
const reasons = Object.keys(firstSteps) as ApiErrorReason[];

const failure = (reason: ApiErrorReason, details: ApiErrorDetails = {}): ApiError =>
  new ApiError(reason, 'for the log only', details);
const plain = (text: string): string => text.replace(/\s/g, ' ');

describe('The text of a failure', () => {
  for (const reason of reasons) {
    it(`says what happened and what to do, in whole sentences: ${reason}`, () => {
      const { what, advice } = errorText(failure(reason));
      for (const text of [what, advice]) {
        assert.match(text, /^[A-Z“s]\S* .*[^.]\.$/);
        assert.doesNotMatch(text, /undefined|\[object|\{\d\}|for the log only/);
      }
    });

    it(`offers first what helps most: ${reason}`, () => {
      const { nextSteps } = errorText(failure(reason));
      assert.equal(nextSteps[0], firstSteps[reason]);
      assert.equal(new Set(nextSteps).size, nextSteps.length);
    });

    it(`has a welcome text for it in the view: ${reason}`, () => {
      const { contributes } = theExtension().packageJSON as {
        contributes: { viewsWelcome: readonly { readonly when: string; readonly contents: string }[] };
      };
      const state = `unreachable.${errorFamily(reason)}`;
      const welcome = contributes.viewsWelcome.filter(({ when }) => when.endsWith(`== '${state}'`));
      assert.equal(welcome.length, 1, state);
      assert.match(welcome[0]?.contents ?? '', /\]\(command:syncBatches\./);
    });
  }

  it('has a text of its own for every reason', () => {
    assert.equal(new Set(reasons.map((reason) => errorText(failure(reason)).what)).size, reasons.length);
  });

  it('repeats what the server said, with one full stop', () => {
    const said = (serverMessage: string): string => errorText(failure('planRequired', { serverMessage })).what;
    const expected = 'The plan of this account does not let it use the Batch API (402): Upgrade your plan.';
    assert.equal(said('Upgrade your plan'), expected);
    assert.equal(said('Upgrade your plan.'), expected);
  });

  it('takes what the server said as it is, dollar signs and braces included', () => {
    const serverMessage = 'You owe $100 & {0} $& $1 more';
    assert.ok(errorText(failure('server', { status: 503, serverMessage })).what.includes(serverMessage));
    assert.ok(errorText(failure('badRequest', { status: 422, serverMessage })).what.includes(serverMessage));
  });

  it('names the status that came', () => {
    assert.match(errorText(failure('server', { status: 503 })).what, /\(503\)/);
    assert.match(errorText(failure('badRequest', { status: 422 })).what, /\(422\)/);
    assert.match(errorText(failure('unexpectedStatus', { status: 302 })).what, /\(302\)/);
    assert.match(errorText(failure('proxy', { status: 407 })).what, /\(407\)/);
  });

  it('names the code of a network failure, for those who ask somebody about it', () => {
    assert.equal(
      errorText(failure('connection', { code: 'ECONNREFUSED' })).what,
      'sync.so could not be reached (ECONNREFUSED).',
    );
    assert.match(errorText(failure('tls', { code: 'CERT_HAS_EXPIRED' })).what, /\(CERT_HAS_EXPIRED\)\.$/);
  });

  it('says when a rate limit ends', () => {
    const retryAt = new Date(2026, 10, 24, 14, 5, 9).getTime();
    assert.equal(
      plain(errorText(failure('rateLimited', { retryAt })).advice),
      'It takes requests again at 2:05:09 PM.',
    );
    assert.match(errorText(failure('rateLimited')).advice, /in a minute/);
  });

  it('names the settings that certificates and proxies depend on', () => {
    assert.match(errorSentence(failure('tls')), /http\.systemCertificates/);
    assert.match(errorSentence(failure('tls')), /http\.proxy/);
    assert.match(errorSentence(failure('proxy')), /http\.proxy\b/);
    assert.match(errorSentence(failure('connection')), /http\.proxy\b/);
  });

  it('says for each fault of the address what is wrong with it, and that nothing was sent', () => {
    const faults = { insecure: /https:/, credentials: /user name/, query: /\?/, scheme: /https:/, notAUrl: /URL/ };
    const advice = Object.entries(faults).map(([code, pattern]) => {
      const text = errorText(failure('badBaseUrl', { code }));
      assert.match(text.what, /nothing was sent/);
      assert.match(text.advice, pattern);
      return text.advice;
    });
    assert.equal(new Set(advice).size, advice.length);
  });
});
