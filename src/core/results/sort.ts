import type { ResultRow } from './row';

/** The order of the rows in the table: by a column of the table, or in the order of the file. */
export interface ResultSort {
  /** The key of a column, or `line` for the order of the file. */
  readonly column: string;
  readonly direction: 'ascending' | 'descending';
}

export const fileOrder: ResultSort = { column: 'line', direction: 'ascending' };

export type SortValue = number | string | undefined;

/**
 * Sorts rows by a value of each. Rows with equal values keep their order, and rows without a value come last in both
 * directions. Text is compared ignoring case, and numbers in it as numbers (`clip-2` before `clip-10`).
 */
export function sortRows(
  rows: readonly ResultRow[],
  valueOf: (row: ResultRow) => SortValue,
  direction: ResultSort['direction'],
): ResultRow[] {
  const before = direction === 'ascending' ? -1 : 1;
  // Columns repeat few texts, and a sort compares each row many times: compute each rank once.
  const ranks = new Map<string, string>();
  const rankOf = (row: ResultRow): SortValue => {
    const value = valueOf(row);
    if (typeof value !== 'string') {
      return value;
    }
    const rank = ranks.get(value) ?? naturalRank(value);
    ranks.set(value, rank);
    return rank;
  };
  return rows
    .map((row) => ({ row, rank: rankOf(row) }))
    .sort(({ rank: a }, { rank: b }) => {
      if (a === b) {
        return 0;
      }
      if (a === undefined || b === undefined) {
        return a === undefined ? 1 : -1;
      }
      return a < b ? before : -before;
    })
    .map(({ row }) => row);
}

/** @returns a text whose plain string order is the natural order of the given text. */
function naturalRank(text: string): string {
  return text.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(12, '0'));
}
