import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { ApiError, type ApiErrorDetails, type ApiErrorReason } from '../../../../src/core/api/http/errors';
import { parseRetryAfter, readRetryPolicy, type RetryPolicy, withRetries } from '../../../../src/core/api/http/retry';
import { FakeClock, settle } from '../../support/fakeClock';
import { apiErrorOf, rejectionOf } from '../../support/outcomes';
import { itAlways } from '../../support/properties';

/** Runs a read that fails `failures` times and then gives "done". */
function read(
  error: Error,
  {
    failures = Infinity,
    random = 0.5,
    policy = readRetryPolicy,
  }: { failures?: number; random?: number; policy?: RetryPolicy } = {},
) {
  const clock = new FakeClock();
  const controller = new AbortController();
  const delays: number[] = [];
  const state = { tries: 0 };
  const outcome = withRetries(
    clock,
    () => random,
    policy,
    controller.signal,
    () => {
      state.tries++;
      return state.tries > failures ? Promise.resolve('done') : Promise.reject(error);
    },
    (_error, delayMs) => delays.push(delayMs),
  );
  // Looked at by the test later than it may fail.
  outcome.catch(() => undefined);
  return { clock, controller, delays, state, outcome };
}

function apiError(reason: ApiErrorReason, details: ApiErrorDetails = {}): ApiError {
  return new ApiError(reason, reason, details);
}

describe('Retries', () => {
  for (const reason of ['connection', 'cutOff', 'rateLimited', 'server'] as const) {
    it(`happen twice for "${reason}", and then the error is thrown`, async () => {
      const { clock, outcome, state, delays } = read(apiError(reason));
      await apiErrorOf(clock.runUntil(outcome), reason);
      assert.equal(state.tries, 3);
      assert.deepEqual(delays, [1_000, 2_000]);
    });
  }

  const lasting: ApiErrorReason[] = [
    'badRequest',
    'unauthorized',
    'planRequired',
    'forbidden',
    'notFound',
    'unexpectedStatus',
    'dns',
    'tls',
    'proxy',
    'timeout',
    'notJson',
    'wrongShape',
    'tooLarge',
    'badBaseUrl',
    'noKey',
  ];
  for (const reason of lasting) {
    it(`do not happen for "${reason}"`, async () => {
      const { clock, outcome, state } = read(apiError(reason));
      await apiErrorOf(clock.runUntil(outcome), reason);
      assert.equal(state.tries, 1);
    });
  }

  it('do not happen for an error of the extension', async () => {
    const error = new TypeError('a mistake');
    const { clock, outcome, state } = read(error);
    assert.equal(await rejectionOf(clock.runUntil(outcome)), error);
    assert.equal(state.tries, 1);
  });

  it('end with the first success', async () => {
    const { clock, outcome, state, delays } = read(apiError('server'), { failures: 1 });
    assert.equal(await clock.runUntil(outcome), 'done');
    assert.equal(state.tries, 2);
    assert.deepEqual(delays, [1_000]);
    assert.equal(clock.running, 0);
  });

  itAlways('wait for one second and then two, give or take 20 %', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), async (random) => {
        const { clock, outcome, delays } = read(apiError('server'), { random });
        await apiErrorOf(clock.runUntil(outcome));
        const [first = NaN, second = NaN] = delays;
        assert.ok(first >= 800 && first <= 1_200, `${first}`);
        assert.ok(second >= 1_600 && second <= 2_400, `${second}`);
      }),
    );
  });

  it('wait as long as the log says', async () => {
    const { clock, state, delays } = read(apiError('server'));
    await settle();
    assert.deepEqual(delays, [1_000]);
    await clock.advance(999);
    assert.equal(state.tries, 1);
    await clock.advance(1);
    assert.equal(state.tries, 2);
  });

  it('wait as long as the server asks', async () => {
    const now = new FakeClock().now();
    const { clock, outcome, delays } = read(apiError('rateLimited', { retryAt: now + 7_000 }), { failures: 1 });
    assert.equal(await clock.runUntil(outcome), 'done');
    assert.deepEqual(delays, [7_000]);
  });

  it('do not wait if the server accepts requests already', async () => {
    const now = new FakeClock().now();
    const { clock, outcome, delays } = read(apiError('rateLimited', { retryAt: now - 1 }), { failures: 1 });
    await clock.runUntil(outcome);
    assert.deepEqual(delays, [0]);
  });

  it('do not happen if the server asks for too long a wait', async () => {
    const now = new FakeClock().now();
    const patient = read(apiError('rateLimited', { retryAt: now + readRetryPolicy.maxWaitMs }), { failures: 1 });
    assert.equal(await patient.clock.runUntil(patient.outcome), 'done');
    const { outcome, state, delays } = read(apiError('rateLimited', { retryAt: now + readRetryPolicy.maxWaitMs + 1 }));
    await apiErrorOf(outcome, 'rateLimited');
    assert.equal(state.tries, 1);
    assert.deepEqual(delays, []);
  });

  it('end with the reason when cancelled during the wait', async () => {
    const { outcome, controller, state, clock } = read(apiError('server'));
    await settle();
    const reason = new Error('enough');
    controller.abort(reason);
    assert.equal(await rejectionOf(outcome), reason);
    assert.equal(state.tries, 1);
    assert.equal(clock.running, 0);
  });
});

describe('The Retry-After header', () => {
  const now = Date.UTC(2026, 10, 24, 12);

  it('can be seconds', () => {
    assert.equal(parseRetryAfter('120', now), now + 120_000);
    assert.equal(parseRetryAfter(' 0 ', now), now);
    assert.equal(parseRetryAfter('1.5', now), now + 1_500);
  });

  it('can be a date', () => {
    assert.equal(parseRetryAfter('Tue, 24 Nov 2026 12:00:30 GMT', now), now + 30_000);
  });

  it('means "now" if its date has passed', () => {
    assert.equal(parseRetryAfter('Tue, 24 Nov 2026 11:59:00 GMT', now), now);
  });

  it('is limited to one day', () => {
    assert.equal(parseRetryAfter('86400', now), now + 86_400_000);
    assert.equal(parseRetryAfter('86401', now), now + 86_400_000);
    assert.equal(parseRetryAfter('Tue, 24 Nov 2037 12:00:00 GMT', now), now + 86_400_000);
    assert.equal(parseRetryAfter('9'.repeat(400), now), undefined);
  });

  it('can be missing', () => {
    assert.equal(parseRetryAfter(null, now), undefined);
    assert.equal(parseRetryAfter('', now), undefined);
    assert.equal(parseRetryAfter('  ', now), undefined);
  });

  it('is ignored if it is not valid', () => {
    for (const nonsense of ['soon', '5s', '10 seconds', 'in 5 minutes', '-5', '1,5', 'soon 5', '5 6']) {
      assert.equal(parseRetryAfter(nonsense, now), undefined, nonsense);
    }
  });

  itAlways('never means the past or more than one day, whatever it contains', () => {
    fc.assert(
      fc.property(fc.string(), (header) => {
        const at = parseRetryAfter(header, now) ?? now;
        assert.ok(at >= now && at <= now + 86_400_000);
      }),
    );
  });
});
