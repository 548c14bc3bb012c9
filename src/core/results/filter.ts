import { type Outcome, outcomes, type ResultRow } from './row';

/** Which rows the table shows. No outcomes means all of them, and so does a blank text. */
export interface ResultFilter {
  readonly outcomes: readonly Outcome[];
  /** Searched for in the {@link searchedFields}, ignoring case. */
  readonly text: string;
}

export const noResultFilter: ResultFilter = { outcomes: [], text: '' };

/** The fields that the text filter searches. */
const searchedFields = ['requestId', 'error', 'errorCode', 'model', 'status'] as const;

/** @returns the test of a filter. It is fast enough to test 50,000 rows on every key press. */
export function rowTest({ outcomes: wanted, text }: ResultFilter): (row: ResultRow) => boolean {
  const isWanted = new Set(wanted);
  const search = text.trim();
  if (search === '') {
    return isWanted.size === 0 ? () => true : ({ outcome }) => isWanted.has(outcome);
  }
  // Many times faster than lower-casing every field.
  const pattern = new RegExp(search.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'iu');
  return (row) =>
    (isWanted.size === 0 || isWanted.has(row.outcome)) &&
    searchedFields.some((field) => {
      const value = row[field];
      return value !== undefined && pattern.test(value);
    });
}

/** @returns the outcomes to offer as filters: those that rows have, succeeded and failed, and those in the filter. */
export function offeredOutcomes(
  counts: Readonly<Record<Outcome, number>>,
  { outcomes: wanted }: ResultFilter,
): Outcome[] {
  return outcomes.filter(
    (outcome) => counts[outcome] > 0 || outcome === 'succeeded' || outcome === 'failed' || wanted.includes(outcome),
  );
}

/** @returns the rows that match the filter, in the given order. */
export function filterRows(rows: readonly ResultRow[], filter: ResultFilter): ResultRow[] {
  return rows.filter(rowTest(filter));
}
