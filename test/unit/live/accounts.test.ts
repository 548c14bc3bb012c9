import * as assert from 'node:assert/strict';
import { Accounts } from '../../../src/core/live/accounts';
import { noNote } from '../../../src/core/live/notes';
import { batch } from '../support/batches';
import { FakeClock } from '../support/fakeClock';
import { MemoryFiles } from '../support/memoryFiles';
import { ModelServer, storeOn } from '../support/modelServer';
import { RecordingLog } from '../support/recordingLog';

const baseUrl = 'https://api.sync.so';
const mine = { baseUrl, key: 'my-key' };
const theirs = { baseUrl, key: 'their-key' };

function setUp(files = new MemoryFiles()) {
  const clock = new FakeClock();
  const log = new RecordingLog();
  const store = storeOn(new ModelServer(), clock);
  const accounts = new Accounts({ files, window: 'window', store, clock, log });
  /** Whether it was ready at each change. */
  const changes: boolean[] = [];
  accounts.onDidChange(() => changes.push(accounts.isReady));
  return { files, clock, log, store, accounts, changes };
}

describe('The account in use', () => {
  it('is none before it is known whether there is a key', () => {
    const { accounts } = setUp();
    assert.deepEqual([accounts.current, accounts.isReady, accounts.noteOf('a')], [undefined, false, noNote]);
  });

  it('is none, and that is settled, where there is no key', async () => {
    const { accounts, changes } = setUp();
    await accounts.use(undefined);
    assert.deepEqual([accounts.current, accounts.isReady], [undefined, true]);
    assert.deepEqual(changes, [true]);
  });

  it('is ready when its last list and its notes are there, and tells it', async () => {
    const first = setUp();
    await first.accounts.use(mine);
    const kept = { batches: [batch({ id: 'a' })], at: first.clock.now(), isWhole: true };
    await first.accounts.current?.turns.end(kept);
    await first.accounts.current?.notes.rename('a', 'Trailer');

    const { accounts, store, changes } = setUp(first.files);
    const using = accounts.use(mine);
    assert.deepEqual([accounts.isReady, accounts.current], [false, undefined]);
    await using;
    assert.deepEqual(changes, [true]);
    assert.deepEqual(store.batches, kept.batches);
    assert.equal(store.loadedAt, kept.at);
    assert.deepEqual(accounts.noteOf('a'), { name: 'Trailer', isMarked: false });
  });

  it('shows nothing of another account', async () => {
    const first = setUp();
    await first.accounts.use(mine);
    await first.accounts.current?.turns.end({ batches: [batch({ id: 'a' })], at: 1, isWhole: true });
    await first.accounts.current?.notes.rename('a', 'Trailer');
    for (const other of [theirs, { ...mine, baseUrl: 'http://127.0.0.1:8080' }]) {
      const { accounts, store } = setUp(first.files);
      await accounts.use(other);
      assert.deepEqual([store.batches, store.loadedAt, accounts.noteOf('a')], [[], undefined, noNote]);
    }
  });

  it('keeps no key in any file', async () => {
    const { accounts, files } = setUp();
    await accounts.use(mine);
    await accounts.current?.turns.end({ batches: [batch()], at: 1, isWhole: true });
    await accounts.current?.notes.mark('a', true);
    for (const [name, text] of files.texts) {
      assert.ok(!`${name}${text}`.includes(mine.key), name);
    }
    assert.equal(files.texts.size, 3);
  });

  it('is not the old one any more while the new one is being made ready', async () => {
    const { accounts } = setUp();
    await accounts.use(mine);
    await accounts.current?.notes.rename('a', 'Trailer');
    const using = accounts.use(theirs);
    assert.deepEqual([accounts.current, accounts.isReady, accounts.noteOf('a')], [undefined, false, noNote]);
    await using;
  });

  it('is the last one that was chosen, however long the others take', async () => {
    const first = setUp();
    await first.accounts.use(mine);
    await first.accounts.current?.turns.end({ batches: [batch({ id: 'a' })], at: 1, isWhole: true });

    const { accounts, store, changes } = setUp(first.files);
    await Promise.all([accounts.use(mine), accounts.use(theirs), accounts.use(undefined)]);
    assert.deepEqual([accounts.current, accounts.isReady, store.batches], [undefined, true, []]);
    assert.deepEqual(changes, [true]);
    await Promise.all([accounts.use(undefined), accounts.use(mine)]);
    assert.deepEqual(store.batches, [batch({ id: 'a' })]);
  });

  it('tells when its notes change, and nothing of the notes of the one before', async () => {
    const { accounts, changes } = setUp();
    await accounts.use(mine);
    const old = accounts.current;
    await old?.notes.rename('a', 'Trailer');
    assert.equal(changes.length, 2);
    await accounts.use(theirs);
    assert.equal(changes.length, 3);
    await old?.notes.rename('a', 'Teaser');
    assert.equal(changes.length, 3);
  });

  it('can forget its list; names stay for the day when the key comes back', async () => {
    const { accounts, files } = setUp();
    await accounts.use(mine);
    await accounts.current?.notes.rename('a', 'Trailer');
    await accounts.current?.turns.end({ batches: [batch({ id: 'a' })], at: 1, isWhole: true });
    const { current } = accounts;
    assert.ok(current);
    await accounts.use(undefined);
    assert.equal(await accounts.forget(current), true, 'though it is out of use by then');
    const { accounts: next, store } = setUp(files);
    await next.use(mine);
    assert.deepEqual(store.batches, []);
    assert.equal(next.noteOf('a').name, 'Trailer');
  });

  it('says, in the log too, where its list can not be forgotten', async () => {
    const { accounts, files, log } = setUp();
    await accounts.use(mine);
    const { current } = accounts;
    assert.ok(current);
    files.isReadOnly = true;
    assert.equal(await accounts.forget(current), false);
    assert.match(log.at('warn').join(), /could not be deleted: .*read-only/);
  });

  it('is usable where no file can be', async () => {
    const files = new MemoryFiles();
    files.isReadOnly = true;
    const { accounts } = setUp(files);
    await accounts.use(mine);
    assert.equal(accounts.isReady, true);
    assert.deepEqual(await accounts.current?.turns.begin(undefined, 1), { kind: 'ours' });
  });

  it('is usable where its files can not be read', async () => {
    const first = setUp();
    await first.accounts.use(mine);
    await first.accounts.current?.turns.end({ batches: [batch({ id: 'a' })], at: 1, isWhole: true });
    await first.accounts.current?.notes.rename('a', 'Trailer');
    [...first.files.texts.keys()].forEach((name) => first.files.unreadable.add(name));
    const { accounts, store } = setUp(first.files);
    await accounts.use(mine);
    assert.deepEqual([accounts.isReady, store.batches, accounts.noteOf('a')], [true, [], noNote]);
  });

  it('tells nobody any more when it is disposed of, and brings no list', async () => {
    const first = setUp();
    await first.accounts.use(mine);
    await first.accounts.current?.turns.end({ batches: [batch({ id: 'a' })], at: 1, isWhole: true });
    const { accounts, store, changes } = setUp(first.files);
    const using = accounts.use(mine);
    accounts.dispose();
    await using;
    assert.deepEqual([changes, store.batches], [[], []]);
  });
});
