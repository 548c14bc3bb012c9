import { ResultReader } from '../../../src/core/results/reader';
import type { ResultRow } from '../../../src/core/results/row';
import type { Figure } from '../figures';
import { collectGarbage, inTurns, timeOf } from '../measure';
import { heapKeptBy } from './heap';

const rounds = 15;
const warmUp = 3;
const heapRounds = 7;
const heapWarmUp = 2;
/** As a file arrives from the network. */
const chunkBytes = 65_536;

/**
 * From the bytes of a result file to its rows, as they arrive, against `JSON.parse` of each line of the same text, which
 * is decoded and in memory.
 */
export async function benchResults(text: string, count: number): Promise<Figure[]> {
  const bytes = new TextEncoder().encode(text);
  const parse = (): Promise<number> => {
    collectGarbage();
    return timeOf(() => parseLines(text));
  };
  const firstRow = await inTurns(
    rounds,
    warmUp,
    () => {
      collectGarbage();
      return timeOf(() => expectCount(readRows(bytes, 1).length > 0));
    },
    parse,
  );
  const allRows = await inTurns(
    rounds,
    warmUp,
    () => {
      collectGarbage();
      return timeOf(() => expectCount(readRows(bytes).length === count));
    },
    parse,
  );
  const heap = await inTurns(
    heapRounds,
    heapWarmUp,
    () => heapKeptBy(() => readRows(bytes)),
    () => heapKeptBy(() => parseLines(text)),
  );
  const rows = count.toLocaleString('en');
  return [
    { name: `First row of ${rows} results`, ...firstRow, baselineName: 'JSON.parse of all lines', unit: 'ms' },
    { name: '  all rows', ...allRows, baselineName: 'JSON.parse of all lines', unit: 'ms' },
    {
      name: 'Heap kept for a row of results',
      value: heap.value / count,
      baseline: heap.baseline / count,
      baselineName: 'as JSON.parse gives it',
      unit: 'bytes',
      n: heap.n,
    },
  ];
}

/** All rows, or those of as many chunks as it takes to have so many. */
function readRows(bytes: Uint8Array, atLeast = Infinity): ResultRow[] {
  const reader = new ResultReader();
  const rows: ResultRow[] = [];
  for (let start = 0; start < bytes.length && rows.length < atLeast; start += chunkBytes) {
    for (const row of reader.push(bytes.subarray(start, start + chunkBytes))) rows.push(row);
  }
  if (rows.length < atLeast) rows.push(...reader.end());
  return rows;
}

function parseLines(text: string): unknown[] {
  const values: unknown[] = [];
  for (let start = 0; start < text.length;) {
    const end = text.indexOf('\n', start);
    const next = end === -1 ? text.length : end;
    if (next > start) values.push(JSON.parse(text.slice(start, next)));
    start = next + 1;
  }
  return values;
}

/** What reads nothing must not pass for what reads quickly. */
function expectCount(isRight: boolean): void {
  if (!isRight) throw new Error('The rows were not read');
}
