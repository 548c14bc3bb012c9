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

/** What the store needs: ways to load, a clock, and a log. */
export interface BatchStoreHost {
  /** @throws {ApiError} when the batches can't be had; the signal's reason when aborted. */
  list: (query: BatchQuery, signal: AbortSignal) => Promise<Batch[]>;
  /** @returns nothing when there is no such batch (any more). @throws as `list` does. */
  get: (id: string, signal: AbortSignal) => Promise<Batch | undefined>;
  clock: Clock;
  log: Log;
}

/** What differs from before among the batches that are shown. All lists are empty where only the rest changed. */
export interface StoreChange {
  readonly added: readonly Batch[];
  readonly changed: readonly BatchChange[];
  readonly removed: readonly Batch[];
}

/** A batch that is not what it was. */
export interface BatchChange {
  readonly before: Batch;
  readonly after: Batch;
}

/** Batches that came to their end since they were last heard of, whether they are shown or not. */
export interface BatchesEnded {
  readonly batches: readonly Batch[];
  /** They were last heard of before this start of the extension: nobody was waiting in front of the screen. */
  readonly whileAway: boolean;
}

/** How a load ended. `superseded`: another one, for another filter or key, took its place. */
export type LoadOutcome =
  { readonly kind: 'loaded' } | { readonly kind: 'failed'; readonly error: ApiError } | { readonly kind: 'superseded' };

/** What is known, to be kept or handed to another window. */
export interface KnownBatches {
  readonly batches: readonly Batch[];
  /** When they were last true, in milliseconds since 1970. */
  readonly at: number;
  /** When they were asked for: what came since may be missing. Nothing where that is not known. */
  readonly askedAt?: number;
  /** These are all batches there are, and not only those that a filter let through or that fitted. */
  readonly isWhole: boolean;
}

interface Load {
  readonly kind: 'all' | 'changes';
  readonly controller: AbortController;
  readonly outcome: Promise<LoadOutcome>;
}

/** What a load brought: batches as they are now, and those that are gone. */
interface News {
  readonly batches: readonly Batch[];
  readonly isGone: (batch: Batch) => boolean;
}

/**
 * The batches as last heard of, and how good that knowledge is. Views draw it; they never load.
 *
 * What is known grows with every load and is shown through the filter. One load is in flight at a time. A load whose
 * filter or key is no longer the current one is aborted, and its answer is dropped even if it still comes. A load that
 * fails leaves what is known as it was.
 */
export class BatchStore implements Disposable {
  /** Newest first. */
  private known: readonly Batch[] = [];
  /** The same by their IDs. */
  private byId: ReadonlyMap<string, Batch> = new Map();
  private shown: readonly Batch[] = [];
  private currentFilter: BatchFilter;
  /** The last load of everything: for which filter, with which query, and when. */
  private lastAll: { readonly filter: BatchFilter; readonly query: BatchQuery; readonly at: number } | undefined;
  /** The unfinished batches are known whatever their status, though `lastAll` asked for one status only. */
  private knowsUnfinished = false;
  /** When all batches there are were last known; nothing where a filter has always held some back. */
  private wholeAt: number | undefined;
  /** See {@link completeTo}, of that time. Of newer ones, a load through a filter may have brought only some. */
  private wholeTo: number | undefined;
  /** The unfinished batches that were last heard of before this start. */
  private restored: ReadonlySet<string> = new Set();
  private lastLoadedAt: number | undefined;
  /** When what was loaded then had been asked for. */
  private lastAskedAt = 0;
  private lastTriedAt: number | undefined;
  private lastError: ApiError | undefined;
  private failureCount = 0;
  private inFlight: Load | undefined;
  private readonly changes = new Emitter<StoreChange>();
  private readonly completionNotifier = new Emitter<BatchesEnded>();
  /** Fires after every change of what can be read off the store. */
  readonly onDidChange = this.changes.event;
  /** Fires when batches that were unfinished have come to their end, once for each; after `onDidChange`. */
  readonly onDidEnd = this.completionNotifier.event;

  constructor(
    private readonly host: BatchStoreHost,
    filter: BatchFilter = noFilter,
  ) {
    this.currentFilter = filter;
  }

  /** The batches that the filter lets through, newest first. */
  get batches(): readonly Batch[] {
    return this.shown;
  }

  /** All batches that are known, newest first. */
  get allKnown(): readonly Batch[] {
    return this.known;
  }

  get filter(): BatchFilter {
    return this.currentFilter;
  }

  /** When the batches were last true, in milliseconds since 1970; nothing before the first load. */
  get loadedAt(): number | undefined {
    return this.lastLoadedAt;
  }

  /** When everything that the filter lets through was last loaded; nothing where that is still to be done. */
  get loadedAllAt(): number | undefined {
    return this.lastAll?.filter === this.currentFilter ? this.lastAll.at : undefined;
  }

  /** When the last load ended, well or badly. */
  get triedAt(): number | undefined {
    return this.lastTriedAt;
  }

  /** Why the last load failed; nothing when it did not. */
  get error(): ApiError | undefined {
    return this.lastError;
  }

