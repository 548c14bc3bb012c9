import { type Clock, orAborted } from '../../common/clock';
import { asError, isCancelled } from '../../common/errors';
import type { Log } from '../../common/log';
import { displayText } from '../../common/displayText';
import { parseErrorBody } from './errorBody';
import { ApiError, neverConnected, reasonOfStatus, reasonOfTransportError } from './errors';
import { parseRetryAfter } from './retry';

/** The part of WHATWG `fetch` that the core uses. The transport must not follow redirects. */
export type FetchLike = (url: string, init: FetchInit) => Promise<FetchResponse>;

export interface FetchInit {
  method: string;
  headers: Record<string, string>;
  /** The transport sends its length. */
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
  /** Redacts what it writes. */
  log: Log;
  redact: (text: string) => string;
}

/** A request and its timeout. */
export interface LoggedRequestOptions {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body?: Uint8Array;
  /** The path, for the log. */
  readonly target: string;
  readonly timeoutMs: number;
  /** `whole`: the time from the start of the request to the last byte of the answer. `silence`: the time without a byte. */
  readonly timeoutFor: 'whole' | 'silence';
}

/**
 * One request and its answer, with a timeout and one line in the log. Call exactly one of `succeed`, `fail` and `cancel` at
 * the end: it releases the connection.
 */
export class LoggedRequest {
  private readonly startedAt: number;
  /** Aborted by the timeout, by the caller's signal, and at the end of the request. */
  private readonly controller = new AbortController();
  // Not `AbortSignal.any`, which leaks memory in the oldest supported VS Code.
  private readonly onAbort = (): void => this.controller.abort(this.signal.reason);
  private stopTimeout = (): void => undefined;
  private status: number | undefined;
  private received = 0;
  private hasEnded = false;

  constructor(
    private readonly host: HttpHost,
    private readonly request: LoggedRequestOptions,
    private readonly signal: AbortSignal,
  ) {
    this.startedAt = host.clock.now();
  }

  /** Bytes of the body received so far, decompressed. */
  get bytes(): number {
    return this.received;
  }

  /** Sends the request. Resolves with the headers of the answer. May throw anything; see {@link fail}. */
  async send(): Promise<FetchResponse> {
    const { method, url, headers, body, timeoutFor } = this.request;
    this.signal.throwIfAborted();
    this.signal.addEventListener('abort', this.onAbort, { once: true });
    if (timeoutFor === 'whole') {
      this.startTimeout();
    }
    const response = await this.receive(
      this.host.fetch(url, {
        method,
        headers,
        ...(body === undefined ? {} : { body }),
        redirect: 'manual',
        signal: this.controller.signal,
      }),
    );
    this.status = response.status;
    return response;
  }

  /**
   * Streams the body. The timeout does not run while the caller handles a chunk: a slow disk is not the server's fault.
   * @param maxBytes Limit of the body, in decompressed bytes.
   */
  async *chunks(response: FetchResponse, maxBytes: number): AsyncGenerator<Uint8Array, void, undefined> {
    // `NaN`, which is not larger, if the header is not a number.
    if (Number(response.headers.get('content-length') ?? 0) > maxBytes) {
      throw tooLarge(maxBytes);
    }
    const iterator = response.body?.[Symbol.asyncIterator]();
    while (iterator !== undefined) {
      const next = await this.receive(iterator.next());
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

  /** The answer is complete. */
  succeed(): void {
    this.end('info');
  }

  /**
   * The request failed.
   * @returns the error to throw: the signal's reason if aborted, or else an {@link ApiError}.
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

  /** The rest of the answer is not needed. Does nothing if the request has ended. */
  cancel(): void {
    this.end('info', 'closed');
  }

  private end(level: 'info' | 'warn', why?: string): void {
    if (this.hasEnded) {
      return;
    }
    this.hasEnded = true;
    const ms = Math.round(this.host.clock.now() - this.startedAt);
    const { method, target } = this.request;
    const line = `${method} ${target} ${this.status ?? '-'} ${ms} ms ${this.received} B`;
    this.host.log[level](why === undefined ? line : `${line}: ${why}`);
    this.stopTimeout();
    this.signal.removeEventListener('abort', this.onAbort);
    // Release the socket if the answer was not read to the end.
    this.controller.abort();
  }

  /** Waits for data from the server, with the timeout. */
  private async receive<T>(promise: PromiseLike<T>): Promise<T> {
    if (this.request.timeoutFor === 'silence') {
      this.startTimeout();
    }
    try {
      return await orAborted(promise, this.controller.signal);
    } finally {
      if (this.request.timeoutFor === 'silence') {
        this.stopTimeout();
      }
    }
  }

  private startTimeout(): void {
    this.stopTimeout = this.host.clock.schedule(this.request.timeoutMs, () => this.controller.abort());
  }

  private toApiError(thrown: unknown): ApiError {
    if (thrown instanceof ApiError) {
      return thrown;
    }
    if (this.controller.signal.aborted || isCancelled(thrown)) {
      const seconds = this.request.timeoutMs / 1_000;
      const isWhole = this.request.timeoutFor === 'whole';
      return new ApiError('timeout', isWhole ? `no complete answer within ${seconds} s` : `no data for ${seconds} s`);
    }
    const error = asError(thrown);
    const { reason, code } = reasonOfTransportError(error);
    // If the connection is lost in the middle of an answer, the answer is cut off, whatever the code says.
    const isReadingBody = this.status !== undefined && reason === 'connection';
    const message = code === undefined || error.message.includes(code) ? error.message : `${error.message} (${code})`;
    return new ApiError(isReadingBody ? 'cutOff' : reason, displayText(this.host.redact(withoutQueries(message))), {
      ...(code === undefined ? {} : { code }),
      ...(neverConnected(error) ? { neverConnected: true } : {}),
    });
  }
}

/** The error of an answer with an error status, with the content of the API's error body. */
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

function tooLarge(maxBytes: number): ApiError {
  return new ApiError('tooLarge', `the answer is larger than ${maxBytes} bytes`);
}

/**
 * Removes the queries of URLs from a message of the transport: the query of a signed URL is a secret. Matches URLs without
 * a query too, or else the pattern would be slow.
 */
function withoutQueries(message: string): string {
  return message.replace(/(\bhttps?:\/\/[^\s?#]*)(?:[?#]\S*)?/gi, '$1');
}
