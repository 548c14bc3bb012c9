import * as assert from 'node:assert/strict';
import type { BatchQuery } from '../../../src/core/api/resources/batches';
import type { Batch } from '../../../src/core/batches/batch';
import type { BatchFilter } from '../../../src/core/batches/filter';
import { type BatchesEnded, BatchStore } from '../../../src/core/batches/store';
import { FakeClock } from './fakeClock';
import { RecordingLog } from './recordingLog';

/** A server with the batches of one account. Records its requests. */
export class ModelServer {
  /** A list's query, or the ID of a single batch. */
  readonly asked: (BatchQuery | string)[] = [];
  /** Thrown instead of every answer. */
  failure: Error | undefined;
  private readonly known = new Map<string, Batch>();

  constructor(...batches: Batch[]) {
    this.put(...batches);
  }

  get batches(): Batch[] {
    return [...this.known.values()];
  }

  /** Adds or replaces batches. */
  put(...batches: Batch[]): void {
    for (const batch of batches) {
      this.known.set(batch.id, batch);
    }
  }

  remove(id: string): void {
    this.known.delete(id);
  }

  /** New objects, like parsed ones. A batch without a valid time passes every bound. */
  list(query: BatchQuery): Batch[] {
    this.take(query);
    const { status, createdAfter = -Infinity, createdBefore = Infinity } = query;
    return this.batches
      .filter(
        (batch) =>
          (status === undefined || batch.status === status) &&
          (batch.createdAt === undefined || (batch.createdAt >= createdAfter && batch.createdAt <= createdBefore)),
      )
      .map((batch) => ({ ...batch }));
  }

  get(id: string): Batch | undefined {
    this.take(id);
    const batch = this.known.get(id);
    return batch && { ...batch };
  }

  private take(asked: BatchQuery | string): void {
    this.asked.push(asked);
    if (this.failure !== undefined) {
      throw this.failure;
    }
  }
}

/** A store whose loads the server answers immediately. */
export function storeOn(server: ModelServer, clock: FakeClock, filter?: BatchFilter): BatchStore {
  return new BatchStore(
    {
      list: (query) => Promise.resolve(query).then((asked) => server.list(asked)),
      get: (id) => Promise.resolve(id).then((asked) => server.get(asked)),
      clock,
      log: new RecordingLog(),
    },
    filter,
  );
}

/** A store after its first load, and its requests and events since then. */
export async function loadedStore(server: ModelServer, filter?: BatchFilter) {
  const clock = new FakeClock();
  const store = storeOn(server, clock, filter);
  const ended: BatchesEnded[] = [];
  store.onDidEnd((end) => ended.push(end));
  assert.deepEqual(await store.load(), { kind: 'loaded' });
  server.asked.length = 0;
  return { clock, store, ended, ids: () => store.batches.map(({ id }) => id) };
}