  /** How many loads have failed since the last good one. */
  get failures(): number {
    return this.failureCount;
  }

  get isLoading(): boolean {
    return this.inFlight !== undefined;
  }

  /** A load of everything is on its way, which may take a while; not only of what can have changed. */
  get isLoadingAll(): boolean {
    return this.inFlight?.kind === 'all';
  }

  /** A batch that is known, shown or not. */
  find(id: string): Batch | undefined {
    return this.byId.get(id);
  }

  /**
   * How many batches have each status, the status filter left aside.
   * @returns nothing for a status of which the last load did not ask.
   */
  countOf(status: string): number | undefined {
    const now = this.host.clock.now();
    if (this.lastAll === undefined || !coversSpan(this.lastAll.query, spanOf(this.currentFilter.created, now))) {
      return undefined;
    }
    const asked = this.lastAll.query.status;
    if (asked !== undefined && asked !== status) {
      return undefined;
    }
    const inSpan = applyFilter(this.known, { ...this.currentFilter, statuses: [] }, now);
    return inSpan.reduce((count, batch) => (batch.status === status ? count + 1 : count), 0);
  }

  /** Every status that was met. */
  get statuses(): ReadonlySet<string> {
    return new Set(this.known.map((batch) => batch.status));
  }

  /** What is known, to be kept or handed to another window; nothing before the first load. */
  get snapshot(): KnownBatches | undefined {
    return this.lastLoadedAt === undefined
      ? undefined
      : {
          batches: this.known,
          at: this.lastLoadedAt,
          askedAt: this.lastAskedAt,
          isWhole: this.wholeAt === this.lastLoadedAt,
        };
  }

  /** Loads everything that the filter lets through. While such a load is in flight, this is that load. */
  load(): Promise<LoadOutcome> {
    if (this.inFlight?.kind === 'all') {
      return this.inFlight.outcome;
    }
    this.abort();
    return this.start('all');
  }

  /** Loads what can have changed since the last load, or everything where there was none. */
  loadChanges(): Promise<LoadOutcome> {
    return this.inFlight?.outcome ?? this.start(this.loadedAllAt === undefined ? 'all' : 'changes');
  }

  /** Loads the batches unless they are there already or on their way. */
  async ensureLoaded(): Promise<LoadOutcome> {
    return this.loadedAllAt === undefined || this.lastError !== undefined ? this.load() : { kind: 'loaded' };
  }

  /** Shows what is known through another filter. What it lets through beyond that comes with the next load. */
  setFilter(filter: BatchFilter): void {
    this.abort();
    this.currentFilter = filter;
    this.show();
  }

  /** Takes over a list from an earlier start, to be shown until there is a better one. An empty one shows nothing. */
  restore({ batches, at }: KnownBatches): void {
    if (this.lastLoadedAt === undefined && batches.length > 0) {
      this.lastLoadedAt = at;
      this.lastAskedAt = at;
      this.learn({ batches, isGone: () => false });
      this.restored = new Set(batches.filter(({ status }) => !isFinished(status)).map(({ id }) => id));
    }
  }

  /**
   * Takes over what another window has just learnt, as if it had been loaded here.
   * @returns false when that is not enough, and a load of our own is needed.
   */
  adopt({ batches, at, askedAt = at, isWhole }: KnownBatches): boolean {
    const isEnough = this.loadedAllAt !== undefined || isWhole;
    // One that was asked for before ours came may miss what ours has, and would take it away.
    if (!isEnough || this.inFlight !== undefined || askedAt < (this.lastLoadedAt ?? 0)) {
      return false;
    }
    if (this.loadedAllAt === undefined) {
      this.lastAll = { filter: this.currentFilter, query: {}, at };
    }
    if (isWhole) {
      this.setWhole(at, askedAt, batches);
    }
    this.lastLoadedAt = at;
    this.lastAskedAt = askedAt;
    this.lastTriedAt = at;
    this.lastError = undefined;
    this.failureCount = 0;
    this.learn({ batches, isGone: () => isWhole });
    return true;
  }

  /** Forgets everything but the filter: what was known belongs to another key or another server. */
  reset(): void {
    this.abort();
    this.known = [];
    this.byId = new Map();
    this.lastAll = undefined;
    this.wholeAt = undefined;
    this.wholeTo = undefined;
    this.knowsUnfinished = false;
    this.restored = new Set();
    this.lastLoadedAt = undefined;
    this.lastTriedAt = undefined;
    this.lastError = undefined;
    this.failureCount = 0;
    this.show();
  }

  dispose(): void {
    this.abort();
    this.changes.dispose();
    this.completionNotifier.dispose();
  }

  private start(kind: 'all' | 'changes'): Promise<LoadOutcome> {
    const controller = new AbortController();
    // Begins in a microtask, so that `inFlight` is set before anything can come back.
    const outcome = Promise.resolve().then(() => this.run(load));
    const load: Load = { kind, controller, outcome };
    this.inFlight = load;
    this.show();
    return outcome;
  }

