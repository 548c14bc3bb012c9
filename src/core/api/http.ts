import { displayText } from '../security/displayText';
import { asError, type Clock, isCancelled, orAborted } from '../clock';
import type { Log } from '../log';
import { ApiError, reasonOfStatus, reasonOfTransportError } from './errors';
import { parseErrorBody } from './errorBody';
import { parseRetryAfter, readRetryPolicy, withRetries } from './retry';

/** The part of WHATWG `fetch` that the core uses. Redirects are never followed by the transport. */
export type FetchLike = (url: string, init: FetchInit) => Promise<FetchResponse>;

export interface FetchInit {
  method: string;
  headers: Record<string, string>;
  redirect: 'manual';
  signal: AbortSignal;
}

export interface FetchResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: AsyncIterable<Uint8Array | string> | null;
}

/** What the HTTP layer needs from its host. */
export interface HttpHost {
  fetch: FetchLike;
  clock: Clock;
  /** A number from 0 (inclusive) to 1 (exclusive). */
  random: () => number;
  /** Already redacting. */
  log: Log;
  redact: (text: string) => string;
}

export interface HttpLimits {
  /** Milliseconds from the start of a try to the last byte of its answer. */
  timeoutMs: number;
  /** Bytes of an answer, decompressed. */
  maxBytes: number;
}

/** A list of 10,000 batches is about 3 MB. */
export const defaultLimits: HttpLimits = { timeoutMs: 60_000, maxBytes: 32 * 1024 * 1024 };

/** Sends requests: one log line each, a deadline, a size cap, and every failure as an {@link ApiError} with a reason. */
export class Http {
  constructor(
    private readonly host: HttpHost,
    private readonly limits: HttpLimits = defaultLimits,
  ) {}

  /**
   * Reads a JSON document, trying again where that can help.
   * @returns the parsed, not yet validated, document.
   * @throws {ApiError} when there is no usable answer; the signal's reason when aborted.
   */
  async getJson(url: string, headers: Record<string, string>, signal: AbortSignal): Promise<unknown> {
    const { clock, random, log } = this.host;
    return withRetries(
      clock,
      random,
      readRetryPolicy,
      signal,
      () => this.tryJson(url, headers, signal),
      (error, ms) => log.info(`Trying again in ${ms} ms: ${error.message}`),
    );
  }

  private async tryJson(url: string, headers: Record<string, string>, signal: AbortSignal): Promise<unknown> {
    const { clock, log } = this.host;
    const startedAt = clock.now();
    const deadline = new AbortController();
    const stopClock = clock.schedule(this.limits.timeoutMs, () => deadline.abort());
    // The abort of either one ends the request; a listener of our own, since the floor's `AbortSignal.any` leaks.
    const onAbort = (): void => deadline.abort(signal.reason);
    const progress: Progress = { status: undefined, bytes: 0 };
    try {
      signal.throwIfAborted();
      signal.addEventListener('abort', onAbort, { once: true });
      const value = await this.exchange(url, headers, deadline.signal, progress);
      log.info(requestLine(url, progress, clock.now() - startedAt));
      return value;
    } catch (thrown) {
      const failure = signal.aborted ? asError(signal.reason) : this.toApiError(thrown, deadline.signal, progress);
      const why = failure instanceof ApiError ? failure.message : 'cancelled';
      const level = failure instanceof ApiError ? 'warn' : 'info';
      log[level](`${requestLine(url, progress, clock.now() - startedAt)}: ${why}`);
      throw failure;
    } finally {
      stopClock();
      signal.removeEventListener('abort', onAbort);
      // Lets go of the socket of an answer that was not read to its end.
      deadline.abort();
    }
  }

  private async exchange(
    url: string,
    headers: Record<string, string>,
    signal: AbortSignal,
    progress: Progress,
  ): Promise<unknown> {
    const response = await orAborted(
      this.host.fetch(url, { method: 'GET', headers, redirect: 'manual', signal }),
      signal,
    );
    progress.status = response.status;
    const text = await readText(response, this.limits.maxBytes, signal, progress);
    if (response.status < 200 || response.status > 299) {
      throw this.errorOf(response, text);
    }
    return parseJson(text, response.headers.get('content-type'));
  }

  private errorOf(response: FetchResponse, text: string): ApiError {
    const { message, errorCode } = parseErrorBody(text, this.host.redact);
    const retryAt = parseRetryAfter(response.headers.get('retry-after'), this.host.clock.now());
    return new ApiError(
      reasonOfStatus(response.status),
      `HTTP ${response.status}${message === undefined ? '' : `: ${message}`}`,
      {
        status: response.status,
        ...(message === undefined ? {} : { serverMessage: message }),
        ...(errorCode === undefined ? {} : { errorCode }),
        ...(message === undefined && errorCode === undefined ? { isForeign: true } : {}),
        ...(retryAt === undefined ? {} : { retryAt }),
      },
    );
  }

  private toApiError(thrown: unknown, deadline: AbortSignal, progress: Progress): ApiError {
    if (thrown instanceof ApiError) {
      return thrown;
    }
    if (deadline.aborted || isCancelled(thrown)) {
      return new ApiError('timeout', `no complete answer within ${this.limits.timeoutMs / 1_000} s`);
    }
    const error = asError(thrown);
    const { reason, code } = reasonOfTransportError(error);
    // A connection that is lost in the middle of an answer is an answer cut off, whatever the code says.
    const readingBody = progress.status !== undefined && reason === 'connection';
    const message = code === undefined || error.message.includes(code) ? error.message : `${error.message} (${code})`;
    return new ApiError(
      readingBody ? 'cutOff' : reason,
      displayText(this.host.redact(message)),
      code === undefined ? {} : { code },
    );
  }
}

interface Progress {
  status: number | undefined;
  bytes: number;
}

/** The one line that the log gets for a request: no header and no body. */
function requestLine(url: string, progress: Progress, ms: number): string {
  const { pathname, search } = new URL(url);
  return `GET ${pathname}${search} ${progress.status ?? '-'} ${Math.round(ms)} ms ${progress.bytes} B`;
}

async function readText(
  response: FetchResponse,
  maxBytes: number,
  signal: AbortSignal,
  progress: Progress,
): Promise<string> {
  const tooLarge = (): ApiError => new ApiError('tooLarge', `the answer is larger than ${maxBytes} bytes`);
  if (Number(response.headers.get('content-length') ?? 0) > maxBytes) {
    throw tooLarge();
  }
  if (response.body === null) {
    return '';
  }
  const decoder = new TextDecoder();
  const parts: string[] = [];
  const chunks = response.body[Symbol.asyncIterator]();
  for (;;) {
    const next = await orAborted(chunks.next(), signal);
    if (next.done === true) {
      parts.push(decoder.decode());
      return parts.join('');
    }
    const chunk = typeof next.value === 'string' ? new TextEncoder().encode(next.value) : next.value;
    progress.bytes += chunk.byteLength;
    if (progress.bytes > maxBytes) {
      throw tooLarge();
    }
    parts.push(decoder.decode(chunk, { stream: true }));
  }
}

function parseJson(text: string, contentType: string | null): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not the text itself: what answers in place of the API (a log-in page, a proxy) can hold anything.
    const what = text === '' ? 'an empty answer' : `an answer of type ${contentType ?? 'unknown'}`;
    throw new ApiError('notJson', `expected JSON and got ${what}`);
  }
}
