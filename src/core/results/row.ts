import { parseApiTime } from '../api/resources/time';
import { isRecord } from '../common/json';

/**
 * What came of a request, in the order in which it is shown: what asks for attention first.
 *
 * - `failed`, `rejected`, `succeeded`: the final statuses that the official client declares for a generation.
 * - `unfinished`: a status that is not final or not known.
 * - `unreadable`: the line does not say.
 */
export const outcomes = ['failed', 'rejected', 'unreadable', 'unfinished', 'succeeded'] as const;
export type Outcome = (typeof outcomes)[number];

/**
 * What is odd about a line. One a line, the gravest.
 *
 * - `notJson`, `notAnObject`, `tooLong`: nothing could be read of it.
 * - `duplicate`: an earlier line of the file has the same request ID.
 * - `noRequestId`: it can't be said which request it belongs to.
 * - `noStatus`: neither a status nor an error nor an output; the outcome is not known.
 * - `noOutput`: the request succeeded, and there is no output URL.
 */
export type RowProblem = 'notJson' | 'notAnObject' | 'tooLong' | 'duplicate' | 'noRequestId' | 'noStatus' | 'noOutput';

/** Where a line is in the result file. */
export interface LinePlace {
  /** From 0, blank lines counted. */
  readonly line: number;
  /** Bytes from the start of the file. */
  readonly start: number;
  /** Bytes, without the line's end. */
  readonly length: number;
}

/**
 * A line of a result file as it is listed. Plain data that survives JSON. The raw text is not in it, so that many rows
 * stay light: it is read back from the kept file by its place.
 */
export interface ResultRow extends LinePlace {
  /** Whole, however long: requests are told apart by it. Nothing where the line has none; never empty. */
  readonly requestId?: string;
  readonly outcome: Outcome;
  /** As the API says it, known or not. */
  readonly status?: string;
  readonly generationId?: string;
  readonly model?: string;
  /** Length of the output, in seconds. */
  readonly durationS?: number;
  /** The exact text that came, whatever it is: it must pass `isSafeUrl` before it is opened or fetched. */
  readonly outputUrl?: string;
  /** Milliseconds since 1970. */
  readonly createdAt?: number;
  /** What the API says went wrong, cut to {@link maxErrorLength}. It may hold anything, line ends and markup too. */
  readonly error?: string;
  readonly errorCode?: string;
  readonly problem?: RowProblem;
}

/** The most characters that are kept of an error's text; the raw line has all of it. */
export const maxErrorLength = 2_000;

/** What is longer than this is no ID, status, name or code that anybody wrote. */
const longestName = 200;

/**
 * The outcome of each status that the official client declares as final, and of two that only older pages knew. All
 * others are unfinished, the two that are declared (`PENDING`, `PROCESSING`) and those that may come.
 */
const finalStatuses: ReadonlyMap<string, Outcome> = new Map([
  ['COMPLETED', 'succeeded'],
  ['FAILED', 'failed'],
  ['REJECTED', 'rejected'],
  ['CANCELED', 'failed'],
  ['TIMED_OUT', 'failed'],
]);

/**
 * Reads a line of a result file.
 *
 * Documented: results are JSON Lines with an entry for each request, whose `response` is what the Generate API answers.
 * The rest of the envelope is inferred: `request_id` beside it, as in the input file; and for a request that never became
 * a generation no `response`, but `status` and `error` themselves. So each field is looked for in `response` and then
 * beside it, and one of a wrong type costs that field only. The code of an error is `error_code` in the official client
 * and `errorCode` in newer pages: both are read.
 *
 * @returns the row, or nothing where the line is blank.
 */
export function parseResultLine(text: string, { line, start, length }: LinePlace): ResultRow | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Looked at last, since hardly any line is blank.
    return text.trim() === '' ? undefined : { line, start, length, outcome: 'unreadable', problem: 'notJson' };
  }
  return isRecord(value)
    ? readRow(value, { line, start, length })
    : { line, start, length, outcome: 'unreadable', problem: 'notAnObject' };
}