  private async run(load: Load): Promise<LoadOutcome> {
    const filter = this.currentFilter;
    const askedAt = this.host.clock.now();
    const query = queryOf(filter, askedAt);
    let news: News | undefined;
    let error: ApiError | undefined;
    try {
      const { signal } = load.controller;
      news = load.kind === 'all' ? await this.askForAll(query, signal) : await this.askForChanges(query, signal);
    } catch (thrown) {
      if (this.inFlight !== load) {
        return { kind: 'superseded' };
      }
      error = this.toApiError(thrown);
    }
    if (this.inFlight !== load) {
      return { kind: 'superseded' };
    }
    this.inFlight = undefined;
    this.lastTriedAt = this.host.clock.now();
    this.lastError = error;
    if (news === undefined) {
      this.failureCount++;
      this.show();
      return error === undefined ? { kind: 'superseded' } : { kind: 'failed', error };
    }
    this.failureCount = 0;
    this.lastLoadedAt = this.lastTriedAt;
    this.lastAskedAt = askedAt;
    if (load.kind === 'all') {
      this.lastAll = { filter, query, at: this.lastTriedAt };
      this.knowsUnfinished = query.status === undefined || this.wholeAt !== undefined;
      if (Object.keys(query).length === 0) {
        this.setWhole(this.lastTriedAt, askedAt, news.batches);
      }
    } else {
      this.knowsUnfinished = true;
      if (this.wholeAt !== undefined) {
        this.setWhole(this.lastTriedAt, askedAt, [...this.known, ...news.batches]);
      }
    }
    this.learn(news);
    return { kind: 'loaded' };
  }

  private async askForAll(query: BatchQuery, signal: AbortSignal): Promise<News> {
    const batches = await this.host.list(query, signal);
    // Whatever the query lets through and did not come is not there any more...
    const isGone = (batch: Batch): boolean => matchesQuery(batch, query);
    if (query.status === undefined || isFinished(query.status)) {
      return { batches, isGone };
    }
    // ... or has another status by now, and then it may have ended.
    const came = new Set(batches.map(({ id }) => id));
    const missing = this.known.filter((batch) => isGone(batch) && !came.has(batch.id));
    if (missing.length === 0) {
      return { batches, isGone };
    }
    const moved = await this.follow(planChanges(missing, newestOf(missing)), signal);
    return { batches: [...batches, ...moved.batches], isGone: (batch) => isGone(batch) || moved.isGone(batch) };
  }

  /** Asks for what can have changed: see {@link planChanges}. */
  private async askForChanges(query: BatchQuery, signal: AbortSignal): Promise<News> {
    const batches: Batch[] = [];
    if (!this.knowsUnfinished) {
      // Only one status was asked for so far. A batch of another one may be about to get it, or has got it since. The
      // statuses in the order in which a batch goes through them: one that moves on meanwhile is met twice, and not missed.
      for (const status of unfinishedStatuses) {
        batches.push(...(await this.host.list({ status }, signal)));
      }
      if (query.status !== undefined && isFinished(query.status)) {
        batches.push(...(await this.host.list(query, signal)));
      }
    }
    const knownTo = this.wholeAt === undefined ? completeTo(this.known, this.lastAskedAt) : this.wholeTo;
    const news = await this.follow(planChanges(this.known, knownTo), signal);
    return { batches: [...batches, ...news.batches], isGone: news.isGone };
  }

  private async follow({ ids, since }: ChangePlan, signal: AbortSignal): Promise<News> {
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
    this.wholeAt = at;
    this.wholeTo = completeTo(batches, askedAt);
    this.knowsUnfinished = true;
  }

  private toApiError(thrown: unknown): ApiError {
    if (thrown instanceof ApiError) {
      return thrown;
    }
    // A fault of ours. It must neither be swallowed nor leave the view loading for ever.
    const error = asError(thrown);
    this.host.log.error(`Loading the batches failed: ${error.stack ?? error.message}`);
    return new ApiError('wrongShape', error.message);
  }

  private abort(): void {
    this.inFlight?.controller.abort();
    this.inFlight = undefined;
  }

  /** Adds the news to what is known, shows the result, and tells which batches have come to their end. */
  private learn({ batches, isGone }: News): void {
    // Of several answers about one batch the last one is the newest.
    const next = new Map<string, Batch>();
    for (const batch of batches) {
      next.set(batch.id, batch);
    }
    const ended: Batch[] = [];
    for (const before of this.known) {
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
    this.known = [...next.values()].sort(compareByNewest);
    this.byId = next;
    const { restored } = this;
    if (restored.size > 0) {
      const heardOf = new Set(batches.map(({ id }) => id));
      this.restored = new Set([...restored].filter((id) => !heardOf.has(id)));
    }
    this.show();
    for (const whileAway of [true, false]) {
      const told = ended.filter(({ id }) => restored.has(id) === whileAway);
      if (told.length > 0) {
        this.completionNotifier.fire({ batches: told, whileAway });
      }
    }
  }

  /** Applies the filter to what is known, and tells what came of it. */
  private show(): void {
    const before = this.shown;
    this.shown = applyFilter(this.known, this.currentFilter, this.host.clock.now());
    this.changes.fire(difference(before, this.shown));
  }
}

/** In the order in which a batch goes through them: they are shown the other way round. */
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
