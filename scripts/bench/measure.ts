import { performance } from 'node:perf_hooks';
import type { Comparison } from './figures';

/** Does something once and returns the measured amount, without its preparation. */
type Repetition = (index: number) => number | Promise<number>;

/**
 * Repeats two measurements alternately, so that a slow phase of the machine affects both, and each goes first as often as
 * the other. The first rounds are for warming up and do not count.
 */
export async function inTurns(
  rounds: number,
  warmUp: number,
  ours: Repetition,
  baseline: Repetition,
): Promise<Comparison> {
  const amounts = { ours: [] as number[], baseline: [] as number[] };
  for (let round = 0; round < warmUp + rounds; round++) {
    const turns = [
      async () => (round < warmUp ? [] : amounts.ours).push(await ours(round)),
      async () => (round < warmUp ? [] : amounts.baseline).push(await baseline(round)),
    ];
    for (const turn of round % 2 === 0 ? turns : turns.reverse()) await turn();
  }
  return compare(amounts.ours, amounts.baseline);
}

/** Compares measurements with the same number of measurements of the baseline. */
export function compare(ours: readonly number[], baseline: readonly number[]): Comparison {
  return {
    value: median(ours),
    baseline: median(baseline),
    n: ours.length,
    least: { value: Math.min(...ours), baseline: Math.min(...baseline) },
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  const lower = sorted.length % 2 === 0 ? sorted[middle - 1] : upper;
  if (upper === undefined || lower === undefined) throw new Error('There is no median of nothing');
  return (lower + upper) / 2;
}

/** How long `act` takes, in milliseconds with fractions. A promise is waited for. */
export async function timeOf(act: () => unknown): Promise<number> {
  const start = performance.now();
  const result = act();
  if (result instanceof Promise) await result;
  return performance.now() - start;
}

/** Collects garbage, so that no measurement pays for the garbage of another. Node must run with `--expose-gc`. */
export function collectGarbage(): void {
  if (globalThis.gc === undefined) throw new Error('Node was started without --expose-gc');
  globalThis.gc();
}
