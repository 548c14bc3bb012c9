import * as assert from 'node:assert/strict';
import { BatchClient } from '../../../src/core/api/client';
import { Http } from '../../../src/core/api/http/http';
import { playableUrl } from '../../../src/core/media/playable';
import { FakeClock } from '../support/fakeClock';
import { apiErrorOf, rejectionOf } from '../support/outcomes';
import { RecordingLog } from '../support/recordingLog';
import { answer, failure, json, ScriptedFetch, silent, type Step, systemError } from '../support/scriptedFetch';

const oldUrl = 'https://files.example.test/a%2Fb.mp4?sig=1%3d';
const newUrl = 'https://files.example.test/a%2Fb.mp4?sig=2+%2F==';
const asked = 'https://api.sync.so/v2/generate/gen_1';

/** The error of a storage service. */
const refused = (status: number, code: string, message = 'Access Denied'): Step =>
  answer(status, `<Error><Code>${code}</Code><Message>${message}</Message></Error>`, {
    'content-type': 'application/xml',
  });
const expired = refused(403, 'AccessDenied', 'Request has expired');
const video: Step = answer(200, 'the video', { 'content-type': 'video/mp4' });
const generation = (outputUrl: string): Step => json(200, { id: 'gen_1', status: 'COMPLETED', outputUrl });

/** Requests a link with a scripted `fetch`. */
function setUp(...steps: Step[]) {
  const script = new ScriptedFetch(...steps);
  const log = new RecordingLog();
  const clock = new FakeClock();
  const http = new Http({ fetch: script.fetch, clock, random: () => 0, log, redact: (text) => text });
  const client = new BatchClient(http, 'https://api.sync.so', 'the-key', log);
  const controller = new AbortController();
  return {
    script,
    clock,
    controller,
    urls: () => script.calls.map(({ url }) => url),
    link: (row: { outputUrl?: string; generationId?: string } = { outputUrl: oldUrl, generationId: 'gen_1' }) =>
      playableUrl(client, row, controller.signal),
  };
}

describe('A playable link', () => {
  it('is the unchanged link of the results if that works', async () => {
    const { link, urls, script } = setUp(video);
    assert.equal(await link(), oldUrl);
    assert.deepEqual(urls(), [oldUrl]);
    assert.equal(script.calls[0]?.headers['x-api-key'], undefined, 'the key is for the API only');
  });

  it('is tested without reading the body', async () => {
    let isRead = false;
    const unread: Step = () => ({
      status: 200,
      headers: new Headers({ 'content-type': 'video/mp4', 'content-length': '1000000000' }),
      body: (async function* () {
        isRead = true;
        yield await Promise.resolve(new Uint8Array(1));
      })(),
    });
    const { link, script, clock } = setUp(unread);
    assert.equal(await link(), oldUrl);
    assert.equal(isRead, false);
    assert.equal(script.calls[0]?.signal.aborted, true, 'the connection is closed');
    assert.equal(clock.running, 0);
  });

  for (const [what, step] of [
    ['has expired', expired],
    ['is not found', refused(404, 'NoSuchKey')],
    ['is gone', answer(410, '')],
    ['is refused', refused(403, 'SignatureDoesNotMatch')],
  ] as const) {
    it(`is a new link if the link of the results ${what}`, async () => {
      const { link, urls } = setUp(step, generation(newUrl));
      assert.equal(await link(), newUrl);
      assert.deepEqual(urls(), [oldUrl, asked]);
    });
  }

  it('is undefined if the output is gone', async () => {
    assert.equal(await setUp(expired, json(404, { message: 'no' })).link(), undefined);
    assert.equal(await setUp(expired, generation(oldUrl), json(404, { message: 'no' })).link(), undefined);
  });

  it('is undefined if the link has expired and there is no generation ID', async () => {
    const { link, urls } = setUp(expired);
    assert.equal(await link({ outputUrl: oldUrl }), undefined);
    assert.deepEqual(urls(), [oldUrl]);
  });

  it('is undefined without a request if there is no output', async () => {
    const { link, urls } = setUp();
    assert.equal(await link({ generationId: 'gen_1' }), undefined);
    assert.deepEqual(urls(), []);
  });

  it('is not renewed after an error that a new link can not fix', async () => {
    for (const [step, reason] of [
      [failure(systemError('ECONNREFUSED')), 'connection'],
      [failure(systemError('ENOTFOUND')), 'dns'],
      [answer(503, ''), 'server'],
      [answer(200, '<html>Sign in</html>', { 'content-type': 'text/html' }), 'notJson'],
      [answer(302, '', { location: 'javascript:alert(1)' }), 'unsafeUrl'],
    ] as const) {
      const { link, urls, clock } = setUp(...Array<Step>(9).fill(step));
      await apiErrorOf(clock.runUntil(link()), reason);
      assert.deepEqual(new Set(urls()), new Set([oldUrl]));
    }
  });

  it('is an error if the link can not be renewed', async () => {
    await apiErrorOf(setUp(expired, json(401, {})).link(), 'unauthorized');
    await apiErrorOf(setUp(expired, json(200, { id: 'another', status: 'COMPLETED' })).link(), 'wrongShape');
  });

  it('is never an unsafe URL', async () => {
    for (const url of ['javascript:alert(1)', 'file:///etc/passwd', 'http://files.example.test/a.mp4', 'data:,x']) {
      const { link, urls } = setUp();
      await apiErrorOf(link({ outputUrl: url, generationId: 'gen_1' }), 'unsafeUrl');
      assert.deepEqual(urls(), []);
    }
  });

  it('rejects when it is cancelled', async () => {
    const { link, controller } = setUp(silent);
    const waiting = rejectionOf(link());
    const reason = new Error('the tab was closed');
    controller.abort(reason);
    assert.equal(await waiting, reason);
  });
});
