import { type LinePlace, parseResultLine, type ResultRow } from './row';

/** The longest line that is read, in bytes. A documented line is about one thousand. */
export const maxLineLength = 10_000_000;

/** Bytes that are decoded at a time: many lines, and far from the longest text that can be. */
const runBytes = 262_144;
const lineFeed = 10;
const carriageReturn = 13;
const byteOrderMark = 0xfeff;
const byteOrderMarkBytes = 3;

/**
 * Reads a result file while it arrives. The rows are the same however the bytes are split. A line that can't be read
 * costs that line only, and one that is too long is not kept in memory.
 *
 * Lines end with LF or CRLF; blank ones are counted and give no row; a byte order mark before a line is no part of it.
 */
export class ResultReader {
  /** Byte order marks are left to the lines: where the chunks begin must make no difference. */
  private readonly decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  private readonly requestIds = new Set<string>();
  private readonly longestLine: number;
  private line = 0;
  /** Where the next line starts, in bytes from the start of the file. */
  private position = 0;
  /** The beginning of a line whose end has not come: its bytes, none of them where it is too long, and their number. */
  private held: Uint8Array[] = [];
  private heldBytes = 0;

  constructor(options: { readonly longestLine?: number } = {}) {
    this.longestLine = options.longestLine ?? maxLineLength;
  }

  /** @returns the rows of the lines that end in this chunk. The chunk is not kept. */
  push(chunk: Uint8Array): ResultRow[] {
    const rows: ResultRow[] = [];
    let from = 0;
    if (this.heldBytes > 0) {
      const end = chunk.indexOf(lineFeed);
      if (end === -1) {
        this.hold(chunk);
        return rows;
      }
      this.hold(chunk.subarray(0, end));
      this.endHeldLine(1, rows);
      from = end + 1;
    }
    while (from < chunk.length) {
      const end = endOfRun(chunk, from);
      if (end === -1) {
        this.hold(chunk.subarray(from));
        break;
      }
      this.readRun(chunk.subarray(from, end), rows);
      from = end + 1;
    }
    return rows;
  }

  /** @returns the row of a last line without an end. */
  end(): ResultRow[] {
    const rows: ResultRow[] = [];
    if (this.heldBytes > 0) {
      this.endHeldLine(0, rows);
    }
    return rows;
  }

  private hold(part: Uint8Array): void {
    this.heldBytes += part.length;
    if (this.heldBytes > this.longestLine) {
      this.held = [];
    } else {
      this.held.push(part.slice());
    }
  }

  private endHeldLine(endBytes: number, rows: ResultRow[]): void {
    const bytes = this.heldBytes;
    const text = bytes > this.longestLine ? '' : this.decoder.decode(joined(this.held, bytes));
    this.held = [];
    this.heldBytes = 0;
    this.readLine(text, bytes, endBytes, rows);
  }

  /** Reads whole lines; the last one's line feed is left out. */
  private readRun(bytes: Uint8Array, rows: ResultRow[]): void {
    if (bytes.length > runBytes && bytes.length > this.longestLine) {
      // A run is that long only where it is a single line.
      this.readLine('', bytes.length, 1, rows);
      return;
    }
    // All at once, which is several times as fast as line by line. No line feed comes or goes in decoding, not even
    // where the bytes are no UTF-8, so that the lines of the text are those of the bytes.
    const text = this.decoder.decode(bytes);
    const isPlain = text.length === bytes.length;
    let byteFrom = 0;
    let textFrom = 0;
    while (byteFrom <= bytes.length) {
      const textEnd = endOr(text.indexOf('\n', textFrom), text.length);
      const byteEnd = isPlain ? textEnd : endOr(bytes.indexOf(lineFeed, byteFrom), bytes.length);
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
    if (bytes > this.longestLine) {
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

/** A line without the mark before it and the carriage return after it. */
function parse(text: string, { line, start, length }: LinePlace): ResultRow | undefined {
  const mark = text.charCodeAt(0) === byteOrderMark ? byteOrderMarkBytes : 0;
  const end = text.charCodeAt(text.length - 1) === carriageReturn ? 1 : 0;
  return parseResultLine(mark === 0 ? text : text.slice(1), {
    line,
    start: start + mark,
    length: length - mark - end,
  });
}

/** Where a run of whole lines ends that is about as long as one should be; -1 where no line ends. */
function endOfRun(chunk: Uint8Array, from: number): number {
  const last = chunk.subarray(from, from + runBytes).lastIndexOf(lineFeed);
  return last === -1 ? chunk.indexOf(lineFeed, from) : from + last;
}

function endOr(index: number, end: number): number {
  return index === -1 ? end : index;
}

function joined(parts: readonly Uint8Array[], bytes: number): Uint8Array {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) {
    return only;
  }
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
