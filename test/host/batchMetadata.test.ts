import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { answering } from './support/answers';
import { useExtension } from './support/extension';
import { useTestUser } from './support/testUser';
import { eventually } from './support/poll';
import { FakeSecrets, activateSecondInstance } from './support/secondInstance';
import { replaceMember } from './support/replace';
import { setApiBaseUrl, setSetting } from './support/settings';
import { useSimulator } from './support/simulator';
import { itemOf, rowOf, shownBatches } from './support/view';

useExtension();

const run = (name: string, ...args: unknown[]): Thenable<unknown> =>
  vscode.commands.executeCommand(`syncBatches.${name}`, ...args);

const words = ({ contextValue }: vscode.TreeItem): string[] => (contextValue ?? '').split(' ');
const spoken = ({ accessibilityInformation }: vscode.TreeItem): string => accessibilityInformation?.label ?? '';
const beside = ({ description }: vscode.TreeItem): string => String(description);

/** Runs a command of the sources as the first thing after their start, while the key is still being read. */
async function runFirst(name: string, id: string): Promise<void> {
  const secrets = new FakeSecrets();
  await secrets.store('syncBatches.apiKey', 'key-of-the-keyring');
  const command = (): Thenable<unknown> => vscode.commands.executeCommand(`secondInstance.syncBatches.${name}`, id);
  (await activateSecondInstance(secrets, command)).end();
}

