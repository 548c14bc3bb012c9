import type { BatchFileLimits } from '../batchFile/schema/limits';

/** A part of a file: the lines from `from` (inclusive) to `to` (exclusive), counted from 0. */
export interface PartRange {
  readonly from: number;
  readonly to: number;
  /** Requests: the lines that are not blank. */
  readonly lines: number;
  /** UTF-8 bytes that are sent. */
  readonly bytes: number;
}

/**
 * Why a file can't be split:
 * - `lineTooLong`: a single line exceeds the byte limit.
 * - `tooFewLines`: it needs at least `parts` parts, and then some of them would have fewer lines than the minimum.
 */
export type SplitError =
  | { readonly error: 'lineTooLong'; readonly line: number; readonly bytes: number }
  | { readonly error: 'tooFewLines'; readonly parts: number };

/**
 * The bytes that are sent for each line: UTF-8 and one LF; 0 for a blank line, which is left out.
 * @param lines All lines of the file, without line ends.
 */
export function bytesOfLines(lines: readonly string[]): number[] {
  return lines.map((line, index) => {
    const text = textOfLine(line, index);
    return text === '' ? 0 : encoder.encode(text).length + 1;
  });
}

/**
 * Splits a file at line ends into as few parts as the limits allow. The parts are equal: their lines differ by at most one,
 * or by as little as the byte limit allows. The order stays. A file with fewer lines than the minimum is one part: no split
 * could help it.
 *
 * If the byte limit prevents equal parts, the time grows with the lines of the file times the lines of a part.
 * @param bytes The bytes of each line, see {@link bytesOfLines}.
 * @returns the parts in the order of the file, none for a file without requests; or why it can't be split.
 */
export function splitIntoParts(bytes: readonly number[], limits: BatchFileLimits): readonly PartRange[] | SplitError {
  const tooLong = bytes.findIndex((each) => each > limits.maxBytes);
  if (tooLong >= 0) {
    return { error: 'lineTooLong', line: tooLong, bytes: bytes[tooLong] ?? 0 };
  }
  const requests = new Requests(bytes);
  const rules = { ...limits, minLines: requests.count < limits.minLines ? requests.count : limits.minLines };
  const fewest = Math.max(
    Math.ceil(requests.count / rules.maxLines),
    Math.ceil(requests.bytes(0, requests.count) / rules.maxBytes),
  );
  const equal = equalParts(requests.count, fewest);
  const ends = isWithin(requests, equal, rules) ? equal : fewestParts(requests, rules);
  return ends === undefined
    ? { error: 'tooFewLines', parts: partsWithoutMinimum(requests, rules) }
    : ends.map((end, index) => requests.range(ends[index - 1] ?? 0, end));
}

/**
 * The bytes that are sent for a part: its lines unchanged, each with LF, without blank lines and byte order mark. Whether
 * the API accepts CRLF, blank lines or the mark is not documented, so they are left out. A file that has none of them and
 * ends with LF is sent byte by byte.
 * @param lines All lines of the file, without line ends.
 */
export function inputOf(lines: readonly string[], { from, to }: Pick<PartRange, 'from' | 'to'>): Uint8Array {
  const texts = lines.slice(from, to).map((line, index) => textOfLine(line, from + index));
  return encoder.encode(texts.map((text) => (text === '' ? '' : `${text}\n`)).join(''));
}

const encoder = new TextEncoder();

/** Empty for a blank line. */
function textOfLine(line: string, index: number): string {
  const start = index === 0 && line.startsWith('\ufeff') ? 1 : 0;
  const text = line.slice(start, line.endsWith('\r') ? -1 : undefined);
  return text.trim() === '' ? '' : text;
}

/** The lines that are not blank, counted from 0 without those that are. */
class Requests {
  readonly count: number;
  /** The line of each in the file. */
  private readonly places: number[] = [];
  /** The bytes of all requests before each one; the last item is the total. */
  private readonly sums: number[] = [0];

  constructor(bytes: readonly number[]) {
    let sum = 0;
    bytes.forEach((each, place) => {
      if (each > 0) {
        sum += each;
        this.places.push(place);
        this.sums.push(sum);
      }
    });
    this.count = this.places.length;
  }

  bytes(from: number, to: number): number {
    return (this.sums[to] ?? 0) - (this.sums[from] ?? 0);
  }

  range(from: number, to: number): PartRange {
    return {
      from: this.places[from] ?? 0,
      to: (this.places[to - 1] ?? 0) + 1,
      lines: to - from,
      bytes: this.bytes(from, to),
    };
  }
}

/** The ends of equal parts, larger ones first. */
function equalParts(count: number, parts: number): number[] {
  const share = Math.floor(count / parts);
  const larger = count % parts;
  return Array.from({ length: parts }, (_, index) => (index + 1) * share + Math.min(index + 1, larger));
}

function isWithin(requests: Requests, ends: readonly number[], limits: BatchFileLimits): boolean {
  return ends.every((end, index) => {
    const from = ends[index - 1] ?? 0;
    const lines = end - from;
    return lines >= limits.minLines && lines <= limits.maxLines && requests.bytes(from, end) <= limits.maxBytes;
  });
}

/**
 * The ends of the parts in the split that has the fewest parts, and among those in the most equal one: that with the
 * smallest sum of squares of their lines. Dynamic programming over the best splits of the lines before each line.
 * @returns undefined if no split is within the limits.
 */
function fewestParts(requests: Requests, { minLines, maxLines, maxBytes }: BatchFileLimits): number[] | undefined {
  const { count } = requests;
  const parts = new Float64Array(count + 1).fill(Infinity);
  const squares = new Float64Array(count + 1).fill(Infinity);
  const starts = new Int32Array(count + 1);
  parts[0] = 0;
  squares[0] = 0;
  let earliest = 0;
  for (let end = 1; end <= count; end += 1) {
    while (end - earliest > maxLines || requests.bytes(earliest, end) > maxBytes) {
      earliest += 1;
    }
    let bestParts = Infinity;
    let bestSquares = Infinity;
    for (let start = earliest; start <= end - Math.max(minLines, 1); start += 1) {
      const partsHere = (parts[start] ?? Infinity) + 1;
      const squaresHere = (squares[start] ?? Infinity) + (end - start) ** 2;
      if (partsHere < bestParts || (partsHere === bestParts && squaresHere < bestSquares)) {
        bestParts = partsHere;
        bestSquares = squaresHere;
        starts[end] = start;
      }
    }
    parts[end] = bestParts;
    squares[end] = bestSquares;
  }
  if (parts[count] === Infinity) {
    return undefined;
  }
  const ends: number[] = [];
  for (let end = count; end > 0; end = starts[end] ?? 0) {
    ends.push(end);
  }
  return ends.reverse();
}

/** The number of parts if each one takes as many lines as possible. */
function partsWithoutMinimum(requests: Requests, { maxLines, maxBytes }: BatchFileLimits): number {
  let parts = 0;
  let from = 0;
  for (let end = 1; end <= requests.count; end += 1) {
    if (end - from === maxLines || end === requests.count || requests.bytes(from, end + 1) > maxBytes) {
      parts += 1;
      from = end;
    }
  }
  return parts;
}
