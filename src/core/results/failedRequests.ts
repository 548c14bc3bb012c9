import { type SizeProblem, sizeProblems } from '../batchFile/schema/limits';
import { batchEndpoint } from '../batchFile/schema/requestSchema';
import { isRecord, parseJson } from '../common/json';
import { worthRetrying } from './errorCodes';
import { generationOf, requestIdOf, type ResultRow } from './row';

/** The sources of the requests in a retry file. */
export interface RetrySource {
  /** All rows of the result file. With fewer rows, requests would look missing that are not. */
  readonly rows: readonly ResultRow[];
  /** Reads the raw line of a row again; undefined if it is gone. If it rejects, so does {@link buildRetryFile}. */
  readonly rawLine: (row: ResultRow) => Promise<string | undefined>;
  /** The text of the original batch file, if available. */
  readonly input?: string;
  /** The batch metric `total_generations`. Undefined or 0 if unknown. */
  readonly totalGenerations?: number;
}

export interface RetryOptions {
  /** Leave out failures that are not known to be worth retrying. Missing requests stay: they have no error. */
  readonly onlyWorthRetrying?: boolean;
}

export interface RetryRequest {
  readonly requestId: string;
  readonly why: 'failed' | 'rejected' | 'missing';
  /** `input`: the raw line of the original file. `result`: rebuilt from the result. */
  readonly from: 'input' | 'result';
}

/** Why a request is not in the retry file, or should be checked although it is. */
export type RetryReason =
  // Not in the file:
  | 'noRequestId' // a failed line has no request ID
  | 'unreadableLine' // a line of the results is unreadable
  | 'rawLineGone' // the raw line could not be read again
  | 'noModel' // the result does not contain the model
  | 'noMedia' // the result does not contain the input media
  | 'tooDeep' // the result is nested too deeply to be written as JSON
  | 'otherResult' // another line of the same request did not fail
  | 'missingWithoutInput' // `count` requests have no result, and there is no original file to take them from
  // `count` requests of the original file have no result, which is more than the batch can miss. So at least some of them
  // are of another batch, and may have been paid for.
  | 'moreThanMissing'
  | 'notWorthRetrying' // left out because of `RetryOptions.onlyWorthRetrying`
  | 'maybeNotWorthRetrying' // the same
  | 'inputLineUnreadable' // a line of the original file is not an object with a request ID
  | 'inputLineIncomplete' // a line of the original file has no result, and no endpoint or payload
  // In the file:
  | 'inputLineRepeated' // several lines of the original file have this ID; the first one is in the file
  | 'repeated' // several lines of the results have this ID, and all of them failed
  | 'notInInput' // rebuilt from the result, because the original file lacks the request
  | 'mayHaveResult'; // `count` requests count as missing, but some lines of the results have no request ID

export interface RetryNote {
  readonly reason: RetryReason;
  /** Whether the request is in the retry file. */
  readonly isInFile: boolean;
  readonly requestId?: string;
  /** The line number in the results, from 0. */
  readonly line?: number;
  /** The line number in the original file, from 0. */
  readonly inputLine?: number;
  readonly count?: number;
}

export interface RetryFile {
  /** JSON Lines that end with LF. Empty if there is nothing to retry. */
  readonly text: string;
  /** The length of the text in UTF-8. */
  readonly bytes: number;
  /** In the order of the lines. */
  readonly requests: readonly RetryRequest[];
  readonly notes: readonly RetryNote[];
  /** The documented limits that the file violates. */
  readonly sizeProblems: readonly SizeProblem[];
  /**
   * How many request IDs of the results are in the original file: all (`whole`), some (`partly`) or none (`not`: it is
   * ignored as the file of another batch). `none` if there is no original file.
   */
  readonly inputFit: 'whole' | 'partly' | 'not' | 'none';
}

/**
 * Builds a batch file of the requests that failed, were rejected or are missing. Each line has `request_id`, `endpoint`
 * and `payload` (documented), and each request ID occurs once.
 *
 * If the original file is available, its raw lines are copied in its order. Otherwise a request is rebuilt from its
 * result, which contains the answer of the Generate API (documented). There the official client declares the model, the
 * input and the optional `options`, `segments` and `webhookUrl`. That the service returns the input unchanged is inferred.
 */
export async function buildRetryFile(source: RetrySource, options: RetryOptions = {}): Promise<RetryFile> {
  const results = readResults(source.rows);
  const input = readInput(source.input, results);
  const draft = new Draft(options.onlyWorthRetrying === true);
  draft.notes.push(...input.notes, ...results.notes);

  findMissing(draft, source, results, input);
  for (const { requestId, text } of input.lines) {
    const failed = results.failed.get(requestId);
    if (failed !== undefined) {
      if (draft.accepts(failed)) {
        draft.add({ requestId, why: failed.outcome, from: 'input' }, text);
      }
    } else if (draft.missing.has(requestId)) {
      draft.add({ requestId, why: 'missing', from: 'input' }, text);
    }
  }
  for (const [requestId, failed] of results.failed) {
    if (!input.requestIds.has(requestId) && draft.accepts(failed)) {
      await rebuild(draft, failed, source, input.fit);
    }
  }
  return draft.finish(input.fit);
}

