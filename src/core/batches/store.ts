import type { BatchQuery } from '../api/resources/batches';
import { ApiError } from '../api/http/errors';
import type { Clock } from '../common/clock';
import { asError } from '../common/errors';
import { type Disposable, Emitter } from '../common/emitter';
import { type ChangePlan, completeTo, newestOf, planChanges } from './refresh/changePlan';
import type { Log } from '../common/log';
import { type Batch, compareByNewest, sameBatch } from './batch';
import { applyFilter, type BatchFilter, coversSpan, matchesQuery, noFilter, queryOf, spanOf } from './filter';
import { batchStatuses, isFinished } from './status';

/** What the store needs to load batches. */
export interface BatchStoreHost {
  /** @throws {ApiError} if the request fails; the signal's reason if it is aborted. */
  list: (query: BatchQuery, signal: AbortSignal) => Promise<Batch[]>;
  /** @returns undefined if the batch does not exist (any more). Throws like `list`. */
  get: (id: string, signal: AbortSignal) => Promise<Batch | undefined>;
  clock: Clock;
  log: Log;
}

/** What changed among the shown batches. All lists are empty if only other properties of the store changed. */
export interface StoreChange {
  readonly added: readonly Batch[];
  readonly changed: readonly BatchChange[];
  readonly removed: readonly Batch[];
}

/** The same batch before and after a change. */
export interface BatchChange {
  readonly before: Batch;
  readonly after: Batch;
}

/** Batches that have finished, shown or not. */
export interface BatchesEnded {
  readonly batches: readonly Batch[];
  /** They finished while the extension was not running: their last known status came from the list of an earlier session. */
  readonly whileAway: boolean;
}

/** How a load ended. `superseded`: a load for another filter or key replaced it. */
export type LoadOutcome =
  { readonly kind: 'loaded' } | { readonly kind: 'failed'; readonly error: ApiError } | { readonly kind: 'superseded' };

/** The list of batches in a form that can be stored or passed to another window. */
export interface BatchSnapshot {
  readonly batches: readonly Batch[];
  /** When the list was loaded, in milliseconds since 1970. */
  readonly at: number;
  /** When the list was requested: later batches may be missing. Undefined if unknown. */
  readonly askedAt?: number;
  /** The list has all batches of the account, not only those that match a filter or fit into the stored list. */
  readonly isWhole: boolean;
}

interface Load {
  readonly kind: 'all' | 'changes';
  readonly controller: AbortController;
  readonly outcome: Promise<LoadOutcome>;
}

/** The batches that a load returned, and a test for batches that no longer exist. */
interface LoadResult {
  readonly batches: readonly Batch[];
  readonly isGone: (batch: Batch) => boolean;
}

/**
 * The last known list of batches, its age, and the last error. Views draw it; they never load.
 *
 * Each load adds to the cached list, and the filter decides which batches are shown. One load is in flight at a time.
 * When the filter or the key changes, the running load is aborted and a late response is dropped. A failed load leaves
 * the list unchanged.
 */
export class BatchStore implements Disposable {
  /** All cached batches, newest first. */
  private all: readonly Batch[] = [];
  private byId: ReadonlyMap<string, Batch> = new Map();
  private shown: readonly Batch[] = [];
  private currentFilter: BatchFilter;
  private lastFullLoad: { readonly filter: BatchFilter; readonly query: BatchQuery; readonly at: number } | undefined;
  /** Unfinished batches of every status are cached, although `lastFullLoad` may have requested a single status. */
  private hasAllUnfinished = false;
  /**
   * When the cache last had all batches of the account, and {@link completeTo} at that time: of newer batches, a load with a
   * filter may have returned only some. Undefined if every load so far had a filter.
   */
  private whole: { readonly at: number; readonly to: number | undefined } | undefined;
  /** IDs of unfinished batches from the stored list that have not been loaded since. */
  private restored: ReadonlySet<string> = new Set();
  private lastLoadedAt: number | undefined;
  /** When the request of the last successful load was sent. */
  private lastRequestedAt = 0;
  private attemptedAt: number | undefined;
  private lastError: ApiError | undefined;
  private failureCount = 0;
  private inFlight: Load | undefined;
  private readonly changes = new Emitter<StoreChange>();
  private readonly endings = new Emitter<BatchesEnded>();
  /** Fires after every change of the store. */
  readonly onDidChange = this.changes.event;
  /** Fires once for each batch that finishes, after `onDidChange`. */
  readonly onDidEnd = this.endings.event;

