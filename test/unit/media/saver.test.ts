import * as assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import type { BatchClient } from '../../../src/core/api/client';
import type { Download } from '../../../src/core/api/http/download';
import { ApiError } from '../../../src/core/api/http/errors';
import { decodeManifest } from '../../../src/core/media/manifest';
import { FolderError } from '../../../src/core/media/folder';
import type { MediaItem } from '../../../src/core/media/items';
import { type MediaReport, saveMedia } from '../../../src/core/media/saver';
import { DiskMediaFolder } from '../../../src/platform/mediaFolder';
import { FakeClock } from '../support/fakeClock';
import { RecordingLog } from '../support/recordingLog';

const manifestName = 'b.manifest.json';
const body = new Uint8Array(1_000).fill(120);

/** A promise that a test resolves. */
function gate() {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

const itemOf = (requestId: string, line = 0): MediaItem => ({
  line,
  requestId,
  url: `https://files.example.test/${requestId}.mp4`,
  name: `${requestId}.mp4`,
});
const itemsOf = (...requestIds: string[]): MediaItem[] => requestIds.map(itemOf);

/** The download of a video of 1,000 bytes from an offset. */
function download(start: number, parts: () => AsyncIterable<Uint8Array>): Download {
  return {
    start,
    version: { etag: '"1"', lastModified: undefined, totalBytes: body.length },
    chunks: parts(),
    close: () => undefined,
  };
}

/** The download of the whole video. */
const whole = (): Promise<Download> =>
  Promise.resolve(
    download(0, async function* () {
      yield await Promise.resolve(body);
    }),
  );
const offline = (): Promise<Download> => Promise.reject(new ApiError('dns', 'no such host'));

// Several runs in one folder on the disk. See savingMedia.test.ts for the rest, with the simulator.
describe('Saving media', () => {
  let where: string;
  let asked: string[];
  beforeEach(async () => {
    where = await fs.mkdtemp(path.join(os.tmpdir(), 'media-saver-'));
    asked = [];
  });
  afterEach(() => fs.rm(where, { recursive: true, force: true }));

  function save(items: readonly MediaItem[], openMedia: BatchClient['openMedia'], folder = new DiskMediaFolder(where)) {
    return saveMedia(
      {
        client: { openMedia, renewMedia: () => Promise.resolve(undefined) },
        folder,
        clock: new FakeClock(),
        log: new RecordingLog(),
      },
      {
        batchId: 'b',
        items,
        signal: new AbortController().signal,
        decide: ({ item }) => {
          asked.push(item.name);
          return Promise.resolve('skip');
        },
      },
    );
  }

  const counts = ({ saved, alreadySaved, failures }: MediaReport): number[] => [
    saved.length,
    alreadySaved.length,
    failures.length,
  ];
  const notedAs = async (): Promise<string[]> => {
    const manifest = decodeManifest(await fs.readFile(path.join(where, manifestName), 'utf8'));
    return (manifest?.requests ?? []).map(({ requestId, outcome }) => `${requestId} ${outcome}`).sort();
  };

  it('leaves no gap in a video that two runs save at the same time', async () => {
    const [first, asking, more, opened] = [gate(), gate(), gate(), gate()];
    const one = save(itemsOf('r'), () =>
      Promise.resolve(
        download(0, async function* () {
          yield body.subarray(0, 300);
          first.open();
          await asking.opened;
          yield body.subarray(300, 600);
          more.open();
          await opened.opened;
          yield body.subarray(600);
        }),
      ),
    );
    await first.opened;
    const two = save(itemsOf('r'), async (_url, _signal, resume) => {
      asking.open();
      await more.opened;
      const start = resume?.bytes ?? 0;
      return download(start, async function* () {
        yield await Promise.resolve(body.subarray(start));
      });
    });
    const second = await two;
    opened.open();
    assert.deepEqual(counts(await one), [1, 0, 0]);
    assert.ok(second.failures[0]?.error instanceof FolderError);
    assert.deepEqual(new Uint8Array(await fs.readFile(path.join(where, 'r.mp4'))), body);
    assert.deepEqual(await notedAs(), ['r saved']);
  });

  describe('without a network', () => {
    const bad = ['r0', 'r1', 'r2'];
    const items = itemsOf(...bad, 'r3', 'r4', 'r5', 'r6');
    beforeEach(() =>
      save(items, (url) => (/r[012]/.test(url) ? Promise.reject(new ApiError('gone', 'it is gone')) : whole())),
    );

    it('finds files that are already saved, and keeps their entries', async () => {
      assert.deepEqual(counts(await save(items, offline)), [0, 4, 3]);
      assert.deepEqual(counts(await save(items, whole)), [3, 4, 0]);
      assert.deepEqual(asked, []);
    });

    it('keeps the entries of files that it can not access', async () => {
      const before = await notedAs();
      class Unplugged extends DiskMediaFolder {
        override stat(name: string) {
          const error = new FolderError('noFolder', 'the disk is not there');
          return name === manifestName ? super.stat(name) : Promise.reject(error);
        }
      }
      assert.deepEqual(counts(await save(items, offline, new Unplugged(where))), [0, 0, 7]);
      assert.deepEqual(await notedAs(), before);
    });
  });

  it('lists the files of two runs at the same time in one manifest', async () => {
    const [begun, go] = [gate(), gate()];
    const one = save(itemsOf('a'), async () => {
      begun.open();
      await go.opened;
      return whole();
    });
    await begun.opened;
    await save(itemsOf('b', 'c'), whole);
    go.open();
    await one;
    assert.deepEqual(await notedAs(), ['a saved', 'b saved', 'c saved']);
    assert.deepEqual(counts(await save(itemsOf('a', 'b', 'c'), offline)), [0, 3, 0]);
  });

  it('does not replace the entry of a video that another run saved with its own failure', async () => {
    const [begun, go] = [gate(), gate()];
    const one = save(itemsOf('a', 'b'), async (url) => {
      if (url.includes('/a.')) {
        throw new ApiError('server', 'not now');
      }
      begun.open();
      await go.opened;
      return whole();
    });
    await begun.opened;
    await save(itemsOf('a'), whole);
    go.open();
    await one;
    assert.deepEqual(await notedAs(), ['a saved', 'b saved']);
  });

  it('does not overwrite other files with its manifest', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `b.manifest${index === 0 ? '' : `-${index + 1}`}.json`);
    for (const name of names) {
      await fs.writeFile(path.join(where, name), 'mine');
    }
    const report = await save(itemsOf('a'), whole);
    assert.deepEqual([counts(report), report.manifest], [[0, 0, 1], undefined]);
    for (const name of names) {
      assert.equal(await fs.readFile(path.join(where, name), 'utf8'), 'mine');
    }
  });
});
