import { isRecord } from '../../common/json';
import type { ErrorLine } from './errorLines';

/**
 * Why a request failed. Code branches on the reason, never on a message. The texts for the user are in
 * `src/editor/shared/errorText.ts`.
 */
export type ApiErrorReason =
  // The server answered with an error.
  | 'badRequest' // 400, 413, 422
  | 'unauthorized' // 401: key missing, wrong or revoked
  | 'planRequired' // 402: the plan has no Batch API, or an invoice is unpaid
  | 'forbidden' // 403: not documented by the API
  | 'notFound' // 404
  | 'rateLimited' // 429
  | 'server' // 5xx
  | 'unexpectedStatus' // anything else, including redirects of the API
  // The server of a file answered with an error.
  | 'expired' // the signed link has expired
  | 'gone' // 404, 410: the file no longer exists
  | 'linkRefused' // 400, 401, 403, but not because the link has expired
  | 'tooManyRedirects'
  // The server could not be reached.
  | 'connection' // refused, reset, no route
  | 'dns'
  | 'tls'
  | 'proxy'
  | 'timeout'
  // The answer is not usable.
  | 'cutOff'
  | 'notJson'
  | 'wrongShape'
  | 'tooLarge'
  // Nothing was sent.
  | 'badBaseUrl'
  | 'noKey'
  | 'unsafeUrl'; // a URL, or a redirect to one, that must not be fetched

/** Details of an error. All texts are redacted. */
export interface ApiErrorDetails {
  /** HTTP status. */
  status?: number;
  /** The server's message; cut if it is very long. */
  serverMessage?: string;
  /** The server's whole message, if {@link serverMessage} is cut. */
  wholeMessage?: string;
  /** The server's messages about single lines, if it refused a batch file (400, 413, 422). At least one. */
  lines?: readonly ErrorLine[];
  /** The server's stable error code, such as `rate_limit_exceeded`. */
  errorCode?: string;
  /** When the server accepts requests again, in milliseconds since 1970. */
  retryAt?: number;
  /** The answer does not have the format of the API's errors: it may come from a proxy or gateway. */
  isForeign?: boolean;
  /** The system's error code, such as `ECONNREFUSED`, or what is wrong with a setting. */
  code?: string;
  /** There was no connection, so the server received nothing. Absent if that is not certain. */
  neverConnected?: true;
}

/** A request failed. `message` is English, redacted, and for the log only. */
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

/** The reason of an HTTP error status (documented; 403: inferred). */
export function reasonOfStatus(status: number): ApiErrorReason {
  return reasonsByStatus[status] ?? (status >= 500 ? 'server' : 'unexpectedStatus');
}

const reasonsByStatus: Readonly<Partial<Record<number, ApiErrorReason>>> = {
  400: 'badRequest',
  413: 'badRequest',
  422: 'badRequest',
  401: 'unauthorized',
  402: 'planRequired',
  403: 'forbidden',
  404: 'notFound',
  407: 'proxy',
  429: 'rateLimited',
};

const dnsCodes = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA', 'EAI_NONAME']);
const cutOffCodes = new Set(['ERR_STREAM_PREMATURE_CLOSE', 'Z_BUF_ERROR', 'Z_DATA_ERROR', 'HPE_INVALID_EOF_STATE']);
const tlsCode = /^(?:CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO_|UNABLE_TO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA|EPROTO)/;
/** Messages of proxy agents, which set no code. The texts belong to other libraries, so they are only a hint. */
const proxyMessage = /\bproxy\b|tunneling socket/i;
/** The transport's messages contain the URL of the request, which may contain the word "proxy" too. */
const urls = /\bhttps?:\/\/\S+/gi;

/**
 * The reason and code of an error of the transport. Codes are those of Node (`ECONNREFUSED`, `ENOTFOUND`) and OpenSSL
 * (`CERT_...`), on the error itself or on one of its causes.
 */
export function reasonOfTransportError(error: Error): { reason: ApiErrorReason; code: string | undefined } {
  const chain = causes(error);
  const code = chain.map((link) => textOf(link, 'code')).find((found) => found !== undefined);
  if (dnsCodes.has(code ?? '')) {
    return { reason: 'dns', code };
  }
  if (tlsCode.test(code ?? '')) {
    return { reason: 'tls', code };
  }
  if (cutOffCodes.has(code ?? '')) {
    return { reason: 'cutOff', code };
  }
  if (chain.some((link) => proxyMessage.test(link.message.replace(urls, '')))) {
    return { reason: 'proxy', code };
  }
  return { reason: 'connection', code };
}

/** Codes of failed connections. If several addresses were tried, such an error has no `syscall`. */
const unconnectedCodes = new Set([...dnsCodes, 'ECONNREFUSED', 'ENETUNREACH', 'EHOSTUNREACH']);
/** Certificates are checked before the first byte of the request is sent. Other TLS errors can occur at any time. */
const certificateCode = /^(?:CERT_|ERR_TLS_CERT_|DEPTH_ZERO_|UNABLE_TO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA)/;

/**
 * Whether an error of the transport proves that there was no connection, so that the server received nothing. The code
 * alone does not: it may also occur in the middle of a request. The system call does (Node's `syscall`, node-fetch's
 * `erroredSysCall`).
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

function textOf(error: Error, field: string): string | undefined {
  const value: unknown = isRecord(error) ? error[field] : undefined;
  return typeof value === 'string' ? value : undefined;
}
