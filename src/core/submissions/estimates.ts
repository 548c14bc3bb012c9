import type { CostEstimate } from '../api/resources/cost';
import { ApiError, type ApiErrorReason } from '../api/http/errors';
import { type Clock, sleep } from '../common/clock';
import { isRecord, parseJson } from '../common/json';

/** Concurrent requests. */
const maxConcurrent = 2;

/**
 * The rate limit for estimates that the extension keeps. The limit of a key is not documented any more; older pages said 60
 * requests a minute in total, and the list of batches has to be loaded too.
 */
export const estimatesPerMinute = 30;
const minuteMs = 60_000;

/** After so many failures in a row, whatever their reasons, the estimation stops. */
const maxFailuresInARow = 5;

/** Failures that the next request would have too. */
const fatalReasons: ReadonlySet<ApiErrorReason> = new Set([
  'unauthorized',
  'planRequired',
  'forbidden',
  'notFound',
  'rateLimited',
  'connection',
  'dns',
  'tls',
  'proxy',
  'badBaseUrl',
  'noKey',
] as const);

/** The size limit of the cache, in characters of payloads: several times the size of a batch file. */
const maxCachedCharacters = 16_000_000;

/** Prices change: an estimate is cached for so many milliseconds. */
const maxCacheAgeMs = 60 * 60_000;

/** The part of the API client that estimates costs. */
export interface CostSource {
  estimateCost(payload: unknown, signal: AbortSignal): Promise<CostEstimate>;
}

export interface EstimateJob {
  readonly source: CostSource;
  /** Prices can differ by account: estimates are cached per account. */
  readonly account: string;
  /** The `payload` of each request as JSON, see {@link payloadOf}. Equal ones are requested once. */
  readonly payloads: readonly string[];
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: EstimateProgress) => void;
}

export interface EstimateProgress {
  /** Requests that were estimated or failed. */
  readonly done: number;
  readonly total: number;
  /** US dollars, of the estimated requests. */
  readonly usd: number;
}

/** The result of an estimation, complete or not. */
export interface EstimateReport {
  /** US dollars, of the estimated requests. */
  readonly usd: number;
  /** The age of the oldest estimate: when it was made, in milliseconds since 1970. */
  readonly at: number;
  /** Requests. */
  readonly estimated: number;
  /** Requests that the API did not estimate. */
  readonly failed: number;
  readonly total: number;
  /** `stopped`: a failure that all other requests would have too. */
  readonly end: 'complete' | 'cancelled' | 'stopped';
  /** The error that stopped it, or else the first failure. */
  readonly error: ApiError | undefined;
}

/**
 * Estimates the cost of requests with the API, one by one, and caches the results. It keeps a rate limit, so that other
 * requests with the same key still pass.
 */
export class Estimates {
  private readonly cache = new Map<string, { readonly usd: number; readonly at: number }>();
  private characters = 0;
  private readonly rateLimit: RateLimit;

  constructor(private readonly clock: Clock) {
    this.rateLimit = new RateLimit(clock);
  }

  /** How long it takes until the last of these can be requested, in milliseconds; cached estimates take no time. */
  waitFor(account: string, payloads: readonly string[]): number {
    const open = payloads.filter((payload) => this.recent(keyOf(account, payload)) === undefined);
    return this.rateLimit.waitFor(new Set(open).size);
  }

  /**
   * Estimates requests. Results are cached, so the same job continues where it stopped. Never rejects with an API error: see
   * the report.
   */
  async estimate(job: EstimateJob): Promise<EstimateReport> {
    const run = new Run(job, this.clock.now());
    const open: string[] = [];
    for (const payload of new Set(job.payloads)) {
      const cached = this.recent(keyOf(job.account, payload));
      if (cached === undefined) {
        open.push(payload);
      } else {
        run.settle(payload, cached.usd, cached.at);
      }
    }
    try {
      await Promise.all(Array.from({ length: Math.min(maxConcurrent, open.length) }, () => this.work(job, run, open)));
    } finally {
      run.dispose();
    }
    return run.report();
  }

  private async work({ source, account }: EstimateJob, run: Run, open: string[]): Promise<void> {
    for (let payload = open.shift(); payload !== undefined && !run.hasEnded; payload = open.shift()) {
      try {
        await this.rateLimit.acquire(run.signal);
        const { usd } = await source.estimateCost(JSON.parse(payload), run.signal);
        const at = this.clock.now();
        this.add(keyOf(account, payload), usd, at);
        run.settle(payload, usd, at);
      } catch (error) {
        run.fail(payload, error);
      }
    }
  }

  private recent(key: string): { readonly usd: number; readonly at: number } | undefined {
    const cached = this.cache.get(key);
    // One from the future was made before the clock was set back.
    return cached !== undefined && Math.abs(this.clock.now() - cached.at) <= maxCacheAgeMs ? cached : undefined;
  }

