/**
 * Why a submission is uncertain, refused or retried: what a failed request to create a batch means.
 *
 * | the request failed because                                  | outcome     | why                                         |
 * | ----------------------------------------------------------- | ----------- | ------------------------------------------- |
 * | it never reached the server: no connection, DNS, no key,    | refused     | nothing was sent                            |
 * | a bad or unsafe URL                                         |             |                                             |
 * | the API answered 400, 401, 402, 403 or 404                  | refused     | the API's own error: no batch was created   |
 * | the API answered 429                                        | rateLimited | no batch was created; retried later         |
 * | a 4xx response that does not look like the API's            | uncertain   | a proxy may have replaced the real response |
 * | 5xx, or an unexpected status                                | uncertain   | the batch may have been created before      |
 * | the connection was lost, or there was a timeout             | uncertain   | the request may have arrived                |
 * | a response that can't be read                               | uncertain   | it may be about a new batch                 |
 *
 * Only `rateLimited` is retried, and `refused` and `uncertain` wait for the user. Anything that is not certain counts as
 * uncertain: checking the list costs a moment, a second batch costs money.
 */
import { ApiError, type ApiErrorReason } from '../api/http/errors';
import { asError } from '../common/errors';

/** A failed request to create a batch. */
export interface Failure {
  readonly kind: 'refused' | 'rateLimited' | 'uncertain';
  readonly error: ApiError;
}

/** Decides what an error means that creating a batch threw. */
export function failureOf(thrown: unknown): Failure {
  if (!(thrown instanceof ApiError)) {
    // Unexpected, so it is unknown how far the request got.
    return { kind: 'uncertain', error: new ApiError('connection', asError(thrown).message) };
  }
  return { kind: kindOf(thrown), error: thrown };
}

/** Returns false for a reason that a later version has stored. */
export function isKnownReason(reason: string): reason is ApiErrorReason {
  return Object.hasOwn(outcomes, reason);
}

/** The message that is stored for an error: the server's, if there is one. */
export function messageOf({ message, details }: ApiError): string {
  return details.wholeMessage ?? details.serverMessage ?? message;
}

function kindOf({ reason, details }: ApiError): Failure['kind'] {
  if (details.neverConnected === true) {
    return 'refused';
  }
  const outcome = outcomes[reason];
  // An error that does not have the API's format may come from a proxy that let the request through and lost the response.
  // It is no reason to retry either.
  if (details.isForeign === true && (outcome === 'apiError' || outcome === 'rateLimited')) {
    return 'uncertain';
  }
  return outcome === 'apiError' ? 'refused' : outcome;
}

/** Lists every reason, so that a new one does not compile until its outcome is decided. */
const outcomes: Readonly<Record<ApiErrorReason, Failure['kind'] | 'apiError'>> = {
  badRequest: 'apiError',
  unauthorized: 'apiError',
  planRequired: 'apiError',
  forbidden: 'apiError',
  notFound: 'apiError',
  rateLimited: 'rateLimited',
  // An error after the batch was created looks the same as one before.
  server: 'uncertain',
  // This includes 408 and 499, which are about slow requests, and redirects, which are not documented here.
  unexpectedStatus: 'uncertain',
  connection: 'uncertain',
  dns: 'refused',
  // An untrusted certificate sets `neverConnected`; other TLS errors can happen in the middle.
  tls: 'uncertain',
  proxy: 'uncertain',
  timeout: 'uncertain',
  cutOff: 'uncertain',
  notJson: 'uncertain',
  wrongShape: 'uncertain',
  tooLarge: 'uncertain',
  badBaseUrl: 'refused',
  noKey: 'refused',
  unsafeUrl: 'refused',
  // Reasons of downloads. Creating a batch does not have them.
  expired: 'uncertain',
  gone: 'uncertain',
  linkRefused: 'uncertain',
  tooManyRedirects: 'uncertain',
};
