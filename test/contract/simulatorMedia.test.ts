import assert from 'node:assert/strict';
import * as http from 'node:http';
import { smallVideo } from '../simulator/media';
import { ManualClock, ask, noon, useSimulator } from './helpers';

describe('simulator: media', () => {
  const clock = new ManualClock();
  let mediaBytes = 0;
  const simulator = useSimulator(() => {
    clock.time = noon;
    mediaBytes = 0;
    return {
      now: clock.now,
      mediaBytes: () => mediaBytes,
      batches: [
        { id: 'own', createdAt: noon, status: 'COMPLETED', resultText: 'not JSON\n{"request_id":"<b>"}' },
        { id: 'empty', createdAt: noon, status: 'COMPLETED', resultText: '' },
        { id: 'running', createdAt: noon, status: 'PROCESSING', resultText: 'never seen' },
      ],
    };
  });
  const read = (headers: Record<string, string> = {}, id = 'g') => fetch(simulator().mediaUrl(id), { headers });
  const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

  it('is an MP4 file with its index first, different for every generation, and always the same', async () => {
    const response = await read();
    assert.equal(response.headers.get('content-type'), 'video/mp4');
    const bytes = await bytesOf(response);
    assert.equal(response.headers.get('content-length'), String(bytes.length));
    assert.deepEqual(boxesOf(bytes), ['ftyp', 'moov', 'mdat', 'free']);
    assert.deepEqual(bytes, await bytesOf(await read()));
    assert.notDeepEqual(bytes, await bytesOf(await read({}, 'other')));
  });

  it('contains the positions of its pictures', () => {
    const video = smallVideo('g');
    const firstPicture = video.readUInt32BE(video.indexOf('stco') + 12);
    assert.equal(firstPicture, video.indexOf('mdat') + 4);
    // A picture that players can begin with.
    assert.equal((video[firstPicture + 4] ?? 0) & 0x1f, 5);
  });

  it('has the configured length, and is then a different file', async () => {
    const small = await read();
    mediaBytes = 1_000_000;
    const large = await read();
    assert.equal(large.headers.get('content-length'), '1000000');
    assert.equal((await bytesOf(large)).length, 1_000_000);
    assert.notEqual(large.headers.get('etag'), small.headers.get('etag'));
  });

  it('can be requested in parts', async () => {
    const whole = await bytesOf(await read());
    const rest = await read({ range: 'bytes=1000-' });
    assert.equal(rest.status, 206);
    assert.equal(rest.headers.get('content-range'), `bytes 1000-${whole.length - 1}/${whole.length}`);
    assert.deepEqual(await bytesOf(rest), whole.subarray(1000));
    const middle = await read({ range: 'bytes=10-19' });
    assert.deepEqual(await bytesOf(middle), whole.subarray(10, 20));
    const beyond = await read({ range: `bytes=${whole.length}-` });
    assert.equal(beyond.status, 416);
    assert.equal(beyond.headers.get('content-range'), `bytes */${whole.length}`);
  });

  it('is sent whole if the file has changed', async () => {
    const first = await read();
    const range = 'bytes=1000-';
    for (const name of ['etag', 'last-modified']) {
      const same = await read({ range, 'if-range': first.headers.get(name) ?? '' });
      assert.equal(same.status, 206, name);
    }
    mediaBytes = 200_000;
    assert.equal((await read({ range, 'if-range': first.headers.get('etag') ?? '' })).status, 200);
  });

  it('has links that can be expired, and new ones that are valid', async () => {
    const old = simulator().mediaUrl('g');
    simulator().expireLinks();
    const refused = await fetch(old);
    assert.equal(refused.status, 403);
    assert.match(await refused.text(), /<Code>AccessDenied<\/Code><Message>Request has expired/);
    assert.equal((await read()).status, 200);
    const results = await ask(simulator(), '/v2/batches/own/result');
    assert.equal(results.status, 200);
  });

  it('can have a result file from the test', async () => {
    const result = (id: string) => ask(simulator(), `/v2/batches/${id}/result`);
    assert.equal(await (await result('own')).text(), 'not JSON\n{"request_id":"<b>"}');
    assert.equal(await (await result('empty')).text(), '');
    assert.equal((await result('running')).status, 404);
  });

  it('wrongLength: announces more or fewer bytes than it sends', async () => {
    const whole = await bytesOf(await read());
    for (const by of [1, -1, -1e9]) {
      simulator().faults.add({ origin: 'files', times: 1, effect: { kind: 'wrongLength', by } });
      const { announced, received } = await rawLength(simulator().mediaUrl('g'));
      assert.equal(announced, Math.max(0, whole.length + by));
      assert.equal(received, whole.length);
    }
  });

  it('trickle: arrives slowly and completely', async () => {
    simulator().faults.add({ origin: 'files', effect: { kind: 'trickle', bytes: 10_000, everyMs: 1 } });
    assert.deepEqual(await bytesOf(await read()), smallVideo('g'));
    assert.equal(simulator().requests.at(-1)?.status, 200);
  });
});

/** The types of the boxes of a file, in their order. */
function boxesOf(bytes: Buffer): string[] {
  const types: string[] = [];
  for (let at = 0; at < bytes.length; at += bytes.readUInt32BE(at))
    types.push(bytes.toString('latin1', at + 4, at + 8));
  return types;
}

/** What came over the socket: a client would hide what does not fit. */
function rawLength(url: string): Promise<{ announced: number; received: number }> {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { agent: false });
    request.on('socket', (socket) => {
      const chunks: Buffer[] = [];
      socket.on('data', (chunk: Buffer) => chunks.push(chunk));
      socket.on('close', () => {
        const all = Buffer.concat(chunks);
        const head = all.indexOf('\r\n\r\n');
        const [, announced] = /content-length: (\d+)/i.exec(all.toString('latin1', 0, head)) ?? [];
        resolve({ announced: Number(announced), received: all.length - head - 4 });
      });
    });
    // The client's parser stumbles over what comes beyond the announced length.
    request.on('error', () => undefined);
    request.on('response', (response) => response.on('error', () => undefined).resume());
    request.on('timeout', reject);
  });
}
