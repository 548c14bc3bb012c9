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

/** Lines of different lengths, with characters of several bytes, and the last one without an end. */
const text = [
  resultLine('erste – 一'),
  resultLine('zweite', failed({ error: 'ü'.repeat(40) })),
  resultLine('dritte'),
].join('\n');

/** The file in pieces that end anywhere. */
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

  /** Over a scripted `fetch`; what stands in the script is all that may be asked. */
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

  it('come from the server, with all rows, what they sum up to, and nothing that was kept', async () => {
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

  it('hand on rows and progress while they are still arriving', async () => {
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

  it('hand on progress where the server does not say how long the file is', async () => {
    const progress: (number | undefined)[] = [];
    await serving(answer(200, inPieces(text))).load({ onProgress: (_bytes, totalBytes) => progress.push(totalBytes) });
    assert.deepEqual(new Set(progress), new Set([undefined]));
  });

  it('are read from what is kept the second time, and the server is not asked', async () => {
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

  it('outlive the server’s copy', async () => {
    await serving(served(text)).load();
    const { files, load } = serving(answer(404, ''));
    assert.equal((await load()).rows.length, 3);
    await apiErrorOf(load({ isFresh: true }), 'gone');
    assert.equal((await load()).rows.length, 3, 'what is kept is kept');
    assert.equal(new TextDecoder().decode(await files.content('b')), text);
  });

  it('are asked of the server where that is wanted, and kept anew', async () => {
    await serving(served(text)).load();
    const newer = `${resultLine('only')}\n`;
    const { load, files, script } = serving(served(newer));
    const fresh = await load({ isFresh: true });
    assert.equal(script.calls.length, 1);
    assert.deepEqual([fresh.rows.map(({ requestId }) => requestId), fresh.cachedAt], [['only'], undefined]);
    assert.deepEqual((await load()).rows, fresh.rows);
    assert.equal(new TextDecoder().decode(await files.content('b')), newer);
  });

  it('of other batches are others', async () => {
    await serving(served(text)).load({}, 'b');
    const { load, script } = serving(served(resultLine('other')));
    assert.equal((await load({}, 'c')).rows.length, 1);
    assert.equal((await load({}, 'b')).rows.length, 3);
    assert.equal(script.calls.length, 1);
  });

  it('with no lines at all are results, too, and kept', async () => {
    const first = await serving(answer(200, '', { 'content-length': '0' })).load();
    assert.deepEqual(first.rows, []);
    const { load, files } = serving();
    assert.deepEqual((await load()).rows, []);
    assert.equal((await files.content('b'))?.byteLength, 0);
  });

  it('that are larger than what is read at a time come whole from what is kept', async () => {
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

  describe('that do not come to their end', () => {
    const cutOff = answer(200, inPieces(text).slice(0, 2), { 'content-length': `${bytesOf(text).length}` });
    const lost = brokenBody(inPieces(text).slice(0, 2), systemError('ECONNRESET'), {
      'content-length': `${bytesOf(text).length}`,
    });
    for (const [what, step] of [
      ['a connection that closes early', cutOff],
      ['a connection that is lost', lost],
    ] as const) {
      it(`are an error, no short result, and nothing is kept of them: ${what}`, async () => {
        const { load, files } = serving(step);
        const rows: ResultRow[] = [];
        await apiErrorOf(load({ onRows: (more) => rows.push(...more) }), 'cutOff');
        assert.ok(rows.length < 3);
        assert.equal(await files.cached('b'), undefined);
        assert.equal(await files.content('b'), undefined);
        assert.deepEqual(await partsIn(), []);
      });
    }

    it('leave what was kept before as it was', async () => {
      await serving(served(text)).load();
      const { load, files } = serving(cutOff);
      await apiErrorOf(load({ isFresh: true }), 'cutOff');
      assert.equal(new TextDecoder().decode(await files.content('b')), text);
      assert.equal((await load()).rows.length, 3);
    });

    it('because the server refuses the key are an error that says so', async () => {
      const { load, files } = serving(answer(401, '{}', { 'content-type': 'application/json' }));
      await apiErrorOf(load(), 'unauthorized');
      assert.equal(await files.cached('b'), undefined);
    });

    it('because there is no client, or no place where they are, are an error that says so', async () => {
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
    it('while they arrive stop with the reason, and nothing is kept of them', async () => {
      const controller = new AbortController();
      const reason = new Error('cancelled by the person');
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
      assert.equal(script.calls[0]?.signal.aborted, true, 'the connection is let go of');
      assert.equal(await files.cached('b'), undefined);
      assert.deepEqual(await partsIn(), []);
      assert.equal(clock.running, 0);
    });

    it('while what is kept is read stop with the reason, and stay kept', async () => {
      await serving(served(text)).load();
      const controller = new AbortController();
      const reason = new Error('cancelled by the person');
      controller.abort(reason);
      const { load, files } = serving();
      assert.equal(await rejectionOf(load({ signal: controller.signal })), reason);
      assert.ok(await files.cached('b'));
    });
  });

  describe('of a batch that still runs', () => {
    const short = resultLine('erste – 一');

    it('are loaded each time, and not kept: more of them may come', async () => {
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

    it('are not those that are kept', async () => {
      await serving(served(short)).load();
      status = 'running';
      const { load, files } = serving(served(text));
      const results = await load();
      assert.deepEqual([results.rows.length, results.cachedAt], [3, undefined]);
      assert.deepEqual([await files.cached('b'), await files.content('b')], [undefined, undefined]);
    });
  });

  describe('by the account', () => {
    it('are never those that another account has loaded', async () => {
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
      assert.equal((await load()).rows.length, 3, 'and mine are there when I come back');
    });

    it('are kept for the account that began to load them', async () => {
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

    it('are loaded and not kept while it is not known whose they are', async () => {
      account = undefined;
      const { load, files, script } = serving(served(text), served(text));
      assert.equal((await load()).rows.length, 3);
      assert.equal((await load()).rows.length, 3);
      assert.equal(script.calls.length, 2);
      assert.deepEqual([await files.cached('b'), await files.content('b')], [undefined, undefined]);
      assert.deepEqual(await fs.readdir(folder), []);
    });
  });

  describe('can be read again', () => {
    it('line by line, exactly as they came', async () => {
      const odd = [`\ufeff${resultLine('first')}`, '', 'no JSON ü \u0000 <b>', `${resultLine('last')}\r`, ''].join(
        '\n',
      );
      const { load, files } = serving(served(odd));
      const { rows } = await load();
      const texts = await Promise.all(rows.map((row) => files.lineText('b', row)));
      assert.deepEqual(texts, [resultLine('first'), 'no JSON ü \u0000 <b>', resultLine('last')]);
    });

    it('whole, byte for byte, even where they are no text', async () => {
      const bytes = Uint8Array.from({ length: 512 }, (_, index) => index % 256);
      const { load, files } = serving(answer(200, [bytes]));
      await load();
      assert.deepEqual(Uint8Array.from((await files.content('b')) ?? []), bytes);
    });

    it('or not at all once they are forgotten', async () => {
      const { load, files } = serving(served(text));
      const { rows } = await load();
      assert.ok(rows[0]);
      await cache.forgetAll();
      assert.equal(await files.lineText('b', rows[0]), undefined);
      assert.equal(await files.content('b'), undefined);
    });
  });
});
