import * as assert from 'node:assert/strict';
import type { BatchQuery } from '../../../src/core/api/resources/batches';
import { ApiError } from '../../../src/core/api/http/errors';
import type { Batch } from '../../../src/core/batches/batch';
import type { BatchFilter } from '../../../src/core/batches/filter';
import { type BatchesEnded, BatchStore, type LoadOutcome, type StoreChange } from '../../../src/core/batches/store';
import { FakeClock, settle } from './fakeClock';
import { RecordingLog } from './recordingLog';

interface Request<T> {
  readonly signal: AbortSignal;
  answer(value: T): void;
  fail(error: unknown): void;
}

export interface ListRequest extends Request<Batch[]> {
  readonly query: BatchQuery;
}

export interface ReadRequest extends Request<Batch | undefined> {
  readonly id: string;
}

export const serverError = new ApiError('server', 'HTTP 500');

/** A filter for these statuses and all dates. */
export function statuses(...chosen: string[]): BatchFilter {
  return { statuses: chosen, created: undefined };
}

/** A store whose loads the test answers by hand. */
export function storeByHand(filter?: BatchFilter) {
  const clock = new FakeClock();
  const log = new RecordingLog();
  const requests: ListRequest[] = [];
  const reads: ReadRequest[] = [];
  const store = new BatchStore(
    {
      clock,
      log,
      list: (query, signal) => obedient(signal, (request) => requests.push({ query, ...request })),
      get: (id, signal) => obedient(signal, (request) => reads.push({ id, ...request })),
    },
    filter,
  );
  const changes: StoreChange[] = [];
  const ended: BatchesEnded[] = [];
  store.onDidChange((change) => changes.push(change));
  store.onDidEnd((end) => ended.push(end));
  const answerLast = async (loading: Promise<LoadOutcome>, batches: Batch[]): Promise<void> => {
    await settle();
    requests.at(-1)?.answer(batches);
    assert.deepEqual(await loading, { kind: 'loaded' });
  };
  const load = (batches: Batch[]): Promise<void> => answerLast(store.load(), batches);
  /** For changes within one list. */
  const loadChanges = (batches: Batch[]): Promise<void> => answerLast(store.loadChanges(), batches);
  const failLoad = async (error: unknown): Promise<LoadOutcome> => {
    const loading = store.load();
    await settle();
    requests.at(-1)?.fail(error);
    return loading;
  };
  return { clock, log, requests, reads, store, changes, ended, load, loadChanges, failLoad };
}

/** Like the HTTP layer: an aborted request ends with the reason, or does not begin. */
function obedient<T>(signal: AbortSignal, begin: (request: Request<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    if (signal.aborted) {
      onAbort();
    }
    signal.addEventListener('abort', onAbort);
    begin({ signal, answer: resolve, fail: reject });
  });
}
