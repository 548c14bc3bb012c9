import { parseApiTime } from '../api/resources/time';
import { isRecord } from '../common/json';

/**
 * The outcome of a request, in display order: outcomes that need attention come first.
 *
 * - `failed`, `rejected`, `succeeded`: the final statuses that the official client declares for a generation.
 * - `unfinished`: a status that is not final, or unknown.
 * - `unreadable`: the line has no outcome.
 */
export const outcomes = ['failed', 'rejected', 'unreadable', 'unfinished', 'succeeded'] as const;
export type Outcome = (typeof outcomes)[number];

/**
 * What is wrong with a line. A row names the most severe problem only.
 *
 * - `notJson`, `notAnObject`, `tooLong`: the line could not be read.
 * - `duplicate`: an earlier line of the file has the same request ID.
 * - `noRequestId`: the line does not say which request it belongs to.
 * - `noStatus`: the line has no status, error or output, so the outcome is unknown.
 * - `noOutput`: the request succeeded but has no output URL.
 */
export type RowProblem = 'notJson' | 'notAnObject' | 'tooLong' | 'duplicate' | 'noRequestId' | 'noStatus' | 'noOutput';

/** The position of a line in the result file. */
export interface LinePosition {
  /** The line number from 0, counting blank lines. */
  readonly line: number;
  /** Offset from the start of the file, in bytes. */
  readonly start: number;
  /** Length without the line ending, in bytes. */
  readonly length: number;
}

/**
 * A line of a result file, as plain JSON data. To keep rows small, it does not hold the raw text: that is read again
 * from the cached file, by its position.
 */
export interface ResultRow extends LinePosition {
  /** Never empty, and never shortened, because it identifies the request. Left out if the line has none. */
  readonly requestId?: string;
  readonly outcome: Outcome;
  /** As the API gives it, known or not. */
  readonly status?: string;
  readonly generationId?: string;
  readonly model?: string;
  /** Length of the output, in seconds. */
  readonly durationS?: number;
  /** The exact text from the API. Check it with `isSafeUrl` before you open or fetch it. */
  readonly outputUrl?: string;
  /** Milliseconds since 1970. */
  readonly createdAt?: number;
  /** The error message of the API, cut to {@link maxErrorLength}. It may contain anything, such as line breaks or markup. */
  readonly error?: string;
  readonly errorCode?: string;
  readonly problem?: RowProblem;
}

/** Maximum length of an error message, in characters. The raw line has the full message. */
export const maxErrorLength = 2_000;

/** Maximum length of a status, name or code, in characters. Nobody writes longer ones. */
const maxNameLength = 200;

/**
 * The outcomes of the final statuses: those that the official client declares, and two that only older API pages list.
 * All other statuses are unfinished: `PENDING` and `PROCESSING` (declared), and any new ones.
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
 * Results are JSON Lines with an entry for each request, whose `response` is the answer of the Generate API (documented).
 * `request_id` is next to `response`, as in the input file (inferred). A request that never became a generation has no
 * `response`, only `status` and `error` (inferred). So each field is looked up in `response` first and then in the line
 * itself. A field of a wrong type is ignored. The error code is `error_code` in the official client and `errorCode` in
 * newer API pages: both are read.
 *
 * @returns undefined if the line is blank.
 */
export function parseResultLine(text: string, { line, start, length }: LinePosition): ResultRow | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Checked last because blank lines are rare.
    return text.trim() === '' ? undefined : { line, start, length, outcome: 'unreadable', problem: 'notJson' };
  }
  return isRecord(value)
    ? readRow(value, { line, start, length })
    : { line, start, length, outcome: 'unreadable', problem: 'notAnObject' };
}

/** @returns the record that holds the generation: `response`, or the line itself if it has no `response`. */
export function generationOf(line: Record<string, unknown>): Record<string, unknown> {
  const response = line['response'];
  return isRecord(response) ? response : line;
}

/** @returns the ID of the request in the input file. */
export function requestIdOf(line: Record<string, unknown>): string | undefined {
  return textOf(line['request_id']) ?? textOf(line['requestId']);
}

type MutableRow = { -readonly [Key in keyof ResultRow]: ResultRow[Key] };

function readRow(line: Record<string, unknown>, { line: number, start, length }: LinePosition): ResultRow {
  const generation = generationOf(line);
  const requestId = requestIdOf(line);
  const status = textOf(generation['status']) ?? textOf(line['status']);
  // The vendor's newest tool uses the second name.
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

  // Set only the fields that exist, in a fixed order: objects of few shapes take less memory.
  const row: MutableRow = { line: number, start, length, outcome };
  if (requestId !== undefined) row.requestId = requestId;
  if (status !== undefined) row.status = cut(status, maxNameLength);
  if (generationId !== undefined && generationId.length <= maxNameLength) row.generationId = generationId;
  if (model !== undefined) row.model = cut(model, maxNameLength);
  if (typeof durationS === 'number' && durationS >= 0 && durationS < Infinity) row.durationS = durationS;
  if (outputUrl !== undefined) row.outputUrl = outputUrl;
  if (createdAt !== undefined) row.createdAt = createdAt;
  if (error !== undefined) row.error = cut(error, maxErrorLength);
  if (errorCode !== undefined) row.errorCode = cut(errorCode, maxNameLength);
  const problem = problemOf(row);
  if (problem !== undefined) row.problem = problem;
  return row;
}

/** Without a status, an error means failure and an output means success. */
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

/**
 * Reads an error message. The official client declares a string. Other errors of the API are objects whose `message` is a
 * string or a list of strings.
 */
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

/** @returns undefined unless the value is a string that is not empty. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function cut(text: string, maxLength: number): string {
  if (text.length <= maxLength) {
    return text;
  }
  // Does not split a surrogate pair. The round trip through JSON copies the text: a slice keeps the whole original, which
  // may have megabytes, in memory.
  return JSON.parse(JSON.stringify(`${text.slice(0, maxLength - 1).replace(/[\ud800-\udbff]$/, '')}…`)) as string;
}
