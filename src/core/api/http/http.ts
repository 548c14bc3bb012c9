import { type Download, type DownloadRequest, openDownload } from './download';
import { ApiError } from './errors';
import {
  errorFromResponse,
  LoggedRequest,
  type LoggedRequestOptions,
  type FetchResponse,
  type HttpHost,
} from './loggedRequest';
import { readRetryPolicy, withRetries } from './retry';

export type { FetchInit, FetchLike, FetchResponse, HttpHost } from './loggedRequest';

export interface HttpLimits {
  /** Milliseconds from the start of an attempt to the last byte of its answer. */
  timeoutMs: number;
  /** The same for a submission: 5 MB take a while on a slow connection. */
  submitMs: number;
  /** Limit of a successful answer, in decompressed bytes. */
  maxBytes: number;
  /** Milliseconds without a byte after which a download fails. There is no limit for the whole download. */
  silenceMs: number;
}

/** A list of 10,000 batches is about 3 MB. */
export const defaultLimits: HttpLimits = {
  timeoutMs: 60_000,
  submitMs: 5 * 60_000,
  maxBytes: 32 * 1024 * 1024,
  silenceMs: 60_000,
};

/** Limit of an error answer, in bytes. One that names each of 500 lines is a tenth of that. */
const maxErrorBytes = 1024 * 1024;

/** Sends requests, with one log line each, a timeout and a size limit. Every failure is an {@link ApiError}. */
export class Http {
  constructor(
    private readonly host: HttpHost,
    private readonly limits: HttpLimits = defaultLimits,
  ) {}

  /**
   * Reads a JSON document, with retries.
   * @returns the parsed document, not validated.
   * @throws {ApiError} if there is no usable answer; the signal's reason if aborted.
   */
  getJson(url: string, headers: Record<string, string>, signal: AbortSignal): Promise<unknown> {
    return this.retry(signal, () => this.request({ method: 'GET', url, headers }, signal, parseJson));
  }

  /**
   * Reads a text, with retries.
   * @throws {ApiError} if there is no usable answer; the signal's reason if aborted.
   */
  getText(url: string, headers: Record<string, string>, signal: AbortSignal): Promise<string> {
    return this.retry(signal, () => this.request({ method: 'GET', url, headers }, signal, (text) => text));
  }

  /**
   * Opens a file as a stream, with retries until the answer begins.
   * @throws {ApiError} if there is no usable answer; the signal's reason if aborted.
   */
  download(request: DownloadRequest): Promise<Download> {
    return this.retry(request.signal, () => openDownload(this.host, this.limits.silenceMs, request));
  }

  /**
   * Sends a POST that changes nothing on the server, with retries.
   * @param query Sent as JSON.
   * @returns the parsed document, not validated.
   * @throws {ApiError} if there is no usable answer; the signal's reason if aborted.
   */
  postQuery(url: string, headers: Record<string, string>, query: unknown, signal: AbortSignal): Promise<unknown> {
    const body = new TextEncoder().encode(JSON.stringify(query));
    const request = { method: 'POST', url, headers: { ...headers, 'content-type': 'application/json' }, body } as const;
    return this.retry(signal, () => this.request(request, signal, parseJson));
  }

  /**
   * Sends a POST that has an effect, once. Never add a retry: creating a batch is not idempotent (documented). If an answer
   * is lost, or is an error although the batch was created, a retry creates a second batch, which costs as much as the
   * first. The user must find out whether there is a batch.
   * @returns the parsed document, not validated.
   * @throws {ApiError} if there is no usable answer; the signal's reason if aborted. Even then, the effect may exist.
   */
  postOnce(url: string, headers: Record<string, string>, body: Uint8Array, signal: AbortSignal): Promise<unknown> {
    return this.request({ method: 'POST', url, headers, body }, signal, parseJson, this.limits.submitMs);
  }

  private retry<T>(signal: AbortSignal, attempt: () => Promise<T>): Promise<T> {
    const { clock, random, log } = this.host;
    return withRetries(clock, random, readRetryPolicy, signal, attempt, (error, ms) =>
      log.info(`Retrying in ${ms} ms: ${error.message}`),
    );
  }

  /** Sends one request and reads the whole answer. No retry. */
  private async request<T>(
    request: Pick<LoggedRequestOptions, 'method' | 'url' | 'headers' | 'body'>,
    signal: AbortSignal,
    parse: (text: string, response: FetchResponse) => T,
    timeoutMs = this.limits.timeoutMs,
  ): Promise<T> {
    const { pathname, search } = new URL(request.url);
    const timed = { ...request, target: `${pathname}${search}`, timeoutMs, timeoutFor: 'whole' } as const;
    const logged = new LoggedRequest(this.host, timed, signal);
    try {
      const response = await logged.send();
      if (response.status < 200 || response.status > 299) {
        throw errorFromResponse(this.host, response, await errorText(logged, response));
      }
      const text = await logged.text(response, this.limits.maxBytes);
      const value = parse(text, response);
      logged.succeed();
      return value;
    } catch (thrown) {
      throw logged.fail(thrown);
    }
  }
}

/** The text of an error answer. @returns an empty text if it is too large: the status must do. */
async function errorText(logged: LoggedRequest, response: FetchResponse): Promise<string> {
  try {
    return await logged.text(response, maxErrorBytes);
  } catch (thrown) {
    if (thrown instanceof ApiError && thrown.reason === 'tooLarge') {
      return '';
    }
    throw thrown;
  }
}

function parseJson(text: string, { headers }: FetchResponse): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Do not show the text: a log-in page or a proxy may have answered.
    const what = text === '' ? 'an empty answer' : `an answer of type ${headers.get('content-type') ?? 'unknown'}`;
    throw new ApiError('notJson', `expected JSON and got ${what}`);
  }
}
