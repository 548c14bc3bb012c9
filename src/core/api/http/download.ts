import { displayText } from '../../common/displayText';
import { isSafeUrl, leadsToThisComputer, parseUrl } from '../../common/urls';
import { ApiError } from './errors';
import { errorFromResponse, LoggedRequest, type FetchResponse, type HttpHost } from './loggedRequest';

/** The key and the only origin that it may be sent to. */
export interface DownloadCredentials {
  /** The origin of the configured base URL, such as `https://api.sync.so`. */
  readonly origin: string;
  readonly key: string;
}

/** Identifies a version of a file (RFC 9110, 8.8), as far as the server provides it. */
export interface FileVersion {
  /** Only a strong entity tag. */
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
  /** Bytes of the whole file. */
  readonly totalBytes: number | undefined;
}

export interface DownloadRequest {
  /** Used as the exact text: normalizing a signed URL breaks its signature. */
  readonly url: string;
  readonly access: DownloadCredentials;
  /** Limit of the whole file, in bytes. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** Continue after the first `bytes` bytes if the file is still this version. */
  readonly resume?: { readonly bytes: number; readonly version: FileVersion } | undefined;
}

/** An open download. Read its chunks once, or close it. */
export interface Download {
  /** The position of the first chunk in the file: 0 or `resume.bytes`. */
  readonly start: number;
  readonly version: FileVersion;
  /**
   * Ends only when the file is complete.
   * @throws {ApiError} `cutOff` if the file is incomplete, `timeout` after a time without data, `tooLarge`, and the reasons
   * of lost connections; the signal's reason if aborted.
   */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Releases the connection. Can be called at any time and more than once. */
  close(): void;
}

/** The API's result URL redirects once (documented). */
export const maxRedirects = 5;

const maxErrorBytes = 64 * 1024;
const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Whether a partial download of this version can be continued: the version can be recognized later. */
export function canBeResumed({ etag, lastModified, totalBytes }: FileVersion): boolean {
  return totalBytes !== undefined && (etag !== undefined || lastModified !== undefined);
}

/**
 * Opens a file and follows redirects itself. The key is sent only to the API's own origin, and no longer after a redirect to
 * another origin. A result file is on another origin, behind a redirect of the API (documented); its signed URL needs no
 * key. Every URL must be `https:`, or on this computer if the API is too. Each request has one log line without the query:
 * a signature is a secret.
 *
 * @param silenceMs Milliseconds without a byte after which the download fails.
 * @throws {ApiError} `expired`, `gone`, `linkRefused`, `unsafeUrl`, `tooManyRedirects`, `tooLarge`, and all reasons of a
 * request to the API; the signal's reason if aborted.
 */
export async function openDownload(host: HttpHost, silenceMs: number, request: DownloadRequest): Promise<Download> {
  const { access, signal } = request;
  const resume = request.resume !== undefined && canBeResumed(request.resume.version) ? request.resume : undefined;
  let url = request.url;
  let hasLeftOrigin = false;
  if (!isFetchable(url, access)) {
    throw new ApiError('unsafeUrl', 'the URL must not be fetched');
  }
  for (let redirects = 0; ; redirects++) {
    const { origin, pathname } = new URL(url);
    hasLeftOrigin ||= origin !== access.origin;
    const headers = {
      // No compression: only the bytes of the file itself can be counted and resumed.
      'accept-encoding': 'identity',
      ...(hasLeftOrigin ? {} : { 'x-api-key': access.key }),
      ...(resume === undefined ? {} : resumeHeaders(resume)),
    };
    const logged = new LoggedRequest(
      host,
      { method: 'GET', url, headers, target: pathname, timeoutMs: silenceMs, timeoutFor: 'silence' },
      signal,
    );
    try {
      const response = await logged.send();
      if (redirectStatuses.has(response.status)) {
        url = nextUrl(url, response, redirects, access);
        logged.succeed();
        continue;
      }
      if (resume !== undefined && (response.status === 206 || response.status === 416)) {
        if (isRestOfFile(response, resume)) {
          return openedDownload(logged, response, request.maxBytes, resume);
        }
        // The file has changed, or the server can't resume.
        logged.cancel();
        return await openDownload(host, silenceMs, { ...request, resume: undefined });
      }
      if (response.status !== 200) {
        throw errorOfAnswer(host, response, await errorText(logged, response), hasLeftOrigin);
      }
      if (/^\s*text\/html\b/i.test(response.headers.get('content-type') ?? '')) {
        // Results and media are not HTML. A log-in page or a proxy may have answered.
        throw new ApiError('notJson', 'expected a file and got an HTML page');
      }
      return openedDownload(logged, response, request.maxBytes);
    } catch (thrown) {
      throw logged.fail(thrown);
    }
  }
}

/** @throws {ApiError} `tooLarge` if the whole file is larger than `maxBytes`. */
function openedDownload(
  logged: LoggedRequest,
  response: FetchResponse,
  maxBytes: number,
  resume?: DownloadRequest['resume'],
): Download {
  const start = resume?.bytes ?? 0;
  const version = resume?.version ?? { ...validatorsOf(response), totalBytes: lengthOf(response) };
  const { totalBytes } = version;
  if (totalBytes !== undefined && totalBytes > maxBytes) {
    throw new ApiError('tooLarge', `the file is larger than ${maxBytes} bytes`);
  }
  const read = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* logged.chunks(response, maxBytes - start);
      if (totalBytes !== undefined && logged.bytes !== totalBytes - start) {
        throw new ApiError('cutOff', `received ${logged.bytes} of ${totalBytes - start} bytes`);
      }
      logged.succeed();
    } catch (thrown) {
      throw logged.fail(thrown);
    } finally {
      logged.cancel();
    }
  };
  return { start, version, chunks: read(), close: () => logged.cancel() };
}

