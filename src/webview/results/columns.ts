import { outcomes, type ResultRow } from '../../core/results/row';
import type { SortValue } from '../../core/results/sort';
import type { PageTexts } from '../../editor/results/text/results';

/** A column of the results table. */
export interface Column {
  /** Identifies the column in saved page state, in CSS (`.cell.<key>`) and in tests. */
  readonly key: string;
  /** The header text. */
  readonly header: keyof PageTexts['words'];
  /** The width, as a track of `grid-template-columns`. */
  readonly width: string;
  readonly cellText: (row: ResultRow, texts: PageTexts) => string;
  readonly sortValue: (row: ResultRow) => SortValue;
}

/**
 * The columns of the results table, from left to right. To add one:
 * 1. Add it to this list.
 * 2. Header text: add it to `pageTexts` in editor/results/text/results.ts, unless `words` has it.
 * 3. If `ResultRow` lacks the value: read it in core/results/row.ts.
 * 4. If the text filter should search it: add it to `searchedFields` in core/results/filter.ts.
 * 5. To align it to the right: see `.cell.durationS` in results.css. The column `error` gets the width that is left.
 * 6. Test its order in test/unit/results/sort.test.ts. The details of a row are in details.ts.
 */
export const columns: readonly Column[] = [
  {
    key: 'outcome',
    header: 'outcome',
    width: 'minmax(128px, 12%)',
    cellText: ({ outcome }, texts) => texts.outcomes[outcome],
    // The outcomes that need attention come first.
    sortValue: ({ outcome }) => outcomes.indexOf(outcome),
  },
  {
    key: 'requestId',
    header: 'requestId',
    width: 'minmax(120px, 26%)',
    cellText: ({ requestId }) => requestId ?? '—',
    sortValue: ({ requestId }) => requestId,
  },
  {
    key: 'model',
    header: 'model',
    width: 'minmax(70px, 14%)',
    cellText: ({ model }) => model ?? '',
    sortValue: ({ model }) => model,
  },
  {
    key: 'durationS',
    header: 'duration',
    width: 'minmax(64px, 8%)',
    cellText: ({ durationS }) => durationText(durationS),
    sortValue: ({ durationS }) => durationS,
  },
  {
    key: 'error',
    header: 'error',
    width: '1fr',
    cellText: ({ error, errorCode, problem }, { problems }) =>
      [problem === undefined ? undefined : problems[problem], error ?? errorCode]
        .filter((part) => part !== undefined)
        .join(' · '),
    sortValue: ({ error }) => error,
  },
];

/** @returns minutes and seconds, such as "1:05.3"; an empty text for undefined. */
export function durationText(seconds: number | undefined): string {
  if (seconds === undefined) {
    return '';
  }
  const tenths = Math.round(seconds * 10);
  const minutes = Math.floor(tenths / 600);
  return `${minutes}:${((tenths % 600) / 10).toFixed(1).padStart(4, '0')}`;
}
