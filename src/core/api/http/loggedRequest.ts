import { type Clock, orAborted } from '../../common/clock';
import { asError, isCancelled } from '../../common/errors';
import type { Log } from '../../common/log';
import { displayText } from '../../common/displayText';
import { parseErrorBody } from './errorBody';
import { ApiError, neverConnected, reasonOfStatus, reasonOfTransportError } from './errors';
import { parseRetryAfter } from './retry';

/** The part of WHATWG `fetch` that the core uses. Redirects are never followed by the transport. */
export type FetchLike = (url: string, init: FetchInit) => Promise<FetchResponse>;

export interface FetchInit {
  method: string;
  headers: Record<string, string>;
  /** Of a size that is known: the transport announces it. */
  body?: Uint8Array;
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

/** A request, and how long it may take. */
export interface LoggedRequestOptions {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body?: Uint8Array;
  /** What the log calls it: a path. */
  readonly target: string;
  readonly timeoutMs: number;
  /** `whole`: from the start of the request to the last byte of its answer. `silence`: without a byte. */
  readonly timeoutFor: 'whole' | 'silence';
}

/**
 * One request and its answer: sent, timed, read, and told in one line of the log when it is over. Ends with exactly one
 * of `succeed`, `fail` and `leave`, which lets go of the connection.
 */
export class LoggedRequest {
  private readonly startedAt: number;
  /** Ends the request. Aborted by the time limit, by the signal outside, and in the end. */
  private readonly ending = new AbortController();
  // A listener of our own, since the floor's `AbortSignal.any` leaks.
  private readonly onAbort = (): void => this.ending.abort(this.signal.reason);
  private stopClock = (): void => undefined;
  private status: number | undefined;
  private received = 0;
  private isOver = false;

  constructor(
    private readonly host: HttpHost,
    private readonly request: LoggedRequestOptions,
    private readonly signal: AbortSignal,
  ) {
    this.startedAt = host.clock.now();
  }

  /** Bytes of the body that came so far, decompressed. */
  get bytes(): number {
    return this.received;
  }

  /** Sends the request. Resolves when the head of the answer is there. May throw anything; see {@link fail}. */
  async send(): Promise<FetchResponse> {
    const { method, url, headers, body, timeoutFor } = this.request;
    this.signal.throwIfAborted();
    this.signal.addEventListener('abort', this.onAbort, { once: true });
    if (timeoutFor === 'whole') {
      this.startClock();
    }
    const response = await this.arrival(
      this.host.fetch(url, {
        method,
        headers,
        ...(body === undefined ? {} : { body }),
        redirect: 'manual',
        signal: this.ending.signal,
      }),
    );
    this.status = response.status;
    return response;
  }

  /**
   * The body, piece by piece. While nobody asks for the next piece, no time of silence passes: a slow disk is not the
   * server's fault.
   * @param maxBytes of the body, decompressed.
   */
  async *chunks(response: FetchResponse, maxBytes: number): AsyncGenerator<Uint8Array, void, undefined> {
    if (announcedBytes(response) > maxBytes) {
      throw tooLarge(maxBytes);
    }
    const pieces = response.body?.[Symbol.asyncIterator]();
    while (pieces !== undefined) {
      const next = await this.arrival(pieces.next());
      if (next.done === true) {
        return;
      }
      const chunk = typeof next.value === 'string' ? new TextEncoder().encode(next.value) : next.value;
      this.received += chunk.byteLength;
      if (this.received > maxBytes) {
        throw tooLarge(maxBytes);
      }
      yield chunk;
    }
  }

  /** The body as text. */
  async text(response: FetchResponse, maxBytes: number): Promise<string> {
    const decoder = new TextDecoder();
    const parts: string[] = [];
    for await (const chunk of this.chunks(response, maxBytes)) {
      parts.push(decoder.decode(chunk, { stream: true }));
    }
    parts.push(decoder.decode());
    return parts.join('');
  }

  /** The answer was what it should be. */
  succeed(): void {
    this.end('info');
  }

