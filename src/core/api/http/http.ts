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
  /** Milliseconds from the start of a try to the last byte of its answer. */
  timeoutMs: number;
  /** The same for what is sent once: 5 MB take a while on a slow line, and giving up early helps nobody. */
  submitMs: number;
  /** Bytes of an answer that is no error, decompressed. */
  maxBytes: number;
  /** Milliseconds without a byte after which a download is given up. It may take as long as it likes otherwise. */
  silenceMs: number;
}

/** A list of 10,000 batches is about 3 MB. */
export const defaultLimits: HttpLimits = {
  timeoutMs: 60_000,
  submitMs: 5 * 60_000,
  maxBytes: 32 * 1024 * 1024,
  silenceMs: 60_000,
};

/** Bytes of an error answer. One that names each of 500 lines has a tenth of that. */
const longestErrorAnswer = 1024 * 1024;

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
  getJson(url: string, headers: Record<string, string>, signal: AbortSignal): Promise<unknown> {
    return this.patiently(signal, () => this.ask({ method: 'GET', url, headers }, signal, parseJson));
  }

  /**
   * Reads a text, trying again where that can help.
   * @throws {ApiError} when there is no usable answer; the signal's reason when aborted.
   */
  getText(url: string, headers: Record<string, string>, signal: AbortSignal): Promise<string> {
    return this.patiently(signal, () => this.ask({ method: 'GET', url, headers }, signal, (text) => text));
  }

  /**
   * Opens a file to be read as it comes, trying again where that can help, until its first byte is there.
   * @throws {ApiError} when there is no usable answer; the signal's reason when aborted.
   */
  download(request: DownloadRequest): Promise<Download> {
    return this.patiently(request.signal, () => openDownload(this.host, this.limits.silenceMs, request));
  }

  /**
   * Asks a question that takes a POST, trying again where that can help: for those that make and change nothing on the
   * server only.
   * @param question sent as JSON.
   * @returns the parsed, not yet validated, document.
   * @throws {ApiError} when there is no usable answer; the signal's reason when aborted.
   */
  postQuery(url: string, headers: Record<string, string>, question: unknown, signal: AbortSignal): Promise<unknown> {
    const body = new TextEncoder().encode(JSON.stringify(question));
    const request = { method: 'POST', url, headers: { ...headers, 'content-type': 'application/json' }, body } as const;
    return this.patiently(signal, () => this.ask(request, signal, parseJson));
  }

  /**
   * Sends a document that has an effect, once. There is no way from here to another try, and none may be added: making a
   * batch has no idempotency in this API (documented), so whatever is sent again after an answer that was lost, or that
   * was an error although the work was done, makes a second batch that costs as much as the first. What became of the
   * first is for the person to find out.
   * @returns the parsed, not yet validated, document.
   * @throws {ApiError} when there is no usable answer; the signal's reason when aborted. The effect may be there.
   */
  postOnce(url: string, headers: Record<string, string>, body: Uint8Array, signal: AbortSignal): Promise<unknown> {
    return this.ask({ method: 'POST', url, headers, body }, signal, parseJson, this.limits.submitMs);
  }

  private patiently<T>(signal: AbortSignal, attempt: () => Promise<T>): Promise<T> {
    const { clock, random, log } = this.host;
    return withRetries(clock, random, readRetryPolicy, signal, attempt, (error, ms) =>
      log.info(`Trying again in ${ms} ms: ${error.message}`),
    );
  }

  /** One request and its whole answer. Tried once. */
  private async ask<T>(
    request: Pick<LoggedRequestOptions, 'method' | 'url' | 'headers' | 'body'>,
    signal: AbortSignal,
    parse: (text: string, response: FetchResponse) => T,
    timeoutMs = this.limits.timeoutMs,
  ): Promise<T> {
    const { pathname, search } = new URL(request.url);
    const timed = { ...request, target: `${pathname}${search}`, timeoutMs, timeoutFor: 'whole' } as const;
    const exchange = new LoggedRequest(this.host, timed, signal);
    try {
      const response = await exchange.send();
      if (response.status < 200 || response.status > 299) {
        throw errorFromResponse(this.host, response, await errorText(exchange, response));
      }
      const text = await exchange.text(response, this.limits.maxBytes);
      const value = parse(text, response);
      exchange.succeed();
      return value;
    } catch (thrown) {
      throw exchange.fail(thrown);
    }
  }
}

/** What an error answer says. Where that is more than anybody reads, the status alone must do. */
async function errorText(exchange: LoggedRequest, response: FetchResponse): Promise<string> {
  try {
    return await exchange.text(response, longestErrorAnswer);
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
    // Not the text itself: what answers in place of the API (a log-in page, a proxy) can hold anything.
    const what = text === '' ? 'an empty answer' : `an answer of type ${headers.get('content-type') ?? 'unknown'}`;
    throw new ApiError('notJson', `expected JSON and got ${what}`);
  }
}
