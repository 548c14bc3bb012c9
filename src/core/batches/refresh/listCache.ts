import * as v from 'valibot';
import { type Batch, compareByNewest } from '../batch';
import { isFinished } from '../status';
import type { KnownBatches } from '../store';
import { parseJson } from '../../common/json';

/** How many batches are kept between two starts: the newest, and all that are unfinished. */
export const maxStoredBatches = 2_000;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
/** A moment that a calendar can show: any other number makes formatting it fail. */
const moment = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Date.UTC(9999, 11, 31)));
const storedBatch = v.object({
  id: v.pipe(v.string(), v.minLength(1)),
  status: v.pipe(v.string(), v.minLength(1)),
  createdAt: v.optional(moment),
  metrics: v.object({ total: count, succeeded: count, failed: count, pending: count }),
  outputUrl: v.string(),
  webhookUrl: v.optional(v.string()),
});
const storedList = v.object({
  version: v.literal(1),
  at: moment,
  isWhole: v.boolean(),
  batches: v.array(v.unknown()),
});

/** The list as text. A URL that carries a signature is left out: it is a credential, and soon of no use. */
export function encodeList({ batches, at, isWhole }: KnownBatches): string {
  const newest = batches.slice(0, maxStoredBatches);
  const older = batches.slice(maxStoredBatches).filter((batch) => !isFinished(batch.status));
  const stored = [...newest, ...older].map((batch) => (isPlain(batch.outputUrl) ? batch : { ...batch, outputUrl: '' }));
  return JSON.stringify({ version: 1, at, isWhole: isWhole && stored.length === batches.length, batches: stored });
}

/** Reads what {@link encodeList} wrote. What can't be understood is left out. */
export function decodeList(text: string | undefined): KnownBatches | undefined {
  const parsed = v.safeParse(storedList, parseJson(text));
  if (!parsed.success) {
    return undefined;
  }
  const batches = parsed.output.batches.flatMap((value): Batch[] => {
    const batch = v.safeParse(storedBatch, value);
    return batch.success
      ? [{ ...batch.output, createdAt: batch.output.createdAt, webhookUrl: batch.output.webhookUrl }]
      : [];
  });
  const { at, isWhole } = parsed.output;
  return {
    batches: batches.sort(compareByNewest),
    at,
    isWhole: isWhole && batches.length === parsed.output.batches.length,
  };
}

function isPlain(url: string): boolean {
  return !/[?#]/.test(url);
}
