import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { readNotifications } from '../../src/editor/shared/settings';
import { answering } from './support/answers';
import { useExtension, type Watched, watched } from './support/extension';
import { type Message, useTestUser } from './support/testUser';
import { eventually } from './support/poll';
import { replaceMember } from './support/replace';
import { nowhere, setApiBaseUrl, setSetting } from './support/settings';
import { useSimulator } from './support/simulator';
import { closeView, itemOf, openView, shownBatches } from './support/view';

useExtension();

const run = (name: string, ...args: unknown[]): Thenable<unknown> =>
  vscode.commands.executeCommand(`syncBatches.${name}`, ...args);
const notifications = 'syncBatches.notifications';

const isSubscribed = async (id: string): Promise<boolean> =>
  ((await itemOf(id)).contextValue ?? '').split(' ').includes('subscribed');

describe('A finished batch', () => {
  const api = useSimulator();
  const user = useTestUser();
  let seen: Watched;

  before(async () => {
    seen = await watched();
  });
  afterEach('take the setting back', async () => {
    await setSetting(notifications, undefined);
    await closeView();
  });

  /** Adds unfinished batches, and makes the extension load them. */
  async function follow(...ids: string[]): Promise<void> {
    for (const [index, id] of ids.entries()) {
      api.simulator.addBatch({ id, createdAt: Date.now() - index * 60_000, status: 'PROCESSING', total: 5 });
    }
    // Unlike a refresh, this command waits for the stored data of the account. Its quick pick is canceled.
    await answering({}, () => run('copyBatchId'));
    await run('refresh');
  }

  /** Adds unfinished batches and subscribes to them. */
  async function mark(...ids: string[]): Promise<void> {
    await follow(...ids);
    for (const id of ids) {
      await run('notifyWhenFinished', id);
      assert.equal(await isSubscribed(id), true);
    }
  }

  /** Finishes the batches, and makes the extension load them. */
  async function end(statuses: Readonly<Record<string, string>>): Promise<void> {
    for (const [id, status] of Object.entries(statuses)) {
      api.simulator.updateBatch(id, { status });
    }
    await run('refresh');
  }

  const message = (): Promise<Message> => eventually(() => user.onlyMessage());

  it('causes one notification, with buttons for its results and its row', async () => {
    await mark('batch_a');
    await end({ batch_a: 'COMPLETED' });
    assert.deepEqual(await message(), {
      kind: 'information',
      text: 'The batch batch_a is complete: 5 of 5 succeeded.',
      modal: false,
      buttons: ['Show Results', 'Show in List'],
    });
    await run('refresh');
    assert.equal(user.messages.length, 1);
    assert.equal(await isSubscribed('batch_a'), false);
  });

  it('causes a warning if it failed, without a button for missing results', async () => {
    await mark('batch_a');
    api.simulator.updateBatch('batch_a', { status: 'FAILED', succeeded: 0, failed: 5, outputUrl: '' });
    await run('refresh');
    assert.deepEqual(await message(), {
      kind: 'warning',
      text: 'The batch batch_a has failed: 0 of 5 succeeded, 5 failed.',
      modal: false,
      buttons: ['Show in List'],
    });
  });

  it('is called by the name that the user gave it', async () => {
    await mark('batch_a');
    const restore = replaceMember(vscode.window, 'showInputBox', () => Promise.resolve('Trailer, French'));
    try {
      await run('renameBatch', 'batch_a');
    } finally {
      restore();
    }
    await end({ batch_a: 'COMPLETED' });
    assert.match((await message()).text, /^The batch Trailer, French is complete: /);
  });

  it('makes no link of its ID', async () => {
    const id = '[free](command:workbench.action.closeWindow)';
    await mark(id);
    await end({ [id]: 'COMPLETED' });
    const { text } = await message();
    assert.doesNotMatch(text, /\]\(/);
    assert.match(text, /free/);
  });

  it('shows its results in a tab from the notification', async () => {
    await mark('batch_a');
    user.willPress('Show Results');
    await end({ batch_a: 'COMPLETED' });
    const tab = await eventually(() => {
      const { activeTab } = vscode.window.tabGroups.activeTabGroup;
      assert.equal(activeTab?.label, 'batch_a');
      return activeTab;
    });
    assert.equal(user.messages.length, 1);
    await vscode.window.tabGroups.close(tab);
  });

  it('is shown in the list from the notification: the view opens and the row is selected', async () => {
    await mark('batch_a', 'batch_b');
    user.willPress('Show in List');
    await end({ batch_b: 'COMPLETED' });
    await eventually(() => {
      assert.equal(seen.view.visible, true);
      assert.deepEqual(
        seen.view.selection.map((node) => node.kind === 'batch' && node.batch.id),
        ['batch_b'],
      );
    });
  });

  it('is shown in the list even if its group shows only newer ones', async () => {
    for (let index = 0; index < 120; index++) {
      api.simulator.addBatch({ id: `newer_${index}`, createdAt: Date.now() - index * 1_000, status: 'COMPLETED' });
    }
    api.simulator.addBatch({ id: 'batch_old', createdAt: Date.now() - 3_600_000, status: 'PROCESSING' });
    await run('refresh');
    await run('notifyWhenFinished', 'batch_old');
    user.willPress('Show in List');
    await end({ batch_old: 'COMPLETED' });
    await eventually(() => {
      assert.deepEqual(
        seen.view.selection.map((node) => node.kind === 'batch' && node.batch.id),
        ['batch_old'],
      );
    });
  });

  it('shares one notification with others that finish at the same time, a warning if one failed', async () => {
    await mark('batch_a', 'batch_b', 'batch_c');
    await end({ batch_a: 'COMPLETED', batch_b: 'FAILED', batch_c: 'COMPLETED' });
    assert.deepEqual(await message(), {
      kind: 'warning',
      text: '3 batches have finished: 2 completed, 1 failed.',
      modal: false,
      buttons: ['Show in List'],
    });
    await run('refresh');
    assert.equal(user.messages.length, 1);
  });

  it('causes a notification even if the filter hides it', async () => {
    await mark('batch_a');
    const pick = (rows: readonly { readonly status?: string }[]): Promise<unknown> =>
      Promise.resolve(rows.filter(({ status }) => status === 'PROCESSING'));
    const restore = replaceMember(vscode.window, 'showQuickPick', pick as never);
    try {
      await run('filterByStatus');
    } finally {
      restore();
    }
    try {
      assert.deepEqual(await shownBatches(), { PROCESSING: ['batch_a'] });
      user.willPress('Show in List');
      await end({ batch_a: 'COMPLETED' });
      assert.match((await message()).text, /batch_a is complete/);
      await eventually(() => {
        assert.equal(seen.view.visible, true);
      });
      assert.deepEqual(await shownBatches(), {});
    } finally {
      await run('clearFilters');
    }
  });

  it('causes a notification only if it is subscribed, by default', async () => {
    assert.equal(readNotifications(), 'mine');
    await mark('batch_a');
    await follow('batch_b');
    await end({ batch_a: 'COMPLETED', batch_b: 'COMPLETED' });
    assert.match((await message()).text, /^The batch batch_a is complete/);
  });

  it('always causes a notification if the setting says so', async () => {
    await setSetting(notifications, 'all');
    await follow('batch_a');
    await end({ batch_a: 'COMPLETED' });
    assert.match((await message()).text, /^The batch batch_a is complete/);
  });

  it('never causes a notification if the setting says so, not even later', async () => {
    await mark('batch_a', 'batch_b');
    await setSetting(notifications, 'none');
    await end({ batch_a: 'COMPLETED' });
    await eventually(async () => {
      assert.equal(await isSubscribed('batch_a'), false);
    });
    assert.deepEqual(user.messages, []);
    await setSetting(notifications, 'all');
    await end({ batch_b: 'COMPLETED' });
    assert.match((await message()).text, /^The batch batch_b is complete/);
  });

  for (const garbage of ['everything', '', 7, true, {}, []]) {
    it(`causes a notification if it is subscribed and the setting is invalid: ${JSON.stringify(garbage)}`, async () => {
      await setSetting(notifications, garbage);
      assert.equal(readNotifications(), 'mine');
    });
  }

  it('causes no notification if it was finished when first loaded', async () => {
    await setSetting(notifications, 'all');
    api.simulator.addBatch({ id: 'batch_done', createdAt: Date.now() - 60_000, status: 'COMPLETED' });
    await follow('batch_a');
    await end({ batch_a: 'COMPLETED' });
    assert.match((await message()).text, /^The batch batch_a is complete/);
    assert.equal(seen.view.badge?.value, 1);
  });

  it('causes no notification if it finished before the start, but counts in the badge', async () => {
    await setSetting(notifications, 'all');
    await follow('batch_a', 'batch_b');
    api.simulator.clearRequests();
    // Restores the last list, as at a start. Poll, because there is no event when it has been stored.
    await eventually(async () => {
      await setApiBaseUrl(nowhere);
      await setApiBaseUrl(api.simulator.url);
      await eventually(async () => {
        assert.deepEqual(await shownBatches(), { PROCESSING: ['batch_a', 'batch_b'] });
      }, 6_000);
    });
    assert.deepEqual(api.simulator.requests, []);
    await end({ batch_a: 'COMPLETED' });
    assert.deepEqual(await shownBatches(), { PROCESSING: ['batch_b'], COMPLETED: ['batch_a'] });
    assert.equal(seen.view.badge?.value, 1);
    // Batches that finish from now on cause notifications.
    await end({ batch_b: 'COMPLETED' });
    assert.match((await message()).text, /^The batch batch_b is complete/);
  });

  it('causes no second notification if it was unfinished again in between', async () => {
    await setSetting(notifications, 'all');
    await follow('batch_a', 'batch_b');
    await end({ batch_a: 'FAILED' });
    await message();
    await end({ batch_a: 'PROCESSING' });
    assert.deepEqual(await shownBatches(), { PROCESSING: ['batch_a', 'batch_b'] });
    await end({ batch_a: 'COMPLETED', batch_b: 'COMPLETED' });
    await eventually(() => {
      assert.equal(user.messages.length, 2);
    });
    assert.match(user.messages[1]?.text ?? '', /^The batch batch_b is complete/);
  });

  it('causes no notification if it disappears from the list', async () => {
    await setSetting(notifications, 'all');
    await follow('batch_a', 'batch_b');
    api.simulator.removeBatch('batch_a');
    await end({ batch_b: 'COMPLETED' });
    assert.match((await message()).text, /^The batch batch_b is complete/);
    assert.deepEqual(await shownBatches(), { COMPLETED: ['batch_b'] });
  });

  it('does not include batches with an unknown status', async () => {
    await setSetting(notifications, 'all');
    await follow('batch_a', 'batch_b');
    await end({ batch_a: 'ALMOST_THERE', batch_b: 'COMPLETED' });
    assert.match((await message()).text, /^The batch batch_b is complete/);
    assert.equal(seen.view.badge?.value, 1);
  });

  describe('while the view is hidden', () => {
    it('counts in the badge, whatever the setting, with a sentence as tooltip', async () => {
      await setSetting(notifications, 'none');
      await follow('batch_a', 'batch_b', 'batch_c');
      assert.equal(seen.view.badge, undefined);
      await end({ batch_a: 'COMPLETED' });
      assert.deepEqual(seen.view.badge, {
        value: 1,
        tooltip: '1 batch has completed since you last looked.',
      });
      await end({ batch_b: 'FAILED', batch_c: 'COMPLETED' });
      assert.deepEqual(seen.view.badge, {
        value: 3,
        tooltip: '3 batches have finished since you last looked: 2 completed, 1 failed.',
      });
    });

    it('counts once, with its last outcome', async () => {
      await follow('batch_a');
      await end({ batch_a: 'FAILED' });
      await end({ batch_a: 'PROCESSING' });
      await end({ batch_a: 'COMPLETED' });
      assert.deepEqual(seen.view.badge, {
        value: 1,
        tooltip: '1 batch has completed since you last looked.',
      });
    });

    it('counts until the view is visible, and not again when it is hidden', async () => {
      await follow('batch_a');
      await end({ batch_a: 'COMPLETED' });
      assert.equal(seen.view.badge?.value, 1);
      await openView();
      await eventually(() => {
        assert.equal(seen.view.badge, undefined);
      });
      await closeView();
      await run('refresh');
      assert.equal(seen.view.badge, undefined);
    });

    it('counts in a window without the focus', async () => {
      await follow('batch_a');
      await end({ batch_a: 'COMPLETED' });
      const restore = replaceMember(vscode.window, 'state', { focused: false, active: false });
      try {
        await openView();
        await eventually(async () => {
          assert.deepEqual(await shownBatches(), { COMPLETED: ['batch_a'] });
        });
        assert.equal(seen.view.badge?.value, 1);
        await closeView();
      } finally {
        restore();
      }
      await openView();
      await eventually(() => {
        assert.equal(seen.view.badge, undefined);
      });
    });

    it('is removed from the badge when the account changes', async () => {
      await follow('batch_a');
      await end({ batch_a: 'COMPLETED' });
      assert.equal(seen.view.badge?.value, 1);
      await setApiBaseUrl(api.simulator.url.replace('127.0.0.1', 'localhost'));
      assert.equal(seen.view.badge, undefined);
    });
  });

  it('causes no badge while the view is visible, but a notification', async () => {
    await mark('batch_a');
    await openView();
    await end({ batch_a: 'COMPLETED' });
    await message();
    assert.equal(seen.view.badge, undefined);
  });
});
