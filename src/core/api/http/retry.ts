import { type Clock, sleep } from '../../common/clock';
import { ApiError, type ApiErrorReason } from './errors';

/** How often and when a read is retried. */
export interface RetryPolicy {
  /** Attempts after the first one. */
  retries: number;
  /** Milliseconds before the first retry, doubled for each further one. sync.so advises 1, 2, 4 ... s (documented). */
  firstDelayMs: number;
  /** If `Retry-After` is longer than this, in milliseconds, the error is shown instead of waiting. */
  maxWaitMs: number;
}

export const readRetryPolicy: RetryPolicy = { retries: 2, firstDelayMs: 1_000, maxWaitMs: 10_000 };

/**
 * Errors that may be gone a second later. Not a timeout: the user has already waited long enough. Not an unknown host name
 * or an untrusted certificate.
 */
const transient: ReadonlySet<ApiErrorReason> = new Set(['connection', 'cutOff', 'rateLimited', 'server']);

/**
 * Retries a read until it succeeds, fails for good, or has been tried often enough. For reads only: creating a batch is not
 * idempotent (documented), so a retry could create, and charge for, a second one.
 * @throws the error of the last attempt; the signal's reason if aborted.
 */
export async function withRetries<T>(
  clock: Clock,
  random: () => number,
  policy: RetryPolicy,
  signal: AbortSignal,
  attempt: () => Promise<T>,
  onRetry: (error: ApiError, delayMs: number) => void,
): Promise<T> {
  for (let retry = 0; ; retry++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ApiError) || !transient.has(error.reason) || retry >= policy.retries) {
        throw error;
      }
      const delayMs = delayOf(error, retry, policy, clock.now(), random);
      if (delayMs > policy.maxWaitMs) {
        throw error;
      }
      onRetry(error, delayMs);
      await sleep(clock, delayMs, signal);
    }
  }
}

function delayOf(error: ApiError, retry: number, policy: RetryPolicy, now: number, random: () => number): number {
  if (error.details.retryAt !== undefined) {
    return Math.max(0, error.details.retryAt - now);
  }
  // A jitter of 20 %, so that many clients do not retry at the same time.
  const jitter = 0.8 + 0.4 * random();
  return Math.round(policy.firstDelayMs * 2 ** retry * jitter);
}

const maxRetryAfterMs = 24 * 60 * 60 * 1_000;

/**
 * Reads a `Retry-After` header: seconds, or an HTTP date (RFC 9110, 10.2.3). The API does not document the header, but
 * proxies in front of it send it (inferred).
 * @returns milliseconds since 1970; undefined if the header is missing or not valid.
 */
export function parseRetryAfter(header: string | null, now: number): number | undefined {
  if (header === null || header.trim() === '') {
    return undefined;
  }
  const isSeconds = /^\s*\d+(?:\.\d+)?\s*$/.test(header);
  // `Date.parse` accepts nearly anything. An HTTP date begins with the day of the week and ends with GMT.
  const isDate = /^\s*[a-z]{3,9},? .*\d GMT\s*$/i.test(header);
  const at = isSeconds ? now + Number(header) * 1_000 : isDate ? Date.parse(header) : NaN;
  return Number.isFinite(at) ? Math.min(Math.max(at, now), now + maxRetryAfterMs) : undefined;
}