  constructor(
    private readonly host: BatchStoreHost,
    filter: BatchFilter = noFilter,
  ) {
    this.currentFilter = filter;
  }

  /** The batches that match the filter, newest first. */
  get batches(): readonly Batch[] {
    return this.shown;
  }

  /** All cached batches, whatever the filter, newest first. */
  get allBatches(): readonly Batch[] {
    return this.all;
  }

  get filter(): BatchFilter {
    return this.currentFilter;
  }

  /** When the last successful load ended, in milliseconds since 1970; undefined before the first. */
  get loadedAt(): number | undefined {
    return this.lastLoadedAt;
  }

  /** When all batches that match the current filter were last loaded; undefined if they have not been. */
  get lastFullLoadAt(): number | undefined {
    return this.lastFullLoad?.filter === this.currentFilter ? this.lastFullLoad.at : undefined;
  }

  /** When the last load ended, successful or not. */
  get lastAttemptAt(): number | undefined {
    return this.attemptedAt;
  }

  /** Why the last load failed; undefined if it succeeded. */
  get error(): ApiError | undefined {
    return this.lastError;
  }

  /** How many loads have failed in a row. */
  get failures(): number {
    return this.failureCount;
  }

  get isLoading(): boolean {
    return this.inFlight !== undefined;
  }

  /** A full load is in flight, which may take a while. False for a load of changes. */
  get isLoadingAll(): boolean {
    return this.inFlight?.kind === 'all';
  }

  /** The cached batch with this ID, shown or not. */
  find(id: string): Batch | undefined {
    return this.byId.get(id);
  }

  /**
   * Counts the batches with a status. Ignores the status filter, applies the date filter.
   * @returns undefined if the last load did not include this status.
   */
  countOf(status: string): number | undefined {
    const now = this.host.clock.now();
    const query = this.lastFullLoad?.query;
    if (
      query === undefined ||
      !coversSpan(query, spanOf(this.currentFilter.created, now)) ||
      (query.status ?? status) !== status
    ) {
      return undefined;
    }
    return applyFilter(this.all, { ...this.currentFilter, statuses: [status] }, now).length;
  }

  /** Every status that occurs. */
  get statuses(): ReadonlySet<string> {
    return new Set(this.all.map((batch) => batch.status));
  }

  /** The cached list, for storage and other windows; undefined before the first load. */
  get snapshot(): BatchSnapshot | undefined {
    return this.lastLoadedAt === undefined
      ? undefined
      : {
          batches: this.all,
          at: this.lastLoadedAt,
          askedAt: this.lastRequestedAt,
          isWhole: this.whole?.at === this.lastLoadedAt,
        };
  }

  /** Loads all batches that match the filter. If such a load is already in flight, returns that one. */
  load(): Promise<LoadOutcome> {
    if (this.inFlight?.kind === 'all') {
      return this.inFlight.outcome;
    }
    this.abort();
    return this.start('all');
  }

  /** Loads what may have changed since the last load, or everything if there was none. */
  loadChanges(): Promise<LoadOutcome> {
    return this.inFlight?.outcome ?? this.start(this.lastFullLoadAt === undefined ? 'all' : 'changes');
  }

  /** Loads the batches unless they are already loaded or loading. */
  async ensureLoaded(): Promise<LoadOutcome> {
    return this.lastFullLoadAt === undefined || this.lastError !== undefined ? this.load() : { kind: 'loaded' };
  }

  /** Applies another filter to the cached list. Matching batches that are not cached come with the next load. */
  setFilter(filter: BatchFilter): void {
    this.abort();
    this.currentFilter = filter;
    this.updateShown();
  }

  /** Shows the list of an earlier session until the first load. Ignores an empty list. */
  restore({ batches, at }: BatchSnapshot): void {
    if (this.lastLoadedAt === undefined && batches.length > 0) {
      this.lastLoadedAt = at;
      this.lastRequestedAt = at;
      this.merge({ batches, isGone: () => false });
      this.restored = new Set(batches.filter(({ status }) => !isFinished(status)).map(({ id }) => id));
    }
  }

