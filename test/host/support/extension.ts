/** The extension as VS Code has activated it, watched from the first moment on. */
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Node } from '../../../src/editor/sidebar/nodes';
import { startSimulator } from '../../simulator/simulator';
import { eventually } from './poll';
import { replaceMember } from './replace';
import { nowhere, setApiBaseUrl } from './settings';

/** The key that the extension finds in SYNC_API_KEY. Its looks are an ordinary word's: no pattern masks it. */
export const environmentKey = 'Kq7WordOfTheHostSuites';

/** What was seen of the activation, and what can be watched since. */
export interface Watched {
  readonly commandsBefore: readonly string[];
  readonly commandsAfter: readonly string[];
  readonly viewWasVisible: boolean;
  /** Requests that had reached the API when the extension was active and knew its key. */
  readonly requestsByThen: number;
  /** The extension's own tree view and what fills it. */
  readonly view: vscode.TreeView<Node>;
  readonly tree: vscode.TreeDataProvider<Node>;
  /** The context keys that the extension has set, by name. */
  readonly contextKeys: ReadonlyMap<string, unknown>;
}

/** Every suite is a bundle of its own, and all of them share one extension. */
const shared = globalThis as { syncBatchesWatched?: Promise<Watched> };

/**
 * Has the extension activated before the first test of the whole run, with a key in its environment. To be called
 * outside of every `describe`.
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

/** The extension as VS Code knows it. */
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
    // The environment is read when all of it runs, right after the activation.
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

/** VS Code does not say what a context key is set to; so what is set is listened to, for as long as the run lasts. */
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
