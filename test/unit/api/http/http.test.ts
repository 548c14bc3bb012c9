import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { defaultLimits, type HttpLimits } from '../../../../src/core/api/http/http';
import { settle } from '../../support/fakeClock';
import { apiErrorOf, isPending, rejectionOf } from '../../support/outcomes';
import { scriptedHttp } from '../../support/scriptedHttp';
import {
  answer,
  brokenBody,
  deaf,
  failure,
  json,
  silent,
  type Step,
  stuckBody,
  systemError,
} from '../../support/scriptedFetch';
import { itAlways } from '../../support/properties';

const url = 'https://api.sync.so/v2/batch?status=FAILED';
const key = 'k3y-That.Nobody+May/See="Ever"';

/** An HTTP layer over a scripted `fetch`. */
function setUp(steps: Step[], limits: HttpLimits = defaultLimits) {
  const { clock, log, script, http } = scriptedHttp(key, steps, limits);
  const controller = new AbortController();
  const start = (): Promise<unknown> => http.getJson(url, { 'x-api-key': key }, controller.signal);
  const run = (): Promise<unknown> => clock.runUntil(start());
  return { clock, log, script, http, controller, start, run };
}

/** The same answer however often it is asked for. */
function always(step: Step): Step[] {
  return [step, step, step];
}

