import { displayText } from '../../common/displayText';
import { isSafeUrl, leadsInward, parseUrl } from '../../common/urls';
import { ApiError } from './errors';
import { errorFromResponse, LoggedRequest, type FetchResponse, type HttpHost } from './loggedRequest';

/** The key, and the one origin that may see it. */
export interface DownloadCredentials {
  /** The origin of the configured base URL, such as `https://api.sync.so`. */
  readonly origin: string;
  readonly key: string;
}

/** What tells one version of a file from another (RFC 9110, 8.8), as far as the server says it. */
export interface FileVersion {
  /** A strong entity tag; a weak one is none. */
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
  /** Bytes of the whole file. */
  readonly totalBytes: number | undefined;
}

export interface DownloadRequest {
  /** Used as the exact text that it is: a signed URL does not survive being taken apart and put together again. */
  readonly url: string;
  readonly access: DownloadCredentials;
  /** Bytes of the whole file. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** Go on after the first `bytes` bytes, if the file is still this version. */
  readonly resume?: { readonly bytes: number; readonly version: FileVersion } | undefined;
}

/** A file on its way. Either read its chunks, once, or close it. */
export interface Download {
  /** Where in the file the first chunk belongs: 0, or where it was to go on. */
  readonly start: number;
  readonly version: FileVersion;
  /**
   * The bytes as they come. Ends only when all of them came.
   * @throws {ApiError} `cutOff` where fewer came than were announced, `timeout` after a silence, `tooLarge`, and the
   * reasons of lost connections; the signal's reason when aborted.
   */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Lets go of the connection. May be called at any time and more than once. */
  close(): void;
}

/** How often a download may be sent on to another address. The API's result URL redirects once (documented). */
export const maxRedirects = 5;

const longestErrorBody = 64 * 1024;
const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Whether a part of this version can ever be told to be a part of the same file. */
export function canBeResumed({ etag, lastModified, totalBytes }: FileVersion): boolean {
  return totalBytes !== undefined && (etag !== undefined || lastModified !== undefined);
}

/**
 * Opens a file, following redirects by hand. The key goes to the API's own origin only, and no more once a redirect has
 * left it: a result file is on another origin, behind a redirect of the API (documented), and takes its permission from
 * its signature. Every hop is `https:`, or on this machine where the API is on it too. One log line a hop, without any
 * query: a signature is a secret.
 *
 * @param silenceMs milliseconds without a byte after which it is given up.
 * @throws {ApiError} `expired`, `gone`, `linkRefused`, `unsafeUrl`, `tooManyRedirects`, `tooLarge`, and all that a
 * request to the API can fail with; the signal's reason when aborted.
 */
export async function openDownload(host: HttpHost, silenceMs: number, request: DownloadRequest): Promise<Download> {
  const { access, signal } = request;
  const resume = request.resume !== undefined && canBeResumed(request.resume.version) ? request.resume : undefined;
  let url = request.url;
  let hasLeft = false;
  if (!mayBeFetched(url, access)) {
    throw new ApiError('unsafeUrl', 'the address is not one that may be fetched');
  }
  for (let redirects = 0; ; redirects++) {
    const { origin, pathname } = new URL(url);
    hasLeft ||= origin !== access.origin;
    const headers = {
      // Bytes as they lie on the server: only those can be counted, and resumed.
      'accept-encoding': 'identity',
      ...(hasLeft ? {} : { 'x-api-key': access.key }),
      ...(resume === undefined ? {} : resumeHeaders(resume)),
    };
    const exchange = new LoggedRequest(
      host,
      { method: 'GET', url, headers, target: pathname, timeoutMs: silenceMs, timeoutFor: 'silence' },
      signal,
    );
    try {
      const response = await exchange.send();
      if (redirectStatuses.has(response.status)) {
        url = nextUrl(url, response, redirects, access);
        exchange.succeed();
        continue;
      }
      if (resume !== undefined && (response.status === 206 || response.status === 416)) {
        if (isRest(response, resume)) {
          return new OpenDownload(exchange, response, request.maxBytes, resume);
        }
        // Another file than the one that was begun, or a server that can not go on.
        exchange.leave();
        return await openDownload(host, silenceMs, { ...request, resume: undefined });
      }
      if (response.status !== 200) {
        throw refusal(host, response, await errorText(exchange, response), hasLeft);
      }
      if (/^\s*text\/html\b/i.test(response.headers.get('content-type') ?? '')) {
        // Neither results nor media are pages: something in between answered, such as a log-in page.
        throw new ApiError('notJson', 'expected a file and got a page');
      }
      return new OpenDownload(exchange, response, request.maxBytes);
    } catch (thrown) {
      throw exchange.fail(thrown);
    }
  }
}

class OpenDownload implements Download {
  readonly start: number;
  readonly version: FileVersion;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Bytes that are still to come. */
  private readonly expected: number | undefined;

  constructor(
    private readonly exchange: LoggedRequest,
    response: FetchResponse,
    maxBytes: number,
    resume?: { readonly bytes: number; readonly version: FileVersion },
  ) {
    const length = lengthOf(response);
    this.start = resume?.bytes ?? 0;
    this.version = resume?.version ?? { ...validatorsOf(response), totalBytes: length };
    const { totalBytes } = this.version;
    this.expected = totalBytes === undefined ? undefined : totalBytes - this.start;
    if (totalBytes !== undefined && totalBytes > maxBytes) {
      throw new ApiError('tooLarge', `the file is larger than ${maxBytes} bytes`);
    }
    this.chunks = this.read(response, maxBytes - this.start);
  }

  close(): void {
    this.exchange.leave();
  }

