import * as assert from 'node:assert/strict';
import type { Download, DownloadRequest } from '../../../../src/core/api/http/download';
import { defaultLimits, Http } from '../../../../src/core/api/http/http';
import { FakeClock, settle } from '../../support/fakeClock';
import { apiErrorOf, isPending, rejectionOf } from '../../support/outcomes';
import { RecordingLog } from '../../support/recordingLog';
import { scriptedHttp } from '../../support/scriptedHttp';
import {
  answer,
  brokenBody,
  deaf,
  failure,
  json,
  ScriptedFetch,
  silent,
  type Step,
  stuckBody,
  systemError,
} from '../../support/scriptedFetch';

const resultUrl = 'https://api.sync.so/v2/batches/b1/result';
const fileUrl = 'https://files.example.test/a%2Fb%20c.jsonl?X-Sig=a+b%2Fc==&Expires=9';
const key = 'k3y-That.Nobody+May/See="Ever"';

/** An HTTP layer over a scripted `fetch`, and the bytes that a download through it brings. */
function setUp(...steps: Step[]) {
  const { clock, log, script, http } = scriptedHttp(key, steps);
  const controller = new AbortController();
  const open = (request: Partial<DownloadRequest> = {}): Promise<Download> =>
    http.download({
      url: resultUrl,
      access: { origin: 'https://api.sync.so', key },
      maxBytes: 1_000,
      signal: controller.signal,
      ...request,
    });
  const start = (request: Partial<DownloadRequest> = {}): Promise<string> => open(request).then(textOf);
  const run = (request: Partial<DownloadRequest> = {}): Promise<string> => clock.runUntil(start(request));
  return { clock, log, script, controller, open, start, run };
}

async function textOf(download: Download): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of download.chunks) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

const redirect = (location: string, status = 302): Step => answer(status, '', { location });
const file = (text: string, headers: Record<string, string> = {}): Step =>
  answer(200, text, { 'content-length': `${text.length}`, ...headers });
const storageError = (status: number, code: string, message: string): Step =>
  answer(status, `<?xml version="1.0"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`);
const always = (step: Step): Step[] => [step, step, step];

