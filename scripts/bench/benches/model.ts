import { groupByStatus } from '../../../src/core/batches/groups';
import type { Figure } from '../figures';
import { collectGarbage, inTurns, timeOf } from '../measure';
import { load, storeOf } from './loadedStore';

const rounds = 40;
const warmUp = 5;

/** From the text of an answer to batches that are checked, filtered, sorted and grouped, against parsing its JSON. */
export async function benchModel(text: string): Promise<Figure[]> {
  const parseOnly = (): Promise<number> => {
    collectGarbage();
    return timeOf(() => JSON.parse(text) as unknown);
  };
  const first = await inTurns(
    rounds,
    warmUp,
    () => {
      collectGarbage();
      const store = storeOf(text);
      return timeOf(async () => {
        await load(store);
        groupByStatus(store.batches);
      });
    },
    parseOnly,
  );
  const known = storeOf(text);
  await load(known);
  const again = await inTurns(
    rounds,
    warmUp,
    () => {
      collectGarbage();
      return timeOf(async () => {
        await load(known);
        groupByStatus(known.batches);
      });
    },
    parseOnly,
  );
  const baselineName = 'JSON.parse';
  return [
    {
      name: 'Model of 10,000 batches',
      ...first,
      baselineName,
      unit: 'ms',
      goal: { what: 'ratio', atMost: 2 },
    },
    {
      name: '  again, nothing changed',
      ...again,
      baselineName,
      unit: 'ms',
    },
  ];
}

/** The same, done once in a process that has done nothing yet: code that is not compiled is part of what one waits for. */
export async function timeColdModel(text: string): Promise<{ ours: number; baseline: number }> {
  const baseline = await timeOf(() => JSON.parse(text) as unknown);
  const store = storeOf(text);
  const ours = await timeOf(async () => {
    await load(store);
    groupByStatus(store.batches);
  });
  return { ours, baseline };
}
