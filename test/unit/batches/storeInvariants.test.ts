import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Batch, compareByNewest, sameBatch } from '../../../src/core/batches/batch';
import type { BatchFilter } from '../../../src/core/batches/filter';
import { isFinished } from '../../../src/core/batches/status';
import { BatchStore, type BatchSnapshot, type LoadOutcome } from '../../../src/core/batches/store';
import { anyStatus, batch } from '../support/batches';
import { FakeClock, settle } from '../support/fakeClock';
import { ModelServer, storeOn } from '../support/modelServer';
import { itAlways } from '../support/properties';
import { RecordingLog } from '../support/recordingLog';
import { serverError } from '../support/storeByHand';

const hourMs = 60 * 60_000;
const start = Date.UTC(2026, 10, 24, 12);

/** The possible events: on the server, in transit, in the window and in another window. */
type Step =
  | { readonly kind: 'create'; readonly isDated: boolean }
  | { readonly kind: 'move'; readonly which: number; readonly to: string }
  | { readonly kind: 'remove'; readonly which: number }
  | { readonly kind: 'pass'; readonly hours: number }
  | { readonly kind: 'load' | 'loadChanges' | 'ensureLoaded' }
  | { readonly kind: 'answer' | 'answerAll' | 'sync' }
  | { readonly kind: 'fail'; readonly which: number }
  | { readonly kind: 'filter'; readonly filter: BatchFilter }
  | { readonly kind: 'otherFilter'; readonly filter: BatchFilter }
  | { readonly kind: 'adopt' | 'keep' | 'restore' | 'reset' };

const anyHours = fc.nat(30);
const anyFilter: fc.Arbitrary<BatchFilter> = fc.record({
  // The server filters by one status, the store by several.
  statuses: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 4, arbitrary: anyStatus.map((status) => [status]) },
    { weight: 1, arbitrary: fc.uniqueArray(anyStatus, { minLength: 2, maxLength: 3 }) },
  ),
  created: fc.oneof(
    { weight: 4, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constant({ kind: 'preset', preset: 'last24Hours' } as const) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(anyHours, fc.option(anyHours))
        .map(([from, hours]) => ({ after: start + from * hourMs, hours }))
        .map(({ after, hours }) => ({
          kind: 'range' as const,
          after,
          ...(hours === null ? {} : { before: after + hours * hourMs }),
        })),
    },
  ),
});

const which = fc.nat(7);
const load = fc.constantFrom('load' as const, 'loadChanges' as const, 'ensureLoaded' as const);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  // Almost all batches have a time.
  { weight: 6, arbitrary: fc.nat(9).map((chance) => ({ kind: 'create' as const, isDated: chance > 0 })) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('move' as const), which, to: anyStatus }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), which }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('pass' as const), hours: fc.nat(12) }) },
  { weight: 4, arbitrary: fc.record({ kind: load }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom('answer' as const, 'answerAll' as const) }) },
  { weight: 6, arbitrary: fc.constant({ kind: 'sync' as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('fail' as const), which: fc.nat(1) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('filter' as const), filter: anyFilter }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('otherFilter' as const), filter: anyFilter }) },
  { weight: 3, arbitrary: fc.constant({ kind: 'adopt' as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('keep' as const, 'restore' as const, 'reset' as const) }) },
);

/** The statuses that a batch goes through. The last three are alternative final ones. */
const path = ['PENDING', 'JOBS_CREATED', 'PROCESSING'];

/** A window with its store, another window, and the server for both. */
class World {
  readonly clock = new FakeClock(start);
  readonly server = new ModelServer();
  readonly store: BatchStore;
  readonly loads: Promise<LoadOutcome>[] = [];
  private readonly other: BatchStore;
  private readonly onTheWay: { readonly deliver: () => void; readonly fail: () => void }[] = [];
  private readonly ledger: Ledger;
  private kept: BatchSnapshot | undefined;
  private created = 0;
  /** A finished batch no longer exists: only a full load can find that out. */
  private isAnyFinishedGone = false;

