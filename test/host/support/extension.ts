/** The extension as activated by VS Code, observed from the start. */
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Node } from '../../../src/editor/sidebar/nodes';
import { startSimulator } from '../../simulator/simulator';
import { eventually } from './poll';
import { replaceMember } from './replace';
import { nowhere, setApiBaseUrl } from './settings';

/** The key in SYNC_API_KEY. It looks like an ordinary word, so that no pattern masks it. */
export const environmentKey = 'Kq7WordOfTheHostSuites';

/** Observations of the activation and since. */
export interface Watched {
  readonly commandsBefore: readonly string[];
  readonly commandsAfter: readonly string[];
  readonly viewWasVisible: boolean;
  /** The requests that the API had received when the extension was active and had read its key. */
  readonly requestsByThen: number;
  /** The tree view of the extension and its data provider. */
  readonly view: vscode.TreeView<Node>;
  readonly tree: vscode.TreeDataProvider<Node>;
  /** The context keys that the extension has set, by name. */
  readonly contextKeys: ReadonlyMap<string, unknown>;
}

/** Global, because each suite is a separate bundle and all suites share one extension. */
const shared = globalThis as { syncBatchesWatched?: Promise<Watched> };

/**
 * Activates the extension before the first test of the run, with a key in its environment. Call it outside of any
 * `describe`.
 */
export function useExtension(): void {
  before('activate the extension', async () => {
    await watched();
  });
}

/** See {@link useExtension}. */
export function watched(): Promise<Watched> {
  shared.syncBatchesWatched ??= activateAndWatch();
  return shared.syncBatchesWatched;
}

/** The extension object of VS Code. */
export function theExtension(): vscode.Extension<unknown> {
  const extension = vscode.extensions.getExtension('sync-batches.sync-batches');
  assert.ok(extension);
  return extension;
}

async function activateAndWatch(): Promise<Watched> {
  const extension = theExtension();
  assert.equal(extension.isActive, false, 'the extension was active before it could be watched');
  const simulator = await startSimulator({ keys: [environmentKey] });
  await setApiBaseUrl(simulator.url);
  const commandsBefore = await vscode.commands.getCommands();
  const contextKeys = watchContextKeys();
  let view: vscode.TreeView<Node> | undefined;
  let tree: vscode.TreeDataProvider<Node> | undefined;
  const { createTreeView } = vscode.window;
  const restore = replaceMember(vscode.window, 'createTreeView', (id, options) => {
    const created = createTreeView(id, options);
    view = created as unknown as vscode.TreeView<Node>;
    tree = options.treeDataProvider as unknown as vscode.TreeDataProvider<Node>;
    return created;
  });
  process.env['SYNC_API_KEY'] = environmentKey;
  try {
    await extension.activate();
    // The environment is read when the app is loaded, right after activation.
    await eventually(() => {
      assert.equal(contextKeys.get('syncBatches.hasApiKey'), true);
    });
  } finally {
    restore();
    delete process.env['SYNC_API_KEY'];
  }
  const commandsAfter = await vscode.commands.getCommands();
  assert.ok(view);
  assert.ok(tree);
  const requestsByThen = simulator.requests.length;
  const viewWasVisible = view.visible;
  await setApiBaseUrl(nowhere);
  await simulator.stop();
  return { commandsBefore, commandsAfter, viewWasVisible, requestsByThen, view, tree, contextKeys };
}

/** Records the context keys that the extension sets during the run, because VS Code does not expose their values. */
function watchContextKeys(): ReadonlyMap<string, unknown> {
  const keys = new Map<string, unknown>();
  const { executeCommand } = vscode.commands;
  replaceMember(vscode.commands, 'executeCommand', <T>(command: string, ...args: unknown[]) => {
    if (command === 'setContext') {
      keys.set(String(args[0]), args[1]);
    }
    return executeCommand<T>(command, ...args);
  });
  return keys;
}
