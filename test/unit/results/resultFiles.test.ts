import * as assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { BatchClient } from '../../../src/core/api/client';
import { ApiError } from '../../../src/core/api/http/errors';
import { Http } from '../../../src/core/api/http/http';
import { ResultCache } from '../../../src/core/results/cache';
import { type LoadOptions, ResultFiles, type ResultFilesHost } from '../../../src/core/results/resultFiles';
import type { ResultRow } from '../../../src/core/results/row';
import { DiskResultCacheFolder } from '../../../src/platform/resultCacheFolder';
import { FakeClock } from '../support/fakeClock';
import { apiErrorOf, rejectionOf } from '../support/outcomes';
import { RecordingLog } from '../support/recordingLog';
import { answer, brokenBody, ScriptedFetch, type Step, systemError } from '../support/scriptedFetch';
import { bytesOf, failure as failed, resultLine, rowsOf } from './lines';

const mine = 'a'.repeat(32);
const theirs = 'b'.repeat(32);
const outputUrl = (id: string): string => `https://api.sync.so/v2/batches/${id}/result`;

/** Lines of different lengths, with characters of several bytes. The last one has no line ending. */
const text = [
  resultLine('erste – 一'),
  resultLine('zweite', failed({ error: 'ü'.repeat(40) })),
  resultLine('dritte'),
].join('\n');

/** Splits a file into chunks. */
const inPieces = (file: string, bytes = 100): Uint8Array[] => {
  const whole = bytesOf(file);
  return Array.from({ length: Math.ceil(whole.length / bytes) }, (_, index) =>
    whole.slice(index * bytes, (index + 1) * bytes),
  );
};
const served = (file: string): Step =>
  answer(200, inPieces(file), { 'content-length': `${bytesOf(file).length}`, etag: '"1"' });

