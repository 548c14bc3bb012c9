import * as v from 'valibot';
import type { FromPage, PageState } from '../../core/results/protocol';

const line = v.pipe(v.number(), v.integer(), v.minValue(0));
const only = <const T extends string>(type: T) => v.object({ type: v.literal(type) });
const ofLine = <const T extends string>(type: T) => v.object({ type: v.literal(type), line });

/** All messages of the page. They are validated because the page shows text from the API. */
const message = v.variant('type', [
  only('ready'),
  only('reload'),
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

/** @returns undefined if the value is not a valid message. */
export function parseFromPage(value: unknown): FromPage | undefined {
  const parsed = v.safeParse(message, value);
  return parsed.success ? parsed.output : undefined;
}

const state = v.object({ batchId: v.pipe(v.string(), v.nonEmpty()) });

/** @returns the batch ID in the saved state of a page, or undefined if the state is invalid. */
export function batchIdOfState(value: unknown): PageState['batchId'] | undefined {
  const parsed = v.safeParse(state, value);
  return parsed.success ? parsed.output.batchId : undefined;
}