  private add(key: string, usd: number, at: number): void {
    this.characters += this.cache.delete(key) ? 0 : key.length;
    this.cache.set(key, { usd, at });
    for (const oldest of this.cache.keys()) {
      if (this.characters <= maxCachedCharacters) {
        break;
      }
      this.cache.delete(oldest);
      this.characters -= oldest.length;
    }
  }
}

/** One estimation of many requests. */
class Run {
  private readonly controller = new AbortController();
  /** How many requests have the same payload. */
  private readonly counts = new Map<string, number>();
  private usd = 0;
  private estimated = 0;
  private failed = 0;
  private failedInARow = 0;
  private end: EstimateReport['end'] = 'complete';
  private error: ApiError | undefined;

  constructor(
    private readonly job: EstimateJob,
    /** See {@link EstimateReport}. */
    private at: number,
  ) {
    for (const payload of job.payloads) {
      this.counts.set(payload, (this.counts.get(payload) ?? 0) + 1);
    }
    if (job.signal.aborted) {
      this.cancel();
    }
    // A listener instead of `AbortSignal.any`, which leaks memory in the oldest supported VS Code.
    job.signal.addEventListener('abort', this.cancel);
  }

  /** Aborted when the user cancels, and by a failure that all other requests would have too. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get hasEnded(): boolean {
    return this.end !== 'complete';
  }

  settle(payload: string, usd: number, at: number): void {
    this.at = Math.min(this.at, at);
    const count = this.counts.get(payload) ?? 0;
    this.estimated += count;
    this.usd += count * usd;
    this.failedInARow = 0;
    this.reportProgress();
  }

  fail(payload: string, thrown: unknown): void {
    if (this.hasEnded) {
      return;
    }
    if (!(thrown instanceof ApiError)) {
      throw thrown;
    }
    this.failed += this.counts.get(payload) ?? 0;
    this.error ??= thrown;
    // An invalid request says nothing about the next one.
    this.failedInARow = thrown.reason === 'badRequest' ? 0 : this.failedInARow + 1;
    if (fatalReasons.has(thrown.reason) || this.failedInARow >= maxFailuresInARow) {
      this.end = 'stopped';
      this.error = thrown;
      this.controller.abort();
    }
    this.reportProgress();
  }

  report(): EstimateReport {
    const { usd, at, estimated, failed, end, error } = this;
    return { usd, at, estimated, failed, total: this.job.payloads.length, end, error };
  }

  dispose(): void {
    this.job.signal.removeEventListener('abort', this.cancel);
  }

  private readonly cancel = (): void => {
    this.end = this.hasEnded ? this.end : 'cancelled';
    this.controller.abort();
  };

  private reportProgress(): void {
    const { usd, estimated, failed } = this;
    this.job.onProgress?.({ usd, done: estimated + failed, total: this.job.payloads.length });
  }
}

/** Lets only {@link estimatesPerMinute} requests start in any minute. */
class RateLimit {
  /** The start times in the last minute, oldest first, in milliseconds since 1970. */
  private starts: number[] = [];

  constructor(private readonly clock: Clock) {}

  /** Resolves when another request may start, and counts it. @throws the signal's reason if aborted. */
  async acquire(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const [oldest] = this.recent();
      if (oldest === undefined || this.starts.length < estimatesPerMinute) {
        this.starts.push(this.clock.now());
        return;
      }
      await sleep(this.clock, oldest + minuteMs - this.clock.now(), signal);
    }
  }

  /** How long it takes until the last of so many more requests may start, in milliseconds. */
  waitFor(count: number): number {
    const now = this.clock.now();
    const starts = [...this.recent()];
    for (let more = 0; more < count; more++) {
      const before = starts[starts.length - estimatesPerMinute];
      starts.push(before === undefined ? now : Math.max(now, before + minuteMs));
    }
    return Math.max(0, (starts.at(-1) ?? now) - now);
  }

  private recent(): readonly number[] {
    const since = this.clock.now() - minuteMs;
    // If the clock is set back, nobody waits longer than a minute.
    this.starts = this.starts.filter((at) => at > since && at <= this.clock.now());
    return this.starts;
  }
}

/**
 * The `payload` of a request line as JSON without whitespace, so that equal payloads are equal strings.
 * @returns undefined if the line is not JSON or has no payload.
 */
export function payloadOf(line: string): string | undefined {
  const request = parseJson(line);
  return isRecord(request) && isRecord(request['payload']) ? JSON.stringify(request['payload']) : undefined;
}

/** An evenly spread sample that contains the first item. */
export function spreadSample<T>(all: readonly T[], count: number): T[] {
  return all.length <= count
    ? [...all]
    : Array.from({ length: count }, (_, index) => all[Math.floor((index * all.length) / count)]).filter(
        (each) => each !== undefined,
      );
}

function keyOf(account: string, payload: string): string {
  return `${account}\n${payload}`;
}
