import { queryOf } from '../../../src/core/batches/filter';
import type { Batch } from '../../../src/core/batches/batch';
import { isFinished } from '../../../src/core/batches/status';
import { BatchStore } from '../../../src/core/batches/store';
import type { Clock } from '../../../src/core/common/clock';
import { AutoRefresh } from '../../../src/core/batches/refresh/autoRefresh';
import type { Figure } from '../figures';
import { silentLog } from './loadedStore';

const hourMs = 3_600_000;
const dayMs = 8 * hourMs;
const batchCount = 20;
const history = 200;

/** The sample script of the vendor's documentation asks for the batch that it has sent once a minute. */
const scriptIntervalMs = 60_000;

interface Cost {
  requests: number;
  bytes: number;
}

/**
 * A simulated working day with 20 batches of one to three hours: what the sidebar asks for, once with somebody looking
 * at it all day and once for ten minutes of every hour, beside one polling script for each batch.
 */
export async function benchWorkingDay(): Promise<Figure[]> {
  const script = scriptCost();
  const figures: Figure[] = [];
  for (const [name, isSeen] of [
    ['A working day, looked at all the time', () => true],
    ['A working day, looked at 10 minutes an hour', (at: number) => at % hourMs < 10 * 60_000],
  ] as const) {
    const cost = await sidebarCost(isSeen);
    const baselineName = 'polling scripts';
    figures.push(
      { name, value: cost.requests, baseline: script.requests, baselineName, unit: 'requests', n: 1 },
      { name: '', value: cost.bytes, baseline: script.bytes, baselineName, unit: 'bytes', n: 1 },
    );
  }
  return figures;
}

/** The batches as they are at a moment of the day, newest first: a history, and those of today so far. */
function batchesAt(at: number): Batch[] {
  const today: Batch[] = [];
  for (let index = 0; index < batchCount; index++) {
    const createdAt = Math.round((index / batchCount) * (dayMs - hourMs));
    const lastsMs = hourMs * (1 + (index % 3));
    if (createdAt <= at) {
      const fraction = Math.min(1, (at - createdAt) / lastsMs);
      today.unshift(batch(`today_${index}`, createdAt, fraction));
    }
  }
  for (let index = 0; index < history; index++) {
    today.push(batch(`history_${index}`, -hourMs * (index + 1), 1));
  }
  return today;
}

function batch(id: string, createdAt: number, fraction: number): Batch {
  const total = 100;
  const succeeded = Math.floor(total * fraction);
  return {
    id,
    status: fraction === 1 ? 'COMPLETED' : fraction === 0 ? 'PENDING' : 'PROCESSING',
    createdAt,
    metrics: { total, succeeded, failed: 0, pending: total - succeeded },
    outputUrl: fraction === 1 ? `https://api.sync.so/v2/batches/${id}/result` : '',
    webhookUrl: undefined,
  };
}

function bytesOf(batches: readonly Batch[]): number {
  return JSON.stringify(batches).length;
}

function scriptCost(): Cost {
  const cost: Cost = { requests: 0, bytes: 0 };
  for (let at = 0; at <= dayMs; at += scriptIntervalMs) {
    for (const running of batchesAt(at).filter(({ status }) => !isFinished(status))) {
      cost.requests++;
      cost.bytes += bytesOf([running]);
    }
  }
  return cost;
}

async function sidebarCost(isSeen: (at: number) => boolean): Promise<Cost> {
  const clock = new DayClock();
  const cost: Cost = { requests: 0, bytes: 0 };
  const answer = (batches: Batch[]): Batch[] => {
    cost.requests++;
    cost.bytes += bytesOf(batches);
    return batches;
  };
  const store = new BatchStore({
    list: ({ createdAfter = -Infinity }) =>
      Promise.resolve(answer(batchesAt(clock.now()).filter(({ createdAt }) => (createdAt ?? 0) >= createdAfter))),
    get: (id) => Promise.resolve(answer(batchesAt(clock.now()).filter((candidate) => candidate.id === id))[0]),
    clock,
    log: silentLog,
  });
  const live = new AutoRefresh({
    store,
    clock,
    random: () => 0.5,
    log: silentLog,
    canLoad: () => true,
    lease: () => undefined,
    subscribed: () => new Set(),
    settings: () => ({ isAutomatic: true, intervalMs: 30_000 }),
  });
  for (let at = 0; at <= dayMs; at += 1_000) {
    await clock.advanceTo(at);
    live.setAttention({ isVisible: isSeen(at), isFocused: true });
  }
  live.dispose();
  if (queryOf(store.filter, 0).status !== undefined || store.batches.length < history)
    throw new Error('The day failed');
  return cost;
}

/** A clock that is moved by hand. */
class DayClock implements Clock {
  private at = 0;
  private timers: { readonly at: number; readonly callback: () => void }[] = [];

  now(): number {
    return this.at;
  }

  schedule(delayMs: number, callback: () => void): () => void {
    const timer = { at: this.at + delayMs, callback };
    this.timers.push(timer);
    return () => (this.timers = this.timers.filter((other) => other !== timer));
  }

  async advanceTo(at: number): Promise<void> {
    this.at = at;
    for (const timer of this.timers.filter((candidate) => candidate.at <= at)) {
      this.timers = this.timers.filter((other) => other !== timer);
      timer.callback();
    }
    // What was asked for is answered at once: a few turns of the microtask queue.
    for (let turn = 0; turn < 30; turn++) await Promise.resolve();
  }
}
