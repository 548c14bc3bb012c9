import type { IncomingMessage } from 'node:http';
import { ApiError } from './errors';

/** A request with its body, as the handlers see it. */
export interface ApiRequest {
  method: string;
  /** Path and query exactly as they were sent; a signature covers this text. */
  target: string;
  path: string;
  query: URLSearchParams;
  /** Names in lower case; repeated headers are joined by a comma. */
  headers: Record<string, string>;
  body: Buffer;
  /** The decoded `:name` parts of the route's path. */
  params: Record<string, string>;
}

/** An answer before it is sent. A missing body is sent as an empty one. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** The simulator keeps bodies in memory, so there is a limit; it is far above every documented one. */
const maxBodyBytes = 64_000_000;

export function json(status: number, value: unknown, headers: Record<string, string> = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(value),
  };
}

export function text(status: number, body: string, contentType = 'text/plain; charset=utf-8'): Answer {
  return { status, headers: { 'content-type': contentType }, body };
}

/** Reads the head of a request; the body is filled in by `readBody`. */
export function readHead(request: IncomingMessage): ApiRequest {
  const target = request.url ?? '/';
  const mark = target.indexOf('?');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return {
    method: request.method ?? 'GET',
    target,
    path: mark === -1 ? target : target.slice(0, mark),
    query: new URLSearchParams(mark === -1 ? '' : target.slice(mark + 1)),
    headers,
    body: Buffer.alloc(0),
    params: {},
  };
}

/**
 * @param arrived Called with the number of bytes so far. Returns whether the request is over.
 * @returns undefined if it is.
 * @throws ApiError 413 for a body above the simulator's own limit; any other error means that the client went away.
 */
export async function readBody(
  request: IncomingMessage,
  arrived: (bytes: number) => boolean,
): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Leaving the loop must not close the connection: it may carry an answer.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (arrived(size)) return undefined;
    if (size > maxBodyBytes) throw new ApiError(413, 'The request body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** @throws ApiError 400 if the body is not a JSON object. */
export function readJsonObject(request: ApiRequest): Record<string, unknown> {
  const value = parseJson(request.body.toString('utf8'));
  if (!isObject(value)) throw new ApiError(400, 'The request body must be a JSON object');
  return value;
}

/** Parses JSON; undefined if the text is not valid. */
export function parseJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads a multipart form with the platform's own parser.
 * @throws ApiError 400 if the body is not a complete form.
 */
export async function readForm(request: ApiRequest): Promise<FormData> {
  const response = new Response(new Uint8Array(request.body), {
    headers: { 'content-type': request.headers['content-type'] ?? '' },
  });
  try {
    // It is called deprecated because it holds whole files in memory; the simulator does so anyway, and has no dependency.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    return await response.formData();
  } catch {
    throw new ApiError(400, 'The multipart form could not be read');
  }
}

/** A list in a query: comma-separated (documented), or the JSON array text that the official client sends. */
export function readList(value: string | null): string[] | undefined {
  if (value === null || value === '') return undefined;
  const parsed = value.startsWith('[') ? parseJson(value) : undefined;
  if (Array.isArray(parsed)) return parsed.map(String);
  return value.split(',').map((part) => part.trim());
}

/** `limit`, 1 to 100 (documented for generations and assets). @throws ApiError 400 otherwise. */
export function readLimit(query: URLSearchParams): number | undefined {
  const value = query.get('limit');
  if (value === null) return undefined;
  const limit = Number(value);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) {
    throw new ApiError(400, ['limit must be a whole number from 1 to 100'], { field: 'limit' });
  }
  return limit;
}

/**
 * An ISO 8601 date or date-time in a query, in ms since the epoch; undefined if it is absent. Without an offset it is
 * read as UTC (the real zone is not documented). @throws ApiError 400 otherwise.
 */
export function readTime(query: URLSearchParams, field: string): number | undefined {
  const value = query.get(field);
  if (value === null) return undefined;
  const form = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/.exec(value);
  const time = form === null ? NaN : Date.parse(form[1] !== undefined && form[4] === undefined ? `${value}Z` : value);
  if (Number.isNaN(time)) throw new ApiError(400, [`${field} must be a valid ISO 8601 date string`], { field });
  return time;
}