describe('A subscription to a batch', () => {
  const api = useSimulator();
  const user = useTestUser();

  beforeEach('add batches', async () => {
    const createdAt = Date.now() - 3_600_000;
    api.simulator.addBatch({ id: 'batch_running', createdAt, status: 'PROCESSING' });
    api.simulator.addBatch({ id: 'batch_waiting', createdAt, status: 'PENDING' });
    api.simulator.addBatch({ id: 'batch_odd', createdAt, status: 'ALMOST_THERE' });
    api.simulator.addBatch({ id: 'batch_done', createdAt, status: 'COMPLETED' });
    api.simulator.addBatch({ id: 'batch_lost', createdAt, status: 'FAILED' });
    await run('refresh');
  });

  it('shows on its row, for screen readers too, and changes the menu', async () => {
    const before = await itemOf('batch_running');
    await run('notifyWhenFinished', await rowOf('batch_running'));
    const item = await itemOf('batch_running');
    assert.deepEqual(words(item), ['batch', 'processing', 'subscribed']);
    assert.equal(beside(item), `${beside(before)} · notifies`);
    assert.equal(spoken(item), `${spoken(before)}, notifies you when finished`);
    assert.deepEqual(user.statusBar, ['$(check) You will be notified when batch_running has finished']);
    assert.deepEqual(user.messages, []);
    assert.deepEqual(words(await itemOf('batch_waiting')), ['batch', 'pending']);
  });

  it('is cancelled from the row, which is then as before', async () => {
    const before = await itemOf('batch_running');
    await run('notifyWhenFinished', 'batch_running');
    await run('dontNotifyWhenFinished', await rowOf('batch_running'));
    const item = await itemOf('batch_running');
    assert.deepEqual(words(item), ['batch', 'processing']);
    assert.deepEqual([beside(item), spoken(item)], [beside(before), spoken(before)]);
    assert.equal(user.statusBar.at(-1), '$(check) You will not be notified about batch_running');
    assert.deepEqual(user.messages, []);
  });

  it('sends no notification after it was cancelled', async () => {
    await run('notifyWhenFinished', 'batch_running');
    await run('notifyWhenFinished', 'batch_waiting');
    await run('dontNotifyWhenFinished', 'batch_running');
    api.simulator.updateBatch('batch_running', { status: 'COMPLETED' });
    await run('refresh');
    api.simulator.updateBatch('batch_waiting', { status: 'COMPLETED' });
    await run('refresh');
    assert.match((await eventually(() => user.onlyMessage())).text, /^The batch batch_waiting is complete/);
  });

  it('is offered in the palette for unfinished batches without one, including unknown statuses', async () => {
    await run('notifyWhenFinished', 'batch_waiting');
    const { rows, pick } = await answering({ label: 'batch_odd' }, () => run('notifyWhenFinished'));
    assert.deepEqual(rows.map(({ label }) => label).sort(), ['batch_odd', 'batch_running']);
    assert.match(pick?.placeHolder ?? '', /which batch/);
    assert.ok(words(await itemOf('batch_odd')).includes('subscribed'));
    assert.ok(!words(await itemOf('batch_running')).includes('subscribed'));
  });

  it('is cancelled from the palette among the subscribed batches', async () => {
    await run('notifyWhenFinished', 'batch_waiting');
    await run('notifyWhenFinished', 'batch_running');
    const { rows } = await answering({ label: 'batch_waiting' }, () => run('dontNotifyWhenFinished'));
    assert.deepEqual(rows.map(({ label }) => label).sort(), ['batch_running', 'batch_waiting']);
    assert.deepEqual(words(await itemOf('batch_waiting')), ['batch', 'pending']);
    assert.ok(words(await itemOf('batch_running')).includes('subscribed'));
  });

  for (const name of ['notifyWhenFinished', 'dontNotifyWhenFinished'] as const) {
    it(`stays unchanged when the user presses Escape in the pick: ${name}`, async () => {
      await run('notifyWhenFinished', 'batch_waiting');
      const { rows } = await answering({}, () => run(name));
      assert.ok(rows.length > 0);
      assert.ok(words(await itemOf('batch_waiting')).includes('subscribed'));
      assert.ok(!words(await itemOf('batch_running')).includes('subscribed'));
      assert.equal(user.statusBar.length, 1);
    });
  }

  it('reports that there is no batch to subscribe to or to unsubscribe from', async () => {
    await run('dontNotifyWhenFinished');
    assert.match(user.onlyMessage().text, /no batches that you asked to be notified about/);
    for (const id of ['batch_running', 'batch_waiting', 'batch_odd']) {
      await run('notifyWhenFinished', id);
    }
    await run('notifyWhenFinished');
    assert.equal(user.messages.length, 2);
    assert.match(user.messages[1]?.text ?? '', /no more unfinished batches to notify you about/);
    assert.deepEqual(
      user.messages.map(({ kind }) => kind),
      ['information', 'information'],
    );
  });

  for (const id of ['batch_done', 'batch_lost']) {
    it(`is not possible for a finished batch, which a message says: ${id}`, async () => {
      await run('notifyWhenFinished', id);
      const message = user.onlyMessage();
      assert.equal(message.kind, 'information');
      assert.equal(message.text, `The batch ${id} has already finished.`);
      assert.ok(!words(await itemOf(id)).includes('subscribed'));
      assert.deepEqual(user.statusBar, []);
    });
  }

  it('is confirmed without an icon in place of a part of the ID', async () => {
    api.simulator.addBatch({ id: '$(error) lost', createdAt: Date.now(), status: 'PROCESSING' });
    await run('refresh');
    await run('notifyWhenFinished', '$(error) lost');
    assert.deepEqual(user.statusBar, ['$(check) You will be notified when $\u200b(error) lost has finished']);
  });

  it('is the same when set twice', async () => {
    await run('notifyWhenFinished', 'batch_running');
    await run('notifyWhenFinished', 'batch_running');
    assert.deepEqual(words(await itemOf('batch_running')), ['batch', 'processing', 'subscribed']);
    await run('dontNotifyWhenFinished', 'batch_running');
    assert.deepEqual(words(await itemOf('batch_running')), ['batch', 'processing']);
  });

  it('is stored even if the setting disables notifications, with a button to the setting', async () => {
    await setSetting('syncBatches.notifications', 'none');
    const opened: unknown[][] = [];
    const { executeCommand } = vscode.commands;
    const restore = replaceMember(vscode.commands, 'executeCommand', <T>(command: string, ...args: unknown[]) => {
      if (command !== 'workbench.action.openSettings') {
        return executeCommand<T>(command, ...args);
      }
      opened.push(args);
      return Promise.resolve(undefined as T);
    });
    try {
      user.willPress('Open Setting');
      await run('notifyWhenFinished', 'batch_running');
      const message = user.onlyMessage();
      assert.equal(message.kind, 'information');
      assert.match(message.text, /turned off in the setting syncBatches\.notifications/);
      await eventually(() => {
        assert.deepEqual(opened, [['syncBatches.notifications']]);
      });
    } finally {
      restore();
      await setSetting('syncBatches.notifications', undefined);
    }
    assert.deepEqual(user.statusBar, []);
    assert.ok(words(await itemOf('batch_running')).includes('subscribed'));
  });

  it('survives a change of the account and back, and the other account does not have it', async () => {
    await run('notifyWhenFinished', 'batch_running');
    await setApiBaseUrl(api.simulator.url.replace('127.0.0.1', 'localhost'));
    // Unlike a refresh, this waits until the notes of the other account are there.
    await run('dontNotifyWhenFinished');
    assert.match(user.onlyMessage().text, /no batches that you asked to be notified about/);
    assert.ok(!words(await itemOf('batch_running')).includes('subscribed'));
    await setApiBaseUrl(api.simulator.url);
    await eventually(async () => {
      assert.ok(words(await itemOf('batch_running')).includes('subscribed'));
    });
  });

  it('can be the first action, while the key is still being read', async () => {
    api.simulator.setKeys(['key-of-the-keyring']);
    await runFirst('notifyWhenFinished', 'batch_running');
    assert.deepEqual(user.statusBar, ['$(check) You will be notified when batch_running has finished']);
    assert.deepEqual(user.messages, []);
  });

  it('can be cancelled as the first action, while the key is still being read', async () => {
    api.simulator.setKeys(['key-of-the-keyring']);
    await runFirst('dontNotifyWhenFinished', 'batch_running');
    assert.deepEqual(user.statusBar, ['$(check) You will not be notified about batch_running']);
  });
});