/** A failed row that has a request ID. */
type FailedRow = ResultRow & { readonly requestId: string; readonly outcome: 'failed' | 'rejected' };

interface Results {
  /** The requests to retry by ID, in the order of the results. */
  readonly failed: ReadonlyMap<string, FailedRow>;
  /** The IDs of all requests that have a line. */
  readonly requestIds: ReadonlySet<string>;
  /** Number of lines without a request ID. */
  readonly withoutId: number;
  /** Number of those that succeeded, or still may. */
  readonly paidWithoutId: number;
  readonly notes: readonly RetryNote[];
}

function readResults(rows: readonly ResultRow[]): Results {
  const failed = new Map<string, FailedRow>();
  const others = new Map<string, ResultRow>();
  const repeated = new Map<string, ResultRow>();
  const notes: RetryNote[] = [];
  let withoutId = 0;
  let paidWithoutId = 0;
  for (const row of rows) {
    const { requestId, line } = row;
    if (requestId === undefined) {
      withoutId += 1;
      if (row.outcome === 'failed' || row.outcome === 'rejected') {
        notes.push({ reason: 'noRequestId', isInFile: false, line });
      } else if (row.outcome === 'unreadable') {
        notes.push({ reason: 'unreadableLine', isInFile: false, line });
      } else {
        paidWithoutId += 1;
      }
      continue;
    }
    if (failed.has(requestId) || others.has(requestId)) {
      repeated.set(requestId, row);
    }
    if (!isFailed(row)) {
      others.set(requestId, row);
    } else if (!failed.has(requestId)) {
      failed.set(requestId, row);
    }
  }
  for (const [requestId, { line }] of repeated) {
    if (failed.has(requestId)) {
      const isInFile = !others.has(requestId);
      notes.push({ reason: isInFile ? 'repeated' : 'otherResult', isInFile, requestId, line });
    }
  }
  // A request that succeeded, or still may, is paid for. Never retry it, even if another line says that it failed.
  const requestIds = new Set([...failed.keys(), ...others.keys()]);
  for (const requestId of others.keys()) {
    failed.delete(requestId);
  }
  return { failed, requestIds, withoutId, paidWithoutId, notes };
}

function isFailed(row: ResultRow): row is FailedRow {
  return row.requestId !== undefined && (row.outcome === 'failed' || row.outcome === 'rejected');
}

interface Input {
  readonly fit: RetryFile['inputFit'];
  /** The complete requests, without duplicates. */
  readonly lines: readonly { readonly requestId: string; readonly text: string }[];
  readonly requestIds: ReadonlySet<string>;
  readonly notes: readonly RetryNote[];
}

const noInput: Input = { fit: 'none', lines: [], requestIds: new Set(), notes: [] };

function readInput(text: string | undefined, results: Results): Input {
  if (text === undefined) {
    return noInput;
  }
  const lines: { requestId: string; text: string }[] = [];
  const requestIds = new Set<string>();
  const notes: RetryNote[] = [];
  linesOf(text).forEach((line, inputLine) => {
    if (line.trim() === '') {
      return;
    }
    const request = parseRecord(line);
    const requestId = request?.['request_id'];
    if (request === undefined || typeof requestId !== 'string' || requestId === '') {
      notes.push({ reason: 'inputLineUnreadable', isInFile: false, inputLine });
      return;
    }
    const isComplete = request['endpoint'] === batchEndpoint && isRecord(request['payload']);
    if (isComplete && !requestIds.has(requestId)) {
      requestIds.add(requestId);
      lines.push({ requestId, text: line });
    } else if (!results.requestIds.has(requestId)) {
      // If the request has a result, the line is not needed: it succeeded, or is rebuilt from the result.
      notes.push({
        reason: isComplete ? 'inputLineRepeated' : 'inputLineIncomplete',
        isInFile: isComplete,
        inputLine,
        requestId,
      });
    }
  });
  const common = [...results.requestIds].filter((requestId) => requestIds.has(requestId)).length;
  if (common === 0 && results.requestIds.size > 0) {
    return { ...noInput, fit: 'not' };
  }
  return { fit: common === results.requestIds.size ? 'whole' : 'partly', lines, requestIds, notes };
}

/** @returns the lines without their LF or CRLF, and without a byte order mark at the start. */
function linesOf(text: string): string[] {
  const lines = text.replace(/^\ufeff/, '').split('\n');
  return lines.map((line) => line.replace(/\r$/, ''));
}

