import { createHash } from 'node:crypto';
import type { BatchInput } from './batchInput';
import { ApiError } from './errors';
import { isTerminal, naturalLifeMs, shareBehind, stateAt } from './lifecycle';
import type { BatchPlan, BatchState, Movement, Outcome } from './lifecycle';
import type { BatchSeed } from './types';

/** One request of a batch, as a line of the input file holds it. */
export interface BatchRow {
  request_id: string;
  endpoint: string;
  payload: { model: string; input: unknown[]; [field: string]: unknown };
}

/** A batch as the API shows it. Names, casing and the null of an unset webhook follow the API reference (documented). */
export interface BatchView {
  id: string;
  created_at: string;
  status: string;
  metrics: { total_generations: number; success_count: number; failed_count: number; pending_count: number };
  webhookUrl: string | null;
  outputUrl: string;
}

/** A batch in the simulator. */
export interface StoredBatch {
  seed: BatchSeed;
  /** Order of arrival; part of the ids of its generations, and decides between equal creation times. */
  sequence: number;
  /** ms since the epoch; NaN if the seed's text is not a date. */
  createdAtMs: number;
  createdAtText: string;
  plan: BatchPlan;
  /** The rows, if the batch was created through the API. */
  rows?: readonly BatchRow[];
}

export interface BatchFilter {
  status?: string;
  /** ms since the epoch. Whether the real bounds are inclusive is not documented; here both are. */
  createdAfter?: number;
  createdBefore?: number;
}

export interface BatchStoreOptions {
  now: () => number;
  speed: number;
  listLimit: number | undefined;
  /** How many unfinished batches there may be. */
  runningBatches: number | undefined;
  /** Where the results of a batch are downloaded from. */
  resultUrl: (id: string) => string;
}

/** All batches of the one organization that the simulator knows. */
export class BatchStore {
  readonly #batches = new Map<string, StoredBatch>();
  /** What each batch was created from through the API. */
  readonly #inputs = new Map<string, string>();
  readonly #options: BatchStoreOptions;
  #sequence = 0;

  constructor(options: BatchStoreOptions) {
    this.#options = options;
  }