  private async *read(response: FetchResponse, maxBytes: number): AsyncGenerator<Uint8Array, void, undefined> {
    const { exchange, expected } = this;
    try {
      yield* exchange.chunks(response, maxBytes);
      if (expected !== undefined && exchange.bytes !== expected) {
        throw new ApiError('cutOff', `${exchange.bytes} of ${expected} bytes came`);
      }
      exchange.succeed();
    } catch (thrown) {
      throw exchange.fail(thrown);
    } finally {
      exchange.leave();
    }
  }
}

/**
 * Where a redirect leads.
 * @throws {ApiError} where it leads nowhere, too far, or to where nothing may be fetched from.
 */
function nextUrl(url: string, response: FetchResponse, redirects: number, access: DownloadCredentials): string {
  if (redirects >= maxRedirects) {
    throw new ApiError('tooManyRedirects', `redirected more than ${maxRedirects} times`);
  }
  const location = response.headers.get('location')?.trim() ?? '';
  const target = location === '' ? undefined : parseUrl(location, url);
  if (target === undefined) {
    throw new ApiError('unexpectedStatus', `HTTP ${response.status} without an address to go to`, {
      status: response.status,
    });
  }
  // A text that names its scheme stays the text that it is; any other can only be put together.
  const next = /^https?:\/\//i.test(location) ? location : target.href;
  if (!mayBeFetched(next, access)) {
    throw new ApiError('unsafeUrl', `redirected to an address that may not be fetched (${target.protocol})`);
  }
  return next;
}

/** An API that is far away must not make us ask this machine's own servers. */
function mayBeFetched(url: string, { origin }: DownloadCredentials): boolean {
  return isSafeUrl(url) && (leadsInward(new URL(origin).hostname) || !leadsInward(new URL(url).hostname));
}

function resumeHeaders({ bytes, version }: { bytes: number; version: FileVersion }): Record<string, string> {
  const validator = version.etag ?? version.lastModified ?? '';
  return { range: `bytes=${bytes}-`, 'if-range': validator };
}

/** Whether the answer is exactly the rest of the same file. */
function isRest(response: FetchResponse, { bytes, version }: { bytes: number; version: FileVersion }): boolean {
  const range = /^\s*bytes (\d+)-(\d+)\/(\d+)\s*$/i.exec(response.headers.get('content-range') ?? '');
  const [, first, last, total = NaN] = (range ?? []).map(Number);
  const { etag, lastModified } = validatorsOf(response);
  const isSame = version.etag === undefined ? lastModified === version.lastModified : etag === version.etag;
  const isPlain = !isCoded(response);
  const length = lengthOf(response) ?? total - bytes;
  const isWhole = total === version.totalBytes && first === bytes && last === total - 1 && length === total - bytes;
  return response.status === 206 && isSame && isPlain && isWhole;
}

function validatorsOf({ headers }: FetchResponse): Pick<FileVersion, 'etag' | 'lastModified'> {
  const etag = headers.get('etag')?.trim() ?? '';
  const lastModified = headers.get('last-modified')?.trim() ?? '';
  return {
    etag: /^"[^"]+"$/.test(etag) ? etag : undefined,
    lastModified: lastModified === '' ? undefined : lastModified,
  };
}

/** Bytes of the body, where they are announced and are those that will be seen: not of one that is unpacked on the way. */
function lengthOf(response: FetchResponse): number | undefined {
  const length = response.headers.get('content-length')?.trim() ?? '';
  return /^\d{1,15}$/.test(length) && !isCoded(response) ? Number(length) : undefined;
}

function isCoded({ headers }: FetchResponse): boolean {
  const coding = headers.get('content-encoding')?.trim().toLowerCase() ?? '';
  return coding !== '' && coding !== 'identity';
}

/** What an error answer says. Where that can't be read, the status alone must do. */
async function errorText(exchange: LoggedRequest, response: FetchResponse): Promise<string> {
  try {
    return await exchange.text(response, longestErrorBody);
  } catch {
    return '';
  }
}

/**
 * Codes and words with which storage services refuse a link whose time is over (the public documentation of Amazon S3,
 * Google Cloud Storage and Azure Blob Storage; which service sync.so uses is not documented). `AccessDenied` stands for
 * more than that, but a new link is what helps then too, if anything does.
 */
const expiryCodes = /^(?:AccessDenied|ExpiredToken|RequestExpired|AuthenticationFailed|TokenRefreshRequired)$/;

/** The error that stands for an answer which is no file. */
function refusal(host: HttpHost, response: FetchResponse, text: string, hasLeft: boolean): ApiError {
  const { status } = response;
  const code = /^\s*<[^]*?<Code>\s*([\w.-]{1,100})\s*<\/Code>/.exec(text)?.[1];
  const details = { status, ...(code === undefined ? {} : { errorCode: displayText(host.redact(code)) }) };
  const message = `HTTP ${status}${code === undefined ? '' : `: ${details.errorCode}`}`;
  if (status === 404 || status === 410) {
    return new ApiError('gone', message, details);
  }
  if (code !== undefined && (status === 400 || status === 401 || status === 403)) {
    const isExpiry = expiryCodes.test(code) || /<Message>[^<]*\bexpired\b/i.test(text);
    return new ApiError(isExpiry ? 'expired' : 'linkRefused', message, details);
  }
  if (hasLeft && (status === 400 || status === 401 || status === 403)) {
    return new ApiError('linkRefused', message, details);
  }
  return status > 199 && status < 300
    ? new ApiError('unexpectedStatus', message, details)
    : errorFromResponse(host, response, text);
}
