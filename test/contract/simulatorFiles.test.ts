import assert from 'node:assert/strict';
import { startSimulator } from '../simulator/simulator';
import { ManualClock, ask, noon, useSimulator } from './helpers';

interface Line {
  request_id: string;
  response: { id: string; status: string; outputUrl?: string; error?: string; error_code?: string };
}

describe('simulator: result files', () => {
  const clock = new ManualClock();
  const simulator = useSimulator(() => {
    clock.time = noon;
    return {
      now: clock.now,
      batches: [
        { id: 'done', createdAt: noon, status: 'COMPLETED', total: 30, failed: 4 },
        { id: 'running', createdAt: noon, status: 'PROCESSING', total: 30, succeeded: 4 },
        { id: 'failed', createdAt: noon, status: 'FAILED' },
        { id: 'half-failed', createdAt: noon, status: 'FAILED', total: 30, succeeded: 10, failed: 2 },
      ],
    };
  });

  async function redirectOf(id: string): Promise<string> {
    const response = await ask(simulator(), `/v2/batches/${id}/result`, { redirect: 'manual' });
    assert.equal(response.status, 302);
    const location = response.headers.get('location');
    assert.ok(location);
    return location;
  }

  const statusOf = async (url: string) => (await fetch(url)).status;

  it('are one line per request behind a redirect to another origin', async () => {
    const location = await redirectOf('done');
    assert.ok(location.startsWith(`${simulator().filesUrl}/`));
    assert.notEqual(simulator().filesUrl, simulator().url);
    const body = await (await fetch(location)).text();
    const lines = body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
    assert.equal(new Set(lines.map((line) => line.request_id)).size, 30);
    const failed = lines.filter((line) => line.response.status === 'FAILED');
    assert.equal(failed.length, 4);
    assert.ok(failed.every(({ response }) => response.error && response.error_code && !response.outputUrl));
  });

  it('have links with characters that break when decoded and encoded again', async () => {
    const location = await redirectOf('done');
    for (const part of ['%2F', '%20', '+', '=', '&']) assert.ok(location.includes(part), part);
    assert.equal(await statusOf(location), 200);
    for (const [from, to] of [
      ['%2F', '/'],
      ['%20', '+'],
      ['+', '%2B'],
      ['==', '%3D%3D'],
      ['Expires=1', 'Expires=9'],
    ] as const) {
      const changed = location.replace(from, to);
      assert.notEqual(changed, location);
      assert.ok([403, 404].includes(await statusOf(changed)), `${from} as ${to}`);
    }
  });

  it('are refused without a signature and after expiry', async () => {
    const location = await redirectOf('done');
    assert.equal(await statusOf(location.split('?')[0] ?? ''), 403);
    clock.time += 15 * 60_000 + 1000;
    const expired = await fetch(location);
    assert.equal(expired.status, 403);
    assert.match(await expired.text(), /<Error>.*expired/s);
    assert.equal(await statusOf(await redirectOf('done')), 200);
  });

  it('exist only if there are results', async () => {
    for (const id of ['running', 'failed', 'unknown']) {
      assert.equal((await ask(simulator(), `/v2/batches/${id}/result`)).status, 404);
    }
    const body = await (await fetch(await redirectOf('half-failed'))).text();
    assert.equal(body.trimEnd().split('\n').length, 12);
  });

  it('contain media links that need no key', async () => {
    const body = await (await fetch(await redirectOf('done'))).text();
    const [, url] = /"outputUrl":"([^"]+)"/.exec(body) ?? [];
    assert.ok(url);
    const media = await fetch(url);
    assert.equal(media.headers.get('content-type'), 'video/mp4');
    assert.ok((await media.arrayBuffer()).byteLength > 0);
    clock.time += 8 * 24 * 3_600_000;
    assert.equal(await statusOf(url), 403);
  });

  it('reveal a key that an automatic redirect carried over', async () => {
    await ask(simulator(), '/v2/batches/done/result');
    const [first, second] = simulator().requests;
    assert.equal(first?.origin, 'api');
    assert.equal(second?.origin, 'files');
    assert.equal(second.headers['x-api-key'], 'test-key');
  });

  it('need a key for the redirect only if configured', async () => {
    assert.equal(await statusOf(`${simulator().url}/v2/batches/done/result`), 200);
    const strict = await startSimulator({
      resultNeedsKey: true,
      batches: [{ id: 'done', createdAt: noon, status: 'COMPLETED' }],
    });
    assert.equal(await statusOf(`${strict.url}/v2/batches/done/result`), 401);
    assert.equal((await ask(strict, '/v2/batches/done/result')).status, 200);
    await strict.stop();
  });

  it('answer unknown paths in XML, not in JSON', async () => {
    const response = await fetch(`${simulator().filesUrl}/v2/batch`);
    assert.equal(response.status, 404);
    assert.match(await response.text(), /^<\?xml/);
  });
});
