import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { environmentKey, useExtension, watched } from './support/extension';
import { escapeFrom, pressEnterUntil } from './support/input';
import { useTestUser } from './support/testUser';
import { eventually } from './support/poll';
import { replaceMember } from './support/replace';
import { useSimulator } from './support/simulator';

useExtension();

/** What stands under an input. */
const under = ({ validationMessage }: vscode.InputBox): string =>
  typeof validationMessage === 'object' ? validationMessage.message : (validationMessage ?? '');

const newKey = 'AnotherKeyOfTheHostSuites';

describe('The API key', () => {
  let boxes: vscode.InputBox[] = [];
  let restore: () => void;
  // Before the API and the simulated user are gone: hooks run in the order in which they are declared.
  afterEach('forget the key', async () => {
    restore();
    if ((await keyInUse()) !== environmentKey) {
      user.willPress('Remove');
      await vscode.commands.executeCommand('syncBatches.removeApiKey');
    }
  });
  const api = useSimulator();
  const user = useTestUser();

  beforeEach('look over the shoulder of who types', () => {
    boxes = [];
    const { createInputBox } = vscode.window;
    restore = replaceMember(vscode.window, 'createInputBox', () => {
      const box = createInputBox();
      boxes.push(box);
      return box;
    });
    api.simulator.setKeys([environmentKey, newKey]);
  });
  /** The key with which the list is asked for. */
  async function keyInUse(): Promise<string | undefined> {
    api.simulator.faults.clear();
    api.simulator.clearRequests();
    await vscode.commands.executeCommand('syncBatches.refresh');
    // Enter may have been pressed more than once, and so a check of a key may still come: it asks for a span of time.
    return api.simulator.requests.findLast(({ query }) => Object.keys(query).length === 0)?.headers['x-api-key'];
  }

  /** Opens the input, types, and gives the input and what the command is waited for by. */
  async function type(text: string): Promise<{ box: vscode.InputBox; command: Thenable<unknown> }> {
    const before = boxes.length;
    const command = vscode.commands.executeCommand('syncBatches.setApiKey');
    const box = await eventually(() => boxes[before] ?? assert.fail('there is no input'));
    box.value = text;
    return { box, command };
  }

  async function enterKey(text: string): Promise<void> {
    const { command } = await type(text);
    const state = { isDone: false };
    const done = Promise.resolve(command).finally(() => {
      state.isDone = true;
    });
    await pressEnterUntil(() => state.isDone || user.messages.length > 0);
    await done;
  }

  it('is entered in a masked input with a link to the API keys page', async () => {
    const { box, command } = await type('');
    assert.equal(box.password, true);
    assert.equal(box.ignoreFocusOut, true);
    assert.match(box.prompt ?? '', /https:\/\/sync\.so\/settings\/api-keys/);
    assert.equal(box.buttons.length, 1);
    assert.ok(box.buttons[0]?.tooltip);
    await escapeFrom(command);
  });

  it('stays unchanged, without a message, when the user presses Escape', async () => {
    await escapeFrom((await type(newKey)).command);
    assert.deepEqual([user.messages, user.statusBar, api.simulator.requests], [[], [], []]);
    assert.equal(await keyInUse(), environmentKey);
  });

  it('is checked with one call, stored without surrounding spaces, and then used', async () => {
    await enterKey(`  ${newKey}\t`);
    assert.deepEqual(user.statusBar, ['$(check) API key stored']);
    assert.deepEqual(user.messages, []);
    const [check] = api.simulator.requests;
    assert.equal(check?.headers['x-api-key'], newKey);
    assert.deepEqual(Object.keys(check.query), ['created_after']);
    assert.equal(await keyInUse(), newKey);
  });

  it('is removed only after a confirmation', async () => {
    await enterKey(newKey);
    await vscode.commands.executeCommand('syncBatches.removeApiKey');
    assert.equal(user.onlyMessage().modal, true);
    assert.equal(await keyInUse(), newKey);
  });

  it('is replaced by the one of the environment when it is removed', async () => {
    await enterKey(newKey);
    user.willPress('Remove');
    await vscode.commands.executeCommand('syncBatches.removeApiKey');
    assert.ok(user.statusBar.includes('$(check) API key removed'));
    await eventually(async () => {
      assert.equal(await keyInUse(), environmentKey);
    });
    assert.equal((await watched()).contextKeys.get('syncBatches.hasApiKey'), true);
  });

  it('can not be removed if it comes from the environment, which a message explains', async () => {
    await vscode.commands.executeCommand('syncBatches.removeApiKey');
    const message = user.onlyMessage();
    assert.equal(message.kind, 'information');
    assert.match(message.text, /SYNC_API_KEY/);
    assert.equal(await keyInUse(), environmentKey);
  });

  for (const [what, text, words] of [
    ['nothing', '', /Enter the API key/],
    ['only blanks', '   ', /Enter the API key/],
    ['blanks inside', 'two words', /no spaces/],
    ['an accent', 'clé-secrète', /accents/],
    ['far too much', 'x'.repeat(5_000), /too long/],
  ] as const) {
    it(`is refused with the reason before anything is sent: ${what}`, async () => {
      const { box, command } = await type(text);
      await pressEnterUntil(() => under(box) !== '');
      assert.match(under(box), words);
      assert.deepEqual(api.simulator.requests, []);
      await escapeFrom(command);
    });
  }

  it('is not stored if the server refuses it, and can be corrected in place', async () => {
    const { box, command } = await type('a-wrong-key');
    await pressEnterUntil(() => under(box) !== '');
    assert.match(under(box), /refused this key \(401\).*not stored/);
    assert.equal(box.enabled, true);
    assert.equal(box.value, 'a-wrong-key');

    box.value = newKey;
    const state = { isDone: false };
    const done = Promise.resolve(command).finally(() => {
      state.isDone = true;
    });
    await pressEnterUntil(() => state.isDone);
    await done;
    assert.equal(await keyInUse(), newKey);
  });

  it('is not stored if it could not be checked, unless the user chooses that', async () => {
    api.simulator.faults.add({ effect: { kind: 'wrongShape' } });
    const { command } = await type(newKey);
    await pressEnterUntil(() => user.messages.length > 0);
    const message = user.onlyMessage();
    assert.equal(message.kind, 'warning');
    assert.match(message.text, /could not be checked and was not stored/);
    assert.deepEqual(message.buttons, ['Store Anyway', 'Try Again']);
    await vscode.commands.executeCommand('notifications.clearAll');
    await command;
    assert.equal(await keyInUse(), environmentKey);
  });

  it('is stored if it could not be checked and the user chooses that', async () => {
    api.simulator.faults.add({ effect: { kind: 'wrongShape' } });
    user.willPress('Store Anyway');
    await enterKey(newKey);
    // A message is waited for by nobody, the command included.
    await eventually(() => {
      assert.deepEqual(user.statusBar, ['$(check) API key stored']);
    });
    assert.equal(await keyInUse(), newKey);
  });

  it('is stored if the account has no Batch API, with a button to billing', async () => {
    api.simulator.faults.add({ effect: { kind: 'status', status: 402 } });
    await enterKey(newKey);
    const message = user.onlyMessage();
    assert.match(message.text, /402/);
    assert.equal(message.buttons[0], 'Open Billing');
    assert.equal(await keyInUse(), newKey);
  });

  it('never appears in a message, the status bar or a setting, even if the server repeats it', async () => {
    await enterKey(newKey);
    api.simulator.faults.add({ effect: { kind: 'echoKey', status: 400 } });
    await vscode.commands.executeCommand('syncBatches.refresh');
    assert.match(user.onlyMessage().text, /\[redacted\]/);
    const settings = JSON.stringify(vscode.workspace.getConfiguration('syncBatches'));
    for (const key of [newKey, environmentKey]) {
      assert.equal(user.allWords().includes(key), false);
      assert.equal(settings.includes(key), false);
    }
  });
});