/** The record that holds the generation: `response`, or where that is none the line itself. */
export function generationOf(line: Record<string, unknown>): Record<string, unknown> {
  const response = line['response'];
  return isRecord(response) ? response : line;
}

/** The ID that the request had in the input file. */
export function requestIdOf(line: Record<string, unknown>): string | undefined {
  return textOf(line['request_id']) ?? textOf(line['requestId']);
}

type MutableRow = { -readonly [Key in keyof ResultRow]: ResultRow[Key] };

function readRow(line: Record<string, unknown>, { line: number, start, length }: LinePlace): ResultRow {
  const generation = generationOf(line);
  const requestId = requestIdOf(line);
  const status = textOf(generation['status']) ?? textOf(line['status']);
  // The newest of the vendor's tools calls it by the second name.
  const outputUrl = textOf(generation['outputUrl']) ?? textOf(generation['outputMediaUrl']);
  const failure = generation['error'] ?? line['error'];
  const error = errorText(failure);
  const errorCode = codeOf(generation) ?? codeOf(line) ?? (isRecord(failure) ? codeOf(failure) : undefined);
  const generationId = textOf(generation['id']);
  const model = textOf(generation['model']);
  const durationS = generation['outputDuration'];
  const createdAt = parseApiTime(generation['createdAt']);
  const outcome =
    status === undefined
      ? (outcomeWithoutStatus(requestId, outputUrl, error ?? errorCode) ?? 'unreadable')
      : (finalStatuses.get(status) ?? 'unfinished');

  // Only what is there, always in the same order: rows of few shapes are small and quick to read.
  const row: MutableRow = { line: number, start, length, outcome };
  if (requestId !== undefined) row.requestId = requestId;
  if (status !== undefined) row.status = cut(status, longestName);
  if (generationId !== undefined && generationId.length <= longestName) row.generationId = generationId;
  if (model !== undefined) row.model = cut(model, longestName);
  if (typeof durationS === 'number' && durationS >= 0 && durationS < Infinity) row.durationS = durationS;
  if (outputUrl !== undefined) row.outputUrl = outputUrl;
  if (createdAt !== undefined) row.createdAt = createdAt;
  if (error !== undefined) row.error = cut(error, maxErrorLength);
  if (errorCode !== undefined) row.errorCode = cut(errorCode, longestName);
  const problem = problemOf(row);
  if (problem !== undefined) row.problem = problem;
  return row;
}

/** An error is a failure and an output a success, whoever says nothing else. */
function outcomeWithoutStatus(
  requestId: string | undefined,
  outputUrl: string | undefined,
  error: string | undefined,
): Outcome | undefined {
  if (error !== undefined) {
    return 'failed';
  }
  if (outputUrl !== undefined) {
    return 'succeeded';
  }
  return requestId === undefined ? undefined : 'unfinished';
}

function problemOf(row: ResultRow): RowProblem | undefined {
  if (row.requestId === undefined) {
    return 'noRequestId';
  }
  if (row.outcome === 'succeeded') {
    return row.outputUrl === undefined ? 'noOutput' : undefined;
  }
  return row.status === undefined && row.outcome === 'unfinished' ? 'noStatus' : undefined;
}

function codeOf(record: Record<string, unknown>): string | undefined {
  return textOf(record['error_code']) ?? textOf(record['errorCode']);
}

/** The official client declares a text. The API's other errors are objects with a `message`, a text or a list of them. */
function errorText(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) {
    return textOf(error);
  }
  if (Array.isArray(error)) {
    return textOf(error.filter((part) => typeof part === 'string').join('; '));
  }
  const { message } = error as { message?: unknown };
  return typeof message === 'string' || Array.isArray(message) ? errorText(message) : undefined;
}

/** A text that is not empty. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function cut(text: string, longest: number): string {
  if (text.length <= longest) {
    return text;
  }
  // Not in the middle of a character that takes two places. Through JSON, since what is cut off a text by itself keeps
  // all of it in memory, and one of them may be megabytes.
  return JSON.parse(JSON.stringify(`${text.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '')}…`)) as string;
}