describe('HTTP', () => {
  describe('a request', () => {
    it('is a GET with the given headers that does not follow redirects', async () => {
      const { run, script } = setUp([json(200, [])]);
      await run();
      assert.equal(script.calls.length, 1);
      const [call] = script.calls;
      assert.equal(call?.url, url);
      assert.equal(call.method, 'GET');
      assert.equal(call.redirect, 'manual');
      assert.deepEqual(call.headers, { 'x-api-key': key });
    });

    itAlways('returns the document, in whatever chunks it arrives', async () => {
      const document = [{ id: 'b', name: 'Grüße, 世界 🎬' }];
      const bytes = new TextEncoder().encode(JSON.stringify(document));
      await fc.assert(
        fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 8 }), async (cuts) => {
          const at = [0, ...cuts.sort((a, b) => a - b), bytes.length];
          const chunks = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
          assert.deepEqual(await setUp([answer(200, chunks)]).run(), document);
        }),
      );
    });

    it('accepts text chunks and a byte order mark', async () => {
      assert.deepEqual(await setUp([answer(200, ['[1,', '"ü"]'])]).run(), [1, 'ü']);
      assert.deepEqual(await setUp([answer(200, '\ufeff[1]')]).run(), [1]);
    });

    it('leaves no timer and no listener, and releases the connection', async () => {
      const { run, clock, script, controller } = setUp([json(200, [])]);
      await run();
      assert.equal(clock.running, 0);
      assert.equal(script.calls[0]?.signal.aborted, true);
      assert.equal(controller.signal.aborted, false);
    });
  });

  describe('the log line of a request', () => {
    it('contains method, path, status, duration and size, and nothing else', async () => {
      const body = JSON.stringify('x'.repeat(1_232));
      const { run, log, clock } = setUp([
        (call) => {
          clock.pass(34);
          return answer(200, body)(call);
        },
      ]);
      await run();
      assert.deepEqual(log.lines, [{ level: 'info', message: 'GET /v2/batch?status=FAILED 200 34 ms 1234 B' }]);
    });

    it('counts bytes, not characters', async () => {
      const { run, log } = setUp([answer(200, '"ü"')]);
      await run();
      assert.match(log.messages[0] ?? '', / 200 0 ms 4 B$/);
    });

    it('gives the reason if there was no answer, with a dash as the status', async () => {
      const { run, log } = setUp([failure(systemError('ENOTFOUND', 'getaddrinfo ENOTFOUND api.sync.so'))]);
      await apiErrorOf(run());
      assert.deepEqual(log.lines, [
        { level: 'warn', message: 'GET /v2/batch?status=FAILED - 0 ms 0 B: getaddrinfo ENOTFOUND api.sync.so' },
      ]);
    });

    it('stays one line, whatever the server says', async () => {
      for (const step of [
        json(400, { message: 'one\ntwo\r\nthree\u2028four\u001b[31m' }),
        failure(systemError('EPROTO', 'write EPROTO 1408F10B:SSL routines:\nwrong version number:\r\n332:\n')),
      ]) {
        const { run, log } = setUp([step]);
        await apiErrorOf(run());
        assert.equal(log.lines.length, 1);
        assert.doesNotMatch(log.messages[0] ?? '', /[\p{Cc}\u2028\u2029]/u);
      }
    });

    it('is written for every attempt, followed by a line with the time until the next one', async () => {
      const { run, log } = setUp([json(503, {}), json(200, [])]);
      await run();
      assert.deepEqual(log.messages, [
        'GET /v2/batch?status=FAILED 503 0 ms 2 B: HTTP 503',
        'Retrying in 1000 ms: HTTP 503',
        'GET /v2/batch?status=FAILED 200 0 ms 2 B',
      ]);
    });

    it('says just "cancelled" for a cancelled request', async () => {
      const { start, log, controller } = setUp([silent]);
      const request = start();
      await settle();
      controller.abort();
      await rejectionOf(request);
      assert.deepEqual(log.lines, [{ level: 'info', message: 'GET /v2/batch?status=FAILED - 0 ms 0 B: cancelled' }]);
    });

    it('never contains a header or a body', async () => {
      for (const step of [
        json(200, { body: 'in-the-body' }, { 'x-header': 'in-a-header' }),
        json(500, { other: 'in-the-body' }, { 'x-header': 'in-a-header' }),
        answer(200, '<p>in-the-body', { 'x-header': 'in-a-header' }),
      ]) {
        const { run, log } = setUp(always(step));
        await run().catch(() => undefined);
        assert.doesNotMatch(log.messages.join('\n'), /in-the-body|in-a-header|x-api-key/);
      }
    });
  });

  describe('the timeout', () => {
    it('ends a request that gets no answer', async () => {
      const { start, clock } = setUp([silent], { ...defaultLimits, timeoutMs: 5_000 });
      const request = start();
      await clock.advance(4_999);
      assert.equal(await isPending(request), true);
      await clock.advance(1);
      const error = await apiErrorOf(request, 'timeout');
      assert.equal(error.message, 'no complete answer within 5 s');
      assert.equal(clock.running, 0);
    });

    it('ends a request whose transport ignores the signal', async () => {
      const { run, clock } = setUp([deaf]);
      const startedAt = clock.now();
      await apiErrorOf(run(), 'timeout');
      assert.equal(clock.now() - startedAt, defaultLimits.timeoutMs);
    });

    it('covers the whole answer', async () => {
      const { run, log } = setUp([stuckBody(['[1,'])]);
      await apiErrorOf(run(), 'timeout');
      assert.match(log.messages[0] ?? '', / 200 60000 ms 3 B: no complete answer within 60 s$/);
    });

    it('causes no retry: the user has waited long enough', async () => {
      const { run, script } = setUp(always(silent));
      await apiErrorOf(run(), 'timeout');
      assert.equal(script.calls.length, 1);
    });

    it('is also reported when the transport gives up', async () => {
      const error = Object.assign(new Error('The operation was aborted'), { name: 'AbortError' });
      await apiErrorOf(setUp([failure(error)]).run(), 'timeout');
    });
  });

  describe('the size limit', () => {
    const limits = { ...defaultLimits, maxBytes: 10 };

    it('allows an answer of exactly the maximum size', async () => {
      assert.deepEqual(
        await setUp([answer(200, '[12345678]', { 'content-length': '10' })], limits).run(),
        [12_345_678],
      );
    });

    it('refuses an answer that announces more, without reading it', async () => {
      const step: Step = () => ({
        status: 200,
        headers: new Headers({ 'content-length': '11' }),
        body: {
          [Symbol.asyncIterator]: () => assert.fail('was read'),
        },
      });
      const { run, script } = setUp([step], limits);
      await apiErrorOf(run(), 'tooLarge');
      assert.equal(script.calls[0]?.signal.aborted, true);
    });

    it('refuses an answer that turns out to be larger than announced', async () => {
      for (const headers of [{}, { 'content-length': '3' }, { 'content-length': 'much' }]) {
        const { run, script } = setUp([answer(200, ['[1234', '5678', '90]', 'never read'], headers)], limits);
        const error = await apiErrorOf(run(), 'tooLarge');
        assert.equal(error.message, 'the answer is larger than 10 bytes');
        assert.equal(script.calls.length, 1, 'asking again would not make it smaller');
      }
    });

    it('is smaller for error answers, which are then reported by their status', async () => {
      for (const body of [['x'.repeat(1024 * 1024), 'x'], [JSON.stringify({ message: 'x'.repeat(1024 * 1024) })]]) {
        const { run, script } = setUp([answer(400, body)]);
        const error = await apiErrorOf(run(), 'badRequest');
        assert.deepEqual(error.details, { status: 400, isForeign: true });
        assert.equal(script.calls[0]?.signal.aborted, true);
      }
    });

    it('never treats a truncated error answer as complete', async () => {
      const lost: Step = async (call) => ({
        ...(await brokenBody(['{"mess'], systemError('ECONNRESET'))(call)),
        status: 400,
      });
      await apiErrorOf(setUp(always(lost)).run(), 'cutOff');
    });
  });

  describe('an answer that is not usable', () => {
    it('is cut off if the connection is lost, and is retried', async () => {
      for (const code of ['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'Z_BUF_ERROR']) {
        const { run, script } = setUp([brokenBody(['[{"id":'], systemError(code)), json(200, [1])]);
        assert.deepEqual(await run(), [1]);
        assert.equal(script.calls.length, 2);
        await apiErrorOf(setUp(always(brokenBody(['['], systemError(code)))).run(), 'cutOff');
      }
    });

    it('is not JSON: the error contains only its type', async () => {
      const page = '<html>Sign in, alice</html>';
      const error = await apiErrorOf(setUp([answer(200, page, { 'content-type': 'text/html' })]).run(), 'notJson');
      assert.equal(error.message, 'expected JSON and got an answer of type text/html');
      const untyped = await apiErrorOf(setUp([answer(200, page)]).run(), 'notJson');
      assert.equal(untyped.message, 'expected JSON and got an answer of type unknown');
    });

    it('is empty', async () => {
      const bodyless: Step = () => ({ status: 204, headers: new Headers(), body: null });
      for (const step of [answer(200, ''), answer(200, []), bodyless]) {
        const error = await apiErrorOf(setUp([step]).run(), 'notJson');
        assert.equal(error.message, 'expected JSON and got an empty answer');
      }
    });

    it('is nested too deeply to parse', async () => {
      const deep = '['.repeat(200_000) + ']'.repeat(200_000);
      const { run } = setUp([answer(200, deep)]);
      await run().catch((thrown: unknown) => assert.equal((thrown as Error).name, 'ApiError'));
    });

    it('is a redirect, which is not followed: the key must not leak', async () => {
      const { run, script } = setUp([answer(302, '', { location: 'https://elsewhere.example.test/' })]);
      const error = await apiErrorOf(run(), 'unexpectedStatus');
      assert.equal(error.details.status, 302);
      assert.equal(script.calls.length, 1);
    });

    itAlways('never causes anything but an ApiError, whatever its bytes', async () => {
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(200, 400, 429, 500), fc.uint8Array(), async (status, bytes) => {
          const outcome = await setUp(always(answer(status, [bytes])))
            .run()
            .catch((thrown: unknown) => thrown);
          assert.ok(!(outcome instanceof Error) || outcome.name === 'ApiError');
        }),
      );
    });
  });

  describe('an error answer', () => {
    it('is reported with its status, message and code', async () => {
      const body = { statusCode: 402, errorCode: 'plan_required', message: 'Upgrade your plan', error: 'Payment' };
      const error = await apiErrorOf(setUp([json(402, body)]).run(), 'planRequired');
      assert.equal(error.message, 'HTTP 402: Upgrade your plan');
      assert.deepEqual(error.details, {
        status: 402,
        serverMessage: 'Upgrade your plan',
        errorCode: 'plan_required',
      });
    });

    it('is reported with its status alone if the body is not usable, and may come from something else than the API', async () => {
      for (const body of ['', '<html>', '42', '"text"', '[]', 'null', '{"message":7}', '{"message":" "}']) {
        const error = await apiErrorOf(setUp([answer(403, body)]).run(), 'forbidden');
        assert.equal(error.message, 'HTTP 403');
        assert.deepEqual(error.details, { status: 403, isForeign: true });
      }
    });

    it('says when the server accepts requests again', async () => {
      const { run, clock } = setUp([json(429, {}, { 'retry-after': '3600' })]);
      const now = clock.now();
      const error = await apiErrorOf(run(), 'rateLimited');
      assert.equal(error.details.retryAt, now + 3_600_000);
    });

    it('never leaks the key if the server echoes it, in the message, the details or the log', async () => {
      for (const body of [
        { message: `Invalid API key ${key}` },
        { message: [`Invalid API key ${key}`, encodeURIComponent(key), btoa(key)] },
        { message: 'Invalid', suggestion: `Do not use ${key}` },
        { error: key },
        { message: 'Invalid', errorCode: key },
        { message: 'Invalid', error_code: `invalid:${key}` },
      ]) {
        const { run, log } = setUp([json(401, body)]);
        const error = await apiErrorOf(run(), 'unauthorized');
        const said = [
          error.message,
          error.stack,
          ...Object.values<unknown>({ ...error.details }),
          ...log.messages,
        ].join('\n');
        for (const form of [key, encodeURIComponent(key), btoa(key)]) {
          assert.ok(!said.includes(form), `${JSON.stringify(body)} shows in ${said}`);
        }
      }
    });

    it('never leaks a part of the key where a long message is cut', async () => {
      for (const length of [470, 480, 490]) {
        const { run, log } = setUp([json(401, { message: `${'x'.repeat(length)} ${key}` })]);
        const error = await apiErrorOf(run(), 'unauthorized');
        const said = [error.message, error.details.serverMessage, ...log.messages].join('\n');
        assert.ok(!said.includes(key.slice(0, 6)), `${length} characters before it: ${said.slice(-60)}`);
      }
    });

    it('never leaks the key if the transport names it', async () => {
      const { run, log } = setUp([failure(systemError('EPROTO', `bad header ${key}`))]);
      const error = await apiErrorOf(run());
      const said = [error.message, ...Object.values<unknown>({ ...error.details }), ...log.messages].join('\n');
      assert.ok(said.includes('[redacted]'));
      assert.ok(!said.includes(key));
    });
  });

  describe('a transport error', () => {
    it('is reported with reason and code', async () => {
      const error = await apiErrorOf(setUp([failure(systemError('CERT_HAS_EXPIRED'))]).run(), 'tls');
      assert.deepEqual(error.details, { code: 'CERT_HAS_EXPIRED', neverConnected: true });
      assert.equal(error.message, 'something failed: CERT_HAS_EXPIRED');
    });

    it('contains the code once, whether or not the message has it', async () => {
      const error = await apiErrorOf(
        setUp([failure(systemError('CERT_HAS_EXPIRED', 'certificate has expired'))]).run(),
      );
      assert.equal(error.message, 'certificate has expired (CERT_HAS_EXPIRED)');
    });

    it('is a connection error if nothing more is known', async () => {
      const error = await apiErrorOf(setUp(always(failure(new Error('odd')))).run(), 'connection');
      assert.deepEqual(error.details, {});
    });

    it('is stripped of the queries of all its URLs, quickly', async () => {
      const startedAt = process.cpuUsage().user;
      const message = `${'http://'.repeat(30_000)} to https://a.test/b?sig=s3cret failed, http://c.test#x`;
      const { run, log } = setUp(always(failure(new Error(message))));
      await apiErrorOf(run(), 'connection');
      assert.ok(process.cpuUsage().user - startedAt < 2_000_000);
      const short = setUp(
        always(failure(new Error('from https://a.test/b?sig=s3cret to http://c.test#x and http://d.test'))),
      );
      const error = await apiErrorOf(short.run());
      assert.equal(error.message, 'from https://a.test/b to http://c.test and http://d.test');
      assert.doesNotMatch(log.messages.join('\n'), /s3cret/);
    });

    it('may be any thrown value', async () => {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- that is what is tested
      const error = await apiErrorOf(setUp(always(() => Promise.reject('odd'))).run(), 'connection');
      assert.equal(error.message, 'odd');
    });
  });

  describe('a cancellation', () => {
    const reason = new Error('not wanted any more');

    it('before the request prevents it', async () => {
      const { start, script, controller, clock } = setUp([json(200, [])]);
      controller.abort(reason);
      assert.equal(await rejectionOf(start()), reason);
      assert.equal(script.calls.length, 0);
      assert.equal(clock.running, 0);
    });

    it('ends a request without an answer, with the reason, whether or not the transport obeys', async () => {
      for (const step of [silent, deaf]) {
        const { start, script, controller, clock } = setUp([step]);
        const request = start();
        await settle();
        controller.abort(reason);
        assert.equal(await rejectionOf(request), reason);
        assert.equal(script.calls[0]?.signal.aborted, true);
        assert.equal(clock.running, 0);
      }
    });

    it('ends a request in the middle of its answer', async () => {
      const { start, controller } = setUp([stuckBody(['[1,'])]);
      const request = start();
      await settle();
      controller.abort(reason);
      assert.equal(await rejectionOf(request), reason);
    });

    it('ends the wait for a retry', async () => {
      const { start, script, controller, clock } = setUp(always(json(500, {})));
      const request = start();
      await settle();
      controller.abort(reason);
      assert.equal(await rejectionOf(request), reason);
      assert.equal(script.calls.length, 1);
      assert.equal(clock.running, 0);
    });

    it('takes precedence over an error at the same moment', async () => {
      const { start, controller } = setUp([
        () => {
          controller.abort(reason);
          return Promise.reject(systemError('ECONNRESET'));
        },
      ]);
      assert.equal(await rejectionOf(start()), reason);
    });

    it('after the answer has no effect', async () => {
      const { run, controller } = setUp([json(200, [1])]);
      const document = await run();
      controller.abort(reason);
      assert.deepEqual(document, [1]);
    });
  });
});
