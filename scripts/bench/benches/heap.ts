import { groupByStatus } from '../../../src/core/batches/groups';
import type { Figure } from '../figures';
import { collectGarbage, inTurns } from '../measure';
import { load, storeOf } from './loadedStore';

const rounds = 7;
const warmUp = 2;

/** The heap that the model of a list keeps, against that of the same list as JSON.parse gives it. */
export async function benchHeap(text: string, count: number): Promise<Figure> {
  const { value, baseline, n } = await inTurns(
    rounds,
    warmUp,
    () =>
      heapKeptBy(async () => {
        const store = storeOf(text);
        await load(store);
        return [store, groupByStatus(store.batches)];
      }),
    () => heapKeptBy(() => JSON.parse(text) as unknown),
  );
  return {
    name: 'Heap kept for a batch',
    value: value / count,
    baseline: baseline / count,
    baselineName: 'as JSON.parse gives it',
    unit: 'bytes',
    n,
  };
}

/** Bytes of heap that what is made takes, for as long as it is kept. */
export async function heapKeptBy(make: () => unknown): Promise<number> {
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const kept = await make();
  // What is waiting for its turn may still hold something.
  await new Promise((resolve) => setImmediate(resolve));
  collectGarbage();
  const after = process.memoryUsage().heapUsed;
  if (kept === undefined) throw new Error('Nothing was kept');
  return after - before;
}