describe('The result files of batches', () => {
  let folder: string;
  let account: string | undefined;
  let log: RecordingLog;
  let clock: FakeClock;
  let cache: ResultCache;
  let status: 'finished' | 'running';
  beforeEach(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'result-files-'));
    account = mine;
    status = 'finished';
    log = new RecordingLog();
    clock = new FakeClock(Date.now());
    cache = new ResultCache({
      folder: new DiskResultCacheFolder(path.join(folder, 'results')),
      window: 'one',
      clock,
      log,
    });
  });
  afterEach(() => fs.rm(folder, { recursive: true, force: true }));

  /** Uses a scripted `fetch`. Requests that are not in the script fail. */
  function serving(...steps: Step[]) {
    const script = new ScriptedFetch(...steps);
    const http = new Http({ fetch: script.fetch, clock, random: () => 0, log, redact: (each) => each });
    const client = new BatchClient(http, 'https://api.sync.so', 'the-key', log);
    const files = new ResultFiles({
      client: () => client,
      cache,
      account: () => Promise.resolve(account),
      output: (id) => Promise.resolve({ url: outputUrl(id), isFinished: status === 'finished' }),
      isUnfinished: () => status === 'running',
    });
    const load = (options: Partial<LoadOptions> = {}, id = 'b') =>
      files.load(id, { signal: new AbortController().signal, ...options });
    return { script, client, files, load };
  }

  async function partsIn(): Promise<string[]> {
    const all = await fs.readdir(folder, { recursive: true });
    return all.filter((name) => name.endsWith('.part'));
  }

  it('come from the server first, with all rows and their summary', async () => {
    const { script, load } = serving(served(text));
    const results = await load();
    assert.deepEqual(results.rows, rowsOf(text));
    assert.equal(results.rows.length, 3);
    assert.deepEqual([results.summary.succeeded, results.summary.failed], [2, 1]);
    assert.equal(results.cachedAt, undefined);
    assert.deepEqual(
      script.calls.map(({ url }) => url),
      [outputUrl('b')],
    );
  });

  it('report rows and progress while they load', async () => {
    const batches: (readonly ResultRow[])[] = [];
    const progress: [number, number | undefined][] = [];
    const { load } = serving(served(text));
    const { rows } = await load({
      onRows: (more) => batches.push(more),
      onProgress: (bytes, totalBytes) => progress.push([bytes, totalBytes]),
    });
    assert.ok(batches.length > 1);
    assert.ok(batches.every((more) => more.length > 0));
    assert.deepEqual(batches.flat(), rows);
    const total = bytesOf(text).length;
    assert.ok(progress.length > 1);
    assert.deepEqual(progress.at(-1), [total, total]);
    assert.ok(progress.every(([bytes], index) => index === 0 || bytes > (progress[index - 1]?.[0] ?? 0)));
  });

  it('report progress if the server sends no length', async () => {
    const progress: (number | undefined)[] = [];
    await serving(answer(200, inPieces(text))).load({ onProgress: (_bytes, totalBytes) => progress.push(totalBytes) });
    assert.deepEqual(new Set(progress), new Set([undefined]));
  });

  it('come from the cache the second time, without a request', async () => {
    const first = await serving(served(text)).load();
    const { load, script } = serving();
    const seen: ResultRow[] = [];
    const progress: [number, number | undefined][] = [];
    const second = await load({
      onRows: (rows) => seen.push(...rows),
      onProgress: (bytes, totalBytes) => progress.push([bytes, totalBytes]),
    });
    assert.deepEqual(script.calls, []);
    assert.deepEqual([second.rows, second.summary, seen], [first.rows, first.summary, first.rows]);
    assert.ok(second.cachedAt !== undefined && Math.abs(second.cachedAt - Date.now()) < 60_000);
    assert.deepEqual(progress.at(-1), [bytesOf(text).length, bytesOf(text).length]);
  });

  it('outlive the copy on the server', async () => {
    await serving(served(text)).load();
    const { files, load } = serving(answer(404, ''));
    assert.equal((await load()).rows.length, 3);
    await apiErrorOf(load({ isFresh: true }), 'gone');
    assert.equal((await load()).rows.length, 3, 'the cached file stays');
    assert.equal(new TextDecoder().decode(await files.content('b')), text);
  });

  it('are loaded from the server and cached again on request', async () => {
    await serving(served(text)).load();
    const newer = `${resultLine('only')}\n`;
    const { load, files, script } = serving(served(newer));
    const fresh = await load({ isFresh: true });
    assert.equal(script.calls.length, 1);
    assert.deepEqual([fresh.rows.map(({ requestId }) => requestId), fresh.cachedAt], [['only'], undefined]);
    assert.deepEqual((await load()).rows, fresh.rows);
    assert.equal(new TextDecoder().decode(await files.content('b')), newer);
  });

  it('are separate for each batch', async () => {
    await serving(served(text)).load({}, 'b');
    const { load, script } = serving(served(resultLine('other')));
    assert.equal((await load({}, 'c')).rows.length, 1);
    assert.equal((await load({}, 'b')).rows.length, 3);
    assert.equal(script.calls.length, 1);
  });

  it('are cached even without any lines', async () => {
    const first = await serving(answer(200, '', { 'content-length': '0' })).load();
    assert.deepEqual(first.rows, []);
    const { load, files } = serving();
    assert.deepEqual((await load()).rows, []);
    assert.equal((await files.content('b'))?.byteLength, 0);
  });

  it('come completely from the cache in several pieces', async () => {
    const long = Array.from({ length: 1_500 }, (_, index) =>
      resultLine(`request-${index}`, failed({ error: 'ü'.repeat(500) })),
    ).join('\n');
    assert.ok(bytesOf(long).length > 1.4 * 2 ** 20);
    const first = await serving(answer(200, long)).load();
    const { load, files } = serving();
    const sizes: number[] = [];
    const second = await load({ onProgress: (bytes) => sizes.push(bytes) });
    assert.deepEqual(second.rows, first.rows);
    assert.deepEqual(sizes, [2 ** 20, bytesOf(long).length]);
    const last = second.rows.at(-1);
    assert.ok(last);
    assert.equal(await files.lineText('b', last), long.split('\n').at(-1));
  });

  describe('that can not be loaded completely', () => {
    const cutOff = answer(200, inPieces(text).slice(0, 2), { 'content-length': `${bytesOf(text).length}` });
    const lost = brokenBody(inPieces(text).slice(0, 2), systemError('ECONNRESET'), {
      'content-length': `${bytesOf(text).length}`,
    });
    for (const [what, step] of [
      ['a connection that closes early', cutOff],
      ['a connection that is lost', lost],
    ] as const) {
      it(`cause an error and are not cached: ${what}`, async () => {
        const { load, files } = serving(step);
        const rows: ResultRow[] = [];
        await apiErrorOf(load({ onRows: (more) => rows.push(...more) }), 'cutOff');
        assert.ok(rows.length < 3);
        assert.equal(await files.cached('b'), undefined);
        assert.equal(await files.content('b'), undefined);
        assert.deepEqual(await partsIn(), []);
      });
    }

    it('leave the cached file unchanged', async () => {
      await serving(served(text)).load();
      const { load, files } = serving(cutOff);
      await apiErrorOf(load({ isFresh: true }), 'cutOff');
      assert.equal(new TextDecoder().decode(await files.content('b')), text);
      assert.equal((await load()).rows.length, 3);
    });

    it('cause an error if the server rejects the API key', async () => {
      const { load, files } = serving(answer(401, '{}', { 'content-type': 'application/json' }));
      await apiErrorOf(load(), 'unauthorized');
      assert.equal(await files.cached('b'), undefined);
    });

    it('cause an error if there is no client or no output', async () => {
      const noKey = new ApiError('noKey', 'no key');
      const nowhere = new ApiError('gone', 'the batch has no results');
      const { client, script } = serving();
      const host: ResultFilesHost = {
        client: () => client,
        cache,
        account: () => Promise.resolve(account),
        output: () => Promise.reject(nowhere),
        isUnfinished: () => false,
      };
      const { signal } = new AbortController();
      assert.equal(await rejectionOf(new ResultFiles(host).load('b', { signal })), nowhere);
      const without = (): never => {
        throw noKey;
      };
      const output = (id: string) => Promise.resolve({ url: outputUrl(id), isFinished: true });
      const files = new ResultFiles({ ...host, client: without, output });
      assert.equal(await rejectionOf(files.load('b', { signal })), noKey);
      assert.deepEqual(script.calls, []);
    });
  });

  describe('that are cancelled', () => {
    it('during a download reject with the reason and are not cached', async () => {
      const controller = new AbortController();
      const reason = new Error('cancelled by the user');
      const { load, files, script } = serving(served(text));
      const thrown = await rejectionOf(
        load({
          signal: controller.signal,
          onProgress: (bytes) => {
            if (bytes > 150) {
              controller.abort(reason);
            }
          },
        }),
      );
      assert.equal(thrown, reason);
      assert.equal(script.calls[0]?.signal.aborted, true, 'the connection is closed');
      assert.equal(await files.cached('b'), undefined);
      assert.deepEqual(await partsIn(), []);
      assert.equal(clock.running, 0);
    });

    it('while reading the cache reject with the reason and stay cached', async () => {
      await serving(served(text)).load();
      const controller = new AbortController();
      const reason = new Error('cancelled by the user');
      controller.abort(reason);
      const { load, files } = serving();
      assert.equal(await rejectionOf(load({ signal: controller.signal })), reason);
      assert.ok(await files.cached('b'));
    });
  });

  describe('of a running batch', () => {
    const short = resultLine('erste – 一');

    it('are loaded each time and not cached, because they are incomplete', async () => {
      status = 'running';
      const { load, files, script } = serving(served(short), served(text));
      assert.equal((await load()).rows.length, 1);
      assert.equal(await files.cached('b'), undefined);
      assert.deepEqual(await partsIn(), []);
      status = 'finished';
      assert.equal((await load()).rows.length, 3);
      assert.equal(script.calls.length, 2);
      assert.equal(new TextDecoder().decode(await files.content('b')), text);
    });

    it('do not come from the cache', async () => {
      await serving(served(short)).load();
      status = 'running';
      const { load, files } = serving(served(text));
      const results = await load();
      assert.deepEqual([results.rows.length, results.cachedAt], [3, undefined]);
      assert.deepEqual([await files.cached('b'), await files.content('b')], [undefined, undefined]);
    });
  });

  describe('of different accounts', () => {
    it('are never shared', async () => {
      await serving(served(text)).load();
      account = theirs;
      const { load, files, script } = serving(served(resultLine('theirs')));
      assert.equal(await files.cached('b'), undefined);
      assert.equal(await files.content('b'), undefined);
      assert.equal(await files.lineText('b', { line: 0, start: 0, length: 5 }), undefined);
      assert.deepEqual(
        (await load()).rows.map(({ requestId }) => requestId),
        ['theirs'],
      );
      assert.equal(script.calls.length, 1);
      account = mine;
      assert.equal((await load()).rows.length, 3, 'the results of the first account are still cached');
    });

    it('are cached for the account that started loading them', async () => {
      const { load, files } = serving(served(text));
      await load({
        onProgress: () => {
          account = theirs;
        },
      });
      assert.equal(await files.cached('b'), undefined);
      account = mine;
      assert.ok(await files.cached('b'));
    });

    it('are loaded but not cached while the account is unknown', async () => {
      account = undefined;
      const { load, files, script } = serving(served(text), served(text));
      assert.equal((await load()).rows.length, 3);
      assert.equal((await load()).rows.length, 3);
      assert.equal(script.calls.length, 2);
      assert.deepEqual([await files.cached('b'), await files.content('b')], [undefined, undefined]);
      assert.deepEqual(await fs.readdir(folder), []);
    });
  });

  describe('in the cache can be read again', () => {
    it('line by line, unchanged', async () => {
      const odd = [`\ufeff${resultLine('first')}`, '', 'no JSON ü \u0000 <b>', `${resultLine('last')}\r`, ''].join(
        '\n',
      );
      const { load, files } = serving(served(odd));
      const { rows } = await load();
      const texts = await Promise.all(rows.map((row) => files.lineText('b', row)));
      assert.deepEqual(texts, [resultLine('first'), 'no JSON ü \u0000 <b>', resultLine('last')]);
    });

    it('as a whole, byte for byte, even if they are not text', async () => {
      const bytes = Uint8Array.from({ length: 512 }, (_, index) => index % 256);
      const { load, files } = serving(answer(200, [bytes]));
      await load();
      assert.deepEqual(Uint8Array.from((await files.content('b')) ?? []), bytes);
    });

    it('but not after they are deleted', async () => {
      const { load, files } = serving(served(text));
      const { rows } = await load();
      assert.ok(rows[0]);
      await cache.forgetAll();
      assert.equal(await files.lineText('b', rows[0]), undefined);
      assert.equal(await files.content('b'), undefined);
    });
  });
});
