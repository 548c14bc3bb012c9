import * as v from 'valibot';
import type { BatchQuery } from '../api/resources/batches';
import type { Batch } from './batch';
import { isKnownStatus } from './status';

/** The presets of Filter by Date, in display order. */
export const createdPresets = ['last24Hours', 'last7Days', 'last30Days', 'thisMonth'] as const;
export type CreatedPreset = (typeof createdPresets)[number];

/** A filter by creation time. A preset is relative to the current time; a range is fixed. */
export type CreatedFilter =
  { readonly kind: 'preset'; readonly preset: CreatedPreset } | ({ readonly kind: 'range' } & TimeSpan);

/** A time span in milliseconds since 1970. Both bounds are inclusive. */
export interface TimeSpan {
  readonly after?: number;
  readonly before?: number;
}

/** Which batches are shown. An empty list of statuses means all. */
export interface BatchFilter {
  readonly statuses: readonly string[];
  readonly created: CreatedFilter | undefined;
}

export const noFilter: BatchFilter = { statuses: [], created: undefined };

export function isFiltering(filter: BatchFilter): boolean {
  return filter.statuses.length > 0 || filter.created !== undefined;
}

const dayMs = 24 * 60 * 60 * 1_000;

/**
 * The time span of a filter at the time `now`. The days of the presets have 24 hours; "this month" starts at midnight
 * of the first day, local time.
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
  if (created.preset === 'thisMonth') {
    const today = new Date(now);
    return { after: new Date(today.getFullYear(), today.getMonth(), 1).getTime() };
  }
  const days = { last24Hours: 1, last7Days: 7, last30Days: 30 }[created.preset];
  return { after: now - days * dayMs };
}

/**
 * The part of the filter that the server applies: the time span, and the status if it is a single documented one. The
 * API accepts only one status and may refuse unknown ones.
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

/** True if the server would return the batch for the query. Batches without a readable time match every time span. */
export function matchesQuery({ status, createdAt }: Batch, query: BatchQuery): boolean {
  return (
    (query.status === undefined || query.status === status) &&
    (createdAt === undefined ||
      (createdAt >= (query.createdAfter ?? -Infinity) && createdAt <= (query.createdBefore ?? Infinity)))
  );
}

/** True if the query covers the whole time span. */
export function coversSpan({ createdAfter, createdBefore }: BatchQuery, span: TimeSpan): boolean {
  return (
    (createdAfter ?? -Infinity) <= (span.after ?? -Infinity) && (createdBefore ?? Infinity) >= (span.before ?? Infinity)
  );
}

/**
 * The batches that match the filter at the time `now`. Batches without a readable time match every date filter, so that
 * they are never lost.
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

/** At most the year 9999, so that it can be sent in the format of the API. */
const time = v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(-86_400_000), v.maxValue(Date.UTC(9999, 0))));
const storedFilter = v.object({
  statuses: v.fallback(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(100))), []),
  created: v.fallback(
    v.optional(
      v.variant('kind', [
        v.object({ kind: v.literal('preset'), preset: v.picklist(createdPresets) }),
        v.object({ kind: v.literal('range'), after: time, before: time }),
      ]),
    ),
    undefined,
  ),
});

/** Reads a stored filter. Ignores invalid parts. */
export function parseStoredFilter(value: unknown): BatchFilter {
  const parsed = v.safeParse(storedFilter, value);
  if (!parsed.success) {
    return noFilter;
  }
  const { created } = parsed.output;
  const isUnbounded = created?.kind === 'range' && created.after === undefined && created.before === undefined;
  return { statuses: [...new Set(parsed.output.statuses)], created: isUnbounded ? undefined : created };
}
