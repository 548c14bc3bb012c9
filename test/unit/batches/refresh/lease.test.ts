import * as assert from 'node:assert/strict';
import type { Batch } from '../../../../src/core/batches/batch';
import type { BatchSnapshot } from '../../../../src/core/batches/store';
import { RefreshLease } from '../../../../src/core/batches/refresh/lease';
import { batch } from '../../support/batches';
import { FakeClock } from '../../support/fakeClock';
import { MemoryFiles } from '../../support/memoryFiles';
import { RecordingLog } from '../../support/recordingLog';

const freshMs = 30_000;
const stateFile = 'turn-account.json';
const list = 'list-account.json';

/** The files and the clock that the windows of a user share. */
function setUp() {
  const clock = new FakeClock();
  const files = new MemoryFiles();
  const log = new RecordingLog();
  const open = (window: string, account = 'account') => new RefreshLease(files, account, window, clock, log);
  const snapshotOf = (...batches: Batch[]): BatchSnapshot => ({ batches, at: clock.now(), isWhole: true });
  return { clock, files, log, open, snapshotOf };
}

const a = batch({ id: 'a' });
const b = batch({ id: 'b' });

describe('The refresh lease', () => {
  it('is acquired by the first window, and the others wait', async () => {
    const { open } = setUp();
    const [one, two] = [open('one'), open('two')];
    const outcomes = await Promise.all([one.acquire(undefined, freshMs), two.acquire(undefined, freshMs)]);
    assert.deepEqual(outcomes, [{ kind: 'acquired' }, { kind: 'heldElsewhere' }]);
    assert.deepEqual(
      await one.acquire(undefined, freshMs),
      { kind: 'acquired' },
      'a window can acquire its own lease again',
    );
  });

  it('shares the loaded list, so that other windows need no request', async () => {
    const { clock, open, snapshotOf } = setUp();
    const [one, two] = [open('one'), open('two')];
    await one.acquire(undefined, freshMs);
    const known = snapshotOf(a, b);
    await one.release(known);
    clock.pass(10_000);
    assert.deepEqual(await two.acquire(undefined, freshMs), { kind: 'fresh', list: known });
    assert.deepEqual(await two.acquire(known.at - 1, freshMs), { kind: 'fresh', list: known });
  });

  it('is acquired if the shared list is already known or too old', async () => {
    const { clock, open, snapshotOf } = setUp();
    const [one, two] = [open('one'), open('two')];
    await one.acquire(undefined, freshMs);
    const known = snapshotOf(a);
    await one.release(known);
    assert.deepEqual(await two.acquire(known.at, freshMs), { kind: 'acquired' });
    await two.release(undefined);
    clock.pass(freshMs);
    assert.deepEqual(await two.acquire(undefined, freshMs), { kind: 'acquired' });
  });

  it('ignores a list from the future, after the clock was set back', async () => {
    const { open, snapshotOf } = setUp();
    const known = { ...snapshotOf(a), at: snapshotOf().at + 60_000 };
    await open('one').release(known);
    assert.deepEqual(await open('two').acquire(undefined, freshMs), { kind: 'acquired' });
  });

  it('does not wait for a lease that was acquired before the clock was set back', async () => {
    const { clock, open } = setUp();
    const [one, two] = [open('one'), open('two')];
    await one.acquire(undefined, freshMs);
    clock.pass(-1);
    assert.deepEqual(await two.acquire(undefined, freshMs), { kind: 'acquired' });
  });

  it('shares lists again after the clock was set back', async () => {
    const { clock, open, snapshotOf } = setUp();
    const [one, two] = [open('one'), open('two')];
    await one.release(snapshotOf(a));
    clock.pass(-24 * 60 * 60_000);
    await one.release({ ...snapshotOf(b), isWhole: false });
    assert.deepEqual((await two.storedList())?.batches, [b], 'a part too');
    await one.release({ ...snapshotOf(a), at: clock.now() + 60_000 });
    const known = snapshotOf(a, b);
    await one.release(known);
    assert.deepEqual(await two.acquire(undefined, freshMs), { kind: 'fresh', list: known });
  });

  it('shares the time of the request even if the list is not written again', async () => {
    const { clock, open, snapshotOf } = setUp();
    const [one, two] = [open('one'), open('two')];
    await one.release({ ...snapshotOf(a), askedAt: clock.now() - 5 });
    clock.pass(10_000);
    const again = { ...snapshotOf(a), askedAt: clock.now() - 7 };
    await one.release(again);
    assert.deepEqual(await two.acquire(undefined, freshMs), { kind: 'fresh', list: again });
  });

  it('goes to the next window after a failure', async () => {
    const { open } = setUp();
    const [one, two] = [open('one'), open('two')];
    await one.acquire(undefined, freshMs);
    await one.release(undefined);
    assert.deepEqual(await two.acquire(undefined, freshMs), { kind: 'acquired' });
  });

  it('cannot be released by another window', async () => {
    const { open } = setUp();
    const [one, two, three] = [open('one'), open('two'), open('three')];
    await one.acquire(undefined, freshMs);
    await two.release(undefined);
    assert.deepEqual(await three.acquire(undefined, freshMs), { kind: 'heldElsewhere' });
    assert.deepEqual(await one.acquire(undefined, freshMs), { kind: 'acquired' });
  });

  it('expires if its window was closed while loading', async () => {
    const { clock, open } = setUp();
    const [one, two] = [open('one'), open('two')];
    await one.acquire(undefined, freshMs);
    clock.pass(90_000 - 1);
    assert.deepEqual(await two.acquire(undefined, freshMs), { kind: 'heldElsewhere' });
    clock.pass(1);
    assert.deepEqual(await two.acquire(undefined, freshMs), { kind: 'acquired' });
    await one.release(undefined);
    assert.deepEqual(
      await open('three').acquire(undefined, freshMs),
      { kind: 'heldElsewhere' },
      'it comes back too late',
    );
  });

  it('is separate for each account', async () => {
    const { files, open, snapshotOf } = setUp();
    const [one, other] = [open('one'), open('two', 'other')];
    await one.acquire(undefined, freshMs);
    assert.deepEqual(await other.acquire(undefined, freshMs), { kind: 'acquired' });
    await one.release(snapshotOf(a));
    assert.equal(await other.storedList(), undefined);
    await other.release(undefined);
    assert.deepEqual([...files.texts.keys()].sort(), [list, 'turn-account.json', 'turn-other.json'].sort());
  });

  it('makes several windows poll as often as one', async () => {
    const { clock, open, snapshotOf } = setUp();
    const windows = ['one', 'two', 'three'].map((name) => ({ lease: open(name), at: undefined as number | undefined }));
    let requests = 0;
    // All windows poll at the same time, as after the computer was asleep, once per interval.
    for (let round = 0; round < 10; round++) {
      const outcomes = await Promise.all(windows.map((window) => window.lease.acquire(window.at, freshMs)));
      for (const [index, outcome] of outcomes.entries()) {
        if (outcome.kind === 'acquired') {
          requests++;
          const known = snapshotOf(a);
          await windows[index]?.lease.release(known);
          windows.forEach((window, other) => (window.at = other === index ? known.at : window.at));
        }
      }
      clock.pass(2_000);
      for (const [index, outcome] of outcomes.entries()) {
        const window = windows[index];
        if (outcome.kind === 'heldElsewhere' && window !== undefined) {
          const later = await window.lease.acquire(window.at, freshMs);
          assert.ok(later.kind === 'fresh');
          window.at = later.list.at;
        }
      }
      clock.pass(freshMs);
    }
    assert.equal(requests, 10);
  });

  describe('stores the last list', () => {
    it('for the next session', async () => {
      const { clock, open, snapshotOf } = setUp();
      const known = snapshotOf(a, b);
      await open('one').release(known);
      clock.pass(24 * 60 * 60_000);
      assert.deepEqual(await open('next').storedList(), known);
    });

    it('and writes it only if it has changed', async () => {
      const { clock, files, open, snapshotOf } = setUp();
      const [one, two] = [open('one'), open('two')];
      await one.release(snapshotOf(a));
      clock.pass(60_000);
      const same = snapshotOf(a);
      await one.release(same);
      assert.equal(files.calls.filter((call) => call === `write ${list}`).length, 1);
      assert.deepEqual(
        await two.acquire(undefined, freshMs),
        { kind: 'fresh', list: same },
        'it is as true as if it were',
      );
      clock.pass(1_000);
      await one.release(snapshotOf({ ...a, status: 'COMPLETED' }));
      assert.equal(files.calls.filter((call) => call === `write ${list}`).length, 2);
    });

    it('and reads it only if it has changed', async () => {
      const { clock, files, open, snapshotOf } = setUp();
      const [one, two] = [open('one'), open('two')];
      for (let round = 0; round < 3; round++) {
        const known = snapshotOf(a);
        await one.release(known);
        assert.deepEqual(await two.acquire(undefined, freshMs), { kind: 'fresh', list: known });
        clock.pass(1_000);
      }
      assert.equal(files.calls.filter((call) => call === `read ${list}`).length, 1);
      const changed = snapshotOf(a, b);
      await one.release(changed);
      assert.deepEqual(await two.acquire(undefined, freshMs), { kind: 'fresh', list: changed });
    });

    it('and reads it again if the writing window has restarted', async () => {
      const { clock, open, snapshotOf } = setUp();
      const two = open('two');
      await open('one').release(snapshotOf(a));
      assert.equal((await two.acquire(undefined, freshMs)).kind, 'fresh');
      clock.pass(1_000);
      // The same window with the same account, after the key was set again.
      const changed = snapshotOf(b);
      await open('one').release(changed);
      assert.deepEqual(await two.acquire(undefined, freshMs), { kind: 'fresh', list: changed });
    });

    it('with a filter only if no other window has stored a complete list recently', async () => {
      const { clock, open, snapshotOf } = setUp();
      const [one, two] = [open('one'), open('two')];
      const known = snapshotOf(a, b);
      await one.release(known);
      clock.pass(60_000);
      await two.release({ ...snapshotOf(a), isWhole: false });
      assert.deepEqual(await two.storedList(), known);
      clock.pass(10 * 60_000);
      const part = { ...snapshotOf(a), isWhole: false };
      await two.release(part);
      assert.deepEqual(await two.storedList(), part);
    });

    it('and never shares an incomplete list as a complete one', async () => {
      const { clock, open, snapshotOf } = setUp();
      const longMs = 60 * 60_000;
      await open('one').release(snapshotOf(a, b));
      clock.pass(10 * 60_000);
      await open('two').release({ ...snapshotOf(a), isWhole: false });
      assert.deepEqual(await open('three').acquire(undefined, longMs), { kind: 'acquired' });
    });

    it('completely again after a filtered list was stored', async () => {
      const { clock, open, snapshotOf } = setUp();
      const [one, two] = [open('one'), open('two')];
      await one.release(snapshotOf(a, b));
      clock.pass(10 * 60_000);
      await two.release({ ...snapshotOf(a), isWhole: false });
      const same = snapshotOf(a, b);
      await one.release(same);
      assert.deepEqual((await open('next').storedList())?.batches, same.batches);
      assert.deepEqual(await open('three').acquire(undefined, freshMs), { kind: 'fresh', list: same });
    });

    it('as complete if a filtered list turns out to be complete', async () => {
      const { open, snapshotOf } = setUp();
      const one = open('one');
      await one.release({ ...snapshotOf(a), isWhole: false });
      assert.equal((await one.storedList())?.isWhole, false);
      await one.release(snapshotOf(a));
      assert.equal((await one.storedList())?.isWhole, true);
    });

    it('until it is deleted', async () => {
      const { files, open, snapshotOf } = setUp();
      const one = open('one');
      const known = snapshotOf(a);
      await one.release(known);
      await one.delete();
      assert.equal(await one.storedList(), undefined);
      assert.deepEqual([...files.texts.keys()], []);
      assert.deepEqual(await one.acquire(undefined, freshMs), { kind: 'acquired' });
      await one.release(known);
      assert.deepEqual([...files.texts.keys()], [], 'nor does a load that ends later bring it back');
      const next = open('one');
      await next.release(known);
      assert.deepEqual(await next.storedList(), known, 'but another start does');
    });

    it('until it is deleted, after pending writes have ended', async () => {
      const { files, open, snapshotOf } = setUp();
      for (let turns = 0; turns < 10; turns++) {
        const one = open('one');
        const working = [one.acquire(undefined, freshMs), one.release(snapshotOf(a))];
        for (let turn = 0; turn < turns; turn++) {
          await Promise.resolve();
        }
        await one.delete();
        assert.deepEqual([...files.texts.keys()], []);
        await Promise.all(working);
        assert.deepEqual([...files.texts.keys()], [], `${turns} turns later`);
      }
    });
  });

  describe('with missing or invalid files', () => {
    it('lets each window load if the list is missing or invalid', async () => {
      for (const text of [undefined, '', '{', '{"version":2}']) {
        const { files, open, snapshotOf } = setUp();
        await open('one').release(snapshotOf(a));
        if (text === undefined) {
          files.texts.delete(list);
        } else {
          files.texts.set(list, text);
        }
        const two = open('two');
        assert.deepEqual(await two.acquire(undefined, freshMs), { kind: 'acquired' });
        assert.equal(await two.storedList(), undefined);
      }
    });

    it('starts from scratch if the lease file is invalid', async () => {
      for (const text of ['', '{', 'null', '5', '[]', '{"at":"x","heldUntil":null,"holder":7}']) {
        const { files, open } = setUp();
        files.texts.set(stateFile, text);
        assert.deepEqual(await open('one').acquire(undefined, freshMs), { kind: 'acquired' });
        assert.deepEqual(await open('two').acquire(undefined, freshMs), { kind: 'heldElsewhere' });
      }
    });

    it('lets each window load if nothing can be written, and logs the reason', async () => {
      const { files, log, open, snapshotOf } = setUp();
      files.isReadOnly = true;
      for (const name of ['one', 'two']) {
        const lease = open(name);
        assert.deepEqual(await lease.acquire(undefined, freshMs), { kind: 'acquired' });
        await lease.release(snapshotOf(a));
      }
      assert.match(log.at('debug').join('\n'), /read-only/);
      assert.deepEqual([...log.at('warn'), ...log.at('error')], []);
    });

    it('does not announce a list that could not be written', async () => {
      const { clock, files, open, snapshotOf } = setUp();
      const one = open('one');
      const first = snapshotOf(a);
      await one.release(first);
      clock.pass(1_000);
      files.unwritable.add(list);
      await one.release(snapshotOf(a, b));
      assert.deepEqual(await open('two').acquire(undefined, freshMs), { kind: 'fresh', list: first });
      files.unwritable.clear();
      clock.pass(1_000);
      const later = snapshotOf(a, b);
      await one.release(later);
      assert.deepEqual(await open('two').acquire(undefined, freshMs), { kind: 'fresh', list: later });
    });
  });
});
