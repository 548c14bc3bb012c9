import { type LinePosition, parseResultLine, type ResultRow } from './row';

/** Default limit of a line, in bytes. A line as documented has about one thousand. */
const defaultMaxLineBytes = 10_000_000;

/** Number of bytes to decode at once: many lines, and far below the maximum length of a string. */
const runBytes = 262_144;
const lineFeed = 10;
const carriageReturn = 13;
const byteOrderMark = 0xfeff;
const byteOrderMarkBytes = 3;

/**
 * Reads a result file while it loads. The rows do not depend on how the bytes are split into chunks. An unreadable line
 * affects no other line, and a line that is too long is not held in memory.
 *
 * Lines end with LF or CRLF. Blank lines count but have no row. A byte order mark at the start of a line is ignored.
 */
export class ResultReader {
  /** Does not remove byte order marks: that would depend on where a chunk starts. */
  private readonly decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  private readonly requestIds = new Set<string>();
  private readonly maxLineBytes: number;
  private line = 0;
  /** Offset of the next line from the start of the file, in bytes. */
  private position = 0;
  /** The start of a line whose end has not arrived. Empty if the line is too long. */
  private pending: Uint8Array[] = [];
  private pendingBytes = 0;

  constructor(options: { readonly maxLineBytes?: number } = {}) {
    this.maxLineBytes = options.maxLineBytes ?? defaultMaxLineBytes;
  }

  /** @returns the rows of the lines that end in this chunk. The caller may reuse the chunk. */
  push(chunk: Uint8Array): ResultRow[] {
    const rows: ResultRow[] = [];
    let from = 0;
    if (this.pendingBytes > 0) {
      const end = chunk.indexOf(lineFeed);
      if (end === -1) {
        this.addPending(chunk);
        return rows;
      }
      this.addPending(chunk.subarray(0, end));
      this.endPendingLine(1, rows);
      from = end + 1;
    }
    while (from < chunk.length) {
      const end = endOfRun(chunk, from);
      if (end === -1) {
        this.addPending(chunk.subarray(from));
        break;
      }
      this.readRun(chunk.subarray(from, end), rows);
      from = end + 1;
    }
    return rows;
  }

  /** @returns the row of a last line without a line ending, if there is one. */
  end(): ResultRow[] {
    const rows: ResultRow[] = [];
    if (this.pendingBytes > 0) {
      this.endPendingLine(0, rows);
    }
    return rows;
  }

  private addPending(part: Uint8Array): void {
    this.pendingBytes += part.length;
    if (this.pendingBytes > this.maxLineBytes) {
      this.pending = [];
    } else {
      this.pending.push(part.slice());
    }
  }

  private endPendingLine(endBytes: number, rows: ResultRow[]): void {
    const bytes = this.pendingBytes;
    const text = bytes > this.maxLineBytes ? '' : this.decoder.decode(concat(this.pending, bytes));
    this.pending = [];
    this.pendingBytes = 0;
    this.readLine(text, bytes, endBytes, rows);
  }

  /** Reads whole lines. @param bytes The lines, without the last line feed. */
  private readRun(bytes: Uint8Array, rows: ResultRow[]): void {
    if (bytes.length > runBytes && bytes.length > this.maxLineBytes) {
      // Only a run of a single line is this long.
      this.readLine('', bytes.length, 1, rows);
      return;
    }
    // Decoding all lines at once is several times faster than line by line. Decoding neither adds nor removes line feeds,
    // even if the bytes are not UTF-8, so text and bytes have the same lines.
    const text = this.decoder.decode(bytes);
    const isPlain = text.length === bytes.length;
    let byteFrom = 0;
    let textFrom = 0;
    while (byteFrom <= bytes.length) {
      const textEnd = indexOr(text.indexOf('\n', textFrom), text.length);
      const byteEnd = isPlain ? textEnd : indexOr(bytes.indexOf(lineFeed, byteFrom), bytes.length);
      this.readLine(text.slice(textFrom, textEnd), byteEnd - byteFrom, 1, rows);
      byteFrom = byteEnd + 1;
      textFrom = textEnd + 1;
    }
  }

  private readLine(text: string, bytes: number, endBytes: number, rows: ResultRow[]): void {
    const line = this.line;
    const start = this.position;
    this.line += 1;
    this.position += bytes + endBytes;
    if (bytes > this.maxLineBytes) {
      rows.push({ line, start, length: bytes, outcome: 'unreadable', problem: 'tooLong' });
      return;
    }
    const row = parse(text, { line, start, length: bytes });
    if (row === undefined) {
      return;
    }
    if (row.requestId === undefined) {
      rows.push(row);
      return;
    }
    const before = this.requestIds.size;
    this.requestIds.add(row.requestId);
    rows.push(this.requestIds.size === before ? { ...row, problem: 'duplicate' } : row);
  }
}

/** Parses a line without its byte order mark and carriage return. */
function parse(text: string, { line, start, length }: LinePosition): ResultRow | undefined {
  const mark = text.charCodeAt(0) === byteOrderMark ? byteOrderMarkBytes : 0;
  const end = text.charCodeAt(text.length - 1) === carriageReturn ? 1 : 0;
  return parseResultLine(mark === 0 ? text : text.slice(1), {
    line,
    start: start + mark,
    length: length - mark - end,
  });
}

/** @returns the index of the line feed that ends a run of whole lines of about {@link runBytes}; -1 if no line ends. */
function endOfRun(chunk: Uint8Array, from: number): number {
  const last = chunk.subarray(from, from + runBytes).lastIndexOf(lineFeed);
  return last === -1 ? chunk.indexOf(lineFeed, from) : from + last;
}

function indexOr(index: number, end: number): number {
  return index === -1 ? end : index;
}

function concat(parts: readonly Uint8Array[], bytes: number): Uint8Array {
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
