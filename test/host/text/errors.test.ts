import * as assert from 'node:assert/strict';
import { ApiError, type ApiErrorDetails, type ApiErrorReason } from '../../../src/core/api/http/errors';
import {
  type ApiOperation,
  errorFamilies,
  errorSentence,
  errorText,
  type NextStep,
} from '../../../src/editor/shared/errorText';
import { theExtension } from '../support/extension';

/** The first next step of each reason, for the list of batches. */
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

const allOperations: Readonly<Record<ApiOperation, true>> = {
  listBatches: true,
  getBatch: true,
  loadResults: true,
  downloadMedia: true,
  createBatch: true,
  dryRun: true,
  estimateCost: true,
  listModels: true,
  checkKey: true,
  other: true,
};
const operations = Object.keys(allOperations) as ApiOperation[];
const otherOperations = operations.filter((operation) => operation !== 'listBatches');

const failure = (reason: ApiErrorReason, details: ApiErrorDetails = {}): ApiError =>
  new ApiError(reason, 'for the log only', details);
const plain = (text: string): string => text.replace(/\s/g, ' ');

describe('The text of an API error', () => {
  for (const reason of reasons) {
    it(`says in whole sentences what happened and what to do: ${reason}`, () => {
      for (const operation of operations) {
        const { what, advice } = errorText(failure(reason), operation);
        for (const text of [what, advice]) {
          assert.match(text, /^[A-Z“s]\S* .*[^.]\.$/);
          assert.doesNotMatch(text, /undefined|\[object|\{\d\}|for the log only/);
        }
      }
    });

    it(`offers the most helpful step first: ${reason}`, () => {
      const { nextSteps } = errorText(failure(reason), 'listBatches');
      assert.equal(nextSteps[0], firstSteps[reason]);
      assert.equal(new Set(nextSteps).size, nextSteps.length);
    });

    it(`has a welcome text in the view: ${reason}`, () => {
      const { contributes } = theExtension().packageJSON as {
        contributes: { viewsWelcome: readonly { readonly when: string; readonly contents: string }[] };
      };
      const state = `unreachable.${errorFamilies[reason]}`;
      const welcome = contributes.viewsWelcome.filter(({ when }) => when.endsWith(`== '${state}'`));
      assert.equal(welcome.length, 1, state);
      assert.match(welcome[0]?.contents ?? '', /\]\(command:syncBatches\./);
    });
  }

  it('names the operation: filters and lists are mentioned for the list of batches only', () => {
    assert.match(errorSentence(failure('wrongShape'), 'listBatches'), /list of batches/);
    assert.match(errorSentence(failure('tooLarge'), 'listBatches'), /Filter by date/);
    for (const operation of otherOperations) {
      for (const reason of reasons) {
        const { what, advice, nextSteps } = errorText(failure(reason), operation);
        assert.doesNotMatch(`${what} ${advice}`, /list of batches|filter/i, `${operation}, ${reason}`);
        assert.ok(!nextSteps.includes('clearFilters'), `${operation}, ${reason}`);
      }
    }
    const texts = operations.map((operation) => errorText(failure('wrongShape'), operation).what);
    assert.equal(new Set(texts).size, operations.length);
  });

  it('differs for every reason', () => {
    assert.equal(new Set(reasons.map((reason) => errorText(failure(reason), 'listBatches').what)).size, reasons.length);
  });

  it('repeats what the server said, with one full stop', () => {
    const said = (serverMessage: string): string =>
      errorText(failure('planRequired', { serverMessage }), 'listBatches').what;
    const expected = 'Your plan does not include the Batch API (402): Upgrade your plan.';
    assert.equal(said('Upgrade your plan'), expected);
    assert.equal(said('Upgrade your plan.'), expected);
  });

  it('repeats dollar signs and braces of the server unchanged', () => {
    const serverMessage = 'You owe $100 & {0} $& $1 more';
    assert.ok(errorText(failure('server', { status: 503, serverMessage }), 'listBatches').what.includes(serverMessage));
    assert.ok(
      errorText(failure('badRequest', { status: 422, serverMessage }), 'listBatches').what.includes(serverMessage),
    );
  });

  it('contains the HTTP status', () => {
    assert.match(errorText(failure('server', { status: 503 }), 'listBatches').what, /\(503\)/);
    assert.match(errorText(failure('badRequest', { status: 422 }), 'listBatches').what, /\(422\)/);
    assert.match(errorText(failure('unexpectedStatus', { status: 302 }), 'listBatches').what, /\(302\)/);
    assert.match(errorText(failure('proxy', { status: 407 }), 'listBatches').what, /\(407\)/);
  });

  it('contains the code of a network error, for support', () => {
    assert.equal(
      errorText(failure('connection', { code: 'ECONNREFUSED' }), 'listBatches').what,
      'sync.so could not be reached (ECONNREFUSED).',
    );
    assert.match(
      errorText(failure('tls', { code: 'CERT_HAS_EXPIRED' }), 'listBatches').what,
      /\(CERT_HAS_EXPIRED\)\.$/,
    );
  });

  it('says when a rate limit ends', () => {
    const retryAt = new Date(2026, 10, 24, 14, 5, 9).getTime();
    assert.equal(
      plain(errorText(failure('rateLimited', { retryAt }), 'listBatches').advice),
      'It accepts requests again at 2:05:09 PM.',
    );
    assert.match(errorText(failure('rateLimited'), 'listBatches').advice, /in a minute/);
  });

  it('names the settings that certificates and proxies depend on', () => {
    assert.match(errorSentence(failure('tls'), 'listBatches'), /http\.systemCertificates/);
    assert.match(errorSentence(failure('tls'), 'listBatches'), /http\.proxy/);
    assert.match(errorSentence(failure('proxy'), 'listBatches'), /http\.proxy\b/);
    assert.match(errorSentence(failure('connection'), 'listBatches'), /http\.proxy\b/);
  });

  it('says what is wrong with the base URL, and that nothing was sent', () => {
    const faults = { insecure: /https:/, credentials: /user name/, query: /\?/, scheme: /https:/, notAUrl: /URL/ };
    const advice = Object.entries(faults).map(([code, pattern]) => {
      const text = errorText(failure('badBaseUrl', { code }), 'listBatches');
      assert.match(text.what, /nothing was sent/);
      assert.match(text.advice, pattern);
      return text.advice;
    });
    assert.equal(new Set(advice).size, advice.length);
  });
});
