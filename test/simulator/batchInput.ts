import type { BatchRow } from './batches';
import { ApiError } from './errors';
import { isObject, parseJson, readForm, readJsonObject } from './http';
import type { ApiRequest } from './http';

/** The limits of one batch: 20 and 500 lines "by default", 5 MB (documented; that MB means 10^6 bytes is inferred). */
export const batchLimits = { minLines: 20, maxLines: 500, maxBytes: 5_000_000 } as const;

/** What `POST /v2/batch` asks for, after every check. */
export interface BatchInput {
  rows: BatchRow[];
  /** The exact text of the file; for `rows`, their lines. */
  source: string;
  webhookUrl: string | null;
  dryRun: boolean;
}

/** The most lines one refusal names. Whether the real one names one or all is not documented. */
const maxNamedLines = 20;

/**
 * Reads and checks the body of `POST /v2/batch`: a multipart form with a file (documented), or JSON with `rows`
 * (documented in newer guides; `dry_run` there is inferred). A single bad line refuses the whole batch (documented for
 * some rows, inferred for the rest).
 * @throws ApiError 400 with the bad lines named in the message.
 */
export async function readBatchInput(request: ApiRequest): Promise<BatchInput> {
  const type = request.headers['content-type'] ?? '';
  if (type.startsWith('multipart/form-data')) return readFormInput(request);
  if (type.startsWith('application/json')) return readJsonInput(request);
  throw new ApiError(400, 'Send multipart/form-data with an input file, or application/json with rows');
}

async function readFormInput(request: ApiRequest): Promise<BatchInput> {
  const form = await readForm(request);
  const file = form.get('input');
  if (file === null || typeof file === 'string') throw new ApiError(400, 'input file is required', { field: 'input' });
  const options = { webhookUrl: readWebhookUrl(form.get('webhook_url')), dryRun: readFlag(form.get('dry_run')) };
  // Not `file.text()`, which drops a byte order mark: it is unknown whether the real service accepts one.
  const bytes = Buffer.from(await file.arrayBuffer());
  checkSize(bytes.length);
  const source = bytes.toString('utf8');
  return { rows: checkRows(splitLines(source).map(parseJson)), source, ...options };
}

function readJsonInput(request: ApiRequest): BatchInput {
  const body = readJsonObject(request);
  const rows: unknown = body['rows'];
  if (!Array.isArray(rows)) throw new ApiError(400, ['rows must be an array'], { field: 'rows' });
  const options = { webhookUrl: readWebhookUrl(body['webhook_url']), dryRun: readFlag(body['dry_run']) };
  const source = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  checkSize(Buffer.byteLength(source));
  return { rows: checkRows(rows), source, ...options };
}

function splitLines(source: string): string[] {
  const lines = source.split('\n');
  // The last line may or may not end with a line feed. Any other blank line is refused, because it is not JSON.
  if (lines.at(-1)?.trim() === '') lines.pop();
  return lines;
}

/** An oversized file answers 400, the one fitting status that the official client declares (413 is as likely). */
function checkSize(bytes: number): void {
  if (bytes > batchLimits.maxBytes) {
    throw new ApiError(400, `The input file is ${bytes} bytes long; the limit is ${batchLimits.maxBytes}`);
  }
}

function checkRows(values: readonly unknown[]): BatchRow[] {
  const { minLines, maxLines } = batchLimits;
  if (values.length < minLines)
    throw new ApiError(400, `A batch needs at least ${minLines} lines, got ${values.length}`);
  if (values.length > maxLines)
    throw new ApiError(400, `A batch takes at most ${maxLines} lines, got ${values.length}`);
  const rows: BatchRow[] = [];
  const problems: string[] = [];
  const firstLine = new Map<string, number>();
  values.forEach((value, index) => {
    const line = index + 1;
    const row = checkRow(value);
    if (typeof row === 'string') {
      problems.push(`Line ${line}: ${row}`);
      return;
    }
    const earlier = firstLine.get(row.request_id);
    if (earlier === undefined) firstLine.set(row.request_id, line);
    else problems.push(`Line ${line}: request_id "${row.request_id}" is already used on line ${earlier}`);
    rows.push(row);
  });
  if (problems.length > 0) throw new ApiError(400, problems.slice(0, maxNamedLines));
  return rows;
}

/** The row, or what is wrong with it. */
function checkRow(value: unknown): BatchRow | string {
  if (value === undefined) return 'not valid JSON';
  if (!isObject(value)) return 'must be a JSON object';
  const { request_id: requestId, endpoint, payload } = value;
  if (typeof requestId !== 'string' || requestId === '') return 'request_id must be a non-empty string';
  if (endpoint !== '/v2/generate') return 'endpoint must be exactly "/v2/generate"';
  if (!isObject(payload)) return 'payload must be an object';
  const { model, input } = payload;
  if (typeof model !== 'string' || model === '') return 'payload.model must be a non-empty string';
  if (!Array.isArray(input) || input.length === 0) return 'payload.input must be a non-empty array';
  return { request_id: requestId, endpoint, payload: { ...payload, model, input: [...(input as unknown[])] } };
}

function readWebhookUrl(value: unknown): string | null {
  if (value === undefined || value === null || value === '') return null;
  const isUrl = typeof value === 'string' && URL.canParse(value) && /^https?:/i.test(value);
  if (!isUrl) throw new ApiError(400, ['webhook_url must be a URL address'], { field: 'webhook_url' });
  return value;
}

/** `true` or `false`, as text in a form (documented) or as a JSON boolean. Default false. */
function readFlag(value: unknown): boolean {
  if (value === undefined || value === null) return false;
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw new ApiError(400, ['dry_run must be a boolean value'], { field: 'dry_run' });
}
