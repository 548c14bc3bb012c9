import { type Download, type DownloadRequest, openDownload } from './download';
import { ApiError } from './errors';
import { errorOfAnswer, Exchange, type FetchResponse, type HttpHost } from './exchange';
import { readRetryPolicy, withRetries } from './retry';

export type { FetchInit, FetchLike, FetchResponse, HttpHost } from './exchange';

export interface HttpLimits {
  /** Milliseconds from the start of a try to the last byte of its answer. */
  timeoutMs: number;
  /** Bytes of an answer, decompressed. */
  maxBytes: number;
  /** Milliseconds without a byte after which a download is given up. It may take as long as it likes otherwise. */
  silenceMs: number;
}

/** A list of 10,000 batches is about 3 MB. */
export const defaultLimits: HttpLimits = { timeoutMs: 60_000, maxBytes: 32 * 1024 * 1024, silenceMs: 60_000 };

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
    return this.patiently(signal, () => this.read(url, headers, signal, parseJson));
  }

  /**
   * Reads a text, trying again where that can help.
   * @throws {ApiError} when there is no usable answer; the signal's reason when aborted.
   */
  getText(url: string, headers: Record<string, string>, signal: AbortSignal): Promise<string> {
    return this.patiently(signal, () => this.read(url, headers, signal, (text) => text));
  }

  /**
   * Opens a file to be read as it comes, trying again where that can help, until its first byte is there.
   * @throws {ApiError} when there is no usable answer; the signal's reason when aborted.
   */
  download(request: DownloadRequest): Promise<Download> {
    return this.patiently(request.signal, () => openDownload(this.host, this.limits.silenceMs, request));
  }

  private patiently<T>(signal: AbortSignal, attempt: () => Promise<T>): Promise<T> {
    const { clock, random, log } = this.host;
    return withRetries(clock, random, readRetryPolicy, signal, attempt, (error, ms) =>
      log.info(`Trying again in ${ms} ms: ${error.message}`),
    );
  }

  private async read<T>(
    url: string,
    headers: Record<string, string>,
    signal: AbortSignal,
    parse: (text: string, response: FetchResponse) => T,
  ): Promise<T> {
    const { pathname, search } = new URL(url);
    const { timeoutMs, maxBytes } = this.limits;
    const request = { url, headers, target: `${pathname}${search}`, timeoutMs, timeoutFor: 'whole' } as const;
    const exchange = new Exchange(this.host, request, signal);
    try {
      const response = await exchange.send();
      const text = await exchange.text(response, maxBytes);
      if (response.status < 200 || response.status > 299) {
        throw errorOfAnswer(this.host, response, text);
      }
      const value = parse(text, response);
      exchange.succeed();
      return value;
    } catch (thrown) {
      throw exchange.fail(thrown);
    }
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
