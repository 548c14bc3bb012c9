import * as assert from 'node:assert/strict';
import { BatchClient } from '../../../src/core/api/client';
import { Http } from '../../../src/core/api/http/http';
import { maxResultBytes } from '../../../src/core/api/resources/batches';
import { decodeGeneration, maxMediaBytes } from '../../../src/core/api/resources/generations';
import { FakeClock } from '../support/fakeClock';
import { apiErrorOf } from '../support/outcomes';
import { RecordingLog } from '../support/recordingLog';
import { answer, json, ScriptedFetch, type Step } from '../support/scriptedFetch';

const oldUrl = 'https://files.example.test/a.mp4?sig=1';
const newUrl = 'https://files.example.test/a.mp4?sig=2+%2F==';

/** A client over a scripted `fetch`. */
function setUp(...steps: Step[]) {
  const script = new ScriptedFetch(...steps);
  const log = new RecordingLog();
  const clock = new FakeClock();
  const http = new Http({ fetch: script.fetch, clock, random: () => 0, log, redact: (text) => text });
  const client = new BatchClient(http, 'https://api.sync.so/base', 'the-key', log);
  const { signal } = new AbortController();
  const urls = (): string[] => script.calls.map(({ url }) => url);
  return { script, client, signal, urls };
}

describe('A generation of the API', () => {
  it('is read with the fields that are used', () => {
    assert.deepEqual(
      decodeGeneration({ id: 'g', status: 'COMPLETED', outputUrl: newUrl, model: 'lipsync-2', outputDuration: 3 }),
      { id: 'g', status: 'COMPLETED', outputUrl: newUrl, error: '', errorCode: '' },
    );
    const failed = { id: 'g', status: 'FAILED', error: 'no', error_code: 'old', outputUrl: null };
    assert.deepEqual(decodeGeneration(failed), {
      id: 'g',
      status: 'FAILED',
      outputUrl: '',
      error: 'no',
      errorCode: 'old',
    });
    assert.equal(decodeGeneration({ ...failed, errorCode: 'new' })?.errorCode, 'new');
  });

  it('is refused without an ID or a status', () => {
    for (const value of [undefined, null, 1, 'g', [], {}, { id: 'g' }, { status: 'FAILED' }, { id: 1, status: 'X' }]) {
      assert.equal(decodeGeneration(value), undefined);
    }
    assert.equal(decodeGeneration({ id: '\udc00', status: 'FAILED' }), undefined, 'no text that can be asked for');
  });
});

describe('Files of the client', () => {
  it('are opened with the key for the API’s own origin only', async () => {
    const { client, script, signal } = setUp(answer(302, '', { location: newUrl }), answer(200, 'line'));
    const download = await client.openResults('https://api.sync.so/v2/batches/b/result', signal);
    download.close();
    assert.deepEqual(
      script.calls.map(({ headers }) => headers['x-api-key']),
      ['the-key', undefined],
    );
  });

  it('have a maximum size', async () => {
    for (const [largest, method] of [
      [maxResultBytes, 'openResults'],
      [maxMediaBytes, 'openMedia'],
    ] as const) {
      const fits = setUp(answer(200, '', { 'content-length': `${largest}` }));
      (await fits.client[method](newUrl, fits.signal)).close();
      const tooMuch = setUp(answer(200, '', { 'content-length': `${largest + 1}` }));
      await apiErrorOf(tooMuch.client[method](newUrl, tooMuch.signal), 'tooLarge');
    }
  });

  it('can be resumed, if media', async () => {
    const version = { etag: '"1"', lastModified: undefined, totalBytes: 3 };
    const rest = answer(206, 'c', { etag: '"1"', 'content-range': 'bytes 2-2/3' });
    const { client, signal } = setUp(rest);
    const download = await client.openMedia(newUrl, signal, { bytes: 2, version });
    assert.equal(download.start, 2);
    download.close();
  });

  it('include one generation by its ID', async () => {
    const { client, signal, urls } = setUp(json(200, { id: 'g/1', status: 'NEW_STATUS' }));
    assert.equal((await client.getGeneration('g/1', signal))?.status, 'NEW_STATUS');
    assert.deepEqual(urls(), ['https://api.sync.so/base/v2/generate/g%2F1']);
    const gone = setUp(json(404, { message: 'Generation g not found' }));
    assert.equal(await gone.client.getGeneration('g', gone.signal), undefined);
    const lost = setUp(answer(404, '<html>no such page</html>'));
    await apiErrorOf(lost.client.getGeneration('g', lost.signal), 'notFound');
    for (const body of [{ id: 'other', status: 'COMPLETED' }, [], {}]) {
      const wrong = setUp(json(200, body));
      await apiErrorOf(wrong.client.getGeneration('g', wrong.signal), 'wrongShape');
    }
  });

  describe('and their renewed links', () => {
    const renew = ({ client, signal }: ReturnType<typeof setUp>) => client.renewMedia('g', oldUrl, signal);
    const generation = (outputUrl?: string): Step => json(200, { id: 'g', status: 'COMPLETED', outputUrl });

    it('come from the generation, read again', async () => {
      const renewed = setUp(generation(newUrl));
      assert.equal(await renew(renewed), newUrl);
      assert.equal(renewed.script.calls.length, 1);
    });

    it('come from the download call if the generation has no other link', async () => {
      for (const outputUrl of [undefined, '', oldUrl]) {
        const without = setUp(generation(outputUrl), answer(200, `${newUrl}\n`, { 'content-type': 'text/plain' }));
        assert.equal(await renew(without), newUrl, 'the exact text');
        assert.equal(without.urls()[1], 'https://api.sync.so/base/v2/generations/g/download');
        assert.equal(without.script.calls[1]?.headers['x-api-key'], 'the-key');
      }
    });

    it('are undefined if the video no longer exists', async () => {
      const notFound = json(404, { message: 'not found' });
      assert.equal(await renew(setUp(notFound)), undefined);
      assert.equal(await renew(setUp(generation(), notFound)), undefined);
    });

    it('are an error if the API fails or sends no link', async () => {
      await apiErrorOf(renew(setUp(json(401, {}))), 'unauthorized');
      await apiErrorOf(renew(setUp(generation(), json(403, {}))), 'forbidden');
      for (const text of [
        '',
        '"https://a.test/"',
        'javascript:alert(1)',
        `${newUrl}\n${newUrl}`,
        '{"url":"https://a"}',
      ]) {
        await apiErrorOf(renew(setUp(generation(), answer(200, text))), 'wrongShape');
      }
      for (const url of ['http://files.example.test/a.mp4', 'javascript:alert(1)', 'a.mp4']) {
        await apiErrorOf(renew(setUp(generation(url))), 'wrongShape');
      }
    });
  });
});
