import { type Outcome, outcomes, type ResultRow } from './row';

/** Which rows are shown. No outcomes means all of them; so does a text that is blank. */
export interface ResultFilter {
  readonly outcomes: readonly Outcome[];
  /** Looked for in the request ID, the status, the model, the error and its code, in upper or lower case. */
  readonly text: string;
}

/** What rows can be sorted by. `line` is the order of the file. */
export const sortColumns = [
  'line',
  'requestId',
  'outcome',
  'status',
  'model',
  'durationS',
  'createdAt',
  'error',
  'errorCode',
] as const;
export type SortColumn = (typeof sortColumns)[number];

export interface ResultSort {
  readonly column: SortColumn;
  readonly direction: 'ascending' | 'descending';
}

export const noResultFilter: ResultFilter = { outcomes: [], text: '' };
export const fileOrder: ResultSort = { column: 'line', direction: 'ascending' };

/** The test of a filter, for rows that come one after the other. Quick enough for each of 50,000 at every key press. */
export function rowTest({ outcomes: wanted, text }: ResultFilter): (row: ResultRow) => boolean {
  const isWanted = new Set(wanted);
  const looked = text.trim();
  if (looked === '') {
    return isWanted.size === 0 ? () => true : ({ outcome }) => isWanted.has(outcome);
  }
  // Many times as fast as making every field lower case.
  const pattern = new RegExp(looked.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'iu');
  const has = (field: string | undefined): boolean => field !== undefined && pattern.test(field);
  return ({ outcome, requestId, status, model, error, errorCode }) =>
    (isWanted.size === 0 || isWanted.has(outcome)) &&
    (has(requestId) || has(error) || has(errorCode) || has(model) || has(status));
}

/** The outcomes that can be filtered by: those that rows have, the two that everybody looks for, and what is filtered by. */
export function offeredOutcomes(
  counts: Readonly<Record<Outcome, number>>,
  { outcomes: wanted }: ResultFilter,
): Outcome[] {
  return outcomes.filter(
    (outcome) => counts[outcome] > 0 || outcome === 'succeeded' || outcome === 'failed' || wanted.includes(outcome),
  );
}

/** The rows that the filter lets through, in the order they have. */
export function filterRows(rows: readonly ResultRow[], filter: ResultFilter): ResultRow[] {
  return rows.filter(rowTest(filter));
}

/**
 * The rows in another order. Rows that are alike keep theirs, and those that lack what is sorted by come last, in both
 * directions. Outcomes have the order of {@link outcomes}; text is ordered without regard to upper and lower case, and
 * the numbers in it as numbers (`clip-2` before `clip-10`).
 */
export function sortRows(rows: readonly ResultRow[], { column, direction }: ResultSort): ResultRow[] {
  const turn = direction === 'ascending' ? 1 : -1;
  const rankOf = rankBy(column);
  // Each row is ranked once, and not in every one of the many comparisons.
  return rows
    .map((row) => ({ row, rank: rankOf(row) }))
    .sort(({ rank: a }, { rank: b }) => {
      if (a === b) {
        return 0;
      }
      if (a === undefined || b === undefined) {
        return a === undefined ? 1 : -1;
      }
      return a < b ? -turn : turn;
    })
    .map(({ row }) => row);
}

function rankBy(column: SortColumn): (row: ResultRow) => number | string | undefined {
  switch (column) {
    case 'line':
    case 'durationS':
    case 'createdAt':
      return (row) => row[column];
    case 'outcome':
      return ({ outcome }) => outcomes.indexOf(outcome);
    case 'requestId':
    case 'status':
    case 'model':
    case 'error':
    case 'errorCode': {
      // Most columns repeat few texts.
      const known = new Map<string, string>();
      return (row) => {
        const text = row[column];
        if (text === undefined) {
          return undefined;
        }
        const rank = known.get(text) ?? naturalRank(text);
        known.set(text, rank);
        return rank;
      };
    }
  }
}

/** A text that has the place in a simple order that the given one has in the order of people. */
function naturalRank(text: string): string {
  return text.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(12, '0'));
}