  /**
   * Something was thrown on the way.
   * @returns what is to be thrown on: the signal's reason where that was aborted, an {@link ApiError} else.
   */
  fail(thrown: unknown): Error {
    const failure = this.signal.aborted ? asError(this.signal.reason) : this.toApiError(thrown);
    if (failure instanceof ApiError) {
      this.end('warn', failure.message);
    } else {
      this.end('info', 'cancelled');
    }
    return failure;
  }

  /** The rest of the answer is not wanted. Does nothing where the exchange is over. */
  leave(): void {
    this.end('info', 'left');
  }

  private end(level: 'info' | 'warn', why?: string): void {
    if (this.isOver) {
      return;
    }
    this.isOver = true;
    const ms = Math.round(this.host.clock.now() - this.startedAt);
    const { method, target } = this.request;
    const line = `${method} ${target} ${this.status ?? '-'} ${ms} ms ${this.received} B`;
    this.host.log[level](why === undefined ? line : `${line}: ${why}`);
    this.stopClock();
    this.signal.removeEventListener('abort', this.onAbort);
    // Lets go of the socket of an answer that was not read to its end.
    this.ending.abort();
  }

  /** What comes from the other side, if it comes in time. */
  private async arrival<T>(promise: PromiseLike<T>): Promise<T> {
    if (this.request.timeoutFor === 'silence') {
      this.startClock();
    }
    try {
      return await orAborted(promise, this.ending.signal);
    } finally {
      if (this.request.timeoutFor === 'silence') {
        this.stopClock();
      }
    }
  }

  private startClock(): void {
    this.stopClock = this.host.clock.schedule(this.request.timeoutMs, () => this.ending.abort());
  }

  private toApiError(thrown: unknown): ApiError {
    if (thrown instanceof ApiError) {
      return thrown;
    }
    if (this.ending.signal.aborted || isCancelled(thrown)) {
      const seconds = this.request.timeoutMs / 1_000;
      const isWhole = this.request.timeoutFor === 'whole';
      return new ApiError('timeout', isWhole ? `no complete answer within ${seconds} s` : `silent for ${seconds} s`);
    }
    const error = asError(thrown);
    const { reason, code } = reasonOfTransportError(error);
    // A connection that is lost in the middle of an answer is an answer cut off, whatever the code says.
    const readingBody = this.status !== undefined && reason === 'connection';
    const message = code === undefined || error.message.includes(code) ? error.message : `${error.message} (${code})`;
    return new ApiError(readingBody ? 'cutOff' : reason, displayText(this.host.redact(withoutQueries(message))), {
      ...(code === undefined ? {} : { code }),
      ...(neverConnected(error) ? { neverConnected: true } : {}),
    });
  }
}

/** An answer with an error status, as an error: with what the API's error body says, where it is one. */
export function errorFromResponse(host: HttpHost, response: FetchResponse, text: string): ApiError {
  const { message, wholeMessage, errorCode, lines } = parseErrorBody(text, host.redact);
  const reason = reasonOfStatus(response.status);
  const retryAt = parseRetryAfter(response.headers.get('retry-after'), host.clock.now());
  return new ApiError(reason, `HTTP ${response.status}${message === undefined ? '' : `: ${message}`}`, {
    status: response.status,
    ...(message === undefined ? {} : { serverMessage: message }),
    ...(wholeMessage === undefined ? {} : { wholeMessage }),
    ...(lines === undefined || reason !== 'badRequest' ? {} : { lines }),
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(message === undefined && errorCode === undefined ? { isForeign: true } : {}),
    ...(retryAt === undefined ? {} : { retryAt }),
  });
}

/** The `content-length` of an answer: 0 where there is none or it makes no sense. */
function announcedBytes(response: FetchResponse): number {
  return Number(response.headers.get('content-length') ?? 0);
}

function tooLarge(maxBytes: number): ApiError {
  return new ApiError('tooLarge', `the answer is larger than ${maxBytes} bytes`);
}

/**
 * The transport names the URL that it failed at, and the query of a signed URL is a secret. One without a query is matched
 * too, or else each part of it would be tried in its turn.
 */
function withoutQueries(message: string): string {
  return message.replace(/(\bhttps?:\/\/[^\s?#]*)(?:[?#]\S*)?/gi, '$1');
}
