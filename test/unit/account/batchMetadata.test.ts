import * as assert from 'node:assert/strict';
import { noMetadata, BatchMetadata } from '../../../src/core/account/batchMetadata';
import { MemoryFiles } from '../support/memoryFiles';
import { rejectionOf } from '../support/outcomes';

const file = 'notes-account.json';

/** A window's notes, and how often it was told that they changed. */
function openWindow(files = new MemoryFiles(), account = 'account') {
  const notes = new BatchMetadata(files, account);
  const seen = { changes: 0 };
  notes.onDidChange(() => seen.changes++);
  return { files, notes, seen };
}

describe('The metadata of batches', () => {
  it('is empty at first', async () => {
    const { notes, seen } = openWindow();
    await notes.read();
    assert.deepEqual(notes.of('a'), noMetadata);
    assert.deepEqual([...notes.subscribed], []);
    assert.equal(seen.changes, 0);
  });

  describe('a name', () => {
    it('can be set, changed and removed, with an event each', async () => {
      const { notes, seen } = openWindow();
      await notes.rename('a', 'Trailer');
      assert.equal(notes.of('a').name, 'Trailer');
      await notes.rename('a', 'Trailer, dubbed');
      assert.equal(notes.of('a').name, 'Trailer, dubbed');
      await notes.rename('a', '');
      assert.deepEqual(notes.of('a'), noMetadata);
      assert.equal(seen.changes, 3);
    });

    it('belongs to one batch', async () => {
      const { notes } = openWindow();
      await notes.rename('a', 'Trailer');
      await notes.rename('b', 'Teaser');
      await notes.rename('a', '');
      assert.deepEqual([notes.of('a').name, notes.of('b').name], [undefined, 'Teaser']);
    });

    it('is undefined if it was never set, whatever the ID', () => {
      const { notes } = openWindow();
      for (const id of ['constructor', 'toString', '__proto__']) {
        assert.deepEqual(notes.of(id), noMetadata);
      }
    });

    it('is restored at the next start', async () => {
      const { files, notes } = openWindow();
      await notes.rename('a', 'Trailer');
      const next = openWindow(files);
      await next.notes.read();
      assert.equal(next.notes.of('a').name, 'Trailer');
      assert.equal(next.seen.changes, 1);
    });

    it('is separate for each account', async () => {
      const { files, notes } = openWindow();
      await notes.rename('a', 'Trailer');
      const other = openWindow(files, 'other');
      await other.notes.read();
      assert.deepEqual(other.notes.of('a'), noMetadata);
    });
  });

  describe('a subscription', () => {
    it('can be set and removed', async () => {
      const { notes } = openWindow();
      await notes.setSubscribed('a', true);
      await notes.setSubscribed('b', true);
      await notes.setSubscribed('a', true);
      assert.deepEqual([...notes.subscribed].sort(), ['a', 'b']);
      assert.equal(notes.of('a').isSubscribed, true);
      await notes.setSubscribed('a', false);
      await notes.setSubscribed('c', false);
      assert.deepEqual([...notes.subscribed], ['b']);
      assert.equal(notes.of('a').isSubscribed, false);
    });

    it('is independent of the name', async () => {
      const { notes } = openWindow();
      await notes.rename('a', 'Trailer');
      await notes.setSubscribed('a', true);
      await notes.rename('b', 'Teaser');
      assert.deepEqual(notes.of('a'), { name: 'Trailer', isSubscribed: true });
    });
  });

  describe('with several windows', () => {
    it('loses no change, even of the same moment', async () => {
      const one = openWindow();
      const two = openWindow(one.files);
      await Promise.all([
        one.notes.rename('a', 'Trailer'),
        two.notes.rename('b', 'Teaser'),
        one.notes.setSubscribed('a', true),
        two.notes.setSubscribed('b', true),
      ]);
      await Promise.all([one.notes.read(), two.notes.read()]);
      for (const { notes } of [one, two]) {
        assert.deepEqual(
          [notes.of('a'), notes.of('b')],
          [
            { name: 'Trailer', isSubscribed: true },
            { name: 'Teaser', isSubscribed: true },
          ],
        );
      }
    });

    it('fires an event only if another window changed something', async () => {
      const one = openWindow();
      const two = openWindow(one.files);
      await one.notes.rename('a', 'Trailer');
      await two.notes.read();
      await two.notes.read();
      assert.equal(two.seen.changes, 1);
    });
  });

  describe('the notification about the end of a batch', () => {
    it('is claimed by one window only', async () => {
      const one = openWindow();
      const two = openWindow(one.files);
      const claims = await Promise.all([
        one.notes.claimNotifications(['a', 'b']),
        two.notes.claimNotifications(['b', 'a', 'c']),
      ]);
      assert.deepEqual(claims, [['a', 'b'], ['c']]);
      assert.deepEqual(await two.notes.claimNotifications(['a', 'b', 'c']), []);
    });

    it('is not claimed again after the next start', async () => {
      const { files, notes } = openWindow();
      await notes.claimNotifications(['a']);
      assert.deepEqual(await openWindow(files).notes.claimNotifications(['a', 'b']), ['b']);
    });

    it('removes the subscription in every window', async () => {
      const one = openWindow();
      const two = openWindow(one.files);
      await one.notes.setSubscribed('a', true);
      await one.notes.setSubscribed('b', true);
      await two.notes.claimNotifications(['a']);
      await one.notes.read();
      for (const { notes } of [one, two]) {
        assert.deepEqual([...notes.subscribed], ['b']);
      }
      await one.notes.setSubscribed('a', true);
      assert.deepEqual(await one.notes.claimNotifications(['a']), []);
      assert.deepEqual([...one.notes.subscribed], ['b']);
    });

    it('keeps the name', async () => {
      const { notes } = openWindow();
      await notes.rename('a', 'Trailer');
      await notes.claimNotifications(['a']);
      assert.equal(notes.of('a').name, 'Trailer');
    });

    it('is remembered for the last thousand batches, so that the file does not grow forever', async () => {
      const { files, notes } = openWindow();
      const ids = Array.from({ length: 1_200 }, (_, index) => `batch ${index}`);
      await notes.claimNotifications(ids);
      const told = (JSON.parse(files.texts.get(file) ?? '') as { told: string[] }).told;
      assert.deepEqual(told, ids.slice(-1_000));
      assert.deepEqual(await notes.claimNotifications(['batch 1199', 'batch 0']), ['batch 0']);
    });
  });

  describe('in a damaged file', () => {
    it('keeps every valid part', async () => {
      const { files, notes } = openWindow();
      files.texts.set(file, JSON.stringify({ names: { a: 'Trailer' }, marked: 'b', told: [1] }));
      await notes.read();
      assert.deepEqual(notes.of('a'), { name: 'Trailer', isSubscribed: false });
      assert.deepEqual([...notes.subscribed], []);
      files.texts.set(file, JSON.stringify({ names: { a: 5 }, marked: ['b'] }));
      await notes.read();
      assert.deepEqual([notes.of('a').name, notes.of('b').isSubscribed], [undefined, true]);
    });

    it('is empty if nothing is valid, and can be changed', async () => {
      for (const text of ['', '{', 'null', '[]', '5']) {
        const { files, notes } = openWindow();
        files.texts.set(file, text);
        await notes.read();
        assert.deepEqual(notes.of('a'), noMetadata);
        await notes.rename('a', 'Trailer');
        assert.equal(notes.of('a').name, 'Trailer');
      }
    });
  });

  it('is not reverted by a running read', async () => {
    const { files, notes } = openWindow();
    // Its text is from before, and comes after.
    const read = files.read.bind(files);
    files.read = async (name) => {
      const text = await read(name);
      await notes.setSubscribed('a', true);
      return text;
    };
    await notes.read();
    assert.equal(notes.of('a').isSubscribed, true);
  });

  it('stays unchanged if its file can not be read, and is empty if the file is gone', async () => {
    const { files, notes, seen } = openWindow();
    await notes.rename('a', 'Trailer');
    files.unreadable.add(file);
    await notes.read();
    assert.deepEqual([notes.of('a').name, seen.changes], ['Trailer', 1]);
    files.unreadable.clear();
    files.texts.delete(file);
    await notes.read();
    assert.deepEqual(notes.of('a'), noMetadata);
  });

  it('does not change if it can not be stored', async () => {
    const { files, notes, seen } = openWindow();
    await notes.rename('a', 'Trailer');
    files.isReadOnly = true;
    for (const noting of [
      notes.rename('a', 'Teaser'),
      notes.setSubscribed('a', true),
      notes.claimNotifications(['a']),
    ]) {
      assert.match(String(await rejectionOf(noting)), /read-only/);
    }
    assert.deepEqual(notes.of('a'), { name: 'Trailer', isSubscribed: false });
    assert.equal(seen.changes, 1);
  });

  it('fires no event after disposal', async () => {
    const { notes, seen } = openWindow();
    notes.dispose();
    await notes.rename('a', 'Trailer');
    assert.equal(seen.changes, 0);
  });
});
