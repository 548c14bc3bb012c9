import { type Clock, sleep } from '../../common/clock';
import { ApiError, type ApiErrorReason } from './errors';

/** How often and how patiently a read is tried again. */
export interface RetryPolicy {
  /** Tries after the first one. */
  retries: number;
  /** Milliseconds before the first retry; doubled for each further one. The vendor advises 1, 2, 4 ... seconds. */
  firstDelayMs: number;
  /** A `Retry-After` longer than this many milliseconds is not waited for but handed to the person. */
  longestWaitMs: number;
}

export const readRetryPolicy: RetryPolicy = { retries: 2, firstDelayMs: 1_000, longestWaitMs: 10_000 };

/**
 * Failures that can be gone a second later. A time-out is not among them: the person has waited long enough to be
 * told. Neither is a name that can't be resolved or a certificate that is not trusted.
 */
const passing: ReadonlySet<ApiErrorReason> = new Set(['connection', 'cutOff', 'rateLimited', 'server']);

/**
 * Runs a read until it succeeds, fails for good, or was tried often enough. For reads only: creating a batch has no
 * idempotency in this API, so sending it again can create, and bill, a second one.
 * @throws what the last try threw; the signal's reason when aborted.
 */
export async function withRetries<T>(
  clock: Clock,
  random: () => number,
  policy: RetryPolicy,
  signal: AbortSignal,
  attempt: () => Promise<T>,
  onRetry: (error: ApiError, delayMs: number) => void,
): Promise<T> {
  for (let tried = 0; ; tried++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ApiError) || !passing.has(error.reason) || tried >= policy.retries) {
        throw error;
      }
      const delayMs = waitBefore(error, tried, policy, clock.now(), random);
      if (delayMs > policy.longestWaitMs) {
        throw error;
      }
      onRetry(error, delayMs);
      await sleep(clock, delayMs, signal);
    }
  }
}

function waitBefore(error: ApiError, tried: number, policy: RetryPolicy, now: number, random: () => number): number {
  if (error.details.retryAt !== undefined) {
    return Math.max(0, error.details.retryAt - now);
  }
  // 20 % of jitter either way keeps many clients from coming back in step.
  const jitter = 0.8 + 0.4 * random();
  return Math.round(policy.firstDelayMs * 2 ** tried * jitter);
}

const longestRetryAfterMs = 24 * 60 * 60 * 1_000;

/**
 * Reads a `Retry-After` header: seconds, or an HTTP date (RFC 9110, 10.2.3). The API does not document the header;
 * proxies in front of it send it.
 * @returns milliseconds since 1970, or nothing where the header is absent or makes no sense.
 */
export function parseRetryAfter(header: string | null, now: number): number | undefined {
  if (header === null || header.trim() === '') {
    return undefined;
  }
  const seconds = /^\s*\d+(?:\.\d+)?\s*$/.test(header);
  // `Date.parse` makes a date of nearly anything; an HTTP date begins with the day of the week and ends with GMT.
  const isDate = /^\s*[a-z]{3,9},? .*\d GMT\s*$/i.test(header);
  const at = seconds ? now + Number(header) * 1_000 : isDate ? Date.parse(header) : NaN;
  return Number.isFinite(at) ? Math.min(Math.max(at, now), now + longestRetryAfterMs) : undefined;
}
