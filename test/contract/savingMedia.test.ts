import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { decodeManifest } from '../../src/core/media/manifest';
import { FolderError, type MediaFolder } from '../../src/core/media/folder';
import { mediaItems, type MediaItem } from '../../src/core/media/items';
import {
  type ConflictAnswer,
  type MediaJob,
  type MediaProgress,
  type MediaReport,
  saveMedia,
} from '../../src/core/media/saver';
import { ResultReader } from '../../src/core/results/reader';
import { DiskMediaFolder } from '../../src/platform/mediaFolder';
import { smallVideo } from '../simulator/media';
import type { FaultEffect } from '../simulator/simulator';
import { bytesOf, ownClient } from './downloadHelpers';
import { ManualClock, noon, until, useSimulator } from './helpers';

const manifestName = 'batch_1.manifest.json';

describe('Saving media', () => {
  const clock = new ManualClock();
  const size = 100_000;
  /** What was read and not yet handed on is lost when a connection breaks, so little would be left of a small file. */
  const large = 4_000_000;
  let mediaBytes = size;
  const simulator = useSimulator(() => {
    clock.time = noon;
    mediaBytes = size;
    return {
      now: clock.now,
      mediaBytes: () => mediaBytes,
      batches: [{ id: 'batch_1', createdAt: noon, status: 'COMPLETED', total: 7, failed: 2 }],
    };
  });
  let top: string;
  let folder: string;

  beforeEach(async () => {
    top = await fs.mkdtemp(path.join(os.tmpdir(), 'saving-media-'));
    folder = path.join(top, 'videos');
  });
  afterEach(() => fs.rm(top, { recursive: true, force: true }));

  const { signal } = new AbortController();
  const onMedia = (effect: FaultEffect, times = 99, id = '[^/]*') =>
    simulator().faults.add({ origin: 'files', path: new RegExp(`^/media/${id}\\.mp4$`), times, effect });
  const names = async () => (await fs.readdir(folder)).sort();
  const read = (name: string) => fs.readFile(path.join(folder, name));
  const idOf = (item: MediaItem) => item.generationId ?? '';
  const videoOf = (item: MediaItem) => smallVideo(idOf(item), mediaBytes);
  const mediaRequests = () => simulator().requests.filter((request) => request.path.startsWith('/media/'));

  /** The five videos of the batch. */
  async function items(): Promise<MediaItem[]> {
    const { client } = ownClient(simulator());
    const text = await bytesOf(await client.openResults(`${simulator().url}/v2/batches/batch_1/result`, signal));
    const reader = new ResultReader();
    const found = mediaItems([...reader.push(text), ...reader.end()]);
    simulator().clearRequests();
    return found.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  interface Options extends Partial<MediaJob> {
    inFolder?: MediaFolder;
    client?: ReturnType<typeof ownClient>;
  }

  function save(list: readonly MediaItem[], options: Options = {}): Promise<MediaReport> {
    const { inFolder = new DiskMediaFolder(folder), client = ownClient(simulator()), ...job } = options;
    return saveMedia(
      { client: client.client, clock: client.clock, log: client.log, folder: inFolder },
      { batchId: 'batch_1', items: list, signal, decide: () => assert.fail('was asked'), ...job },
    );
  }

  /** What there is of a folder, with a mistake in one of its operations. */
  function faulty(change: Partial<MediaFolder>): MediaFolder {
    const real = new DiskMediaFolder(folder);
    return {
      stat: (name) => real.stat(name),
      open: (name, from) => real.open(name, from),
      rename: (from, to, isReplacing) => real.rename(from, to, isReplacing),
      remove: (name) => real.remove(name),
      readText: (name) => real.readText(name),
      writeText: (name, text) => real.writeText(name, text),
      ...change,
    };
  }

  async function manifest() {
    const decoded = decodeManifest((await read(manifestName)).toString());
    assert.ok(decoded);
    return decoded;
  }

  it('leaves complete files, a manifest, and nothing else', async () => {
    const list = await items();
    assert.equal(list.length, 5);
    const progress: MediaProgress[] = [];
    const report = await save(list, { onProgress: (one) => progress.push(one) });
    assert.deepEqual(report.failures, []);
    assert.equal(report.manifest, manifestName);
    assert.deepEqual(
      report.saved.map(({ item, name, bytes }) => [item, name, bytes]),
      list.map((item) => [item, item.name, size]),
    );
    assert.deepEqual(await names(), [manifestName, ...list.map(({ name }) => name)].sort());
    for (const item of list) assert.deepEqual(await read(item.name), videoOf(item));
    assert.deepEqual(progress.at(-1), { filesDone: 5, filesTotal: 5, bytes: 5 * size });
    assert.ok(mediaRequests().every(({ headers }) => headers['x-api-key'] === undefined));
    const { batchId, requests } = await manifest();
    assert.equal(batchId, 'batch_1');
    assert.deepEqual(
      requests.map(({ requestId, file, bytes, outcome }) => [requestId, file, bytes, outcome]).sort(),
      list.map(({ requestId, name }) => [requestId, name, size, 'saved']).sort(),
    );
    assert.doesNotMatch((await read(manifestName)).toString(), /Signature|\?/);
  });

  it('saves the selected ones, under the names that they have among all', async () => {
    const [, second] = await items();
    assert.ok(second);
    const report = await save([second]);
    assert.equal(report.saved.length, 1);
    assert.deepEqual(await names(), [manifestName, second.name].sort());
  });

  it('does not load complete files again', async () => {
    const list = await items();
    await save(list.slice(0, 3));
    simulator().clearRequests();
    const report = await save(list);
    assert.deepEqual([report.kept.length, report.saved.length], [3, 2]);
    assert.equal(mediaRequests().length, 2);
    assert.equal((await manifest()).requests.filter(({ outcome }) => outcome === 'saved').length, 5);
  });

  it('loads a few files at a time', async () => {
    const list = await items();
    onMedia({ kind: 'hang' });
    const controller = new AbortController();
    const saving = save(list, { signal: controller.signal });
    await until(() => mediaRequests().length === 3);
    // One that was sent with these would have come before one that is sent now.
    await (await fetch(`${simulator().filesUrl}/later`)).text();
    assert.equal(mediaRequests().length, 3);
    controller.abort();
    assert.equal((await saving).unsaved.length, 5);
  });

  describe('when cancelled', () => {
    /** Cancels when half of a file is there. */
    async function cancelled(item: MediaItem): Promise<MediaReport> {
      onMedia({ kind: 'stall' }, 1, idOf(item));
      const controller = new AbortController();
      const saving = save([item], {
        signal: controller.signal,
        onProgress: ({ bytes }) => {
          if (bytes === size / 2) controller.abort();
        },
      });
      return saving;
    }

    it('keeps complete files, and incomplete ones under another name', async () => {
      const [first, second] = await items();
      assert.ok(first && second);
      await save([first]);
      const report = await cancelled(second);
      assert.equal(report.isCancelled, true);
      assert.deepEqual(report.unsaved, [second]);
      assert.deepEqual(report.failures, []);
      assert.deepEqual(
        await names(),
        [manifestName, first.name, `${second.name}.part`, `${second.name}.part.json`].sort(),
      );
      assert.equal((await read(`${second.name}.part`)).length, size / 2);
      assert.doesNotMatch((await read(`${second.name}.part.json`)).toString(), /Signature|\?/);
      assert.deepEqual(await read(first.name), videoOf(first));
    });

    it('continues the next time, and ends with the same bytes', async () => {
      const [item] = await items();
      assert.ok(item);
      await cancelled(item);
      simulator().clearRequests();
      const progress: MediaProgress[] = [];
      const report = await save([item], { onProgress: (one) => progress.push(one) });
      assert.equal(report.saved.length, 1);
      assert.deepEqual(
        mediaRequests().map(({ headers }) => headers['range']),
        [`bytes=${size / 2}-`],
      );
      assert.equal(progress.at(-1)?.bytes, size / 2);
      assert.deepEqual(await read(item.name), videoOf(item));
      assert.deepEqual(await names(), [manifestName, item.name].sort());
    });

    it('starts over if the file has changed', async () => {
      const [item] = await items();
      assert.ok(item);
      await cancelled(item);
      mediaBytes = 2 * size;
      await save([item]);
      assert.deepEqual(await read(item.name), videoOf(item));
    });

    it('starts over if the partial file is damaged', async () => {
      const [item] = await items();
      assert.ok(item);
      for (const spoil of [
        () => fs.truncate(path.join(folder, `${item.name}.part`), size + 1),
        () => fs.truncate(path.join(folder, `${item.name}.part`), 0),
        () => fs.rm(path.join(folder, `${item.name}.part`)),
      ]) {
        await cancelled(item);
        await spoil();
        await save([item]);
        assert.deepEqual(await read(item.name), videoOf(item));
        assert.deepEqual(await names(), [manifestName, item.name].sort());
        await fs.rm(folder, { recursive: true });
      }
    });

    it('only renames a partial file that is complete', async () => {
      const [item] = await items();
      assert.ok(item);
      const failing = await save([item], {
        inFolder: faulty({ rename: () => Promise.reject(new FolderError('other', 'EBUSY', 'EBUSY')) }),
      });
      assert.equal(failing.failures.length, 1);
      simulator().clearRequests();
      assert.equal((await save([item])).saved.length, 1);
      assert.equal(simulator().requests.length, 0);
      assert.deepEqual(await read(item.name), videoOf(item));
    });

    it('before it begins does nothing', async () => {
      const list = await items();
      const report = await save(list, { signal: AbortSignal.abort() });
      assert.equal(report.unsaved.length, 5);
      assert.equal(simulator().requests.length, 0);
    });

    it('while it asks the user ends', async () => {
      const [item] = await items();
      assert.ok(item);
      await fs.mkdir(folder);
      await fs.writeFile(path.join(folder, item.name), 'mine');
      const controller = new AbortController();
      const report = await save([item], {
        signal: controller.signal,
        decide: () => {
          controller.abort();
          return new Promise(() => undefined);
        },
      });
      assert.deepEqual(report.unsaved, [item]);
      assert.equal((await read(item.name)).toString(), 'mine');
    });
  });

  it('recognizes a file that got its name just before the end of the process', async () => {
    const [item] = await items();
    assert.ok(item);
    const real = new DiskMediaFolder(folder);
    await save([item], {
      inFolder: faulty({
        writeText: (name, text) =>
          name === manifestName ? Promise.reject(new FolderError('other', 'killed')) : real.writeText(name, text),
      }),
    });
    assert.deepEqual(await names(), [item.name, `${item.name}.part.json`].sort());
    simulator().clearRequests();
    assert.equal((await save([item])).kept.length, 1);
    assert.equal(simulator().requests.length, 0);
    assert.deepEqual(await names(), [manifestName, item.name].sort());
  });

  describe('if the name is taken', () => {
    const answers: ConflictAnswer[] = ['skip', 'overwrite', 'keepBoth'];
    for (const answer of answers) {
      it(`does what the user chooses: ${answer}`, async () => {
        const [item, other] = await items();
        assert.ok(item && other);
        await fs.mkdir(folder);
        await fs.writeFile(path.join(folder, item.name), 'mine');
        const asked: unknown[] = [];
        const decide: MediaJob['decide'] = (conflict) => {
          asked.push(conflict);
          return Promise.resolve(answer);
        };
        const report = await save([item, other], { decide });
        assert.deepEqual(asked, [{ item, bytes: 4 }]);
        assert.equal(report.saved.length, answer === 'skip' ? 1 : 2);
        assert.deepEqual(report.skipped, answer === 'skip' ? [item] : []);
        const both = item.name.replace('.mp4', ' (2).mp4');
        if (answer === 'overwrite') assert.deepEqual(await read(item.name), videoOf(item));
        else assert.equal((await read(item.name)).toString(), 'mine');
        if (answer === 'keepBoth') assert.deepEqual(await read(both), videoOf(item));
        assert.deepEqual(
          await names(),
          [manifestName, item.name, other.name, ...(answer === 'keepBoth' ? [both] : [])].sort(),
        );
        if (answer !== 'skip') assert.equal((await save([item, other])).kept.length, 2, 'and it is known from then on');
      });
    }

    it('asks about one file at a time', async () => {
      const list = await items();
      await fs.mkdir(folder);
      for (const { name } of list) await fs.writeFile(path.join(folder, name), 'mine');
      let asking = 0;
      const report = await save(list, {
        decide: async () => {
          assert.equal(++asking, 1);
          await new Promise((resolve) => setImmediate(resolve));
          asking--;
          return 'skip';
        },
      });
      assert.equal(report.skipped.length, 5);
    });

    it('asks again about a file that was changed after it was saved', async () => {
      const [item] = await items();
      assert.ok(item);
      await save([item]);
      await fs.appendFile(path.join(folder, item.name), 'mine');
      assert.equal((await save([item], { decide: () => Promise.resolve('skip') })).skipped.length, 1);
      assert.equal((await read(item.name)).length, size + 4);
    });

    it('asks if the file appeared during the download, and loads nothing twice', async () => {
      const [item] = await items();
      assert.ok(item);
      for (const answer of answers) {
        simulator().clearRequests();
        const real = new DiskMediaFolder(folder);
        let isFirst = true;
        const report = await save([item], {
          decide: () => Promise.resolve(answer),
          inFolder: faulty({
            rename: async (from, to, isReplacing) => {
              if (isFirst) await fs.writeFile(path.join(folder, to), 'mine');
              isFirst = false;
              return real.rename(from, to, isReplacing);
            },
          }),
        });
        assert.deepEqual(report.failures, []);
        assert.equal(mediaRequests().length, 1);
        assert.ok((await names()).every((name) => !name.includes('.part')));
        if (answer !== 'overwrite') assert.equal((await read(item.name)).toString(), 'mine');
        await fs.rm(folder, { recursive: true });
      }
    });

    it('does not touch files that only have the name of a partial file or of the manifest', async () => {
      const [item] = await items();
      assert.ok(item);
      await fs.mkdir(path.join(folder, `${item.name}.2.part`), { recursive: true });
      await fs.writeFile(path.join(top, 'secret'), 'mine');
      await fs.symlink(path.join(top, 'secret'), path.join(folder, `${item.name}.part`));
      await fs.writeFile(path.join(folder, `${item.name}.3.part.json`), 'mine');
      await fs.writeFile(path.join(folder, manifestName), '{"mine":1}');
      const report = await save([item]);
      assert.equal(report.manifest, 'batch_1.manifest-2.json');
      assert.deepEqual(await read(item.name), videoOf(item));
      assert.equal((await fs.readFile(path.join(top, 'secret'))).toString(), 'mine');
      assert.equal((await read(manifestName)).toString(), '{"mine":1}');
      assert.equal((await read(`${item.name}.3.part.json`)).toString(), 'mine');
    });

    it('writes through no link, even a prepared one', async () => {
      const [item] = await items();
      assert.ok(item);
      onMedia({ kind: 'stall' }, 1);
      const controller = new AbortController();
      await save([item], {
        signal: controller.signal,
        onProgress: ({ bytes }) => {
          if (bytes === size / 2) controller.abort();
        },
      });
      await fs.writeFile(path.join(top, 'secret'), 'mine');
      await fs.rm(path.join(folder, `${item.name}.part`));
      await fs.symlink(path.join(top, 'secret'), path.join(folder, `${item.name}.part`));
      await fs.symlink(path.join(top, 'secret'), path.join(folder, item.name));
      await save([item], { decide: () => Promise.resolve('overwrite') });
      assert.equal((await fs.readFile(path.join(top, 'secret'))).toString(), 'mine');
      assert.deepEqual(await read(item.name), videoOf(item));
    });
  });

  describe('over an unreliable network', () => {
    it('continues a file after the connection breaks', async () => {
      const [item] = await items();
      assert.ok(item);
      mediaBytes = large;
      onMedia({ kind: 'truncate' }, 2);
      const report = await save([item]);
      assert.equal(report.saved.length, 1);
      const [first, ...others] = mediaRequests().map(({ headers }) => headers['range']);
      assert.equal(first, undefined);
      assert.equal(others.length, 2);
      for (const range of others) assert.match(range ?? '', /^bytes=\d{4,}-$/);
      assert.deepEqual(await read(item.name), videoOf(item));
    });

    it('lists incomplete files, and another run completes them', async () => {
      const list = await items();
      const [bad] = list;
      assert.ok(bad);
      onMedia({ kind: 'truncate' }, 3, idOf(bad));
      const report = await save(list);
      assert.deepEqual(
        report.failures.map(({ item, error }) => [item, error.reason]),
        [[bad, 'cutOff']],
      );
      assert.equal(report.saved.length, 4);
      assert.ok(!(await names()).includes(bad.name));
      const entry = (await manifest()).requests.find(({ requestId }) => requestId === bad.requestId);
      assert.equal(entry?.outcome, 'failed');
      const again = await save(report.failures.map(({ item }) => item));
      assert.equal(again.saved.length, 1);
      assert.deepEqual(await read(bad.name), videoOf(bad));
      assert.equal((await manifest()).requests.filter(({ outcome }) => outcome === 'saved').length, 5);
    });

    it('detects a wrong length', async () => {
      const [item] = await items();
      assert.ok(item);
      onMedia({ kind: 'wrongLength', by: 1_000 });
      const report = await save([item]);
      assert.deepEqual(
        report.failures.map(({ error }) => error.reason),
        ['cutOff'],
      );
      onMedia({ kind: 'empty' });
      simulator().faults.clear();
      onMedia({ kind: 'empty' });
      await fs.rm(folder, { recursive: true });
      assert.equal((await save([item])).failures[0]?.error.reason, 'wrongShape');
      assert.deepEqual(await names(), [manifestName]);
    });

    it('gives up on a file if the server stops sending', async () => {
      const [item] = await items();
      assert.ok(item);
      onMedia({ kind: 'stall' });
      const client = ownClient(simulator());
      let received = 0;
      const saving = save([item], { client, onProgress: ({ bytes }) => void (received = bytes) });
      await until(() => received === size / 2 && client.clock.isWaiting);
      client.clock.beSilent();
      assert.equal((await saving).failures[0]?.error.reason, 'timeout');
    });

    it('stops when nothing can be reached', async () => {
      const [item] = await items();
      assert.ok(item);
      onMedia({ kind: 'reset' });
      const list = Array.from({ length: 50 }, (_, line) => ({ ...item, line, name: `${line}.mp4` }));
      const report = await save(list);
      assert.equal(report.failures.length, 50);
      assert.ok(report.failures.every(({ error }) => error.reason === 'connection'));
      // Each is tried three times, and others are under way when the third one fails.
      assert.ok(mediaRequests().length <= 15, `${mediaRequests().length} requests`);
    });
  });

  describe('with expired links', () => {
    it('renews each of them once', async () => {
      const list = await items();
      simulator().expireLinks();
      const report = await save(list);
      assert.equal(report.saved.length, 5);
      const renewals = simulator().requests.filter(({ path }) => path.startsWith('/v2/generate/'));
      assert.equal(renewals.length, 5);
      assert.ok(mediaRequests().every(({ headers }) => headers['x-api-key'] === undefined));
      assert.equal((await save(list)).kept.length, 5);
    });

    it('continues a partial file after renewing its link', async () => {
      const [item] = await items();
      assert.ok(item);
      mediaBytes = large;
      onMedia({ kind: 'truncate' }, 3);
      await save([item]);
      simulator().expireLinks();
      simulator().clearRequests();
      assert.equal((await save([item])).saved.length, 1);
      assert.match(mediaRequests().at(-1)?.headers['range'] ?? '', /^bytes=\d{4,}-$/);
      assert.deepEqual(await read(item.name), videoOf(item));
    });

    it('says which files are gone, and saves the others', async () => {
      const list = await items();
      const [noGeneration, noFile, noId, ...rest] = list;
      assert.ok(noGeneration && noFile && noId);
      simulator().expireLinks();
      const gone = (id: string) =>
        simulator().faults.add({ path: `/v2/generate/${id}`, effect: { kind: 'status', status: 404 } });
      gone(idOf(noGeneration));
      onMedia({ kind: 'status', status: 404 }, 99, idOf(noFile));
      const report = await save([noGeneration, noFile, { ...noId, generationId: undefined }, ...rest]);
      assert.deepEqual(
        report.failures.map(({ error }) => error.reason),
        ['gone', 'gone', 'expired'],
      );
      assert.equal(report.saved.length, 2);
    });
  });

  it('fetches nothing from an unsafe URL', async () => {
    const [item] = await items();
    assert.ok(item);
    const urls = [
      'file:///etc/passwd',
      'javascript:alert(1)',
      'http://files.example.test/a.mp4',
      'data:video/mp4,x',
      '',
    ];
    const report = await save(urls.map((url, line) => ({ ...item, line, url, name: `${line}.mp4` })));
    assert.ok(report.failures.every(({ error }) => error.reason === 'unsafeUrl'));
    assert.equal(report.failures.length, urls.length);
    assert.deepEqual(await names(), [manifestName]);
  });

  it('stays in its folder, whatever the names of the requests', async () => {
    const hostile = [
      '../../escape',
      '/etc/passwd',
      'CON',
      'a\\b',
      '.part',
      'x'.repeat(500),
      'é',
      'É',
      '\u202egnp.mp4',
      'NUL.mp4',
    ];
    const rows = hostile.map((requestId, line) => ({
      line,
      start: 0,
      length: 0,
      outcome: 'succeeded' as const,
      requestId,
      generationId: `g${line}`,
      outputUrl: simulator().mediaUrl(`g${line}`),
    }));
    const list = mediaItems(rows);
    const report = await save(list, { batchId: '../../CON' });
    assert.deepEqual(report.failures, []);
    assert.equal(report.saved.length, hostile.length);
    assert.deepEqual(await fs.readdir(top), ['videos']);
    assert.equal((await names()).length, hostile.length + 1);
    for (const item of list) assert.deepEqual(await read(item.name), videoOf(item));
    assert.equal((await save(list, { batchId: '../../CON' })).kept.length, hostile.length);
  });

  describe('into an unusable folder', () => {
    it('reports that something else has its name, and tries no more files', async () => {
      const list = await items();
      await fs.writeFile(folder, 'a file');
      const report = await save(list);
      assert.equal(report.failures.length, 5);
      assert.ok(report.failures.every(({ error }) => error.reason === 'noFolder'));
      assert.equal(report.manifest, undefined);
      assert.equal(mediaRequests().length, 0);
      assert.equal((await fs.readFile(folder)).toString(), 'a file');
    });

    it('reports a read-only folder', async () => {
      const list = await items();
      const denied = () => Promise.reject(new FolderError('notWritable', 'EACCES', 'EACCES'));
      const report = await save(list, { inFolder: faulty({ open: denied, writeText: denied }) });
      assert.ok(report.failures.every(({ error }) => error.reason === 'notWritable'));
      assert.equal(report.failures.length, 5);
      assert.ok(mediaRequests().length <= 3);
    });

    it('keeps the files when the disk is full, and continues when there is space again', async () => {
      const list = await items();
      await save(list.slice(0, 1));
      const real = new DiskMediaFolder(folder);
      let room = size + 60_000;
      const full: MediaFolder = faulty({
        open: async (name, from) => {
          const writer = await real.open(name, from);
          return {
            close: () => writer.close(),
            write: async (bytes) => {
              room -= bytes.byteLength;
              if (room < 0) throw new FolderError('diskFull', 'ENOSPC: no space left on device', 'ENOSPC');
              await writer.write(bytes);
            },
          };
        },
      });
      const report = await save(list, { inFolder: full });
      assert.equal(report.kept.length, 1);
      assert.ok(report.failures.length >= 2);
      assert.ok(report.failures.every(({ error }) => error.reason === 'diskFull'));
      for (const { name } of [...report.kept, ...report.saved]) assert.equal((await read(name)).length, size);
      for (const { item } of report.failures) assert.ok(!(await names()).includes(item.name));
      const again = await save(report.failures.map(({ item }) => item));
      assert.equal(again.saved.length, report.failures.length);
      for (const item of list) assert.deepEqual(await read(item.name), videoOf(item));
      assert.deepEqual(await names(), [manifestName, ...list.map(({ name }) => name)].sort());
    });
  });
});
