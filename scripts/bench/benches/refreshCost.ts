import { BatchClient } from '../../../src/core/api/client';
import { type FetchLike, Http } from '../../../src/core/api/http/http';
import { BatchStore } from '../../../src/core/batches/store';
import { nodeTransport } from '../../../src/platform/nodeTransport';
import { systemClock as clock } from '../../../src/platform/systemClock';
import { startSimulator } from '../../../test/simulator/simulator';
import type { BatchSeed } from '../../../test/simulator/types';
import type { Figure } from '../figures';
import { silentLog } from './loadedStore';

const histories = [100, 1_000, 10_000] as const;
const unfinished = 5;
const key = 'bench-key';

interface Cost {
  requests: number;
  bytes: number;
}

/**
 * What a refresh costs over real HTTP with histories of different lengths and a few unfinished batches: when these are
 * the newest, and when one of them lingers as the oldest of all.
 */
export async function benchRefreshCost(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [place, lingers] of [
    ['newest', false],
    ['one the oldest', true],
  ] as const) {
    const costs = new Map<number, Cost>();
    for (const history of histories) {
      costs.set(history, await refreshCost(history, lingers));
    }
    const least = costs.get(histories[0]);
    for (const history of histories) {
      const cost = costs.get(history);
      if (cost === undefined || least === undefined) throw new Error('A cost is missing');
      const name = `Refresh, history ${history.toLocaleString('en')}, unfinished ${place}`;
      const baselineName = `history ${histories[0]}`;
      const goal = { what: 'ratio', atMost: 1.1 } as const;
      figures.push(
        { name, value: cost.requests, baseline: least.requests, baselineName, unit: 'requests', n: 1, goal },
        { name: '', value: cost.bytes, baseline: least.bytes, baselineName, unit: 'bytes', n: 1, goal },
      );
    }
  }
  return figures;
}

async function refreshCost(history: number, oneLingers: boolean): Promise<Cost> {
  const simulator = await startSimulator({ keys: [key], batches: batches(history, oneLingers) });
  const cost: Cost = { requests: 0, bytes: 0 };
  const fetch: FetchLike = async (url, init) => {
    cost.requests++;
    const response = await nodeTransport(url, init);
    return { ...response, body: response.body === null ? null : counted(response.body, cost) };
  };
  try {
    const http = new Http({ fetch, clock, random: Math.random, log: silentLog, redact: (text) => text });
    const client = new BatchClient(http, simulator.url, key, silentLog);
    const store = new BatchStore({
      list: (query, signal) => client.listBatches(query, signal),
      get: (id, signal) => client.getBatch(id, signal),
      clock,
      log: silentLog,
    });
    const first = await store.load();
    if (first.kind !== 'loaded' || store.batches.length !== history + unfinished) throw new Error('The load failed');
    cost.requests = 0;
    cost.bytes = 0;
    const refresh = await store.loadChanges();
    if (refresh.kind !== 'loaded') throw new Error('The refresh failed');
    return { ...cost };
  } finally {
    await simulator.stop();
  }
}

async function* counted(body: AsyncIterable<Uint8Array | string>, cost: Cost): AsyncIterable<Uint8Array | string> {
  for await (const chunk of body) {
    cost.bytes += chunk.length;
    yield chunk;
  }
}

function batches(history: number, oneLingers: boolean): BatchSeed[] {
  const newest = Date.UTC(2026, 10, 24);
  const seeds: BatchSeed[] = [];
  for (let index = 0; index < history + unfinished; index++) {
    const isUnfinished =
      index < unfinished - (oneLingers ? 1 : 0) || (oneLingers && index === history + unfinished - 1);
    seeds.push({
      id: `batch_${String(index).padStart(6, '0')}`,
      createdAt: newest - index * 60_000,
      status: isUnfinished ? 'PROCESSING' : 'COMPLETED',
      total: 100,
      succeeded: isUnfinished ? 40 : 100,
      failed: 0,
    });
  }
  return seeds;
}