  constructor(filter: BatchFilter, otherFilter: BatchFilter) {
    this.store = new BatchStore(
      {
        // The response has the state at the time of the request, arrives when the test allows it, and ignores the signal.
        list: (query) => this.send(() => this.server.list(query)),
        get: (id) => this.send(() => this.server.get(id)),
        clock: this.clock,
        log: new RecordingLog(),
      },
      filter,
    );
    this.other = storeOn(this.server, this.clock, otherFilter);
    this.ledger = new Ledger(this.store);
  }

  async take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'create':
        this.server.put(
          batch({
            id: `batch ${++this.created}`,
            status: 'PENDING',
            createdAt: step.isDated ? this.clock.now() : undefined,
          }),
        );
        break;
      case 'move':
        this.move(this.pick(step.which), step.to);
        break;
      case 'remove':
        this.remove(this.pick(step.which));
        break;
      case 'pass':
        this.clock.pass(step.hours * hourMs);
        break;
      case 'load':
      case 'loadChanges':
      case 'ensureLoaded':
        this.loads.push(this.store[step.kind]());
        break;
      case 'answer':
        this.onTheWay.shift()?.deliver();
        break;
      case 'answerAll':
        await this.answerAll();
        break;
      case 'sync':
        await this.finish(this.store.loadChanges());
        break;
      case 'fail':
        this.onTheWay.splice(step.which, 1)[0]?.fail();
        break;
      case 'filter':
        this.store.setFilter(step.filter);
        break;
      case 'otherFilter':
        this.other.setFilter(step.filter);
        break;
      case 'adopt':
        await this.applySnapshot();
        break;
      case 'keep':
        this.kept = this.store.snapshot;
        break;
      case 'restore':
        if (this.kept !== undefined) {
          this.store.restore(this.kept);
        }
        break;
      case 'reset':
        this.ledger.forget();
        this.store.reset();
        break;
    }
    await settle();
  }

  /** Delivers all responses and updates the store: it must then show what a new window would show. */
  async settle(): Promise<void> {
    await this.answerAll();
    if (this.isAnyFinishedGone || this.store.lastFullLoadAt === undefined) {
      assert.deepEqual(await this.finish(this.store.load()), { kind: 'loaded' });
      await this.checkShown();
    }
    assert.deepEqual(await this.finish(this.store.loadChanges()), { kind: 'loaded' });
    await this.checkShown();
    assert.equal(this.store.isLoading, false);
    for (const outcome of await Promise.all(this.loads)) {
      assert.ok(['loaded', 'failed', 'superseded'].includes(outcome.kind));
    }
    this.ledger.checkEndings(this.server);
  }

  /** Finishes all batches, which reveals batches that the store no longer polls. */
  finishAll(status: string): void {
    for (const each of this.server.batches) {
      this.move(each, status);
    }
  }

  /** A window that applies a snapshot of this one shows the same as after its own load. */
  async checkHandedOut(filter: BatchFilter): Promise<void> {
    const { snapshot } = this.store;
    // Both windows notice with the next full load that a finished batch no longer exists.
    if (snapshot?.isWhole === true && !this.isAnyFinishedGone) {
      const taking = storeOn(this.server, this.clock, filter);
      assert.equal(taking.applySnapshot(snapshot), true);
      assert.deepEqual(taking.batches, await this.freshlyLoaded(filter));
    }
  }

  private async checkShown(): Promise<void> {
    assert.deepEqual(this.store.batches, await this.freshlyLoaded(this.store.filter));
  }

  private async freshlyLoaded(filter: BatchFilter): Promise<readonly Batch[]> {
    const fresh = storeOn(this.server, this.clock, filter);
    assert.deepEqual(await fresh.load(), { kind: 'loaded' });
    return fresh.batches;
  }

  private send<T>(ask: () => T): Promise<T> {
    const answer = ask();
    return new Promise((resolve, reject) => {
      this.onTheWay.push({ deliver: () => resolve(answer), fail: () => reject(serverError) });
    });
  }

  private async answerAll(): Promise<void> {
    await settle();
    while (this.onTheWay.length > 0) {
      this.onTheWay.shift()?.deliver();
      await settle();
    }
  }

  private async finish(loading: Promise<LoadOutcome>): Promise<LoadOutcome> {
    await this.answerAll();
    return loading;
  }

  private pick(index: number): Batch | undefined {
    const { batches } = this.server;
    return batches[index % Math.max(batches.length, 1)];
  }

  /** Statuses only move forward. A batch with an unknown status keeps it. */
  private move(before: Batch | undefined, to: string): void {
    if (before !== undefined && path.includes(before.status)) {
      const isForward = !path.includes(to) || path.indexOf(to) >= path.indexOf(before.status);
      const succeeded = before.metrics.succeeded + 1;
      this.server.put({ ...before, status: isForward ? to : before.status, metrics: { ...before.metrics, succeeded } });
    }
  }

  private remove(gone: Batch | undefined): void {
    if (gone !== undefined) {
      this.server.remove(gone.id);
      this.isAnyFinishedGone ||= !path.includes(gone.status);
    }
  }

  /** The other window loads and shares its list if it is complete, like windows with a lease do. */
  private async applySnapshot(): Promise<void> {
    // Two loads of a window never end in the same millisecond.
    this.clock.pass(1);
    await this.other.loadChanges();
    const { snapshot } = this.other;
    if (snapshot?.isWhole === true) {
      this.store.applySnapshot(snapshot);
    }
  }
}

