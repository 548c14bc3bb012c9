import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { theExtension, useExtension, watched } from './support/extension';
import { useTestUser } from './support/testUser';
import { eventually } from './support/poll';
import { FakeSecrets, activateSecondInstance } from './support/secondInstance';
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
  const user = useTestUser();

  it('awaits nothing: everything is registered when it returns, even if the keyring does not respond', async () => {
    const secrets = new FakeSecrets();
    secrets.isSilent = true;
    const secondInstance = await activateSecondInstance(secrets);
    try {
      assert.equal(secondInstance.returned, undefined);
      assert.deepEqual([...secondInstance.commands].sort(), contributedCommands());
      const commands = secondInstance.commands.map((id) => `command ${id}`);
      assert.deepEqual([...secondInstance.madeAtOnce].sort(), [
        ...commands.sort(),
        'result documents',
        'results tabs',
        'tree view',
      ]);
      assert.ok(secondInstance.open.has('settings listener'));
      assert.equal(secrets.listeners, 1);
    } finally {
      secondInstance.end();
    }
  });

  it('reports some seconds later that the keyring does not respond', async () => {
    const secrets = new FakeSecrets();
    secrets.isSilent = true;
    const secondInstance = await activateSecondInstance(secrets);
    try {
      assert.equal(secondInstance.contextKeys.get('syncBatches.viewState'), 'loading');
      await eventually(() => {
        assert.equal(secondInstance.contextKeys.get('syncBatches.viewState'), 'keyringSilent');
      });
    } finally {
      secondInstance.end();
    }
  });

  it('uses the key that another window stores or removes', async () => {
    const secrets = new FakeSecrets();
    const secondInstance = await activateSecondInstance(secrets);
    const hasKey = (): unknown => secondInstance.contextKeys.get('syncBatches.hasApiKey');
    try {
      await eventually(() => {
        assert.equal(secondInstance.contextKeys.get('syncBatches.viewState'), 'noKey');
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
      secondInstance.end();
    }
  });

  it('allows Refresh as the first command, while the key is still being read', async () => {
    const secrets = new FakeSecrets();
    await secrets.store('syncBatches.apiKey', 'key-of-the-keyring');
    api.simulator.setKeys(['key-of-the-keyring']);
    const secondInstance = await activateSecondInstance(secrets, () =>
      vscode.commands.executeCommand('secondInstance.syncBatches.refresh'),
    );
    try {
      assert.deepEqual(user.messages, []);
      assert.deepEqual(
        api.simulator.requests.map(({ headers }) => headers['x-api-key']),
        ['key-of-the-keyring'],
      );
    } finally {
      secondInstance.end();
    }
  });

  it('allows a batch command as the first command, while the key is still being read', async () => {
    const secrets = new FakeSecrets();
    await secrets.store('syncBatches.apiKey', 'key-of-the-keyring');
    api.simulator.setKeys(['key-of-the-keyring']);
    api.simulator.addBatch({ id: 'batch_1', createdAt: Date.now() });
    const secondInstance = await activateSecondInstance(secrets, () =>
      vscode.commands.executeCommand('secondInstance.syncBatches.copyBatchId', 'batch_1'),
    );
    try {
      assert.deepEqual(user.messages, []);
      assert.equal(await vscode.env.clipboard.readText(), 'batch_1');
    } finally {
      secondInstance.end();
    }
  });

  it('does not touch other secrets', async () => {
    const secrets = new FakeSecrets();
    const secondInstance = await activateSecondInstance(secrets);
    try {
      await secrets.store('someoneElses.apiKey', 'not-ours');
      await eventually(() => {
        assert.equal(secondInstance.contextKeys.get('syncBatches.viewState'), 'noKey');
      });
      assert.equal(secondInstance.contextKeys.get('syncBatches.hasApiKey'), false);
    } finally {
      secondInstance.end();
    }
  });

  it('can be undone: everything is disposed, and a second dispose does no harm', async () => {
    const secrets = new FakeSecrets();
    const secondInstance = await activateSecondInstance(secrets);
    assert.ok(secondInstance.open.size > secondInstance.commands.length);
    secondInstance.end();
    assert.deepEqual([...secondInstance.open], []);
    assert.equal(secrets.listeners, 0);
    secondInstance.end();
    const left = (await vscode.commands.getCommands()).filter((id) => id.startsWith('secondInstance.'));
    assert.deepEqual(left, []);
  });
});
