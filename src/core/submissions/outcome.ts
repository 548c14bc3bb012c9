import { ApiError, type ApiErrorReason } from '../api/http/errors';
import { asError } from '../common/errors';

/**
 * What a try to create a batch came to, where no batch was answered.
 *
 * - `refused`: it is certain that there is no batch.
 * - `waits`: certain too, and the same may be taken later: too many batches are running, or too many requests were made.
 * - `uncertain`: there may be a batch.
 */
export type Failure =
  | { readonly kind: 'refused'; readonly error: ApiError }
  | { readonly kind: 'waits'; readonly error: ApiError }
  | { readonly kind: 'uncertain'; readonly error: ApiError };

/**
 * Reads what creating a batch threw. Whatever is not known to be harmless counts as uncertain: to say so costs a look at
 * the list, to be wrong costs the price of a batch.
 */
export function failureOf(thrown: unknown): Failure {
  if (!(thrown instanceof ApiError)) {
    // Nothing that we know of throws so; then it is not known either how far it came.
    return { kind: 'uncertain', error: new ApiError('connection', asError(thrown).message) };
  }
  return { kind: kindOf(thrown), error: thrown };
}

/** What is written down may be of a later version, with reasons of its own. */
export function isKnownReason(reason: string): reason is ApiErrorReason {
  return Object.hasOwn(meaning, reason);
}

/** What is written down of an error: what the server said, where it said something. */
export function messageOf({ message, details }: ApiError): string {
  return details.wholeMessage ?? details.serverMessage ?? message;
}

function kindOf({ reason, details }: ApiError): Failure['kind'] {
  if (details.neverConnected === true) {
    return 'refused';
  }
  const byReason = meaning[reason];
  // An error that has not the form of the API's may come from something in between, which can have cut off the answer
  // to a request that it had let through. Nor is such a one a reason to send the same once more by ourselves.
  if (details.isForeign === true && (byReason === 'answered' || byReason === 'waits')) {
    return 'uncertain';
  }
  return byReason === 'answered' ? 'refused' : byReason;
}

/** Named one by one, so that a new reason must be thought about before this compiles. */
const meaning: Readonly<Record<ApiErrorReason, Failure['kind'] | 'answered'>> = {
  badRequest: 'answered',
  unauthorized: 'answered',
  planRequired: 'answered',
  forbidden: 'answered',
  notFound: 'answered',
  rateLimited: 'waits',
  // An error after the batch was made looks the same as one before.
  server: 'uncertain',
  // 408 and 499 among them, which are about a request that was too slow, and redirects, which nobody documents here.
  unexpectedStatus: 'uncertain',
  connection: 'uncertain',
  dns: 'refused',
  // A certificate that is not trusted is told by `neverConnected`; this is a fault in the middle.
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
  // Reasons of downloads, which creating a batch does not have.
  expired: 'uncertain',
  gone: 'uncertain',
  linkRefused: 'uncertain',
  tooManyRedirects: 'uncertain',
};
