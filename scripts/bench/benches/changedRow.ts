import type { Batch } from '../../../src/core/batches/batch';
import { BatchStore } from '../../../src/core/batches/store';
import { BatchTree } from '../../../src/editor/tree/batchTree';
import { systemClock as clock } from '../../../src/platform/systemClock';
import type { Figure } from '../figures';
import { manyBatches } from '../manyBatches';
import { inTurns, timeOf } from '../measure';
import { silentLog } from './loadedStore';

const rounds = 40;
const warmUp = 5;

/** How long the extension host's thread is busy when one of many batches has changed: store, diff, groups and tree. */
export async function benchChangedRow(count: number): Promise<Figure> {
  const all = manyBatches(count);
  const first = all[0];
  if (first === undefined) throw new Error('There is no batch to change');
  const ours = new Drawn();
  ours.show(all);
  const result = await inTurns(
    rounds,
    warmUp,
    (round) => {
      const changed = { ...first, status: 'PROCESSING', metrics: { ...first.metrics, succeeded: round } };
      return timeOf(() => ours.show([changed, ...all.slice(1)]));
    },
    () => timeOf(() => new Drawn().show(all)),
  );
  if (ours.redraws < rounds) throw new Error('The rows that changed were not drawn anew');
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
  private readonly store = new BatchStore({
    list: () => Promise.reject(new Error('nothing is loaded')),
    get: () => Promise.reject(new Error('nothing is loaded')),
    clock,
    log: silentLog,
  });

  constructor() {
    const tree = new BatchTree();
    tree.onDidChangeTreeData(() => this.redraws++);
    this.store.onDidChange((change) => tree.update(this.store.batches, change));
  }

  show(batches: readonly Batch[]): void {
    if (!this.store.adopt({ batches, at: Date.now(), isWhole: true })) throw new Error('The list was not taken over');
  }
}