/** Finds the requests of the original file that have no result. */
function findMissing(
  draft: Draft,
  { totalGenerations = 0 }: RetrySource,
  { requestIds, withoutId, paidWithoutId }: Results,
  { fit, lines }: Input,
): void {
  if (fit === 'none' || fit === 'not') {
    const count = totalGenerations - requestIds.size - withoutId;
    if (count > 0) {
      draft.notes.push({ reason: 'missingWithoutInput', isInFile: false, count });
    }
    return;
  }
  const missing = lines.map(({ requestId }) => requestId).filter((requestId) => !requestIds.has(requestId));
  const count = missing.length;
  // A paid result without an ID belongs to some request. If more requests are left than can be missing, it may be any.
  if (totalGenerations > 0 && count > Math.max(0, totalGenerations - requestIds.size - paidWithoutId)) {
    draft.notes.push({ reason: 'moreThanMissing', isInFile: false, count });
    return;
  }
  if (count > 0 && withoutId > 0) {
    draft.notes.push({ reason: 'mayHaveResult', isInFile: true, count });
  }
  draft.missing = new Set(missing);
}

/** A retry file that is being built. */
class Draft {
  readonly notes: RetryNote[] = [];
  missing: ReadonlySet<string> = new Set();
  private readonly lines: string[] = [];
  private readonly requests: RetryRequest[] = [];

  constructor(private readonly onlyWorthRetrying: boolean) {}

  /** @returns whether to retry this request. Adds a note if not. */
  accepts(row: FailedRow): boolean {
    const worth = worthRetrying(row);
    if (!this.onlyWorthRetrying || worth === 'yes') {
      return true;
    }
    this.leaveOut(row, worth === 'no' ? 'notWorthRetrying' : 'maybeNotWorthRetrying');
    return false;
  }

  leaveOut({ requestId, line }: FailedRow, reason: RetryReason): void {
    this.notes.push({ reason, isInFile: false, requestId, line });
  }

  add(request: RetryRequest, line: string): void {
    this.requests.push(request);
    this.lines.push(`${line}\n`);
  }

  finish(inputFit: RetryFile['inputFit']): RetryFile {
    const { requests } = this;
    const requestIds = new Set(requests.map(({ requestId }) => requestId));
    const text = this.lines.join('');
    const bytes = new TextEncoder().encode(text).length;
    return {
      text,
      bytes,
      requests,
      notes: this.notes.flatMap((note) => {
        const isInFile = note.requestId === undefined ? note.isInFile : requestIds.has(note.requestId);
        return note.isInFile && !isInFile ? [] : [{ ...note, isInFile }];
      }),
      sizeProblems: sizeProblems({ lines: requests.length, bytes }),
      inputFit,
    };
  }
}

async function rebuild(
  draft: Draft,
  row: FailedRow,
  { rawLine }: RetrySource,
  inputFit: RetryFile['inputFit'],
): Promise<void> {
  const { requestId, line } = row;
  const raw = await rawLine(row);
  const result = raw === undefined ? undefined : parseRecord(raw);
  if (result === undefined || requestIdOf(result) !== requestId) {
    draft.leaveOut(row, 'rawLineGone');
    return;
  }
  const payload = payloadOf(generationOf(result));
  if (typeof payload === 'string') {
    draft.leaveOut(row, payload);
    return;
  }
  const text = stringify({ request_id: requestId, endpoint: batchEndpoint, payload });
  if (text === undefined) {
    draft.leaveOut(row, 'tooDeep');
    return;
  }
  draft.add({ requestId, why: row.outcome, from: 'result' }, text);
  if (inputFit === 'whole' || inputFit === 'partly') {
    draft.notes.push({ reason: 'notInInput', isInFile: true, requestId, line });
  }
}

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

/**
 * The optional fields of a request (documented). The official client declares only the first three for results; that
 * results repeat the others is inferred. Other fields of a result are not part of the request, and are not copied.
 */
const optionalFields: readonly [name: string, isValid: (value: unknown) => boolean][] = [
  ['options', isRecord],
  ['segments', (value) => Array.isArray(value) && value.length > 0],
  ['webhookUrl', isText],
  ['outputFileName', isText],
  ['projectId', isText],
  ['dubParams', isRecord],
  ['dialogueEdit', isRecord],
];

/** @returns the payload of the request of a generation, or the reason why it can't be rebuilt. */
function payloadOf(generation: Record<string, unknown>): Record<string, unknown> | 'noModel' | 'noMedia' {
  const { model, input } = generation;
  if (!isText(model)) {
    return 'noModel';
  }
  if (!Array.isArray(input) || input.length === 0 || !input.every(isRecord)) {
    return 'noMedia';
  }
  const optional = optionalFields
    .filter(([name, isValid]) => isValid(generation[name]))
    .map(([name]) => [name, generation[name]] as const);
  return { model, input, ...Object.fromEntries(optional) };
}

function parseRecord(text: string): Record<string, unknown> | undefined {
  const value = parseJson(text);
  return isRecord(value) ? value : undefined;
}

/** @returns undefined if the value is nested too deeply: unlike parsing, writing JSON has a limit. */
function stringify(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