  add(seed: BatchSeed): void {
    if (this.#batches.has(seed.id)) throw new Error(`There is already a batch ${seed.id}`);
    this.#sequence += 1;
    this.#batches.set(seed.id, this.#build({ ...seed }, this.#sequence));
  }

  update(id: string, change: Partial<Omit<BatchSeed, 'id'>>): void {
    const batch = this.#existing(id);
    const seed: BatchSeed = { ...batch.seed, ...change };
    const setsState = ['status', 'total', 'succeeded', 'failed', 'pending'].some((field) => field in change);
    const moves = 'lifetimeMs' in change || (seed.lifetimeMs !== undefined && 'createdAt' in change);
    if (setsState) {
      // A state that is set by hand is to be seen at once, and counts that would contradict it are worked out anew.
      if (!moves) delete seed.lifetimeMs;
      if (!('pending' in change)) delete seed.pending;
      if (change.status === 'COMPLETED' && !('succeeded' in change)) delete seed.succeeded;
    }
    const rebuilt = this.#build(seed, batch.sequence, batch.rows);
    if (!setsState && !moves) rebuilt.plan = batch.plan;
    this.#batches.set(id, rebuilt);
  }

  remove(id: string): void {
    this.#existing(id);
    this.#batches.delete(id);
  }

  clear(): void {
    this.#batches.clear();
  }

  /** The batches that were created through the API, by ID, in order. */
  get created(): string[] {
    return [...this.#inputs.keys()];
  }

  inputOf(id: string): string {
    const source = this.#inputs.get(id);
    if (source === undefined) throw new Error(`No batch ${id} was created through the API`);
    return source;
  }

  /**
   * Accepts the rows of a valid input file: a batch that is PENDING with all three counts 0 (documented).
   * @throws ApiError 429 if the limit of running batches is reached (documented; the message is invented).
   */
  create({ rows, webhookUrl, source }: Pick<BatchInput, 'rows' | 'webhookUrl' | 'source'>): StoredBatch {
    const { runningBatches = Infinity } = this.#options;
    const running = [...this.#batches.values()].filter((batch) => !isTerminal(this.state(batch).status));
    if (running.length >= runningBatches) {
      throw new ApiError(
        429,
        `${running.length} batches are running, which is the limit of your plan. Wait for one to end, or upgrade.`,
        { errorCode: 'concurrency_limit_reached' },
      );
    }
    this.#sequence += 1;
    const createdAt = this.#options.now();
    const id = `batch_${createHash('sha256').update(`${this.#sequence} ${createdAt}`).digest('hex').slice(0, 12)}`;
    const seed: BatchSeed = { id, createdAt, webhookUrl, total: rows.length };
    const batch = this.#build(seed, this.#sequence, rows);
    this.#batches.set(id, batch);
    this.#inputs.set(id, source);
    return batch;
  }

  find(id: string): StoredBatch | undefined {
    return this.#batches.get(id);
  }

  /** @throws ApiError 404 (documented) for an unknown ID. */
  get(id: string): StoredBatch {
    const batch = this.#batches.get(id);
    if (batch === undefined) throw new ApiError(404, `Batch ${id} not found`);
    return batch;
  }

  findBySequence(sequence: number): StoredBatch | undefined {
    for (const batch of this.#batches.values()) if (batch.sequence === sequence) return batch;
    return undefined;
  }

  /** The batches that match, newest first (documented). */
  list(filter: BatchFilter): StoredBatch[] {
    const { status, createdAfter = -Infinity, createdBefore = Infinity } = filter;
    const fits = (batch: StoredBatch) => {
      if (status !== undefined && this.state(batch).status !== status) return false;
      if (filter.createdAfter === undefined && filter.createdBefore === undefined) return true;
      // The API returns whole seconds, so a client can compare only those.
      const created = Date.parse(batch.createdAtText);
      return created >= createdAfter && created <= createdBefore;
    };
    const sorted = [...this.#batches.values()].filter(fits).sort(newestFirst);
    return this.#options.listLimit === undefined ? sorted : sorted.slice(0, this.#options.listLimit);
  }

  state(batch: StoredBatch): BatchState {
    return stateAt(batch.plan, this.#options.now());
  }

  view(batch: StoredBatch): BatchView {
    const state = this.state(batch);
    return {
      id: batch.seed.id,
      created_at: batch.createdAtText,
      status: state.status,
      metrics: {
        total_generations: state.total,
        success_count: state.succeeded,
        failed_count: state.failed,
        pending_count: state.pending,
      },
      webhookUrl: batch.seed.webhookUrl ?? null,
      outputUrl: batch.seed.outputUrl ?? (hasResults(state) ? this.#options.resultUrl(batch.seed.id) : ''),
    };
  }

  #existing(id: string): StoredBatch {
    const batch = this.#batches.get(id);
    if (batch === undefined) throw new Error(`There is no batch ${id}`);
    return batch;
  }

  #build(seed: BatchSeed, sequence: number, rows?: readonly BatchRow[]): StoredBatch {
    const createdAtMs = typeof seed.createdAt === 'number' ? seed.createdAt : Date.parse(seed.createdAt);
    const start = startState(seed);
    const movement = this.#movement(seed, start, createdAtMs, rows);
    return {
      seed,
      sequence,
      createdAtMs,
      createdAtText: typeof seed.createdAt === 'string' ? seed.createdAt : wholeSeconds(seed.createdAt),
      plan: movement === undefined ? { start } : { start: movement.from === 0 ? fresh(start) : start, movement },
      ...(rows === undefined ? {} : { rows }),
    };
  }

  #movement(
    seed: BatchSeed,
    start: BatchState,
    createdAtMs: number,
    rows: readonly BatchRow[] | undefined,
  ): Movement | undefined {
    const outcomes = rows === undefined ? {} : { outcomes: rows.map(outcomeOf) };
    if (seed.lifetimeMs !== undefined) {
      const since = Number.isNaN(createdAtMs) ? this.#options.now() : createdAtMs;
      const failing = seed.failed ?? someFailing(start.total);
      const end = seed.status === 'FAILED' ? 'FAILED' : 'COMPLETED';
      return { since, lifeMs: seed.lifetimeMs, from: 0, failing, end, ...outcomes };
    }
    const known = ['PENDING', 'JOBS_CREATED', 'PROCESSING'].includes(start.status);
    if (this.#options.speed <= 0 || !known) return undefined;
    return {
      since: this.#options.now(),
      lifeMs: naturalLifeMs(start.total) / this.#options.speed,
      from: shareBehind(start),
      failing: someFailing(start.total - start.succeeded - start.failed),
      end: 'COMPLETED',
      ...outcomes,
    };
  }
}

/** Whether a result file exists: a batch that ended, except one that failed before anything succeeded (inferred). */
export function hasResults(state: BatchState): boolean {
  return state.status === 'COMPLETED' || (state.status === 'FAILED' && state.succeeded > 0);
}

/**
 * How a submitted row will end: every tenth one fails, and ids that contain "fail" or "reject" do what they say, so a
 * failure can be had on purpose.
 */
export function outcomeOf(row: BatchRow, index: number): Outcome {
  if (/reject/i.test(row.request_id)) return 'REJECTED';
  if (/fail/i.test(row.request_id) || index % 10 === 7) return 'FAILED';
  return 'COMPLETED';
}

/** A time (ms since the epoch) as the API writes it: UTC, whole seconds (as in the documented examples). */
export function wholeSeconds(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

function startState(seed: BatchSeed): BatchState {
  const status = seed.status ?? 'PENDING';
  const total = seed.total ?? 20;
  const failed = seed.failed ?? (status === 'FAILED' ? total - (seed.succeeded ?? 0) : 0);
  const succeeded = seed.succeeded ?? (status === 'COMPLETED' ? total - failed : 0);
  const open = isTerminal(status) || status === 'PENDING' ? 0 : Math.max(0, total - succeeded - failed);
  return { status, total, succeeded, failed, pending: seed.pending ?? open };
}

/** A batch that begins now has no results yet, whatever the seed says about its end. */
function fresh(start: BatchState): BatchState {
  return { status: 'PENDING', total: start.total, succeeded: 0, failed: 0, pending: 0 };
}

function someFailing(rows: number): number {
  return Math.floor(Math.max(0, rows) / 20);
}

function newestFirst(a: StoredBatch, b: StoredBatch): number {
  const byTime = (Number.isNaN(b.createdAtMs) ? 0 : b.createdAtMs) - (Number.isNaN(a.createdAtMs) ? 0 : a.createdAtMs);
  return byTime === 0 ? b.sequence - a.sequence : byTime;
}
