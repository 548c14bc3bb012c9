import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { theExtension, useExtension, watched } from './support/extension';
import { usePerson } from './support/person';
import { eventually } from './support/poll';
import { FakeSecrets, rehearse } from './support/rehearsal';
import { useSimulator } from './support/simulator';

useExtension();

interface Manifest {
  readonly activationEvents: readonly string[];
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

const manifest = (): Manifest => theExtension().packageJSON as Manifest;
const contributedCommands = (): string[] =>
  manifest()
    .contributes.commands.map(({ command }) => command)
    .sort();

/** The commands of the extension in a list, without those that VS Code creates for its view. */
function ownCommands(commands: readonly string[]): string[] {
  return commands.filter((id) => /^syncBatches\.(?!batches\.)/.test(id)).sort();
}

describe('Activation', () => {
  it('is triggered by the view, the commands, its own tabs and batch files, and by nothing else', () => {
    assert.deepEqual(
      manifest().activationEvents.filter((event) => !/^on(?:Command|View):syncBatches\./.test(event)),
      // VS Code restores results tabs after a reload, and batch files are checked when they are opened.
      ['onWebviewPanel:syncBatches.results', 'onFileSystem:sync-batches-results', 'onLanguage:jsonl'],
    );
  });

  it('registers all contributed commands, and no others', async () => {
    const { commandsAfter } = await watched();
    assert.deepEqual(ownCommands(commandsAfter), contributedCommands());
  });

  it('registers them: VS Code has none of them before', async () => {
    const { commandsBefore } = await watched();
    assert.deepEqual(ownCommands(commandsBefore), []);
  });

  it('sends no requests while the view is hidden, even with a key', async () => {
    const { viewWasVisible, requestsByThen } = await watched();
    assert.equal(viewWasVisible, false);
    assert.equal(requestsByThen, 0);
  });

  it('exports no API to other extensions', () => {
    assert.equal(theExtension().exports, undefined);
  });
});

describe('Activation, from the sources', () => {
  const api = useSimulator();
  const person = usePerson();

  it('awaits nothing: everything is registered when it returns, even if the keyring does not respond', async () => {
    const secrets = new FakeSecrets();
    secrets.isSilent = true;
    const rehearsal = await rehearse(secrets);
    try {
      assert.equal(rehearsal.returned, undefined);
      assert.deepEqual([...rehearsal.commands].sort(), contributedCommands());
      const commands = rehearsal.commands.map((id) => `command ${id}`);
      assert.deepEqual([...rehearsal.madeAtOnce].sort(), [
        ...commands.sort(),
        'result documents',
        'results tabs',
        'tree view',
      ]);
      assert.ok(rehearsal.open.has('settings listener'));
      assert.equal(secrets.listeners, 1);
    } finally {
      rehearsal.end();
    }
  });

  it('reports some seconds later that the keyring does not respond', async () => {
    const secrets = new FakeSecrets();
    secrets.isSilent = true;
    const rehearsal = await rehearse(secrets);
    try {
      assert.equal(rehearsal.contextKeys.get('syncBatches.viewState'), 'loading');
      await eventually(() => {
        assert.equal(rehearsal.contextKeys.get('syncBatches.viewState'), 'keyringSilent');
      });
    } finally {
      rehearsal.end();
    }
  });

  it('uses the key that another window stores or removes', async () => {
    const secrets = new FakeSecrets();
    const rehearsal = await rehearse(secrets);
    const hasKey = (): unknown => rehearsal.contextKeys.get('syncBatches.hasApiKey');
    try {
      await eventually(() => {
        assert.equal(rehearsal.contextKeys.get('syncBatches.viewState'), 'noKey');
      });
      assert.equal(hasKey(), false);
      await secrets.store('syncBatches.apiKey', 'key-of-another-window');
      await eventually(() => {
        assert.equal(hasKey(), true);
      });
      await secrets.delete('syncBatches.apiKey');
      await eventually(() => {
        assert.equal(hasKey(), false);
      });
    } finally {
      rehearsal.end();
    }
  });

  it('allows Refresh as the first command, while the key is still being read', async () => {
    const secrets = new FakeSecrets();
    await secrets.store('syncBatches.apiKey', 'key-of-the-keyring');
    api.simulator.setKeys(['key-of-the-keyring']);
    const rehearsal = await rehearse(secrets, () => vscode.commands.executeCommand('rehearsal.syncBatches.refresh'));
    try {
      assert.deepEqual(person.messages, []);
      assert.deepEqual(
        api.simulator.requests.map(({ headers }) => headers['x-api-key']),
        ['key-of-the-keyring'],
      );
    } finally {
      rehearsal.end();
    }
  });

  it('allows a batch command as the first command, while the key is still being read', async () => {
    const secrets = new FakeSecrets();
    await secrets.store('syncBatches.apiKey', 'key-of-the-keyring');
    api.simulator.setKeys(['key-of-the-keyring']);
    api.simulator.addBatch({ id: 'batch_1', createdAt: Date.now() });
    const rehearsal = await rehearse(secrets, () =>
      vscode.commands.executeCommand('rehearsal.syncBatches.copyBatchId', 'batch_1'),
    );
    try {
      assert.deepEqual(person.messages, []);
      assert.equal(await vscode.env.clipboard.readText(), 'batch_1');
    } finally {
      rehearsal.end();
    }
  });

  it('does not touch other secrets', async () => {
    const secrets = new FakeSecrets();
    const rehearsal = await rehearse(secrets);
    try {
      await secrets.store('someoneElses.apiKey', 'not-ours');
      await eventually(() => {
        assert.equal(rehearsal.contextKeys.get('syncBatches.viewState'), 'noKey');
      });
      assert.equal(rehearsal.contextKeys.get('syncBatches.hasApiKey'), false);
    } finally {
      rehearsal.end();
    }
  });

  it('can be undone: everything is disposed, and a second dispose does no harm', async () => {
    const secrets = new FakeSecrets();
    const rehearsal = await rehearse(secrets);
    assert.ok(rehearsal.open.size > rehearsal.commands.length);
    rehearsal.end();
    assert.deepEqual([...rehearsal.open], []);
    assert.equal(secrets.listeners, 0);
    rehearsal.end();
    const left = (await vscode.commands.getCommands()).filter((id) => id.startsWith('rehearsal.'));
    assert.deepEqual(left, []);
  });
});
