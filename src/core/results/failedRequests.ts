import { type SizeProblem, sizeProblems } from '../batchFile/schema/limits';
import { batchEndpoint } from '../batchFile/schema/requestSchema';
import { isRecord, parseJson } from '../common/json';
import { failureOfRow } from './failures';
import { generationOf, requestIdOf, type ResultRow } from './row';

/** What the requests of the next batch are taken from. */
export interface RetrySource {
  /** All rows of the whole result file. A part of it would make requests look missing that are not. */
  readonly rows: readonly ResultRow[];
  /** Reads a row's raw line back; nothing where it is gone. What it throws ends the building. */
  readonly rawLine: (row: ResultRow) => Promise<string | undefined>;
  /** The text of the file that the batch was made from, where it is known. */
  readonly input?: string;
  /** The metrics' `total_generations`; nothing, or 0, where it is not known. */
  readonly totalGenerations?: number;
}

export interface RetryOptions {
  /** Leaves out the errors of which it is not known that sending again can help. Missing requests have no error. */
  readonly onlyHelpful?: boolean;
}

export interface RetryRequest {
  readonly requestId: string;
  readonly why: 'failed' | 'rejected' | 'missing';
  /** `input`: the raw line of the input file. `result`: rebuilt from what the result says about the request. */
  readonly from: 'input' | 'result';
}

/**
 * Why a request is not in the file, or is and should be looked at.
 *
 * Not in the file:
 * - `noRequestId`: a failed line that does not say which request it is.
 * - `unreadableLine`: a line of which not even that is known.
 * - `rawLineGone`: the line could not be read back.
 * - `noModel`, `noMedia`: the result does not say with what the request was made.
 * - `tooDeep`: the result can't be written as text again.
 * - `otherResult`: another line of the same request says that it did not fail.
 * - `missingWithoutInput`: `count` requests have no line in the results, and there is no input file to take them from.
 * - `moreThanMissing`: `count` requests of the input file have no result, more than the batch can miss. So they are
 *   of another batch, some at least, and may have been paid for.
 * - `cannotHelp`, `notKnownToHelp`: left out as the option says.
 * - `inputLineUnreadable`: a line of the input file that is no object with an ID.
 * - `inputLineIncomplete`: one without a result that lacks the endpoint or the payload.
 *
 * In the file:
 * - `inputLineRepeated`: one of the input file's lines, the first of those that have its ID.
 * - `repeated`: several lines of the results have its ID, all failed.
 * - `notInInput`: rebuilt from the result, since the input file does not have it.
 * - `mayHaveResult`: `count` requests count as missing, while the results have lines that do not say whose they are.
 */
export type RetryReason =
  | 'noRequestId'
  | 'unreadableLine'
  | 'rawLineGone'
  | 'noModel'
  | 'noMedia'
  | 'tooDeep'
  | 'otherResult'
  | 'missingWithoutInput'
  | 'moreThanMissing'
  | 'cannotHelp'
  | 'notKnownToHelp'
  | 'inputLineUnreadable'
  | 'inputLineIncomplete'
  | 'inputLineRepeated'
  | 'repeated'
  | 'notInInput'
  | 'mayHaveResult';

export interface RetryNote {
  readonly reason: RetryReason;
  /** Whether the request is in the file, all the same or by another line. */
  readonly isInFile: boolean;
  readonly requestId?: string;
  /** The line of the results, from 0. */
  readonly line?: number;
  /** The line of the input file, from 0. */
  readonly inputLine?: number;
  readonly count?: number;
}

export interface RetryFile {
  /** JSON Lines, each with LF at its end; empty where there is nothing to send. */
  readonly text: string;
  /** UTF-8 bytes of the text. */
  readonly bytes: number;
  /** In the order of the lines. */
  readonly requests: readonly RetryRequest[];
  readonly notes: readonly RetryNote[];
  /** What the documented limits say about the file. */
  readonly sizeProblems: readonly SizeProblem[];
  /**
   * How the input file fits the results: `whole`, all IDs of the results are in it; `partly`; `not`, none is, and it was
   * left aside as the file of another batch; `none`, there is none.
   */
  readonly inputFit: 'whole' | 'partly' | 'not' | 'none';
}

/**
 * Makes the file of the requests that failed, were rejected or are missing, ready to be sent: each line with
 * `request_id`, `endpoint` and `payload` (documented), no ID twice.
 *
 * With the input file its raw lines are taken over as they are, in its order. Without it a request is rebuilt from its
 * result, which is documented to hold what the Generate API answers: the official client declares the model, the input
 * and the optional `options`, `segments` and `webhookUrl` there. Whether the service gives the input back as it was sent
 * is not documented.
 */
