import * as assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import type { Download } from '../../../src/core/api/http/download';
import { type ResultCacheFolder, ResultCache } from '../../../src/core/results/cache';
import { DiskResultCacheFolder } from '../../../src/platform/resultCacheFolder';
import { FakeClock } from '../support/fakeClock';
import { rejectionOf } from '../support/outcomes';
import { RecordingLog } from '../support/recordingLog';

const account = 'a'.repeat(32);
const other = 'b'.repeat(32);
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('The result cache', () => {
  let top: string;
  /** Does not exist at first, like after the installation. */
  let folder: string;
  let clock: FakeClock;
  let log: RecordingLog;
  let kept: ResultCache;

  beforeEach(async () => {
    top = await fs.mkdtemp(path.join(os.tmpdir(), 'kept-results-'));
    folder = path.join(top, 'storage', 'results');
    clock = new FakeClock(Date.now());
    log = new RecordingLog();
    kept = windowOf('one');
  });

  afterEach(() => fs.rm(top, { recursive: true, force: true }));

  function windowOf(
    window: string,
    maxBytes = 100,
    inFolder: ResultCacheFolder = new DiskResultCacheFolder(folder),
  ): ResultCache {
    return new ResultCache({ folder: inFolder, window, clock, log, maxBytes });
  }

  async function keep(id: string, text: string, { of = account, by = kept } = {}): Promise<boolean> {
    const keeping = await by.createWriter(of, id);
    await keeping.write(bytesOf(text));
    return keeping.complete();
  }

  async function textOf(id: string, { of = account, by = kept } = {}): Promise<string | undefined> {
    const file = await by.find(of, id);
    const bytes = await file?.read(0, file.bytes);
    return bytes && new TextDecoder().decode(bytes);
  }

  const names = async (): Promise<string[]> =>
    (await fs.readdir(folder, { recursive: true, withFileTypes: true })).filter((e) => e.isFile()).map((e) => e.name);

  it('returns a file in every window once it is complete, and not before', async () => {
    assert.equal(await kept.find(account, 'b'), undefined);
    const keeping = await kept.createWriter(account, 'b');
    await keeping.write(bytesOf('one\n'));
    assert.equal(await kept.find(account, 'b'), undefined);
    await keeping.write(bytesOf('two\n'));
    assert.equal(await keeping.complete(), true);
    assert.equal(await textOf('b', { by: windowOf('two') }), 'one\ntwo\n');
    assert.equal((await names()).length, 1);
    assert.deepEqual(log.lines, []);
  });

  it('reads a part of a file', async () => {
    await keep('b', '0123456789');
    const file = await kept.find(account, 'b');
    assert.ok(file);
    assert.equal(file.bytes, 10);
    const part = async (start: number, length: number): Promise<string> =>
      new TextDecoder().decode(await file.read(start, length));
    assert.equal(await part(3, 4), '3456');
    assert.equal(await part(8, 100), '89');
    assert.equal(await part(10, 5), '');
    assert.equal(await part(99, 5), '');
  });

  it('returns the time of writing, however often a file is read', async () => {
    await keep('b', 'text');
    const first = await kept.find(account, 'b');
    clock.pass(60_000);
    const second = await kept.find(account, 'b');
    assert.equal(second?.cachedAt, first?.cachedAt);
    assert.equal(new TextDecoder().decode(await first?.read(0, 4)), 'text');
  });

  it('keeps accounts and batches apart', async () => {
    await keep('b', 'mine');
    await keep('b', 'theirs', { of: other });
    await keep('c', 'another');
    assert.equal(await textOf('b'), 'mine');
    assert.equal(await textOf('b', { of: other }), 'theirs');
    assert.ok((await rejectionOf(kept.find('../..', 'b'))) instanceof Error);
  });

  it('accepts hostile IDs', async () => {
    const ids = [
      '../../../etc/passwd',
      'CON',
      'a/b\\c',
      '.',
      '',
      'x'.repeat(10_000),
      '\0',
      '\ud800',
      '\ud801',
      'A',
      'a',
    ];
    const roomy = windowOf('one', 10_000);
    for (const id of ids) {
      assert.equal(await keep(id, `of ${ids.indexOf(id)}`, { by: roomy }), true);
    }
    for (const id of ids) {
      assert.equal(await textOf(id, { by: roomy }), `of ${ids.indexOf(id)}`);
    }
    for (const name of await names()) {
      assert.match(name, /^[0-9a-f]{64}\.jsonl$/);
    }
    assert.deepEqual(await fs.readdir(top), ['storage']);
  });

  it('does not keep an incomplete file', async () => {
    const keeping = await kept.createWriter(account, 'b');
    await keeping.write(bytesOf('half'));
    await keeping.discard();
    await keeping.discard();
    await keeping.write(bytesOf('more'));
    assert.equal(await keeping.complete(), false);
    assert.deepEqual(await names(), []);
  });

  it('keeps a download that is read to its end', async () => {
    const outcomes = { closed: 0 };
    const download = (fail: boolean): Download => ({
      start: 0,
      version: { etag: undefined, lastModified: undefined, totalBytes: undefined },
      chunks: (async function* () {
        yield await Promise.resolve(bytesOf('one,'));
        if (fail) throw new Error('cut off');
        yield bytesOf('two');
      })(),
      close: () => {
        outcomes.closed++;
      },
    });
    const read = async (id: string, fail: boolean, most = Infinity): Promise<string> => {
      let text = '';
      let count = 0;
      for await (const chunk of kept.cacheWhileReading(account, id, download(fail))) {
        text += new TextDecoder().decode(chunk);
        if (++count >= most) break;
      }
      return text;
    };
    assert.equal(await read('whole', false), 'one,two');
    assert.equal(await textOf('whole'), 'one,two');
    assert.equal(await read('left', false, 1), 'one,');
    assert.equal(((await rejectionOf(read('cut', true))) as Error).message, 'cut off');
    assert.equal(await kept.find(account, 'left'), undefined);
    assert.equal(await kept.find(account, 'cut'), undefined);
    assert.equal(outcomes.closed, 3);
    assert.equal((await names()).length, 1);
  });

  it('keeps a file readable while another window replaces it', async () => {
    await keep('b', 'old text');
    const file = await kept.find(account, 'b');
    const loading = await windowOf('two').createWriter(account, 'b');
    await loading.write(bytesOf('new'));
    assert.equal(new TextDecoder().decode(await file?.read(0, 8)), 'old text');
    await loading.complete();
    assert.equal(await file?.read(0, 8), undefined, 'not a mixture of both');
    assert.equal(await textOf('b'), 'new');
  });

  it('allows two windows to load the same file at once', async () => {
    const both = await Promise.all([kept.createWriter(account, 'b'), windowOf('two').createWriter(account, 'b')]);
    for (const part of ['one,', 'two']) {
      await Promise.all(both.map((keeping) => keeping.write(bytesOf(part))));
    }
    assert.deepEqual(await Promise.all(both.map((keeping) => keeping.complete())), [true, true]);
    assert.equal(await textOf('b'), 'one,two');
    assert.equal((await names()).length, 1);
  });

  describe('when it is full', () => {
    const forty = 'x'.repeat(40);

    it('deletes the least recently used files', async () => {
      await keep('a', forty);
      await keep('b', forty, { of: other });
      clock.pass(3_600_000);
      await kept.find(account, 'a');
      clock.pass(3_600_000);
      await keep('c', forty);
      assert.equal(await kept.find(other, 'b'), undefined);
      assert.equal(await textOf('a'), forty);
      assert.equal(await textOf('c'), forty);
    });

    it('does not keep a file that is larger than the whole cache', async () => {
      await keep('a', forty);
      assert.equal(await keep('b', 'x'.repeat(101)), false);
      assert.equal(await keep('c', 'x'.repeat(100)), true);
      assert.deepEqual([await kept.find(account, 'b'), await kept.find(account, 'a')], [undefined, undefined]);
    });

    it('deletes the temporary files of killed windows, but none that is being written', async () => {
      const dead = await windowOf('dead').createWriter(account, 'a');
      await dead.write(bytesOf('half'));
      await keep('b', 'text');
      assert.equal((await names()).length, 2);
      clock.pass(25 * 60 * 60 * 1_000);
      await keep('b', 'text');
      assert.equal((await names()).length, 1);
    });
  });

  describe('deletes', () => {
    it('the files of one account', async () => {
      await keep('a', 'mine');
      await keep('a', 'theirs', { of: other });
      assert.equal(await kept.forget(account), true);
      assert.equal(await kept.find(account, 'a'), undefined);
      assert.equal(await textOf('a', { of: other }), 'theirs');
      assert.equal(await kept.forget(account), true, 'where there is nothing any more');
    });

    it('all files', async () => {
      assert.equal(await kept.forgetAll(), true, 'where there never was anything');
      await keep('a', 'mine');
      await keep('a', 'theirs', { of: other });
      assert.equal(await kept.forgetAll(), true);
      assert.deepEqual(await fs.readdir(folder), []);
    });

    it('files that are being loaded, in this or another window', async () => {
      for (const by of [kept, windowOf('two')]) {
        const keeping = await by.createWriter(account, 'a');
        await keeping.write(bytesOf('half'));
        await kept.forget(account);
        await keeping.write(bytesOf('rest'));
        assert.equal(await keeping.complete(), false);
        assert.equal(await kept.find(account, 'a'), undefined);
      }
    });
  });

  it('finds nothing if a folder or file has the wrong type', async () => {
    await keep('a', 'text');
    const [name = ''] = await names();
    const file = path.join(folder, account, name);
    await fs.rm(file);
    await fs.mkdir(file);
    assert.equal(await kept.find(account, 'a'), undefined);
    await fs.rm(folder, { recursive: true });
    await fs.writeFile(folder, 'a file where the folder should be');
    assert.equal(await kept.find(account, 'a'), undefined);
    assert.equal(await keep('a', 'text'), false);
    assert.ok(log.at('warn').length > 0);
  });

  it('stops reading a file that changes or disappears', async () => {
    await keep('a', 'text');
    const file = await kept.find(account, 'a');
    const [name = ''] = await names();
    await fs.truncate(path.join(folder, account, name), 2);
    assert.equal(await file?.read(0, 4), undefined);
    await fs.rm(path.join(folder, account, name));
    assert.equal(await file?.read(0, 4), undefined);
  });

  it('reports no error when the disk is full', async () => {
    const real = new DiskResultCacheFolder(folder);
    const full: ResultCacheFolder = {
      list: () => real.list(),
      stat: (one) => real.stat(one),
      rename: (from, to) => real.rename(from, to),
      read: (one, start, length) => real.read(one, start, length),
      touch: (one, at) => real.touch(one, at),
      remove: (one) => real.remove(one),
      create: async (one) => {
        const writer = await real.create(one);
        return { ...writer, write: () => Promise.reject(new Error('ENOSPC: no space left on device')) };
      },
    };
    assert.equal(await keep('a', 'text', { by: windowOf('one', 100, full) }), false);
    assert.deepEqual(await names(), []);
    assert.match(log.at('warn').join('\n'), /ENOSPC/);
  });

  describe('flushes a file before it gets its name', () => {
    let prototype: fs.FileHandle;
    let restore: () => void;
    beforeEach(async () => {
      const handle = await fs.open(top);
      prototype = Object.getPrototypeOf(handle) as fs.FileHandle;
      await handle.close();
      const sync = Object.getOwnPropertyDescriptor(prototype, 'sync') ?? {};
      restore = () => Object.defineProperty(prototype, 'sync', sync);
    });
    afterEach(() => restore());

    const failing = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));

    it('and does not keep it if flushing fails', async () => {
      prototype.sync = failing('ENOSPC');
      assert.equal(await keep('a', 'text'), false);
      assert.deepEqual(await names(), []);
    });

    it('unless the file system can’t flush', async () => {
      for (const code of ['EINVAL', 'ENOTSUP', 'ENOSYS', 'EPERM']) {
        prototype.sync = failing(code);
        assert.equal(await keep('a', code), true);
        assert.equal(await textOf('a'), code);
      }
    });
  });

  it('is readable by the user only', async function () {
    if (process.platform === 'win32') {
      // Windows has no such bits.
      this.skip();
    }
    await keep('a', 'text');
    const [name = ''] = await names();
    for (const one of [path.join(folder, account), path.join(folder, account, name)]) {
      assert.equal((await fs.stat(one)).mode & 0o077, 0);
    }
  });
});
