import { isRecord } from '../../common/json';
import type { ErrorLine } from './errorLines';

/**
 * Why a request failed, in the words that the editor needs to choose a text and a next step. Code branches on this
 * and never on a message.
 */
export type ApiErrorReason =
  // The server answered, with an error.
  | 'badRequest' // 400, 413, 422
  | 'unauthorized' // 401: key missing, wrong or revoked
  | 'planRequired' // 402: the plan has no Batch API, or an invoice is unpaid
  | 'forbidden' // 403: not documented by the API
  | 'notFound' // 404
  | 'rateLimited' // 429
  | 'server' // 5xx
  | 'unexpectedStatus' // anything else, redirects of the API included
  // The place of a file answered, with an error.
  | 'expired' // a signed link whose time is over
  | 'gone' // 404, 410: the file is not kept any more
  | 'linkRefused' // 400, 401, 403 that say nothing of a time that is over
  | 'tooManyRedirects'
  // The server could not be reached.
  | 'connection' // refused, reset, no route
  | 'dns'
  | 'tls'
  | 'proxy'
  | 'timeout'
  // The answer is not what it should be.
  | 'cutOff'
  | 'notJson'
  | 'wrongShape'
  | 'tooLarge'
  // Nothing was sent.
  | 'badBaseUrl'
  | 'noKey'
  | 'unsafeUrl'; // an address, or a redirect to one, that may not be fetched

/** What is known about a failure beside its reason. All of its texts are redacted. */
export interface ApiErrorDetails {
  /** HTTP status. */
  status?: number;
  /** What the server said, for people; cut where it is very long. */
  serverMessage?: string;
  /** All that it said, where {@link serverMessage} is cut. */
  wholeMessage?: string;
  /** What it said of single lines of a batch file, where it refused one (400, 413, 422). At least one. */
  lines?: readonly ErrorLine[];
  /** The server's stable error code, such as `rate_limit_exceeded`. */
  errorCode?: string;
  /** When the server takes requests again, in milliseconds since 1970. */
  retryAt?: number;
  /** The answer does not have the form of the API's errors: something in between may have given it. */
  isForeign?: boolean;
  /** The system's error code, such as `ECONNREFUSED`, or the fault in a setting. */
  code?: string;
  /** There was no connection, so nothing of the request can have arrived. Absent where that is not certain. */
  neverConnected?: true;
}

/** A request that brought no usable answer. `message` is English, redacted, and meant for the log. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly reason: ApiErrorReason,
    message: string,
    readonly details: ApiErrorDetails = {},
  ) {
    super(message);
  }
}

/** The reason that an HTTP error status stands for (the API's documented statuses; 403 is our own reading). */
export function reasonOfStatus(status: number): ApiErrorReason {
  switch (status) {
    case 400:
    case 413:
    case 422:
      return 'badRequest';
    case 401:
      return 'unauthorized';
    case 402:
      return 'planRequired';
    case 403:
      return 'forbidden';
    case 404:
      return 'notFound';
    case 407:
      return 'proxy';
    case 429:
      return 'rateLimited';
    default:
      return status >= 500 ? 'server' : 'unexpectedStatus';
  }
}

const dnsCodes = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA', 'EAI_NONAME']);
const cutOffCodes = new Set(['ERR_STREAM_PREMATURE_CLOSE', 'Z_BUF_ERROR', 'Z_DATA_ERROR', 'HPE_INVALID_EOF_STATE']);
const tlsCode = /^(?:CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO_|UNABLE_TO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA|EPROTO)/;
/** What proxy agents say; they set no code. A text of another library, so only ever a hint that adds to the reason. */
const proxyMessage = /\bproxy\b|tunneling socket/i;
/** The transport names the address of the request, which may have the word too. */
const addresses = /\bhttps?:\/\/\S+/gi;

/**
 * The reason and code behind an error that the transport threw. Codes are Node's (`ECONNREFUSED`, `ENOTFOUND`,
 * OpenSSL's `CERT_...`); they may sit on the error itself or on one of its causes.
 */
export function reasonOfTransportError(error: Error): { reason: ApiErrorReason; code: string | undefined } {
  const chain = causes(error);
  const code = chain.map(codeOf).find((found) => found !== undefined);
  if (code !== undefined) {
    if (dnsCodes.has(code)) {
      return { reason: 'dns', code };
    }
    if (tlsCode.test(code)) {
      return { reason: 'tls', code };
    }
    if (cutOffCodes.has(code)) {
      return { reason: 'cutOff', code };
    }
  }
  if (chain.some((link) => proxyMessage.test(link.message.replace(addresses, '')))) {
    return { reason: 'proxy', code };
  }
  return { reason: 'connection', code };
}

/** Codes of failed connections that come without the name of a system call where several addresses were tried. */
const unconnectedCodes = new Set([...dnsCodes, 'ECONNREFUSED', 'ENETUNREACH', 'EHOSTUNREACH']);
/** A certificate is looked at before the first byte of the request is sent. Other faults of TLS can come at any time. */
const certificateCode = /^(?:CERT_|ERR_TLS_CERT_|DEPTH_ZERO_|UNABLE_TO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA)/;

/**
 * Whether an error that the transport threw says that there was no connection, so that nothing can have arrived. The
 * same code may come in the middle of a request, so it is the system call that tells (Node's `syscall`, which node-fetch
 * calls `erroredSysCall`).
 */
export function neverConnected(error: Error): boolean {
  return causes(error).some((link) => {
    const code = textOf(link, 'code');
    const call = textOf(link, 'syscall') ?? textOf(link, 'erroredSysCall');
    if (code === undefined) {
      return false;
    }
    return call === undefined
      ? unconnectedCodes.has(code) || certificateCode.test(code)
      : call === 'connect' || call === 'getaddrinfo';
  });
}

function causes(error: Error): Error[] {
  const chain: Error[] = [];
  for (let link: unknown = error; link instanceof Error && !chain.includes(link); link = link.cause) {
    chain.push(link);
  }
  return chain;
}

function codeOf(error: Error): string | undefined {
  return textOf(error, 'code');
}

function textOf(error: Error, field: string): string | undefined {
  const value: unknown = isRecord(error) ? error[field] : undefined;
  return typeof value === 'string' ? value : undefined;
}
