import * as assert from 'node:assert/strict';
import type { Batch } from '../../../../src/core/batches/batch';
import type { BatchSnapshot } from '../../../../src/core/batches/store';
import { RefreshLease } from '../../../../src/core/batches/refresh/lease';
import { batch } from '../../support/batches';
import { FakeClock } from '../../support/fakeClock';
import { MemoryFiles } from '../../support/memoryFiles';
import { RecordingLog } from '../../support/recordingLog';

const freshMs = 30_000;
const note = 'turn-account.json';
const list = 'list-account.json';

/** What windows of one user share: the files and the time. */
function setUp() {
  const clock = new FakeClock();
  const files = new MemoryFiles();
  const log = new RecordingLog();
  const open = (window: string, account = 'account') => new RefreshLease(files, account, window, clock, log);
  const learnt = (...batches: Batch[]): BatchSnapshot => ({ batches, at: clock.now(), isWhole: true });
  return { clock, files, log, open, learnt };
}

const a = batch({ id: 'a' });
const b = batch({ id: 'b' });

describe('Windows that take turns', () => {
  it('begin with the one that comes first, and the others wait for it', async () => {
    const { open } = setUp();
    const [one, two] = [open('one'), open('two')];
    const turns = await Promise.all([one.acquire(undefined, freshMs), two.acquire(undefined, freshMs)]);
    assert.deepEqual(turns, [{ kind: 'acquired' }, { kind: 'heldElsewhere' }]);
    assert.deepEqual(await one.acquire(undefined, freshMs), { kind: 'acquired' }, 'its own turn is in nobody’s way');
  });

  it('hand on what they learn, so that the next one need not ask', async () => {
    const { clock, open, learnt } = setUp();
    const [one, two] = [open('one'), open('two')];
    await one.acquire(undefined, freshMs);
    const known = learnt(a, b);
    await one.release(known);
    clock.pass(10_000);
    assert.deepEqual(await two.acquire(undefined, freshMs), { kind: 'fresh', list: known });
    assert.deepEqual(await two.acquire(known.at - 1, freshMs), { kind: 'fresh', list: known });
  });

  it('ask again when what was handed on is known already, or too old', async () => {
    const { clock, open, learnt } = setUp();
    const [one, two] = [open('one'), open('two')];
    await one.acquire(undefined, freshMs);
    const known = learnt(a);
    await one.release(known);
    assert.deepEqual(await two.acquire(known.at, freshMs), { kind: 'acquired' });
    await two.release(undefined);
    clock.pass(freshMs);
    assert.deepEqual(await two.acquire(undefined, freshMs), { kind: 'acquired' });
  });

  it('do not take over a list from the future: the clock was put back', async () => {
    const { open, learnt } = setUp();
    const known = { ...learnt(a), at: learnt().at + 60_000 };
    await open('one').release(known);
    assert.deepEqual(await open('two').acquire(undefined, freshMs), { kind: 'acquired' });
  });

  it('do not wait for one that took its turn before the clock was set back', async () => {
    const { clock, open } = setUp();
    const [one, two] = [open('one'), open('two')];
    await one.acquire(undefined, freshMs);
    clock.pass(-1);
    assert.deepEqual(await two.acquire(undefined, freshMs), { kind: 'acquired' });
  });

  it('share again what they learn after the clock was set back', async () => {
    const { clock, open, learnt } = setUp();
    const [one, two] = [open('one'), open('two')];
    await one.release(learnt(a));
    clock.pass(-24 * 60 * 60_000);
    await one.release({ ...learnt(b), isWhole: false });
    assert.deepEqual((await two.storedList())?.batches, [b], 'a part too');
    await one.release({ ...learnt(a), at: clock.now() + 60_000 });
    const known = learnt(a, b);
    await one.release(known);
    assert.deepEqual(await two.acquire(undefined, freshMs), { kind: 'fresh', list: known });
  });

  it('hand on when a list was asked for, though it is not written again', async () => {
    const { clock, open, learnt } = setUp();
    const [one, two] = [open('one'), open('two')];
    await one.release({ ...learnt(a), askedAt: clock.now() - 5 });
    clock.pass(10_000);
    const again = { ...learnt(a), askedAt: clock.now() - 7 };
    await one.release(again);
    assert.deepEqual(await two.acquire(undefined, freshMs), { kind: 'fresh', list: again });
  });

  it('let the next one in after a failure', async () => {
    const { open } = setUp();
    const [one, two] = [open('one'), open('two')];
    await one.acquire(undefined, freshMs);
    await one.release(undefined);
    assert.deepEqual(await two.acquire(undefined, freshMs), { kind: 'acquired' });
  });

  it('do not end the turn of another one', async () => {
    const { open } = setUp();
    const [one, two, three] = [open('one'), open('two'), open('three')];
    await one.acquire(undefined, freshMs);
    await two.release(undefined);
    assert.deepEqual(await three.acquire(undefined, freshMs), { kind: 'heldElsewhere' });
    assert.deepEqual(await one.acquire(undefined, freshMs), { kind: 'acquired' });
  });

  it('do not wait for ever for one that was closed while it asked', async () => {
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

  it('have nothing to do with those of another account', async () => {
    const { files, open, learnt } = setUp();
    const [one, other] = [open('one'), open('two', 'other')];
    await one.acquire(undefined, freshMs);
    assert.deepEqual(await other.acquire(undefined, freshMs), { kind: 'acquired' });
    await one.release(learnt(a));
    assert.equal(await other.storedList(), undefined);
    await other.release(undefined);
    assert.deepEqual([...files.texts.keys()].sort(), [list, 'turn-account.json', 'turn-other.json'].sort());
  });

  it('ask together no more often than one would', async () => {
    const { clock, open, learnt } = setUp();
    const windows = ['one', 'two', 'three'].map((name) => ({ turns: open(name), at: undefined as number | undefined }));
    let requests = 0;
    // All look at the same time, as they do after a sleep of the machine, an interval after an interval.
    for (let round = 0; round < 10; round++) {
      const turns = await Promise.all(windows.map((window) => window.turns.acquire(window.at, freshMs)));
      for (const [index, turn] of turns.entries()) {
        if (turn.kind === 'acquired') {
          requests++;
          const known = learnt(a);
          await windows[index]?.turns.release(known);
          windows.forEach((window, other) => (window.at = other === index ? known.at : window.at));
        }
      }
      clock.pass(2_000);
      for (const [index, turn] of turns.entries()) {
        const window = windows[index];
        if (turn.kind === 'heldElsewhere' && window !== undefined) {
          const later = await window.turns.acquire(window.at, freshMs);
          assert.ok(later.kind === 'fresh');
          window.at = later.list.at;
        }
      }
      clock.pass(freshMs);
    }
    assert.equal(requests, 10);
  });

  describe('keep the last list', () => {
    it('for the next start', async () => {
      const { clock, open, learnt } = setUp();
      const known = learnt(a, b);
      await open('one').release(known);
      clock.pass(24 * 60 * 60_000);
      assert.deepEqual(await open('next').storedList(), known);
    });

    it('and write it only where it has changed', async () => {
      const { clock, files, open, learnt } = setUp();
      const [one, two] = [open('one'), open('two')];
      await one.release(learnt(a));
      clock.pass(60_000);
      const same = learnt(a);
      await one.release(same);
      assert.equal(files.calls.filter((call) => call === `write ${list}`).length, 1);
      assert.deepEqual(
        await two.acquire(undefined, freshMs),
        { kind: 'fresh', list: same },
        'it is as true as if it were',
      );
      clock.pass(1_000);
      await one.release(learnt({ ...a, status: 'COMPLETED' }));
      assert.equal(files.calls.filter((call) => call === `write ${list}`).length, 2);
    });

    it('and read it only where it has changed', async () => {
      const { clock, files, open, learnt } = setUp();
      const [one, two] = [open('one'), open('two')];
      for (let round = 0; round < 3; round++) {
        const known = learnt(a);
        await one.release(known);
        assert.deepEqual(await two.acquire(undefined, freshMs), { kind: 'fresh', list: known });
        clock.pass(1_000);
      }
      assert.equal(files.calls.filter((call) => call === `read ${list}`).length, 1);
      const changed = learnt(a, b);
      await one.release(changed);
      assert.deepEqual(await two.acquire(undefined, freshMs), { kind: 'fresh', list: changed });
    });

    it('and read it again from a window that has begun anew', async () => {
      const { clock, open, learnt } = setUp();
      const two = open('two');
      await open('one').release(learnt(a));
      assert.equal((await two.acquire(undefined, freshMs)).kind, 'fresh');
      clock.pass(1_000);
      // The same window with the same account again: it was given its key anew.
      const changed = learnt(b);
      await open('one').release(changed);
      assert.deepEqual(await two.acquire(undefined, freshMs), { kind: 'fresh', list: changed });
    });

    it('through a filter only where that takes nothing from windows that know more', async () => {
      const { clock, open, learnt } = setUp();
      const [one, two] = [open('one'), open('two')];
      const known = learnt(a, b);
      await one.release(known);
      clock.pass(60_000);
      await two.release({ ...learnt(a), isWhole: false });
      assert.deepEqual(await two.storedList(), known);
      clock.pass(10 * 60_000);
      const part = { ...learnt(a), isWhole: false };
      await two.release(part);
      assert.deepEqual(await two.storedList(), part);
    });

    it('and never take a part of the list for what was true of all', async () => {
      const { clock, open, learnt } = setUp();
      const longMs = 60 * 60_000;
      await open('one').release(learnt(a, b));
      clock.pass(10 * 60_000);
      await open('two').release({ ...learnt(a), isWhole: false });
      assert.deepEqual(await open('three').acquire(undefined, longMs), { kind: 'acquired' });
    });

    it('as a whole again after a filtered one was kept', async () => {
      const { clock, open, learnt } = setUp();
      const [one, two] = [open('one'), open('two')];
      await one.release(learnt(a, b));
      clock.pass(10 * 60_000);
      await two.release({ ...learnt(a), isWhole: false });
      const same = learnt(a, b);
      await one.release(same);
      assert.deepEqual((await open('next').storedList())?.batches, same.batches);
      assert.deepEqual(await open('three').acquire(undefined, freshMs), { kind: 'fresh', list: same });
    });

    it('as a whole where a part turns out to have been everything', async () => {
      const { open, learnt } = setUp();
      const one = open('one');
      await one.release({ ...learnt(a), isWhole: false });
      assert.equal((await one.storedList())?.isWhole, false);
      await one.release(learnt(a));
      assert.equal((await one.storedList())?.isWhole, true);
    });

    it('until it is to be forgotten', async () => {
      const { files, open, learnt } = setUp();
      const one = open('one');
      const known = learnt(a);
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

    it('until it is to be forgotten, which waits for what is being written', async () => {
      const { files, open, learnt } = setUp();
      for (let turns = 0; turns < 10; turns++) {
        const one = open('one');
        const working = [one.acquire(undefined, freshMs), one.release(learnt(a))];
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

  describe('whatever is in the files', () => {
    it('ask for themselves where the list is missing or broken', async () => {
      for (const text of [undefined, '', '{', '{"version":2}']) {
        const { files, open, learnt } = setUp();
        await open('one').release(learnt(a));
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

    it('begin anew where the note can not be understood', async () => {
      for (const text of ['', '{', 'null', '5', '[]', '{"at":"x","heldUntil":null,"holder":7}']) {
        const { files, open } = setUp();
        files.texts.set(note, text);
        assert.deepEqual(await open('one').acquire(undefined, freshMs), { kind: 'acquired' });
        assert.deepEqual(await open('two').acquire(undefined, freshMs), { kind: 'heldElsewhere' });
      }
    });

    it('each ask for themselves where nothing can be written, and the log says why', async () => {
      const { files, log, open, learnt } = setUp();
      files.isReadOnly = true;
      for (const name of ['one', 'two']) {
        const turns = open(name);
        assert.deepEqual(await turns.acquire(undefined, freshMs), { kind: 'acquired' });
        await turns.release(learnt(a));
      }
      assert.match(log.at('debug').join('\n'), /read-only/);
      assert.deepEqual([...log.at('warn'), ...log.at('error')], []);
    });

    it('promise no list that could not be written', async () => {
      const { clock, files, open, learnt } = setUp();
      const one = open('one');
      const first = learnt(a);
      await one.release(first);
      clock.pass(1_000);
      files.unwritable.add(list);
      await one.release(learnt(a, b));
      assert.deepEqual(await open('two').acquire(undefined, freshMs), { kind: 'fresh', list: first });
      files.unwritable.clear();
      clock.pass(1_000);
      const later = learnt(a, b);
      await one.release(later);
      assert.deepEqual(await open('two').acquire(undefined, freshMs), { kind: 'fresh', list: later });
    });
  });
});