/** Records the events of a store and checks them. */
class Ledger {
  private readonly reported = new Map<string, Batch>();
  private readonly unfinished = new Set<string>();
  private readonly ended = new Map<string, number>();
  private previous: readonly Batch[] = [];

  constructor(private readonly store: BatchStore) {
    store.onDidChange(({ added, changed, removed }) => {
      for (const one of removed) {
        assert.equal(this.reported.get(one.id), one, 'only known batches are removed, unchanged');
        this.reported.delete(one.id);
      }
      for (const { before, after } of changed) {
        assert.equal(before.id, after.id);
        assert.equal(this.reported.get(before.id), before, 'only known batches are changed, from their last state');
        assert.ok(!sameBatch(before, after), 'a reported change is a change');
        this.reported.set(after.id, after);
      }
      for (const one of added) {
        assert.ok(!this.reported.has(one.id), 'only unknown batches are added');
        this.reported.set(one.id, one);
      }
      this.checkList();
      for (const { id, status } of store.allBatches) {
        if (!isFinished(status)) {
          this.unfinished.add(id);
        }
      }
    });
    store.onDidEnd(({ batches }) => {
      for (const one of batches) {
        assert.ok(isFinished(one.status), 'a reported batch has finished');
        assert.equal(store.find(one.id), one, 'a reported batch is already in the list');
        this.ended.set(one.id, (this.ended.get(one.id) ?? 0) + 1);
      }
    });
  }

  /** The list belonged to another key. */
  forget(): void {
    this.unfinished.clear();
    this.ended.clear();
  }

  /** Checks that each batch that was seen unfinished and has finished was reported once, and no others. */
  checkEndings(server: ModelServer): void {
    for (const { id, status } of server.batches) {
      const expected = isFinished(status) && this.unfinished.has(id) ? 1 : 0;
      assert.equal(this.ended.get(id) ?? 0, expected, `reports about ${id} with status ${status}`);
    }
  }

  /** Checks that the reported changes, applied to an empty list, result in the list. */
  private checkList(): void {
    assert.deepEqual([...this.reported.values()].sort(compareByNewest), this.store.batches);
    for (const one of this.store.batches) {
      assert.equal(this.reported.get(one.id), one);
      const before = this.previous.find(({ id }) => id === one.id);
      assert.ok(before === undefined || before === one || !sameBatch(before, one), 'keeps its identity');
    }
    this.previous = this.store.batches;
  }
}

describe('The batch store, in random histories,', () => {
  itAlways('ends with the list of a fresh load, and reports every change and every finished batch once', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyFilter,
        anyFilter,
        fc.array(anyStep, { maxLength: 40, size: 'max' }),
        anyFilter,
        fc.constantFrom('COMPLETED', 'FAILED'),
        async (filter, otherFilter, steps, takingFilter, lastStatus) => {
          const world = new World(filter, otherFilter);
          for (const step of steps) {
            await world.take(step);
          }
          await world.settle();
          await world.checkHandedOut(takingFilter);
          world.finishAll(lastStatus);
          await world.settle();
          await world.checkHandedOut(takingFilter);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
