import assert from 'node:assert/strict';
import { smallVideo } from '../simulator/media';
import type { FaultEffect } from '../simulator/simulator';
import { apiErrorOf, rejectionOf } from '../unit/support/outcomes';
import { bytesOf, ownClient } from './downloadHelpers';
import { noon, until, useSimulator } from './helpers';

describe('Downloads from the simulator', () => {
  const text = Array.from({ length: 5_000 }, (_, index) => `{"request_id":"row-${index}"}\n`).join('');
  const simulator = useSimulator(() => ({
    resultNeedsKey: true,
    mediaBytes: 300_000,
    batches: [{ id: 'done', createdAt: noon, status: 'COMPLETED', resultText: text }],
  }));
  const outputUrl = () => `${simulator().url}/v2/batches/done/result`;
  const { signal } = new AbortController();
  const results = async () => bytesOf(await ownClient(simulator()).client.openResults(outputUrl(), signal));
  const media = async (id = 'g') =>
    bytesOf(await ownClient(simulator()).client.openMedia(simulator().mediaUrl(id), signal));
  const onFiles = (effect: FaultEffect, times = 99) => simulator().faults.add({ origin: 'files', times, effect });
  const onApi = (effect: FaultEffect, times = 99) => simulator().faults.add({ origin: 'api', times, effect });
  const filesKeys = () =>
    simulator()
      .requests.filter(({ origin }) => origin === 'files')
      .map(({ headers }) => headers['x-api-key']);

  it('return a result file behind its redirect, and the key stays with the API', async () => {
    assert.equal((await results()).toString(), text);
    assert.equal(simulator().requests[0]?.headers['x-api-key'], 'test-key');
    assert.deepEqual(filesKeys(), [undefined]);
  });

  it('return a video and its length', async () => {
    const download = await ownClient(simulator()).client.openMedia(simulator().mediaUrl('g'), signal);
    assert.equal(download.version.totalBytes, 300_000);
    assert.match(download.version.etag ?? '', /^"\w+"$/);
    assert.deepEqual(await bytesOf(download), smallVideo('g', 300_000));
    assert.deepEqual(filesKeys(), [undefined]);
  });

  it('never return an incomplete file as complete', async () => {
    for (const effect of [{ kind: 'truncate' }, { kind: 'wrongLength', by: 1 }] satisfies FaultEffect[]) {
      onFiles(effect, 2);
      await apiErrorOf(results(), 'cutOff');
      await apiErrorOf(media(), 'cutOff');
    }
    // Fewer bytes are announced than come: no more than those, or an error.
    onFiles({ kind: 'wrongLength', by: -1 }, 1);
    const outcome = await media().catch((error: unknown) => error);
    assert.ok(outcome instanceof Error || (Buffer.isBuffer(outcome) && outcome.length === 299_999));
  });

  it('are retried if the connection is lost before they begin', async () => {
    onFiles({ kind: 'reset' }, 2);
    assert.equal((await media()).length, 300_000);
    onFiles({ kind: 'reset' }, 3);
    await apiErrorOf(media(), 'connection');
  });

  it('wait for a slow server, but not for a silent one', async () => {
    onFiles({ kind: 'trickle', bytes: 20_000, everyMs: 1 }, 1);
    assert.equal((await media()).length, 300_000);
    for (const effect of [{ kind: 'stall' }, { kind: 'hang' }] satisfies FaultEffect[]) {
      onFiles(effect, 1);
      const { client, clock } = ownClient(simulator());
      const asked = simulator().requests.length;
      let received = 0;
      const reading = (async () => {
        const download = await client.openMedia(simulator().mediaUrl('g'), signal);
        for await (const chunk of download.chunks) received += chunk.byteLength;
      })();
      await until(() => simulator().requests.length > asked && (effect.kind === 'hang' || received === 150_000));
      clock.beSilent();
      await apiErrorOf(reading, 'timeout');
      assert.equal(clock.isWaiting, false);
    }
  });

  it('end when cancelled', async () => {
    onFiles({ kind: 'stall' });
    const controller = new AbortController();
    const download = await ownClient(simulator()).client.openMedia(simulator().mediaUrl('g'), controller.signal);
    const reading = bytesOf(download);
    controller.abort(new Error('not wanted'));
    assert.equal(((await rejectionOf(reading)) as Error).message, 'not wanted');
  });

  it('distinguish an expired link from a missing file', async () => {
    const { client } = ownClient(simulator());
    const old = simulator().mediaUrl('g');
    simulator().expireLinks();
    await apiErrorOf(client.openMedia(old, signal), 'expired');
    await apiErrorOf(client.openMedia(`${simulator().filesUrl}/none.mp4`, signal), 'gone');
    await apiErrorOf(client.openMedia(`${simulator().mediaUrl('g')}x`, signal), 'linkRefused');
    await apiErrorOf(client.openResults(`${simulator().url}/v2/batches/none/result`, signal), 'gone');
    assert.equal((await results()).toString(), text, 'the link of a result file is made anew each time');
  });

  it('follow no redirect that is circular, too long, or unsafe', async () => {
    onApi({ kind: 'redirect', location: outputUrl() });
    await apiErrorOf(results(), 'tooManyRedirects');
    assert.equal(simulator().requests.length, 6);
    for (const location of ['file:///etc/passwd', 'javascript:alert(1)', 'http://files.example.test/a', 'ftp://a/b']) {
      simulator().faults.clear();
      simulator().clearRequests();
      onApi({ kind: 'redirect', location });
      await apiErrorOf(results(), 'unsafeUrl');
      assert.equal(simulator().requests.length, 1);
    }
  });

  it('send the key to no other origin, whatever the redirects', async () => {
    onFiles({ kind: 'redirect', location: `${simulator().url}/v2/batch` }, 1);
    await apiErrorOf(results(), 'linkRefused');
    const { requests } = simulator();
    assert.deepEqual(
      requests.map(({ origin, headers }) => [origin, headers['x-api-key']]),
      [
        ['api', 'test-key'],
        ['files', undefined],
        ['api', undefined],
      ],
    );
  });

  it('are limited in size, announced or not', async () => {
    const { http } = ownClient(simulator());
    const access = { origin: simulator().url, key: 'test-key' };
    const read = async (maxBytes: number) =>
      bytesOf(await http.download({ url: simulator().mediaUrl('g'), access, maxBytes, signal }));
    assert.equal((await read(300_000)).length, 300_000);
    await apiErrorOf(read(299_999), 'tooLarge');
    onFiles({ kind: 'huge', bytes: 1_000_000_000 });
    await apiErrorOf(read(300_000), 'tooLarge');
  });

  it('refuse the HTML page of a proxy', async () => {
    onFiles({ kind: 'html' });
    await apiErrorOf(media(), 'notJson');
  });

  it('continue if it is still the same file', async () => {
    const { client } = ownClient(simulator());
    const url = simulator().mediaUrl('g');
    const begun = await client.openMedia(url, signal);
    begun.close();
    const { version } = begun;
    const rest = await client.openMedia(url, signal, { bytes: 123_456, version });
    assert.equal(rest.start, 123_456);
    assert.deepEqual(await bytesOf(rest), smallVideo('g', 300_000).subarray(123_456));
    const changed = await client.openMedia(url, signal, { bytes: 10, version: { ...version, etag: '"another"' } });
    assert.equal(changed.start, 0);
    assert.equal((await bytesOf(changed)).length, 300_000);
  });

  it('never log the links', async () => {
    const { client, log } = ownClient(simulator());
    onFiles({ kind: 'reset' }, 1);
    await bytesOf(await client.openResults(outputUrl(), signal));
    assert.equal(log.messages.length, 5);
    assert.doesNotMatch(log.messages.join('\n'), /Signature|Credential|disposition|test-key|\?/);
  });
});
