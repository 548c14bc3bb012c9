import * as v from 'valibot';
import type { BatchQuery } from '../api/resources/batches';
import type { Batch } from './batch';
import { isKnownStatus } from './status';

/** The ready-made spans of Filter by Date, in the order in which they are offered. */
export const createdPresets = ['last24Hours', 'last7Days', 'last30Days', 'thisMonth'] as const;
export type CreatedPreset = (typeof createdPresets)[number];

/** When the batches were created. A preset stays true to its name as time goes by; a range is fixed. */
export type CreatedFilter =
  | { readonly kind: 'preset'; readonly preset: CreatedPreset }
  | { readonly kind: 'range'; readonly after?: number; readonly before?: number };

/** Which batches are shown. No statuses means all of them. */
export interface BatchFilter {
  readonly statuses: readonly string[];
  readonly created: CreatedFilter | undefined;
}

export const noFilter: BatchFilter = { statuses: [], created: undefined };

export function isFiltering(filter: BatchFilter): boolean {
  return filter.statuses.length > 0 || filter.created !== undefined;
}

/** A span of time, both ends part of it, in milliseconds since 1970. */
export interface TimeSpan {
  readonly after?: number;
  readonly before?: number;
}

const hourMs = 60 * 60 * 1_000;

/**
 * The span that a filter means at the moment `now`. "Days" of the presets are 24 hours each; "this month" begins at
 * midnight of its first day where the person is.
 */
export function spanOf(created: CreatedFilter | undefined, now: number): TimeSpan {
  if (created === undefined) {
    return {};
  }
  if (created.kind === 'range') {
    return {
      ...(created.after === undefined ? {} : { after: created.after }),
      ...(created.before === undefined ? {} : { before: created.before }),
    };
  }
  switch (created.preset) {
    case 'last24Hours':
      return { after: now - 24 * hourMs };
    case 'last7Days':
      return { after: now - 7 * 24 * hourMs };
    case 'last30Days':
      return { after: now - 30 * 24 * hourMs };
    case 'thisMonth': {
      const today = new Date(now);
      return { after: new Date(today.getFullYear(), today.getMonth(), 1).getTime() };
    }
  }
}

/**
 * What of the filter the server is asked to apply: the span, and the status where it is a single one that the API
 * knows (it takes one value and may refuse others).
 */
export function queryOf(filter: BatchFilter, now: number): BatchQuery {
  const { after, before } = spanOf(filter.created, now);
  const [status, ...others] = filter.statuses;
  return {
    ...(status !== undefined && others.length === 0 && isKnownStatus(status) ? { status } : {}),
    ...(after === undefined ? {} : { createdAfter: after }),
    ...(before === undefined ? {} : { createdBefore: before }),
  };
}

/** True when the server would have sent the batch in answer to the query. A batch without a readable time may pass. */
export function matchesQuery({ status, createdAt }: Batch, query: BatchQuery): boolean {
  return (
    (query.status === undefined || query.status === status) &&
    (createdAt === undefined ||
      (createdAt >= (query.createdAfter ?? -Infinity) && createdAt <= (query.createdBefore ?? Infinity)))
  );
}

/** True when the query asked for all of the span. */
export function coversSpan({ createdAfter, createdBefore }: BatchQuery, span: TimeSpan): boolean {
  return (
    (createdAfter ?? -Infinity) <= (span.after ?? -Infinity) && (createdBefore ?? Infinity) >= (span.before ?? Infinity)
  );
}

/**
 * The batches that the filter lets through at the moment `now`. A batch without a readable time is not held back by a
 * date: whether it belongs there can't be told, and hiding it would lose it.
 */
export function applyFilter(batches: readonly Batch[], filter: BatchFilter, now: number): readonly Batch[] {
  if (!isFiltering(filter)) {
    return batches;
  }
  const { after = -Infinity, before = Infinity } = spanOf(filter.created, now);
  const statuses = new Set(filter.statuses);
  return batches.filter(
    ({ status, createdAt }) =>
      (statuses.size === 0 || statuses.has(status)) &&
      (createdAt === undefined || (createdAt >= after && createdAt <= before)),
  );
}

/** No later than the year 9999, so that it can be sent in the form that the API takes. */
const moment = v.optional(v.pipe(v.number(), v.integer(), v.minValue(-86_400_000), v.maxValue(Date.UTC(9999, 0))));
const storedFilter = v.object({
  statuses: v.fallback(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(100))), []),
  created: v.fallback(
    v.optional(
      v.variant('kind', [
        v.object({ kind: v.literal('preset'), preset: v.picklist(createdPresets) }),
        v.object({ kind: v.literal('range'), after: moment, before: moment }),
      ]),
    ),
    undefined,
  ),
});

/** The filter as it was stored, part by part as far as it can still be understood. */
export function parseStoredFilter(value: unknown): BatchFilter {
  const parsed = v.safeParse(storedFilter, value);
  if (!parsed.success) {
    return noFilter;
  }
  const { created } = parsed.output;
  const statuses = [...new Set(parsed.output.statuses)];
  if (created?.kind !== 'range') {
    return { statuses, created };
  }
  const range = {
    kind: 'range' as const,
    ...(created.after === undefined ? {} : { after: created.after }),
    ...(created.before === undefined ? {} : { before: created.before }),
  };
  return { statuses, created: range.after === undefined && range.before === undefined ? undefined : range };
}
