import type { BatchFileLimits } from '../batchFile/schema/limits';

/** A part of a file: its lines from `from` on, before `to`. */
export interface PartRange {
  /** The first line, from 0. */
  readonly from: number;
  /** The line after the last. */
  readonly to: number;
  /** Requests: the lines that are not blank. */
  readonly lines: number;
  /** UTF-8 bytes of what is sent. */
  readonly bytes: number;
}

export interface PartPlan {
  /** In the order of the file; none for a file without requests. */
  readonly parts: readonly PartRange[];
}

/**
 * Why a file can't be divided:
 * - `lineTooLong`: the line is over the byte limit all by itself.
 * - `tooFewLines`: it needs `parts` parts at least, and some of them would then have fewer lines than are allowed.
 */
export type PartFault =
  | { readonly fault: 'lineTooLong'; readonly line: number; readonly bytes: number }
  | { readonly fault: 'tooFewLines'; readonly parts: number };

/**
 * The bytes that each line has in what is sent: UTF-8 and one LF; 0 for a blank line, which is left out.
 * @param lines all lines of the file, without their ends.
 */
export function bytesOfLines(lines: readonly string[]): number[] {
  return lines.map((line, index) => {
    const text = textOfLine(line, index);
    return text === '' ? 0 : encoder.encode(text).length + 1;
  });
}

/**
 * Divides a file at its line ends into as few parts as the limits allow, of equal shares: their lines differ by one at
 * most, or by as little as the byte limit lets them. Nothing is lost or moved. A file that has fewer lines than a batch
 * must have is one part nevertheless: no division could help it.
 *
 * Where the byte limit is in the way of equal shares it takes as many steps as the file has lines, times the lines of a part.
 * @param bytes of each line, as `bytesOfLines` gives them.
 */
export function planParts(bytes: readonly number[], limits: BatchFileLimits): PartPlan | PartFault {
  const tooLong = bytes.findIndex((each) => each > limits.maxBytes);
  if (tooLong >= 0) {
    return { fault: 'lineTooLong', line: tooLong, bytes: bytes[tooLong] ?? 0 };
  }
  const requests = new Requests(bytes);
  const rules = { ...limits, minLines: requests.count < limits.minLines ? requests.count : limits.minLines };
  const fewest = Math.max(
    Math.ceil(requests.count / rules.maxLines),
    Math.ceil(requests.bytes(0, requests.count) / rules.maxBytes),
  );
  const equal = equalShares(requests.count, fewest);
  const ends = isWithin(requests, equal, rules) ? equal : fewestParts(requests, rules);
  return ends === undefined
    ? { fault: 'tooFewLines', parts: partsWithoutMinimum(requests, rules) }
    : { parts: ends.map((end, index) => requests.range(ends[index - 1] ?? 0, end)) };
}

/**
 * The bytes of a part as they are sent: its lines as they are, each with LF, without blank lines and a byte order mark.
 * Whether the API takes CRLF, blank lines or a mark is not documented, so it is spared them. A file that has none of them
 * and ends with LF is, as one part, its own bytes.
 * @param lines all lines of the file, without their ends.
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
  /** Where each is in the file. */
  private readonly places: number[] = [];
  /** The bytes of all before each, and at last those of all. */
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

/** Where the parts end, larger ones first. */
function equalShares(count: number, parts: number): number[] {
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
 * Where the parts end in the division that has the fewest, and among those the one with the smallest sum of squares of
 * their lines, which is the most equal one. Built from the best divisions of everything before each line.
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

/** How many parts there are when each takes as much as it may. */
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