describe('The name of a batch', () => {
  const api = useSimulator();
  const user = useTestUser();

  beforeEach('add batches', async () => {
    const createdAt = Date.now() - 3_600_000;
    api.simulator.addBatch({ id: 'batch_abc', createdAt, status: 'PROCESSING', outputUrl: 'https://example.test/x' });
    api.simulator.addBatch({ id: 'batch_def', createdAt, status: 'COMPLETED' });
    await run('refresh');
  });

  const name = (id: string, text: string) => answering({ text }, () => run('renameBatch', id));

  it('is the label of its row, with the ID beside it, for screen readers too', async () => {
    const before = await itemOf('batch_abc');
    await name('batch_abc', 'Trailer, French');
    const item = await itemOf('batch_abc');
    assert.equal(item.label, 'Trailer, French');
    assert.equal(beside(item), `batch_abc · ${beside(before)}`);
    assert.equal(spoken(item), `Trailer, French, ${spoken(before)}`);
    assert.equal(item.id, before.id, 'it is the same row');
    assert.equal(item.contextValue, before.contextValue);
    assert.equal((await itemOf('batch_def')).label, 'batch_def');
    assert.deepEqual(user.messages, []);
  });

  it('is set on the row, without a request to the server', async () => {
    api.simulator.clearRequests();
    await answering({ text: 'Mine' }, async () => run('renameBatch', await rowOf('batch_def')));
    assert.equal((await itemOf('batch_def')).label, 'Mine');
    assert.deepEqual(api.simulator.requests, []);
  });

  it('is entered in an input with the ID, the current name, and a note on who sees it', async () => {
    const first = await name('batch_abc', 'One');
    assert.equal(first.input?.value, '');
    assert.match(first.input.title ?? '', /batch_abc/);
    assert.match(first.input.prompt ?? '', /on this computer only.*Leave it empty to remove it/);
    const second = await name('batch_abc', 'Two');
    assert.equal(second.input?.value, 'One');
    assert.equal((await itemOf('batch_abc')).label, 'Two');
  });

  it('is stored without surrounding spaces', async () => {
    await name('batch_abc', '  Two words\t');
    assert.equal((await itemOf('batch_abc')).label, 'Two words');
  });

  for (const [what, text] of [
    ['an empty name', ''],
    ['a name of blanks', '   '],
  ] as const) {
    it(`is removed by ${what}`, async () => {
      const before = await itemOf('batch_abc');
      await name('batch_abc', 'Trailer');
      await name('batch_abc', text);
      const item = await itemOf('batch_abc');
      assert.deepEqual([item.label, beside(item), spoken(item)], ['batch_abc', beside(before), spoken(before)]);
    });
  }

  it('stays unchanged when the user presses Escape', async () => {
    await name('batch_abc', 'Trailer');
    await answering({}, () => run('renameBatch', 'batch_abc'));
    assert.equal((await itemOf('batch_abc')).label, 'Trailer');
  });

  it('can be set from the palette, for a batch of any status', async () => {
    const { rows } = await answering({ label: 'batch_def', text: 'Done one' }, () => run('renameBatch'));
    assert.deepEqual(rows.map(({ label }) => label).sort(), ['batch_abc', 'batch_def']);
    assert.equal((await itemOf('batch_def')).label, 'Done one');
  });

  it('stays when the batch changes', async () => {
    await name('batch_abc', 'Trailer');
    api.simulator.updateBatch('batch_abc', { status: 'COMPLETED' });
    await run('refresh');
    assert.deepEqual(await shownBatches(), { COMPLETED: ['batch_abc', 'batch_def'] });
    assert.equal((await itemOf('batch_abc')).label, 'Trailer');
  });

  it('survives a change of the account and back, and the other account does not have it', async () => {
    await name('batch_abc', 'Trailer');
    await setApiBaseUrl(api.simulator.url.replace('127.0.0.1', 'localhost'));
    await run('refresh');
    assert.equal((await itemOf('batch_abc')).label, 'batch_abc');
    const { input } = await name('batch_abc', 'Of the other one');
    assert.equal(input?.value, '');
    await setApiBaseUrl(api.simulator.url);
    // Whether the list was kept by the time of the change is not told.
    await run('refresh');
    await eventually(async () => {
      assert.equal((await itemOf('batch_abc')).label, 'Trailer');
    });
  });

  it('is shown and searchable in the picks of other commands, like the ID', async () => {
    await name('batch_abc', 'Trailer');
    for (const command of ['copyBatchId', 'copyOutputUrl', 'openOutput', 'renameBatch', 'notifyWhenFinished']) {
      const { rows, pick } = await answering({}, () => run(command));
      const row = rows.find(({ label }) => label === 'Trailer') ?? assert.fail(command);
      assert.match(row.description ?? '', /batch_abc/);
      assert.equal(pick?.matchOnDescription, true);
    }
    await vscode.env.clipboard.writeText('what was there before');
    await answering({ label: 'Trailer' }, () => run('copyBatchId'));
    assert.equal(await vscode.env.clipboard.readText(), 'batch_abc');
  });

  describe('when typed', () => {
    let check: (value: string) => unknown;
    beforeEach('open the input', async () => {
      const { input } = await answering({}, () => run('renameBatch', 'batch_abc'));
      check = (value) => input?.validateInput?.(value);
    });

    it('may have up to 100 characters', () => {
      assert.equal(check('x'.repeat(100)), undefined);
      assert.equal(check(`  ${'x'.repeat(100)}  `), undefined);
      assert.match(String(check('x'.repeat(101))), /at most 100 characters/);
    });

    it('may be in any script, or empty', () => {
      for (const text of ['', 'Über-Trailer „Früh“', '予告編', 'مقطع دعائي', '🎬', '<b>&amp;', '{0}', '$(zap)']) {
        assert.equal(check(text), undefined, text);
      }
    });

    it('may not contain control characters', () => {
      for (const text of ['a\nb', 'a\0b', 'a\u001b[31mb', 'a\u0085b']) {
        assert.match(String(check(text)), /control characters/);
      }
    });
  });

  for (const hostile of [
    '$(zap) $(error)',
    '[free](command:workbench.action.closeWindow)',
    '\u202egnp.exe',
    'group:PROCESSING',
    '__proto__',
    '{0}{1}',
    '</script><b>"\'',
    '\ud83d\ude00'.repeat(50),
  ]) {
    it(`is harmless, whatever it contains: ${JSON.stringify(hostile.slice(0, 20))}`, async () => {
      const before = await itemOf('batch_abc');
      await run('notifyWhenFinished', 'batch_abc');
      await name('batch_abc', hostile);
      const item = await itemOf('batch_abc');
      assert.equal(item.label, hostile.replaceAll('\u202e', '\ufffd'));
      assert.equal(item.id, before.id);
      assert.equal(item.contextValue, `${before.contextValue ?? ''} subscribed`);
      assert.doesNotMatch(spoken(item), /\u202e/);

      const { rows } = await answering({}, () => run('copyBatchId'));
      const texts = rows.map(({ label, description, detail }) => [label, description, detail].join(' '));
      assert.deepEqual(
        texts.filter((text) => text.includes('$(') || text.includes('\u202e')),
        [],
      );

      api.simulator.updateBatch('batch_abc', { status: 'COMPLETED' });
      await run('refresh');
      const { text } = await eventually(() => user.onlyMessage());
      assert.doesNotMatch(text, /\]\(|\u202e/);
      assert.match(text, /^The batch .+ is complete: /u);
    });
  }

  it('can be set as the first action, while the key is still being read', async () => {
    api.simulator.setKeys(['key-of-the-keyring']);
    const { input } = await answering({ text: 'Trailer' }, () => runFirst('renameBatch', 'batch_abc'));
    assert.match(input?.title ?? '', /batch_abc/);
    assert.deepEqual(user.messages, []);
  });
});