  /**
   * Uses a list that another window has just loaded, as if it had been loaded here.
   * @returns false if the list is not sufficient and this window must load for itself.
   */
  applySnapshot({ batches, at, askedAt = at, isWhole }: BatchSnapshot): boolean {
    const isEnough = this.lastFullLoadAt !== undefined || isWhole;
    // A list that was requested before our last load ended may lack batches that we have.
    if (!isEnough || this.inFlight !== undefined || askedAt < (this.lastLoadedAt ?? 0)) {
      return false;
    }
    if (this.lastFullLoadAt === undefined) {
      this.lastFullLoad = { filter: this.currentFilter, query: {}, at };
    }
    if (isWhole) {
      this.setWhole(at, askedAt, batches);
    }
    this.lastLoadedAt = at;
    this.lastRequestedAt = askedAt;
    this.attemptedAt = at;
    this.lastError = undefined;
    this.failureCount = 0;
    this.merge({ batches, isGone: () => isWhole });
    return true;
  }

  /** Clears everything but the filter, after the key or the API address has changed. */
  reset(): void {
    this.abort();
    this.all = [];
    this.byId = new Map();
    this.lastFullLoad = undefined;
    this.whole = undefined;
    this.hasAllUnfinished = false;
    this.restored = new Set();
    this.lastLoadedAt = undefined;
    this.attemptedAt = undefined;
    this.lastError = undefined;
    this.failureCount = 0;
    this.updateShown();
  }

  dispose(): void {
    this.abort();
    this.changes.dispose();
    this.endings.dispose();
  }

  private start(kind: 'all' | 'changes'): Promise<LoadOutcome> {
    const controller = new AbortController();
    // Starts in a microtask, so that `inFlight` is set before a response can arrive.
    const outcome = Promise.resolve().then(() => this.run(load));
    const load: Load = { kind, controller, outcome };
    this.inFlight = load;
    this.updateShown();
    return outcome;
  }

  private async run(load: Load): Promise<LoadOutcome> {
    const filter = this.currentFilter;
    const askedAt = this.host.clock.now();
    const query = queryOf(filter, askedAt);
    const { signal } = load.controller;
    const [fetched] = await Promise.allSettled([
      load.kind === 'all' ? this.fetchAll(query, signal) : this.fetchChanges(query, signal),
    ]);
    if (this.inFlight !== load) {
      return { kind: 'superseded' };
    }
    this.inFlight = undefined;
    this.attemptedAt = this.host.clock.now();
    if (fetched.status === 'rejected') {
      const error = this.toApiError(fetched.reason);
      this.lastError = error;
      this.failureCount++;
      this.updateShown();
      return { kind: 'failed', error };
    }
    const result = fetched.value;
    this.lastError = undefined;
    this.failureCount = 0;
    this.lastLoadedAt = this.attemptedAt;
    this.lastRequestedAt = askedAt;
    if (load.kind === 'all') {
      this.lastFullLoad = { filter, query, at: this.attemptedAt };
      this.hasAllUnfinished = query.status === undefined || this.whole !== undefined;
      if (Object.keys(query).length === 0) {
        this.setWhole(this.attemptedAt, askedAt, result.batches);
      }
    } else {
      this.hasAllUnfinished = true;
      if (this.whole !== undefined) {
        this.setWhole(this.attemptedAt, askedAt, [...this.all, ...result.batches]);
      }
    }
    this.merge(result);
    return { kind: 'loaded' };
  }

  private async fetchAll(query: BatchQuery, signal: AbortSignal): Promise<LoadResult> {
    const batches = await this.host.list(query, signal);
    // A cached batch that matches the query and is not in the response no longer exists ...
    const isGone = (batch: Batch): boolean => matchesQuery(batch, query);
    if (query.status === undefined || isFinished(query.status)) {
      return { batches, isGone };
    }
    // ... or has another status now, and may have finished.
    const returned = new Set(batches.map(({ id }) => id));
    const missing = this.all.filter((batch) => isGone(batch) && !returned.has(batch.id));
    if (missing.length === 0) {
      return { batches, isGone };
    }
    const moved = await this.fetchPlan(planChanges(missing, newestOf(missing)), signal);
    return { batches: [...batches, ...moved.batches], isGone: (batch) => isGone(batch) || moved.isGone(batch) };
  }

