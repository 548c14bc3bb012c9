/** What stands between two cells. */
export type Delimiter = ',' | ';' | '\t';

export interface CsvRow {
  /** As a spreadsheet counts: from 1, the head and empty rows included. */
  readonly row: number;
  /** As they are, not trimmed. */
  readonly cells: readonly string[];
}

/**
 * What is odd about a row, which is read all the same:
 * - `ragged`: it has more or fewer cells than the head.
 * - `openQuote`: a quote is not closed, so its cell has all the rest of the file.
 * - `textAfterQuote`: a cell goes on after its closing quote.
 */
export interface CsvIssue {
  readonly row: number;
  readonly code: 'ragged' | 'openQuote' | 'textAfterQuote';
}

export interface CsvTable {
  readonly delimiter: Delimiter;
  /** The cells of the first row that is not empty. */
  readonly headers: readonly string[];
  /** The rows after it, empty ones included. */
  readonly rows: readonly CsvRow[];
  readonly issues: readonly CsvIssue[];
}

/**
 * Reads comma-separated values (RFC 4180): quoted cells, doubled quotes and line breaks in them, CRLF or LF (or CR), a byte
 * order mark, the first line by which Excel names the delimiter, spaces before a quoted cell. Semicolons or tabs are taken
 * for commas where the text looks so. Any text is a table: this never throws, and
 * takes a time that grows with the text only.
 * @param delimiter what stands between the cells, where that is known.
 */
export function readCsv(text: string, delimiter: Delimiter = namedDelimiter(text) ?? likelyDelimiter(text)): CsvTable {
  const reader = new Reader(text, delimiter);
  const all: CsvRow[] = [];
  while (!reader.isAtEnd) {
    all.push({ row: all.length + 1, cells: reader.row(all.length + 1) });
  }
  const head = all.findIndex((row) => !isEmptyRow(row));
  const headers = all[head]?.cells ?? [];
  const rows = head < 0 ? [] : all.slice(head + 1);
  const ragged = rows
    .filter((row) => row.cells.length !== headers.length && !isEmptyRow(row))
    .map(({ row }): CsvIssue => ({ row, code: 'ragged' }));
  return { delimiter, headers, rows, issues: [...reader.issues, ...ragged].sort((a, b) => a.row - b.row) };
}

/** Whether there is nothing but white space in it. */
export function isEmptyRow({ cells }: CsvRow): boolean {
  return cells.every((cell) => cell.trim() === '');
}

const code = { lineFeed: 10, carriageReturn: 13, space: 32, quote: 34 } as const;

class Reader {
  readonly issues: CsvIssue[] = [];
  private at: number;
  private readonly delimiterCode: number;

  constructor(
    private readonly text: string,
    delimiter: Delimiter,
  ) {
    this.at = startOf(text);
    this.delimiterCode = delimiter.charCodeAt(0);
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** Reads a row and the end of its line. */
  row(row: number): string[] {
    const cells: string[] = [];
    for (;;) {
      cells.push(this.cell(row));
      const end = this.text.charCodeAt(this.at);
      this.at += 1;
      if (end === this.delimiterCode) {
        continue;
      }
      if (end === code.carriageReturn && this.text.charCodeAt(this.at) === code.lineFeed) {
        this.at += 1;
      }
      return cells;
    }
  }

  /** Reads a cell, up to what ends it. */
  private cell(row: number): string {
    const start = this.endOfSpaces();
    if (this.text.charCodeAt(start) !== code.quote) {
      return this.plainText();
    }
    this.at = start;
    const quoted = this.quotedText(row);
    const rest = this.plainText();
    if (rest.trim() !== '') {
      this.issues.push({ row, code: 'textAfterQuote' });
      return quoted + rest;
    }
    return quoted;
  }

  private endOfSpaces(): number {
    let at = this.at;
    while (this.text.charCodeAt(at) === code.space) {
      at += 1;
    }
    return at;
  }

  private plainText(): string {
    const start = this.at;
    while (this.at < this.text.length && !this.isCellEnd(this.text.charCodeAt(this.at))) {
      this.at += 1;
    }
    return this.text.slice(start, this.at);
  }

  private isCellEnd(character: number): boolean {
    return character === this.delimiterCode || character === code.lineFeed || character === code.carriageReturn;
  }

  private quotedText(row: number): string {
    const pieces: string[] = [];
    for (;;) {
      const start = this.at + 1;
      const quote = this.text.indexOf('"', start);
      if (quote < 0) {
        this.at = this.text.length;
        this.issues.push({ row, code: 'openQuote' });
        return pieces.join('"') + (pieces.length > 0 ? '"' : '') + this.text.slice(start);
      }
      pieces.push(this.text.slice(start, quote));
      this.at = quote + 1;
      if (this.text.charCodeAt(this.at) !== code.quote) {
        return pieces.join('"');
      }
    }
  }
}

/** After what is not of the table. */
function startOf(text: string): number {
  return firstLineOfExcel.exec(text)?.[0].length ?? (text.startsWith('\ufeff') ? 1 : 0);
}

/** Excel shows no row for it. */
const firstLineOfExcel = /^\ufeff?("?)sep=([,;\t])\1(?:\r\n?|\n)/i;

function namedDelimiter(text: string): Delimiter | undefined {
  const named = firstLineOfExcel.exec(text)?.[2];
  return delimiters.find((each) => each === named);
}

const delimiters: readonly Delimiter[] = [',', ';', '\t'];

/** How much of the text is looked at to find out what stands between the cells, in characters and rows. */
const sample = { characters: 100_000, rows: 50 };

/**
 * The delimiter that the head has and that most rows have as often as the head; among equals the more frequent one. Quotes
 * are only counted, so that this does not depend on where cells begin.
 */
function likelyDelimiter(text: string): Delimiter {
  const rows = countsOfRows(text);
  let best: { readonly delimiter: Delimiter; readonly alike: number; readonly count: number } | undefined;
  for (const [index, delimiter] of delimiters.entries()) {
    const count = rows[0]?.[index] ?? 0;
    const alike = rows.filter((counts) => counts[index] === count).length;
    if (count > 0 && (best === undefined || alike > best.alike || (alike === best.alike && count > best.count))) {
      best = { delimiter, alike, count };
    }
  }
  return best?.delimiter ?? ',';
}

/** How often each row that is not empty has each delimiter outside of quotes. */
function countsOfRows(text: string): number[][] {
  const rows: number[][] = [];
  const end = Math.min(text.length, sample.characters);
  let counts = delimiters.map(() => 0);
  let isQuoted = false;
  let isEmpty = true;
  for (let at = startOf(text); at < end && rows.length < sample.rows; at += 1) {
    const character = text.charAt(at);
    if (character === '"') {
      isQuoted = !isQuoted;
    }
    const isEnd = !isQuoted && (character === '\n' || character === '\r');
    if (!isEnd) {
      isEmpty = false;
      counts = isQuoted ? counts : counts.map((count, index) => (delimiters[index] === character ? count + 1 : count));
    }
    if ((isEnd || at === end - 1) && !isEmpty) {
      rows.push(counts);
      counts = delimiters.map(() => 0);
      isEmpty = true;
    }
  }
  return rows;
}
