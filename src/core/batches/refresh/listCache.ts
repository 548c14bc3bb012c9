import * as v from 'valibot';
import { type Batch, compareByNewest } from '../batch';
import { isFinished } from '../status';
import type { BatchSnapshot } from '../store';
import { parseJson } from '../../common/json';

/** How many of the newest batches are stored for the next session. Older unfinished batches are stored too. */
export const maxStoredBatches = 2_000;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
/** A time that can be formatted as a date: formatting throws for larger numbers. */
const time = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Date.UTC(9999, 11, 31)));
const storedBatch = v.object({
  id: v.pipe(v.string(), v.minLength(1)),
  status: v.pipe(v.string(), v.minLength(1)),
  createdAt: v.optional(time),
  metrics: v.object({ total: count, succeeded: count, failed: count, pending: count }),
  outputUrl: v.string(),
  webhookUrl: v.optional(v.string()),
});
const storedList = v.object({
  version: v.literal(1),
  at: time,
  isWhole: v.boolean(),
  batches: v.array(v.unknown()),
});

/** Encodes a list as JSON. Omits signed URLs: they are credentials and expire soon. */
export function encodeList({ batches, at, isWhole }: BatchSnapshot): string {
  const newest = batches.slice(0, maxStoredBatches);
  const older = batches.slice(maxStoredBatches).filter((batch) => !isFinished(batch.status));
  const stored = [...newest, ...older].map((batch) =>
    isUnsigned(batch.outputUrl) ? batch : { ...batch, outputUrl: '' },
  );
  return JSON.stringify({ version: 1, at, isWhole: isWhole && stored.length === batches.length, batches: stored });
}

/** Decodes the JSON of {@link encodeList}. Skips invalid batches. @returns undefined if the file as a whole is invalid. */
export function decodeList(text: string | undefined): BatchSnapshot | undefined {
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

function isUnsigned(url: string): boolean {
  return !/[?#]/.test(url);
}
