import type { CostEstimate } from '../api/resources/cost';
import { ApiError, type ApiErrorReason } from '../api/http/errors';
import { type Clock, sleep } from '../common/clock';
import { isRecord, parseJson } from '../common/json';

/** Requests at the same time. */
const atOnce = 2;

/**
 * Estimates that are asked for in a minute. How many a key may is not documented any more; older pages said 60 a minute
 * over everything, and the list of batches has to be loaded too.
 */
export const estimatesPerMinute = 30;
const minuteMs = 60_000;

/** Failures in a row, no two of which need have the same reason, after which the others are not tried. */
const mostFailuresInARow = 5;

/** Failures that the next request would meet too. */
const endsAll: ReadonlySet<ApiErrorReason> = new Set([
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

/** Characters of the payloads whose estimates are remembered: several times what a batch file has. */
const mostKnown = 16_000_000;

/** Prices change: an estimate is remembered for this many milliseconds. */
const knownForMs = 60 * 60_000;

/** What estimates are asked of: a client of the API. */
export interface CostSource {
  estimateCost(payload: unknown, signal: AbortSignal): Promise<CostEstimate>;
}

export interface EstimateJob {
  readonly source: CostSource;
  /** Prices depend on who asks: only estimates for the same account are taken from what is known. */
  readonly account: string;
  /** The `payload` of each request as JSON, see {@link payloadOf}. Equal ones are asked for once. */
  readonly payloads: readonly string[];
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: EstimateProgress) => void;
}

export interface EstimateProgress {
  /** Requests whose cost is known, or can't be. */
  readonly done: number;
  readonly total: number;
  /** US dollars, of those that are known. */
  readonly usd: number;
}

/** What came of it, whole or not. */
export interface EstimateReport {
  /** US dollars, of the requests that were estimated. */
  readonly usd: number;
  /** When the oldest of these estimates was made, in milliseconds since 1970. */
  readonly at: number;
  /** Requests. */
  readonly estimated: number;
  /** Requests that the API could not, or would not, estimate. */
  readonly failed: number;
  readonly total: number;
  /** `stopped`: something failed in a way that all others would fail too. */
  readonly end: 'complete' | 'cancelled' | 'stopped';
  /** What ended it, or else why the first of the failed ones failed. */
  readonly error: ApiError | undefined;
}

/**
 * What requests will cost, as far as sync.so can tell: asked for one by one, slowly enough to leave room for everything
 * else that is asked with the same key, and remembered.
 */
export class Estimates {
  private readonly known = new Map<string, { readonly usd: number; readonly at: number }>();
  private characters = 0;
  private readonly pace: Pace;

  constructor(private readonly clock: Clock) {
    this.pace = new Pace(clock, estimatesPerMinute, minuteMs);
  }

  /** How long it takes until the last of these is asked for, in milliseconds, from what is known already. */
  waitFor(account: string, payloads: readonly string[]): number {
    const open = payloads.filter((payload) => this.recent(keyOf(account, payload)) === undefined);
    return this.pace.waitFor(new Set(open).size);
  }

  /**
   * Estimates requests. What was estimated stays known, so that the same job goes on where it was left. Never fails:
   * see the report.
   */
  async estimate(job: EstimateJob): Promise<EstimateReport> {
    const run = new Run(job, this.clock.now());
    const open: string[] = [];
    for (const payload of new Set(job.payloads)) {
      const known = this.recent(keyOf(job.account, payload));
      if (known === undefined) {
        open.push(payload);
      } else {
        run.settle(payload, known.usd, known.at);
      }
    }
    try {
      await Promise.all(Array.from({ length: Math.min(atOnce, open.length) }, () => this.work(job, run, open)));
    } finally {
      run.dispose();
    }
    return run.report();
  }

  private async work({ source, account }: EstimateJob, run: Run, open: string[]): Promise<void> {
    for (let payload = open.shift(); payload !== undefined && !run.isOver; payload = open.shift()) {
      try {
        await this.pace.take(run.signal);
        const { usd } = await source.estimateCost(JSON.parse(payload), run.signal);
        const at = this.clock.now();
        this.remember(keyOf(account, payload), usd, at);
        run.settle(payload, usd, at);
      } catch (error) {
        run.fail(payload, error);
      }
    }
  }

  private recent(key: string): { readonly usd: number; readonly at: number } | undefined {
    const known = this.known.get(key);
    // One from the future was made before the clock was set back.
    return known !== undefined && Math.abs(this.clock.now() - known.at) <= knownForMs ? known : undefined;
  }

  private remember(key: string, usd: number, at: number): void {
    this.characters += this.known.delete(key) ? 0 : key.length;
    this.known.set(key, { usd, at });
    for (const oldest of this.known.keys()) {
      if (this.characters <= mostKnown) {
        break;
      }
      this.known.delete(oldest);
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
    // A listener of our own, since the floor's `AbortSignal.any` leaks.
    job.signal.addEventListener('abort', this.cancel);
  }

  /** Ends with the person's cancelling, and with a failure that ends all. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get isOver(): boolean {
    return this.end !== 'complete';
  }

  settle(payload: string, usd: number, at: number): void {
    this.at = Math.min(this.at, at);
    const count = this.counts.get(payload) ?? 0;
    this.estimated += count;
    this.usd += count * usd;
    this.failedInARow = 0;
    this.tell();
  }

  fail(payload: string, thrown: unknown): void {
    if (this.isOver) {
      return;
    }
    if (!(thrown instanceof ApiError)) {
      throw thrown;
    }
    this.failed += this.counts.get(payload) ?? 0;
    this.error ??= thrown;
    // A request that is not understood says nothing about the next one.
    this.failedInARow = thrown.reason === 'badRequest' ? 0 : this.failedInARow + 1;
    if (endsAll.has(thrown.reason) || this.failedInARow >= mostFailuresInARow) {
      this.end = 'stopped';
      this.error = thrown;
      this.controller.abort();
    }
    this.tell();
  }

  report(): EstimateReport {
    const { usd, at, estimated, failed, end, error } = this;
    return { usd, at, estimated, failed, total: this.job.payloads.length, end, error };
  }

  dispose(): void {
    this.job.signal.removeEventListener('abort', this.cancel);
  }

  private readonly cancel = (): void => {
    this.end = this.isOver ? this.end : 'cancelled';
    this.controller.abort();
  };

  private tell(): void {
    const { usd, estimated, failed } = this;
    this.job.onProgress?.({ usd, done: estimated + failed, total: this.job.payloads.length });
  }
}

/** Lets only so many begin in any span of time. */
class Pace {
  /** When the last ones began, oldest first, in milliseconds since 1970. */
  private begun: number[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly most: number,
    private readonly spanMs: number,
  ) {}

  /** Resolves when one more may begin, which it is then taken to do. @throws the signal's reason when aborted. */
  async take(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const [oldest] = this.recent();
      if (oldest === undefined || this.begun.length < this.most) {
        this.begun.push(this.clock.now());
        return;
      }
      await sleep(this.clock, oldest + this.spanMs - this.clock.now(), signal);
    }
  }

  /** How long it takes until the last of so many more may begin, in milliseconds. */
  waitFor(count: number): number {
    const now = this.clock.now();
    const starts = [...this.recent()];
    for (let more = 0; more < count; more++) {
      const before = starts[starts.length - this.most];
      starts.push(before === undefined ? now : Math.max(now, before + this.spanMs));
    }
    return Math.max(0, (starts.at(-1) ?? now) - now);
  }

  private recent(): readonly number[] {
    const since = this.clock.now() - this.spanMs;
    // A clock that was put back must not keep anybody waiting for longer than the span.
    this.begun = this.begun.filter((at) => at > since && at <= this.clock.now());
    return this.begun;
  }
}

/**
 * The `payload` of a request line as JSON, blanks between its parts left out, so that equal ones look equal.
 * @returns nothing where the line is no JSON or has no payload.
 */
export function payloadOf(line: string): string | undefined {
  const request = parseJson(line);
  return isRecord(request) && isRecord(request['payload']) ? JSON.stringify(request['payload']) : undefined;
}

/** Some of many, evenly spread over them, the first one among them. */
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
