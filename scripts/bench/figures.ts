/** The results of a bench, and how to print them. */

/** A measurement and its baseline, both from the same run. */
export interface Comparison {
  /** Median. */
  value: number;
  /** Median, of the same number of repetitions taken in turns. */
  baseline: number;
  /** Repetitions. */
  n: number;
  /** The minimum of each, if there are several: the cost without any disturbance. */
  least?: { value: number; baseline: number };
}

export interface Figure extends Comparison {
  name: string;
  /** What the baseline is, in a few words. */
  baselineName: string;
  unit: 'ms' | 'items' | 'bytes' | 'requests' | 'frames';
  /** The goal. Nothing depends on it. */
  goal?: { what: 'ratio' | 'value'; atMost: number };
}

/** Figures that were measured in one place, and remarks on them. */
export interface Findings {
  figures: Figure[];
  remarks: string[];
}

export function ratioOf({ value, baseline }: Pick<Comparison, 'value' | 'baseline'>): number {
  return value / baseline;
}

export function meetsGoal(figure: Figure): boolean | undefined {
  if (figure.goal === undefined) return undefined;
  return (figure.goal.what === 'ratio' ? ratioOf(figure) : figure.value) <= figure.goal.atMost;
}

/** Numbers are right-aligned. */
const numberColumns = new Set([1, 2, 4, 5, 6]);

/** The figures as a table of plain text. */
export function table(figures: readonly Figure[]): string {
  const rows = [
    ['', 'ours', 'baseline', '', 'ratio', 'of the least', 'n', 'goal', ''],
    ...figures.map((figure) => [
      figure.name,
      amount(figure.value, figure.unit),
      amount(figure.baseline, figure.unit),
      figure.baselineName,
      times(ratioOf(figure)),
      figure.least === undefined ? '' : times(ratioOf(figure.least)),
      String(figure.n),
      goalText(figure),
      serverErrors(figure),
    ]),
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const padded = (cell: string, column: number): string => {
    const width = widths[column] ?? 0;
    return numberColumns.has(column) ? cell.padStart(width) : cell.padEnd(width);
  };
  return rows.map((row) => row.map(padded).join('  ').trimEnd()).join('\n');
}

function amount(value: number, unit: Figure['unit']): string {
  return unit === 'ms' ? `${value.toFixed(2)} ms` : `${Math.round(value)} ${unit}`;
}

function times(ratio: number): string {
  // There may be none of something, here or in the baseline.
  if (!Number.isFinite(ratio)) return '—';
  return `${ratio < 0.1 ? ratio.toFixed(3) : ratio.toFixed(2)} x`;
}

function goalText(figure: Figure): string {
  if (figure.goal === undefined) return '';
  const { what, atMost } = figure.goal;
  return `at most ${what === 'ratio' ? `${atMost} x` : `${atMost} ${figure.unit}`}`;
}

function serverErrors(figure: Figure): string {
  const met = meetsGoal(figure);
  return met === undefined ? '' : met ? 'met' : 'not met';
}