describe('A download', () => {
  it('returns the bytes of a file behind a redirect to another origin, and their number', async () => {
    const { open, script } = setUp(redirect(fileUrl), file('one\ntwo\n', { etag: '"v1"', 'last-modified': 'today' }));
    const download = await open();
    assert.equal(download.start, 0);
    assert.deepEqual(download.version, { etag: '"v1"', lastModified: 'today', totalBytes: 8 });
    assert.equal(await textOf(download), 'one\ntwo\n');
    assert.deepEqual(
      script.calls.map(({ url, redirect }) => [url, redirect]),
      [
        [resultUrl, 'manual'],
        [fileUrl, 'manual'],
      ],
      'the exact text of the link',
    );
  });

  it('accepts an empty file, and one of unknown length', async () => {
    assert.equal(await setUp(file('')).run(), '');
    const { open } = setUp(answer(200, ['a', 'b']));
    const download = await open();
    assert.equal(download.version.totalBytes, undefined);
    assert.equal(await textOf(download), 'ab');
  });

  it('requests uncompressed bytes: the others can not be counted', async () => {
    const { run, script } = setUp(answer(200, 'abc', { 'content-length': '2', 'content-encoding': 'gzip' }));
    assert.equal(await run(), 'abc');
    assert.equal(script.calls[0]?.headers['accept-encoding'], 'identity');
  });

  it('leaves no timer, and releases the connection', async () => {
    const { run, clock, script, controller } = setUp(redirect(fileUrl), file('abc'));
    await run();
    assert.equal(clock.running, 0);
    assert.ok(script.calls.every(({ signal }) => signal.aborted));
    assert.equal(controller.signal.aborted, false);
  });

  it('releases the connection when closed, read or not', async () => {
    for (const leave of [
      (download: Download) => {
        download.close();
        download.close();
        return Promise.resolve();
      },
      async (download: Download) => {
        for await (const chunk of download.chunks) {
          assert.equal(chunk.byteLength, 1);
          break;
        }
      },
    ]) {
      const { open, script, clock, log } = setUp(answer(200, ['a', 'b'], { 'content-length': '2' }));
      await leave(await open());
      assert.equal(script.calls[0]?.signal.aborted, true);
      assert.equal(clock.running, 0);
      assert.match(log.messages.join('\n'), /^GET \/v2\/batches\/b1\/result 200 0 ms [01] B: closed$/);
    }
  });

  describe('sends the key', () => {
    const keysOf = ({ calls }: ScriptedFetch): (string | undefined)[] =>
      calls.map(({ headers }) => headers['x-api-key']);

    it('to the origin of the API only', async () => {
      const own = setUp(redirect('/v2/elsewhere'), redirect(fileUrl), file(''));
      await own.run();
      assert.deepEqual(keysOf(own.script), [key, key, undefined]);
      const foreign = setUp(file(''));
      await foreign.run({ url: fileUrl });
      assert.deepEqual(keysOf(foreign.script), [undefined]);
    });

    it('not to similar origins', async () => {
      for (const url of [
        'https://api.sync.so:444/',
        'https://api.sync.so.example.test/',
        'https://example.test/https://api.sync.so/',
        'https://xapi.sync.so/',
      ]) {
        const { run, script } = setUp(file(''));
        await run({ url });
        assert.deepEqual(keysOf(script), [undefined], url);
      }
    });

    it('not again after a redirect to another origin', async () => {
      const { run, script } = setUp(redirect(fileUrl), redirect('https://api.sync.so/v2/batch'), file(''));
      await run();
      assert.deepEqual(keysOf(script), [key, undefined, undefined]);
    });
  });

  describe('follows a redirect', () => {
    it('of every kind, relative or not', async () => {
      for (const status of [301, 302, 303, 307, 308]) {
        const { run, script } = setUp(redirect('../b2?x=%2F+1', status), redirect(fileUrl, status), file('abc'));
        assert.equal(await run(), 'abc');
        assert.equal(script.calls[1]?.url, 'https://api.sync.so/v2/batches/b2?x=%2F+1');
        assert.equal(script.calls[2]?.url, fileUrl);
      }
    });

    it('up to five times', async () => {
      const five = setUp(...Array.from({ length: 5 }, (_, hop) => redirect(`/hop-${hop}`)), file('abc'));
      assert.equal(await five.run(), 'abc');
      const loop = setUp(...Array.from({ length: 9 }, () => redirect(resultUrl)));
      await apiErrorOf(loop.run(), 'tooManyRedirects');
      assert.equal(loop.script.calls.length, 6);
    });

    it('to no unsafe URL', async () => {
      for (const location of [
        'file:///etc/passwd',
        'javascript:alert(1)',
        'data:text/plain,hello',
        'vscode://file/etc/passwd',
        'http://files.example.test/a',
        'http://127.0.0.1:8080/admin',
        'http://localhost/admin',
        'https://127.0.0.1/admin',
        'https://localhost./admin',
        'https://[::ffff:127.0.0.1]/admin',
        'https://admin:admin@files.example.test/',
        'https://files.example.test/a b',
      ]) {
        const { run, script, log } = setUp(redirect(location));
        await apiErrorOf(run(), 'unsafeUrl');
        assert.equal(script.calls.length, 1, location);
        assert.doesNotMatch(log.messages.join('\n'), /passwd|admin|alert|hello/);
      }
    });

    it('on this computer if the API is there too', async () => {
      const url = 'http://127.0.0.1:1234/v2/batches/b1/result';
      const access = { origin: 'http://localhost:1234', key };
      assert.equal(await setUp(redirect('http://127.0.0.1:5678/a'), file('abc')).run({ url, access }), 'abc');
      const outAndIn = setUp(redirect(fileUrl), redirect('http://127.0.0.1:5678/a'), file('abc'));
      assert.equal(await outAndIn.run({ url, access }), 'abc');
    });

    it('without a target with an error', async () => {
      for (const step of [answer(302, ''), redirect(''), redirect('https://'), answer(304, '')]) {
        await apiErrorOf(setUp(step).run(), 'unexpectedStatus');
      }
    });
  });

  it('does not start at an unsafe URL', async () => {
    for (const url of [
      '',
      'results',
      'file:///a',
      'javascript:alert(1)',
      'http://api.sync.so/a',
      '//a/b',
      'data:,a',
      'http://127.0.0.1:9000/shutdown',
      'http://localhost/',
      'https://localhost/',
      'https://sub.localhost/',
      'https://0.0.0.0/',
      'https://[::]/',
      'https://api.sync.so@example.test/',
    ]) {
      const { run, script } = setUp();
      await apiErrorOf(run({ url }), 'unsafeUrl');
      assert.equal(script.calls.length, 0);
    }
  });

  describe('of an incomplete file', () => {
    it('is an error and never a short file', async () => {
      const { start } = setUp(answer(200, 'abc', { 'content-length': '4' }));
      const error = await apiErrorOf(start(), 'cutOff');
      assert.equal(error.message, 'received 3 of 4 bytes');
      await apiErrorOf(setUp(answer(200, 'abcde', { 'content-length': '4' })).start(), 'cutOff');
      await apiErrorOf(setUp(answer(200, [], { 'content-length': '4' })).start(), 'cutOff');
    });

    it('is an error if the connection is lost', async () => {
      for (const code of ['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE']) {
        const { start, script } = setUp(brokenBody(['abc'], systemError(code), { 'content-length': '4' }));
        await apiErrorOf(start(), 'cutOff');
        assert.equal(script.calls.length, 1, 'what was handed on can not be taken back and read again');
      }
    });

    it('ends after a minute without data, however long it took before', async () => {
      const { start, clock } = setUp(stuckBody(['a']));
      const text = start();
      await clock.advance(59_999);
      assert.equal(await isPending(text), true);
      await clock.advance(1);
      const error = await apiErrorOf(text, 'timeout');
      assert.equal(error.message, 'no data for 60 s');
      assert.equal(clock.running, 0);
      await apiErrorOf(setUp(silent).run(), 'timeout');
      await apiErrorOf(setUp(deaf).run(), 'timeout');
    });

    it('may take forever as long as data arrives, and waits for a slow reader', async () => {
      const clock = new FakeClock();
      const slow: Step = () => ({
        status: 200,
        headers: new Headers({ 'content-length': '5' }),
        body: (async function* () {
          for (const letter of 'abcde') {
            await new Promise<void>((resolve) => clock.schedule(50_000, resolve));
            yield letter;
          }
        })(),
      });
      const http = new Http({
        fetch: new ScriptedFetch(slow).fetch,
        clock,
        random: () => 0,
        log: new RecordingLog(),
        redact: (text) => text,
      });
      const reading = (async () => {
        const download = await http.download({
          url: fileUrl,
          access: { origin: 'https://api.sync.so', key },
          maxBytes: 10,
          signal: new AbortController().signal,
        });
        let text = '';
        for await (const chunk of download.chunks) {
          text += new TextDecoder().decode(chunk);
          clock.pass(defaultLimits.silenceMs * 2);
        }
        return text;
      })();
      assert.equal(await clock.runUntil(reading), 'abcde');
    });

    it('is an error if the file is too large, announced or not', async () => {
      for (const step of [file('abcde'), answer(200, ['ab', 'cde']), answer(200, 'abcde', { 'content-length': 'x' })]) {
        await apiErrorOf(setUp(step).run({ maxBytes: 4 }), 'tooLarge');
      }
      assert.equal(await setUp(file('abcd')).run({ maxBytes: 4 }), 'abcd');
    });
  });

  describe('of a bad link', () => {
    it('has expired if the storage service says so', async () => {
      for (const step of [
        storageError(403, 'AccessDenied', 'Request has expired'),
        storageError(403, 'AccessDenied', 'Access Denied'),
        storageError(400, 'ExpiredToken', 'The provided token has expired.'),
        storageError(403, 'AuthenticationFailed', 'Signature not valid in the specified time frame'),
        storageError(400, 'Other', 'The link has expired'),
      ]) {
        const { run } = setUp(redirect(fileUrl), step);
        const error = await apiErrorOf(run(), 'expired');
        assert.match(error.message, /^HTTP 40[03]: \w+$/);
      }
    });

    it('is refused otherwise, without blaming the key', async () => {
      for (const step of [
        storageError(403, 'SignatureDoesNotMatch', 'The request signature does not match.'),
        answer(401, ''),
        answer(403, '<html>Blocked</html>'),
        answer(400, '{"message":"no"}'),
      ]) {
        await apiErrorOf(setUp(redirect(fileUrl), step).run(), 'linkRefused');
      }
    });

    it('is gone if there is no file', async () => {
      for (const status of [404, 410]) {
        await apiErrorOf(setUp(redirect(fileUrl), storageError(status, 'NoSuchKey', 'no')).run(), 'gone');
        await apiErrorOf(setUp(json(status, { message: 'no' })).run(), 'gone');
      }
    });

    it('is an API error if the API answers with one', async () => {
      const error = await apiErrorOf(setUp(json(401, { message: 'Invalid key' })).run(), 'unauthorized');
      assert.equal(error.details.serverMessage, 'Invalid key');
      await apiErrorOf(setUp(json(402, {})).run(), 'planRequired');
      await apiErrorOf(setUp(json(403, {})).run(), 'forbidden');
    });

    it('is an error if the answer is not a file', async () => {
      await apiErrorOf(setUp(answer(204, '')).run(), 'unexpectedStatus');
      await apiErrorOf(setUp(answer(206, 'abc')).run(), 'unexpectedStatus');
      const page = answer(200, '<html>Sign in, alice', { 'content-type': 'Text/HTML; charset=utf-8' });
      const { run, log } = setUp(page);
      await apiErrorOf(run(), 'notJson');
      assert.doesNotMatch(log.messages.join('\n'), /alice/);
    });

    it('is reported with its status if the error can not be read', async () => {
      for (const step of [
        answer(404, ['x'.repeat(1_000_000)]),
        (call) => {
          const { body } = brokenBody(['<E'], systemError('ECONNRESET'))(call) as { body: AsyncIterable<string> };
          return { status: 404, headers: new Headers(), body };
        },
      ] satisfies Step[]) {
        await apiErrorOf(setUp(step).run(), 'gone');
      }
    });
  });

  it('is retried until the answer begins', async () => {
    const { run, script } = setUp(failure(systemError('ECONNRESET')), answer(503, ''), file('abc'));
    assert.equal(await run(), 'abc');
    assert.equal(script.calls.length, 3);
    for (const step of [answer(404, ''), storageError(403, 'AccessDenied', ''), redirect('file:///')]) {
      const hopeless = setUp(...always(step));
      await apiErrorOf(hopeless.run());
      assert.equal(hopeless.script.calls.length, 1);
    }
  });

  describe('that continues another one', () => {
    const version = { etag: '"v1"', lastModified: 'monday', totalBytes: 6 };
    const resume = { bytes: 2, version };
    const rest = (headers: Record<string, string> = {}): Step =>
      answer(206, 'cdef', { 'content-range': 'bytes 2-5/6', etag: '"v1"', 'content-length': '4', ...headers });

    it('requests only the rest, after every redirect', async () => {
      const { open, script } = setUp(redirect(fileUrl), rest());
      const download = await open({ resume });
      assert.equal(download.start, 2);
      assert.deepEqual(download.version, version);
      assert.equal(await textOf(download), 'cdef');
      for (const { headers } of script.calls) {
        assert.equal(headers['range'], 'bytes=2-');
        assert.equal(headers['if-range'], '"v1"');
      }
    });

    it('uses the time of the last change if there is no entity tag', async () => {
      const { run, script } = setUp(rest({ etag: 'W/"weak"', 'last-modified': 'monday' }));
      assert.equal(await run({ resume: { bytes: 2, version: { ...version, etag: undefined } } }), 'cdef');
      assert.equal(script.calls[0]?.headers['if-range'], 'monday');
    });

    it('starts over if the server sends the whole file', async () => {
      const { open } = setUp(file('abcdefg', { etag: '"v2"' }));
      const download = await open({ resume });
      assert.equal(download.start, 0);
      assert.equal(download.version.etag, '"v2"');
      assert.equal(await textOf(download), 'abcdefg');
    });

    it('starts over if the answer is not the rest of the same file', async () => {
      for (const wrong of [
        rest({ etag: '"v2"' }),
        rest({ etag: '' }),
        rest({ 'content-range': '' }),
        rest({ 'content-range': 'bytes 3-5/6' }),
        rest({ 'content-range': 'bytes 2-4/6' }),
        rest({ 'content-range': 'bytes 2-6/7' }),
        rest({ 'content-range': 'bytes 2-5/*' }),
        rest({ 'content-length': '3' }),
        rest({ 'content-encoding': 'gzip' }),
        answer(416, '', { 'content-range': 'bytes */6' }),
      ]) {
        const { run, script } = setUp(wrong, file('abcdef'));
        assert.equal(await run({ resume }), 'abcdef');
        assert.equal(script.calls[1]?.headers['range'], undefined);
        assert.equal(script.calls[1]?.url, resultUrl, 'from the first address on');
        assert.equal(script.calls[0]?.signal.aborted, true);
      }
    });

    it('does not request the rest of a file without a version', async () => {
      for (const unsure of [
        { etag: undefined, lastModified: undefined, totalBytes: 6 },
        { etag: '"v1"', lastModified: undefined, totalBytes: undefined },
      ]) {
        const { run, script } = setUp(file('abcdef'));
        assert.equal(await run({ resume: { bytes: 2, version: unsure } }), 'abcdef');
        assert.equal(script.calls[0]?.headers['range'], undefined);
      }
    });

    it('is cut off if the rest is incomplete, and counts all bytes towards the limit', async () => {
      await apiErrorOf(
        setUp(answer(206, 'cd', { 'content-range': 'bytes 2-5/6', etag: '"v1"' })).start({ resume }),
        'cutOff',
      );
      await apiErrorOf(setUp(rest()).run({ resume, maxBytes: 5 }), 'tooLarge');
      assert.equal(await setUp(rest()).run({ resume, maxBytes: 6 }), 'cdef');
    });
  });

  describe('that is cancelled', () => {
    const reason = new Error('not wanted any more');

    it('sends nothing if cancelled before', async () => {
      const { start, script, controller } = setUp();
      controller.abort(reason);
      assert.equal(await rejectionOf(start()), reason);
      assert.equal(script.calls.length, 0);
    });

    it('ends with the reason at any point', async () => {
      for (const step of [silent, deaf, stuckBody(['a'])]) {
        const { start, controller, clock, script } = setUp(step);
        const text = start();
        await settle();
        controller.abort(reason);
        assert.equal(await rejectionOf(text), reason);
        assert.equal(script.calls[0]?.signal.aborted, true);
        assert.equal(clock.running, 0);
      }
    });

    it('ends with the reason while nobody reads it', async () => {
      const { open, controller, script } = setUp(stuckBody(['a']));
      const download = await open();
      controller.abort(reason);
      assert.equal(script.calls[0]?.signal.aborted, true);
      assert.equal(await rejectionOf(textOf(download)), reason);
    });
  });

  describe('is logged', () => {
    it('in one line for each request: path, status, duration and size, without the query', async () => {
      const { run, log } = setUp(redirect(fileUrl), file('abc'));
      await run({ url: `${resultUrl}?token=secret-of-the-query` });
      assert.deepEqual(log.lines, [
        { level: 'info', message: 'GET /v2/batches/b1/result 302 0 ms 0 B' },
        { level: 'info', message: 'GET /a%2Fb%20c.jsonl 200 0 ms 3 B' },
      ]);
    });

    it('without the signature, the key, or the answer, whatever fails', async () => {
      const secrets = /X-Sig|a\+b|Expires|k3y|in-the-body|in-a-header/;
      for (const step of [
        failure(systemError('ECONNREFUSED', `request to ${fileUrl} failed, reason: connect ECONNREFUSED 10.0.0.1:443`)),
        failure(systemError('EPROTO', `bad header ${key}`)),
        answer(403, `<Error><Code>AccessDenied</Code><Message>${key} in-the-body</Message></Error>`),
        answer(500, JSON.stringify({ message: `Not with ${key}` }), { 'x-header': 'in-a-header' }),
        redirect(`http://in-a-header.example.test/?${key}`),
        file('in-the-body'),
      ]) {
        const { run, log } = setUp(redirect(fileUrl), step, redirect(fileUrl), step, redirect(fileUrl), step);
        const thrown: unknown = await run().catch((error: unknown) => error);
        const said = thrown instanceof Error ? [thrown.message, JSON.stringify(thrown)] : [];
        assert.doesNotMatch([...log.messages, ...said].join('\n'), secrets);
      }
    });
  });
});
