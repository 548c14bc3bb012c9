import { decodeBatchList } from '../../../src/core/api/resources/batches';
import type { BatchFilter } from '../../../src/core/batches/filter';
import { BatchStore } from '../../../src/core/batches/store';
import { systemClock } from '../../../src/platform/systemClock';

/** Looks at every batch from both sides, and lets most of them through. */
export const filter: BatchFilter = {
  statuses: ['COMPLETED', 'FAILED', 'PROCESSING'],
  created: { kind: 'range', after: Date.UTC(2024, 0), before: Date.UTC(2026, 10, 20) },
};

export const silentLog = {
  trace: (): void => undefined,
  debug: (): void => undefined,
  info: (): void => undefined,
  warn: (): void => undefined,
  error: (): void => undefined,
};

/** A store that loads what this text of an answer holds. */
export function storeOf(text: string): BatchStore {
  return new BatchStore(
    {
      list: () => Promise.resolve(decodeBatchList(JSON.parse(text)).batches),
      get: () => Promise.resolve(undefined),
      clock: systemClock,
      log: silentLog,
    },
    filter,
  );
}

/** Loads the store. @throws when that failed or brought nothing: a quick failure must not pass for a quick load. */
export async function load(store: BatchStore): Promise<void> {
  const outcome = await store.load();
  if (outcome.kind !== 'loaded' || store.batches.length === 0) throw new Error(`Loading ended as ${outcome.kind}`);
}
