import { fork } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BatchClient } from '../../../src/core/api/client';
import { Http } from '../../../src/core/api/http/http';
import { type MediaItem, mediaItems } from '../../../src/core/media/items';
import { saveMedia } from '../../../src/core/media/saver';
import { ResultReader } from '../../../src/core/results/reader';
import { DiskMediaFolder } from '../../../src/platform/mediaFolder';
import { nodeTransport } from '../../../src/platform/nodeTransport';
import { systemClock as clock } from '../../../src/platform/systemClock';
import { startSimulator } from '../../../test/simulator/simulator';
import { makeTempDir } from '../../lib/tempDir';
import type { Figure } from '../figures';
import { inTurns, timeOf } from '../measure';
import { silentLog } from './loadedStore';

const rounds = 7;
const warmUp = 2;
const videoCount = 20;
const videoBytes = 2_000_000;
/** As many as `saveMedia` downloads at the same time. */
const maxConcurrent = 3;
const key = 'bench-key';
const batchId = 'batch_media';

/** Saves the videos of a batch, against a plain `fetch` of each into a file: one after another, and as many at once. */
export async function benchSavingMedia(): Promise<Figure[]> {
  const server = fork(process.argv[1] ?? '', ['mediaServer'], { execArgv: [] });
  const folder = makeTempDir('syncb-bench-media');
  try {
    const [url] = (await once(server, 'message')) as [string];
    const http = new Http({ fetch: nodeTransport, clock, random: Math.random, log: silentLog, redact: (text) => text });
    const client = new BatchClient(http, url, key, silentLog);
    const items = await itemsOf(client, url);
    const inFreshFolder = async (save: (target: string) => Promise<void>): Promise<number> => {
      const target = fs.mkdtempSync(path.join(folder.path, 'videos-'));
      const ms = await timeOf(() => save(target));
      for (const { name } of items) {
        if (fs.statSync(path.join(target, name)).size < videoBytes) throw new Error(`${name} is not whole`);
      }
      fs.rmSync(target, { recursive: true });
      return ms;
    };
    const ours = (): Promise<number> =>
      inFreshFolder(async (target) => {
        const decide = (): Promise<never> => Promise.reject(new Error('Nothing should be in the way'));
        const report = await saveMedia(
          { client, folder: new DiskMediaFolder(target), clock, log: silentLog },
          { batchId, items, signal: new AbortController().signal, decide },
        );
        if (report.saved.length !== items.length) throw new Error(`${report.saved.length} videos were saved`);
      });
    const plain = (concurrency: number) => (): Promise<number> =>
      inFreshFolder((target) => fetchAll(items, target, concurrency));
    const one = await inTurns(rounds, warmUp, ours, plain(1));
    const several = await inTurns(rounds, warmUp, ours, plain(maxConcurrent));
    const megabytes = (videoCount * videoBytes) / 1e6;
    return [
      {
        name: `Save ${videoCount} videos, ${megabytes} MB`,
        ...one,
        baselineName: 'fetch to file, one by one',
        unit: 'ms',
      },
      { name: '  the same', ...several, baselineName: `fetch to file, ${maxConcurrent} at once`, unit: 'ms' },
    ];
  } finally {
    server.disconnect();
    folder.remove();
  }
}

/** Runs in a separate process, so that serving counts in neither figure. Ends when its parent disconnects. */
export async function serveMedia(): Promise<void> {
  const batch = { id: batchId, createdAt: Date.now(), status: 'COMPLETED', total: videoCount, succeeded: videoCount };
  const simulator = await startSimulator({ keys: [key], mediaBytes: videoBytes, batches: [batch] });
  const released = once(process, 'disconnect');
  process.send?.(simulator.url);
  await released;
  await simulator.stop();
}

async function itemsOf(client: BatchClient, url: string): Promise<MediaItem[]> {
  const { signal } = new AbortController();
  const download = await client.openResults(`${url}/v2/batches/${batchId}/result`, signal);
  const reader = new ResultReader();
  const rows = [];
  for await (const chunk of download.chunks) rows.push(...reader.push(chunk));
  const items = mediaItems([...rows, ...reader.end()]);
  if (items.length !== videoCount) throw new Error(`There are ${items.length} videos instead of ${videoCount}`);
  return items;
}

async function fetchAll(items: readonly MediaItem[], target: string, concurrency: number): Promise<void> {
  const waiting = [...items];
  const work = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      const { body } = await fetch(item.url);
      if (body === null) throw new Error('The answer has no body');
      await pipeline(Readable.fromWeb(body), fs.createWriteStream(path.join(target, item.name)));
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
}