export async function buildRetryFile(source: RetrySource, options: RetryOptions = {}): Promise<RetryFile> {
  const results = readResults(source.rows);
  const input = readInput(source.input, results);
  const draft = new Draft(options.onlyHelpful === true);
  draft.notes.push(...input.notes, ...results.notes);

  takeMissing(draft, source, results, input);
  for (const { requestId, text } of input.lines) {
    const failed = results.failed.get(requestId);
    if (failed !== undefined) {
      if (draft.isWanted(failed)) {
        draft.add({ requestId, why: failed.outcome, from: 'input' }, text);
      }
    } else if (draft.missing.has(requestId)) {
      draft.add({ requestId, why: 'missing', from: 'input' }, text);
    }
  }
  for (const [requestId, failed] of results.failed) {
    if (!input.requestIds.has(requestId) && draft.isWanted(failed)) {
      await rebuild(draft, failed, source, input.fit);
    }
  }
  return draft.finish(input.fit);
}

/** A row that failed, and says of which request it is. */
type FailedRow = ResultRow & { readonly requestId: string; readonly outcome: 'failed' | 'rejected' };

interface Results {
  /** The requests to send again, by ID, in the order of the file. */
  readonly failed: ReadonlyMap<string, FailedRow>;
  /** All requests that have a line. */
  readonly requestIds: ReadonlySet<string>;
  /** Lines that do not say whose they are. */
  readonly nameless: number;
  /** Those of them that succeeded, or still may. */
  readonly namelessPaid: number;
  readonly notes: readonly RetryNote[];
}

function readResults(rows: readonly ResultRow[]): Results {
  const failed = new Map<string, FailedRow>();
  const others = new Map<string, ResultRow>();
  const repeated = new Map<string, ResultRow>();
  const notes: RetryNote[] = [];
  let nameless = 0;
  let namelessPaid = 0;
  for (const row of rows) {
    const { requestId, line } = row;
    if (requestId === undefined) {
      nameless += 1;
      if (row.outcome === 'failed' || row.outcome === 'rejected') {
        notes.push({ reason: 'noRequestId', isInFile: false, line });
      } else if (row.outcome === 'unreadable') {
        notes.push({ reason: 'unreadableLine', isInFile: false, line });
      } else {
        namelessPaid += 1;
      }
      continue;
    }
    const isRepeated = failed.has(requestId) || others.has(requestId);
    if (isRepeated) {
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
  // A request that succeeded, or may yet, was paid for: it is not sent again, whatever another line says.
  const requestIds = new Set([...failed.keys(), ...others.keys()]);
  for (const requestId of others.keys()) {
    failed.delete(requestId);
  }
  return { failed, requestIds, nameless, namelessPaid, notes };
}

function isFailed(row: ResultRow): row is FailedRow {
  return row.requestId !== undefined && (row.outcome === 'failed' || row.outcome === 'rejected');
}

interface Input {
  readonly fit: RetryFile['inputFit'];
  /** The requests that can be taken over, each once. */
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
      // One that has a result is not needed, or is rebuilt from that.
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

/** The lines as they are, without their LF or CRLF and the byte order mark before the first. */
function linesOf(text: string): string[] {
  return text
    .replace(/^\ufeff/, '')
    .split('\n')
    .map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
}

/** Finds out which requests have no result, and what of that is unsure. */
function takeMissing(
  draft: Draft,
  { totalGenerations = 0 }: RetrySource,
  { requestIds, nameless, namelessPaid }: Results,
  { fit, lines }: Input,
): void {
  if (fit === 'none' || fit === 'not') {
    const count = totalGenerations - requestIds.size - nameless;
    if (count > 0) {
      draft.notes.push({ reason: 'missingWithoutInput', isInFile: false, count });
    }
    return;
  }
  const missing = lines.map(({ requestId }) => requestId).filter((requestId) => !requestIds.has(requestId));
  const count = missing.length;
  // What was paid for is some request's of the file: with more of them left than can be missing, it may be any of these.
  if (totalGenerations > 0 && count > Math.max(0, totalGenerations - requestIds.size - namelessPaid)) {
    draft.notes.push({ reason: 'moreThanMissing', isInFile: false, count });
    return;
  }
  if (count > 0 && nameless > 0) {
    draft.notes.push({ reason: 'mayHaveResult', isInFile: true, count });
  }
  draft.missing = new Set(missing);
}

/** The file while it is made. */
class Draft {
  readonly notes: RetryNote[] = [];
  missing: ReadonlySet<string> = new Set();
  private readonly lines: string[] = [];
  private readonly requests: RetryRequest[] = [];

  constructor(private readonly onlyHelpful: boolean) {}

  /** Whether the failure is one to send again; says so where it is not. */
  isWanted(row: FailedRow): boolean {
    const { sendingAgainHelps } = failureOfRow(row);
    if (!this.onlyHelpful || sendingAgainHelps === 'yes') {
      return true;
    }
    this.leaveOut(row, sendingAgainHelps === 'no' ? 'cannotHelp' : 'notKnownToHelp');
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
        const isThere = note.requestId === undefined ? note.isInFile : requestIds.has(note.requestId);
        return note.isInFile && !isThere ? [] : [{ ...note, isInFile: isThere }];
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
 * The optional fields of a request. All are documented for requests; that results repeat them is declared for the first
 * three only. Nothing else is taken over: the rest of a result is no part of a request.
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

/** The payload of the request that a generation was made from, or why there can't be one. */
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

/** Unlike reading it, writing JSON fails where it is nested thousands of times. */
function stringify(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
