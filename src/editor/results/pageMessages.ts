import * as v from 'valibot';
import type { FromPage, PageState } from '../../core/results/protocol';

const line = v.pipe(v.number(), v.integer(), v.minValue(0));
const only = <const T extends string>(type: T) => v.object({ type: v.literal(type) });
const ofLine = <const T extends string>(type: T) => v.object({ type: v.literal(type), line });

/** Everything that the page may ask for. It shows text from outside, and so what it says is looked at, not believed. */
const message = v.variant('type', [
  only('ready'),
  only('retry'),
  only('cancel'),
  ofLine('detail'),
  v.object({ type: v.literal('play'), line, input: v.optional(line) }),
  ofLine('openOutput'),
  ofLine('copyOutput'),
  ofLine('copyRequestId'),
  v.object({ type: v.literal('openText'), line: v.optional(line) }),
  only('saveResults'),
  v.object({ type: v.literal('saveMedia'), lines: v.optional(v.pipe(v.array(line), v.maxLength(1_000_000))) }),
  only('exportFailed'),
]);

/** @returns nothing for what is no message of the page. */
export function parseFromPage(value: unknown): FromPage | undefined {
  const parsed = v.safeParse(message, value);
  return parsed.success ? parsed.output : undefined;
}

const state = v.object({ batchId: v.pipe(v.string(), v.nonEmpty()) });

/** Of which batch a page was, from what it remembers of itself. */
export function batchIdOfState(value: unknown): PageState['batchId'] | undefined {
  const parsed = v.safeParse(state, value);
  return parsed.success ? parsed.output.batchId : undefined;
}