/**
 * The target of a redirect.
 * @throws {ApiError} if there is none, too many redirects, or an unsafe URL.
 */
function nextUrl(url: string, response: FetchResponse, redirects: number, access: DownloadCredentials): string {
  if (redirects >= maxRedirects) {
    throw new ApiError('tooManyRedirects', `redirected more than ${maxRedirects} times`);
  }
  const location = response.headers.get('location')?.trim() ?? '';
  const target = location === '' ? undefined : parseUrl(location, url);
  if (target === undefined) {
    throw new ApiError('unexpectedStatus', `HTTP ${response.status} without a location`, {
      status: response.status,
    });
  }
  // Keep the exact text of an absolute URL, because it may be signed.
  const next = /^https?:\/\//i.test(location) ? location : target.href;
  if (!isFetchable(next, access)) {
    throw new ApiError('unsafeUrl', `redirected to a URL that must not be fetched (${target.protocol})`);
  }
  return next;
}

/** A remote API must not make the extension send requests to servers on this computer. */
function isFetchable(url: string, { origin }: DownloadCredentials): boolean {
  return (
    isSafeUrl(url) && (leadsToThisComputer(new URL(origin).hostname) || !leadsToThisComputer(new URL(url).hostname))
  );
}

function resumeHeaders({ bytes, version }: { bytes: number; version: FileVersion }): Record<string, string> {
  const validator = version.etag ?? version.lastModified ?? '';
  return { range: `bytes=${bytes}-`, 'if-range': validator };
}

/** Whether the answer is exactly the rest of the same file. */
function isRestOfFile(response: FetchResponse, { bytes, version }: { bytes: number; version: FileVersion }): boolean {
  const range = /^\s*bytes (\d+)-(\d+)\/(\d+)\s*$/i.exec(response.headers.get('content-range') ?? '');
  const [, first, last, total = NaN] = (range ?? []).map(Number);
  const { etag, lastModified } = validatorsOf(response);
  const isSame = version.etag === undefined ? lastModified === version.lastModified : etag === version.etag;
  const isUncompressed = !isCompressed(response);
  const length = lengthOf(response) ?? total - bytes;
  const isWhole = total === version.totalBytes && first === bytes && last === total - 1 && length === total - bytes;
  return response.status === 206 && isSame && isUncompressed && isWhole;
}

function validatorsOf({ headers }: FetchResponse): Pick<FileVersion, 'etag' | 'lastModified'> {
  const etag = headers.get('etag')?.trim() ?? '';
  const lastModified = headers.get('last-modified')?.trim() ?? '';
  return {
    etag: /^"[^"]+"$/.test(etag) ? etag : undefined,
    lastModified: lastModified === '' ? undefined : lastModified,
  };
}

/** The length of the body in bytes; undefined if it is unknown or the body is compressed. */
function lengthOf(response: FetchResponse): number | undefined {
  const length = response.headers.get('content-length')?.trim() ?? '';
  return /^\d{1,15}$/.test(length) && !isCompressed(response) ? Number(length) : undefined;
}

function isCompressed({ headers }: FetchResponse): boolean {
  const coding = headers.get('content-encoding')?.trim().toLowerCase() ?? '';
  return coding !== '' && coding !== 'identity';
}

/** The text of an error answer. @returns an empty text if it can't be read: the status must do. */
async function errorText(logged: LoggedRequest, response: FetchResponse): Promise<string> {
  try {
    return await logged.text(response, maxErrorBytes);
  } catch {
    return '';
  }
}

/**
 * Codes with which storage services refuse an expired link (documented by Amazon S3, Google Cloud Storage and Azure Blob
 * Storage; inferred for sync.so, which does not document its service). `AccessDenied` has other meanings too, but a new link
 * is the only thing that may help.
 */
const expiryCodes = /^(?:AccessDenied|ExpiredToken|RequestExpired|AuthenticationFailed|TokenRefreshRequired)$/;

/** The error of an answer that is not a file. */
function errorOfAnswer(host: HttpHost, response: FetchResponse, text: string, hasLeftOrigin: boolean): ApiError {
  const { status } = response;
  const code = /^\s*<[^]*?<Code>\s*([\w.-]{1,100})\s*<\/Code>/.exec(text)?.[1];
  const details = { status, ...(code === undefined ? {} : { errorCode: displayText(host.redact(code)) }) };
  const message = `HTTP ${status}${code === undefined ? '' : `: ${details.errorCode}`}`;
  if (status === 404 || status === 410) {
    return new ApiError('gone', message, details);
  }
  if ((code !== undefined || hasLeftOrigin) && (status === 400 || status === 401 || status === 403)) {
    const isExpiry = code !== undefined && (expiryCodes.test(code) || /<Message>[^<]*\bexpired\b/i.test(text));
    return new ApiError(isExpiry ? 'expired' : 'linkRefused', message, details);
  }
  return status > 199 && status < 300
    ? new ApiError('unexpectedStatus', message, details)
    : errorFromResponse(host, response, text);
}
