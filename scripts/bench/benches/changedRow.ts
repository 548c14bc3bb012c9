import type { Batch } from '../../../src/core/batches/batch';
import { BatchStore } from '../../../src/core/batches/store';
import { BatchTree } from '../../../src/editor/sidebar/batchTree';
import { systemClock as clock } from '../../../src/platform/systemClock';
import type { Figure } from '../figures';
import { manyBatches } from '../manyBatches';
import { inTurns, timeOf } from '../measure';
import { silentLog } from './loadedStore';

const rounds = 40;
const warmUp = 5;

/**
 * How long the extension host's thread is busy when a refresh brings one batch that has changed: store, diff, groups and
 * tree. The answer is there at once, so nothing is waited for.
 */
export async function benchChangedRow(count: number): Promise<Figure> {
  const [newest, ...finished] = manyBatches(count);
  if (newest === undefined) throw new Error('There is no batch to change');
  const running = (succeeded: number): Batch => ({
    ...newest,
    status: 'PROCESSING',
    metrics: { ...newest.metrics, succeeded },
  });
  const all = [running(0), ...finished];
  const ours = new Drawn(all);
  await ours.store.load();
  const result = await inTurns(
    rounds,
    warmUp,
    (round) => {
      ours.answer = [running(round + 1)];
      return timeOf(() => ours.store.loadChanges());
    },
    () => {
      const fresh = new Drawn(all);
      return timeOf(() => fresh.store.load());
    },
  );
  if (ours.redraws < rounds || ours.store.batches.length !== count) throw new Error('The row was not drawn anew');
  return {
    name: `One changed row of ${count.toLocaleString('en')}`,
    ...result,
    baselineName: 'taking in all rows anew',
    unit: 'ms',
  };
}

/** A store and the tree that draws it, as the view connects them. */
class Drawn {
  redraws = 0;
  readonly store: BatchStore;

  constructor(public answer: Batch[]) {
    this.store = new BatchStore({
      list: () => Promise.resolve(this.answer),
      get: () => Promise.resolve(this.answer[0]),
      clock,
      log: silentLog,
    });
    const tree = new BatchTree();
    tree.onDidChangeTreeData(() => this.redraws++);
    this.store.onDidChange((change) => tree.update(this.store.batches, change));
  }
}
