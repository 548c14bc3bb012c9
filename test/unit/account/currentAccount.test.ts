import * as assert from 'node:assert/strict';
import { CurrentAccount } from '../../../src/core/account/currentAccount';
import { noMetadata } from '../../../src/core/account/batchMetadata';
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
  const accounts = new CurrentAccount({ files, window: 'window', store, clock, log });
  /** Whether it was ready at each change. */
  const changes: boolean[] = [];
  accounts.onDidChange(() => changes.push(accounts.isReady));
  return { files, clock, log, store, accounts, changes };
}

describe('The account in use', () => {
  it('is not ready before it is known whether there is a key', () => {
    const { accounts } = setUp();
    assert.deepEqual([accounts.current, accounts.isReady, accounts.metadataOf('a')], [undefined, false, noMetadata]);
  });

  it('is ready and undefined if there is no key', async () => {
    const { accounts, changes } = setUp();
    await accounts.use(undefined);
    assert.deepEqual([accounts.current, accounts.isReady], [undefined, true]);
    assert.deepEqual(changes, [true]);
  });

  it('is ready when its last list and its metadata are loaded, and fires an event', async () => {
    const first = setUp();
    await first.accounts.use(mine);
    const kept = { batches: [batch({ id: 'a' })], at: first.clock.now(), isWhole: true };
    await first.accounts.current?.lease.release(kept);
    await first.accounts.current?.metadata.rename('a', 'Trailer');

    const { accounts, store, changes } = setUp(first.files);
    const using = accounts.use(mine);
    assert.deepEqual([accounts.isReady, accounts.current], [false, undefined]);
    await using;
    assert.deepEqual(changes, [true]);
    assert.deepEqual(store.batches, kept.batches);
    assert.equal(store.loadedAt, kept.at);
    assert.deepEqual(accounts.metadataOf('a'), { name: 'Trailer', isSubscribed: false });
  });

  it('shows nothing of another account', async () => {
    const first = setUp();
    await first.accounts.use(mine);
    await first.accounts.current?.lease.release({ batches: [batch({ id: 'a' })], at: 1, isWhole: true });
    await first.accounts.current?.metadata.rename('a', 'Trailer');
    for (const other of [theirs, { ...mine, baseUrl: 'http://127.0.0.1:8080' }]) {
      const { accounts, store } = setUp(first.files);
      await accounts.use(other);
      assert.deepEqual([store.batches, store.loadedAt, accounts.metadataOf('a')], [[], undefined, noMetadata]);
    }
  });

  it('stores no key in any file', async () => {
    const { accounts, files } = setUp();
    await accounts.use(mine);
    await accounts.current?.lease.release({ batches: [batch()], at: 1, isWhole: true });
    await accounts.current?.metadata.setSubscribed('a', true);
    for (const [name, text] of files.texts) {
      assert.ok(!`${name}${text}`.includes(mine.key), name);
    }
    assert.equal(files.texts.size, 3);
  });

  it('is undefined while another account is loading', async () => {
    const { accounts } = setUp();
    await accounts.use(mine);
    await accounts.current?.metadata.rename('a', 'Trailer');
    const using = accounts.use(theirs);
    assert.deepEqual([accounts.current, accounts.isReady, accounts.metadataOf('a')], [undefined, false, noMetadata]);
    await using;
  });

  it('is the last one that was chosen, however long the others take', async () => {
    const first = setUp();
    await first.accounts.use(mine);
    await first.accounts.current?.lease.release({ batches: [batch({ id: 'a' })], at: 1, isWhole: true });

    const { accounts, store, changes } = setUp(first.files);
    await Promise.all([accounts.use(mine), accounts.use(theirs), accounts.use(undefined)]);
    assert.deepEqual([accounts.current, accounts.isReady, store.batches], [undefined, true, []]);
    assert.deepEqual(changes, [true]);
    await Promise.all([accounts.use(undefined), accounts.use(mine)]);
    assert.deepEqual(store.batches, [batch({ id: 'a' })]);
  });

  it('fires an event when its metadata changes, but not for the former account', async () => {
    const { accounts, changes } = setUp();
    await accounts.use(mine);
    const old = accounts.current;
    await old?.metadata.rename('a', 'Trailer');
    assert.equal(changes.length, 2);
    await accounts.use(theirs);
    assert.equal(changes.length, 3);
    await old?.metadata.rename('a', 'Teaser');
    assert.equal(changes.length, 3);
  });

  it('can delete its list, but keeps the names', async () => {
    const { accounts, files } = setUp();
    await accounts.use(mine);
    await accounts.current?.metadata.rename('a', 'Trailer');
    await accounts.current?.lease.release({ batches: [batch({ id: 'a' })], at: 1, isWhole: true });
    const { current } = accounts;
    assert.ok(current);
    await accounts.use(undefined);
    assert.equal(await accounts.deleteList(current), true, 'though it is out of use by then');
    const { accounts: next, store } = setUp(files);
    await next.use(mine);
    assert.deepEqual(store.batches, []);
    assert.equal(next.metadataOf('a').name, 'Trailer');
  });

  it('reports, and logs, that its list can not be deleted', async () => {
    const { accounts, files, log } = setUp();
    await accounts.use(mine);
    const { current } = accounts;
    assert.ok(current);
    files.isReadOnly = true;
    assert.equal(await accounts.deleteList(current), false);
    assert.match(log.at('warn').join(), /could not be deleted: .*read-only/);
  });

  it('works if no file can be used', async () => {
    const files = new MemoryFiles();
    files.isReadOnly = true;
    const { accounts } = setUp(files);
    await accounts.use(mine);
    assert.equal(accounts.isReady, true);
    assert.deepEqual(await accounts.current?.lease.acquire(undefined, 1), { kind: 'acquired' });
  });

  it('works if its files can not be read', async () => {
    const first = setUp();
    await first.accounts.use(mine);
    await first.accounts.current?.lease.release({ batches: [batch({ id: 'a' })], at: 1, isWhole: true });
    await first.accounts.current?.metadata.rename('a', 'Trailer');
    [...first.files.texts.keys()].forEach((name) => first.files.unreadable.add(name));
    const { accounts, store } = setUp(first.files);
    await accounts.use(mine);
    assert.deepEqual([accounts.isReady, store.batches, accounts.metadataOf('a')], [true, [], noMetadata]);
  });

  it('fires no event and restores no list after disposal', async () => {
    const first = setUp();
    await first.accounts.use(mine);
    await first.accounts.current?.lease.release({ batches: [batch({ id: 'a' })], at: 1, isWhole: true });
    const { accounts, store, changes } = setUp(first.files);
    const using = accounts.use(mine);
    accounts.dispose();
    await using;
    assert.deepEqual([changes, store.batches], [[], []]);
  });
});
