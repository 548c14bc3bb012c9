import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { CurrentAccount } from '../../src/core/account/currentAccount';
import type { CommandContext } from '../../src/editor/runCommand';
import { notifyWhenFinished } from '../../src/editor/batches/commands/notifyWhenFinished';
import { renameBatch } from '../../src/editor/batches/commands/renameBatch';
import { CompletionNotifier } from '../../src/editor/sidebar/completionNotifier';
import type { BatchesView } from '../../src/editor/sidebar/batchesView';
import { batch } from '../unit/support/batches';
import { FakeClock, settle } from '../unit/support/fakeClock';
import { MemoryFiles } from '../unit/support/memoryFiles';
import { ModelServer, storeOn } from '../unit/support/modelServer';
import { RecordingLog } from '../unit/support/recordingLog';
import { useTestUser } from './support/testUser';
import { replaceMember } from './support/replace';

const baseUrl = 'https://api.sync.so';
const mine = { baseUrl, key: 'my-key' };
const theirs = { baseUrl, key: 'their-key' };

const running = batch({ id: 'batch_a', status: 'PROCESSING' });
const failed = { ...running, status: 'FAILED' };

/** A window without the rest of the extension, so that the test controls the disk and other windows. */
async function openWindow(server: ModelServer, files = new MemoryFiles()) {
  const clock = new FakeClock();
  const log = new RecordingLog();
  const store = storeOn(server, clock);
  const currentAccount = new CurrentAccount({ files, window: 'window', store, clock, log });
  const view = { setBadge: () => undefined, selection: [] } as unknown as BatchesView;
  const completionNotifier = new CompletionNotifier({ store, currentAccount, view, log });
  const keys = { settled: () => Promise.resolve() };
  const context = { store, currentAccount, view, keys } as unknown as CommandContext;
  await currentAccount.use(mine);
  const { current } = currentAccount;
  assert.ok(current);
  /** Changes the account like the editor does. */
  const use = async (access: typeof mine): Promise<void> => {
    const using = currentAccount.use(access);
    store.reset();
    completionNotifier.reset();
    await using;
  };
  return { files, log, store, currentAccount, context, metadata: current.metadata, lease: current.lease, use };
}

async function quiet(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) {
    await settle();
  }
}

describe('A finished batch, with several windows,', () => {
  const user = useTestUser();

  /** Answers the quick pick of a command with its first row, after an action. */
  async function picking(meanwhile: () => Promise<unknown>, command: () => Promise<void>): Promise<void> {
    const restore = replaceMember(vscode.window, 'showQuickPick', (async (rows: readonly unknown[]) => {
      await meanwhile();
      return rows[0];
    }) as never);
    try {
      await command();
    } finally {
      restore();
    }
  }

  it('causes one notification if that cannot be stored, and the log says why', async () => {
    const server = new ModelServer(running);
    const { files, log, store, metadata } = await openWindow(server);
    await store.load();
    await metadata.setSubscribed('batch_a', true);
    files.isReadOnly = true;
    server.put(failed);
    await store.load();
    await store.load();
    await quiet();
    assert.match(user.onlyMessage().text, /batch_a has failed/);
    assert.match(log.at('warn').join(), /read-only/);
    assert.deepEqual(log.at('error'), []);
  });

  it('causes no notification if the account has changed', async () => {
    const server = new ModelServer(running);
    const { files, store, metadata, use } = await openWindow(server);
    await store.load();
    await metadata.setSubscribed('batch_a', true);
    files.afterNextUpdate = () => void use(theirs);
    server.put(failed);
    await store.load();
    await quiet();
    assert.deepEqual(user.messages, []);
  });

  it('causes one notification if it is subscribed and was finished when first loaded', async () => {
    const server = new ModelServer();
    const { store, metadata } = await openWindow(server);
    await store.load();
    // Like a batch that was submitted here while no list could be loaded.
    await metadata.setSubscribed('batch_a', true);
    server.put(failed);
    await store.loadChanges();
    await store.load();
    await quiet();
    assert.match(user.onlyMessage().text, /batch_a has failed/);
    assert.equal(metadata.of('batch_a').isSubscribed, false);
  });

  it('causes no notification if another window has shown one', async () => {
    const server = new ModelServer(failed);
    const { files, store, metadata } = await openWindow(server);
    await metadata.setSubscribed('batch_a', true);
    const { metadata: others } = await openWindow(new ModelServer(), files);
    await others.claimNotifications(['batch_a']);
    await store.load();
    await quiet();
    assert.deepEqual(user.messages, []);
    assert.equal(metadata.of('batch_a').isSubscribed, false);
  });

  it('causes no notification if it finished while away or comes from a stored list', async () => {
    const files = new MemoryFiles();
    const { lease, metadata } = await openWindow(new ModelServer(), files);
    await metadata.setSubscribed('batch_a', true);
    await lease.release({ batches: [running], at: 1, isWhole: true });
    const { store } = await openWindow(new ModelServer(failed), files);
    await store.load();
    await quiet();
    assert.deepEqual(user.messages, []);
    await metadata.setSubscribed('batch_b', true);
    await lease.release({ batches: [{ ...failed, id: 'batch_b' }], at: 1, isWhole: true });
    await openWindow(new ModelServer(), files);
    await quiet();
    assert.deepEqual(user.messages, []);
  });

  for (const when of ['while the pick is open', 'while the mark is written'] as const) {
    it(`is reported as already finished if it finishes ${when}`, async () => {
      const server = new ModelServer(running);
      const { files, store, metadata, context } = await openWindow(server);
      await store.load();
      const end = (): Promise<unknown> => {
        server.put(failed);
        return store.load();
      };
      const update = files.update.bind(files);
      if (when === 'while the mark is written') {
        files.update = async (name, change) => {
          Reflect.deleteProperty(files, 'update');
          await end();
          await update(name, change);
        };
      }
      const meanwhile = when === 'while the pick is open' ? end : () => Promise.resolve();
      await picking(meanwhile, () => notifyWhenFinished(context, undefined));
      await store.load();
      await quiet();
      assert.equal(user.onlyMessage().text, 'The batch batch_a has already finished.');
      assert.deepEqual(user.statusBar, []);
      assert.equal(metadata.of('batch_a').isSubscribed, false);
    });
  }

  it('is not stored for another account if the account changes during a quick pick; neither is a name', async () => {
    for (const command of [notifyWhenFinished, renameBatch]) {
      const { files, store, context, use } = await openWindow(new ModelServer(running));
      await store.load();
      const restore = replaceMember(vscode.window, 'showInputBox', () => Promise.resolve('Trailer'));
      try {
        await picking(
          () => use(theirs),
          () => command(context, undefined),
        );
      } finally {
        restore();
      }
      assert.deepEqual([...files.texts.keys()], []);
    }
    assert.deepEqual(user.statusBar, []);
  });

  it('can be subscribed while one load replaces another: the list loads in the end', async () => {
    const { store, context } = await openWindow(new ModelServer(running));
    const asking = notifyWhenFinished(context, 'batch_a');
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
    store.setFilter({ statuses: ['PROCESSING'], created: undefined });
    await asking;
    assert.deepEqual(user.messages, []);
    assert.deepEqual(user.statusBar, ['$(check) You will be notified when batch_a has finished']);
  });
});