  /** Fetches what may have changed: see {@link planChanges}. */
  private async fetchChanges(query: BatchQuery, signal: AbortSignal): Promise<LoadResult> {
    const batches: Batch[] = [];
    if (!this.hasAllUnfinished) {
      // Only one status was requested so far, and batches of other statuses may change to it. The statuses are listed in
      // the order in which a batch goes through them: a batch that changes meanwhile appears twice and is not missed.
      for (const status of unfinishedStatuses) {
        batches.push(...(await this.host.list({ status }, signal)));
      }
      if (query.status !== undefined && isFinished(query.status)) {
        batches.push(...(await this.host.list(query, signal)));
      }
    }
    const completeUntil = this.whole === undefined ? completeTo(this.all, this.lastRequestedAt) : this.whole.to;
    const result = await this.fetchPlan(planChanges(this.all, completeUntil), signal);
    return { batches: [...batches, ...result.batches], isGone: result.isGone };
  }

  private async fetchPlan({ ids, since }: ChangePlan, signal: AbortSignal): Promise<LoadResult> {
    const batches: Batch[] = [];
    const gone = new Set<string>();
    for (const id of ids) {
      const batch = await this.host.get(id, signal);
      if (batch === undefined) {
        gone.add(id);
      } else {
        batches.push(batch);
      }
    }
    batches.push(...(await this.host.list(since === undefined ? {} : { createdAfter: since }, signal)));
    const listedFrom = since ?? -Infinity;
    return { batches, isGone: ({ id, createdAt }) => gone.has(id) || (createdAt ?? -Infinity) >= listedFrom };
  }

  private setWhole(at: number, askedAt: number, batches: readonly Batch[]): void {
    this.whole = { at, to: completeTo(batches, askedAt) };
    this.hasAllUnfinished = true;
  }

  private toApiError(thrown: unknown): ApiError {
    if (thrown instanceof ApiError) {
      return thrown;
    }
    // A bug in the extension. It must be reported and must not leave the view loading forever.
    const error = asError(thrown);
    this.host.log.error(`Loading the batches failed: ${error.stack ?? error.message}`);
    return new ApiError('wrongShape', error.message);
  }

  private abort(): void {
    this.inFlight?.controller.abort();
    this.inFlight = undefined;
  }

  /** Merges the result of a load into the cache, and fires the events. */
  private merge({ batches, isGone }: LoadResult): void {
    // If a batch occurs more than once, the last occurrence is the newest.
    const next = new Map<string, Batch>();
    for (const batch of batches) {
      next.set(batch.id, batch);
    }
    const ended: Batch[] = [];
    for (const before of this.all) {
      const batch = next.get(before.id);
      if (batch === undefined) {
        if (!isGone(before)) {
          next.set(before.id, before);
        }
      } else if (sameBatch(before, batch)) {
        next.set(before.id, before);
      } else if (!isFinished(before.status) && isFinished(batch.status)) {
        ended.push(batch);
      }
    }
    this.all = [...next.values()].sort(compareByNewest);
    this.byId = next;
    const { restored } = this;
    if (restored.size > 0) {
      const loadedIds = new Set(batches.map(({ id }) => id));
      this.restored = new Set([...restored].filter((id) => !loadedIds.has(id)));
    }
    this.updateShown();
    for (const whileAway of [true, false]) {
      const finished = ended.filter(({ id }) => restored.has(id) === whileAway);
      if (finished.length > 0) {
        this.endings.fire({ batches: finished, whileAway });
      }
    }
  }

  /** Applies the filter to the cached list and fires `onDidChange`. */
  private updateShown(): void {
    const before = this.shown;
    this.shown = applyFilter(this.all, this.currentFilter, this.host.clock.now());
    this.changes.fire(difference(before, this.shown));
  }
}

/** In the order in which a batch goes through them, which is the reverse of the display order. */
const unfinishedStatuses = batchStatuses.filter((status) => !isFinished(status)).reverse();

function difference(before: readonly Batch[], after: readonly Batch[]): StoreChange {
  if (before === after || before.length === 0) {
    return { added: before === after ? [] : after, changed: [], removed: [] };
  }
  const old = new Map(before.map((batch) => [batch.id, batch]));
  const added: Batch[] = [];
  const changed: BatchChange[] = [];
  for (const batch of after) {
    const known = old.get(batch.id);
    old.delete(batch.id);
    if (known === undefined) {
      added.push(batch);
    } else if (known !== batch) {
      changed.push({ before: known, after: batch });
    }
  }
  return { added, changed, removed: [...old.values()] };
}
