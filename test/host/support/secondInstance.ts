/** Activates the extension from its sources beside the real one, with other secrets, so that it can be deactivated. */
import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { activate } from '../../../src/extension';
import { theExtension } from './extension';
import { eventually } from './poll';
import { replaceMember } from './replace';

/** Stands in for the `SecretStorage` of one extension. */
export class FakeSecrets implements vscode.SecretStorage {
  private readonly changes = new vscode.EventEmitter<vscode.SecretStorageChangeEvent>();
  private readonly values = new Map<string, string>();
  listeners = 0;
  /** Does not respond, like a keyring that waits for a password. */
  isSilent = false;

  readonly onDidChange = (listener: (event: vscode.SecretStorageChangeEvent) => unknown): vscode.Disposable => {
    const subscription = this.changes.event(listener);
    this.listeners++;
    return once(() => {
      this.listeners--;
      subscription.dispose();
    });
  };

  get(name: string): Promise<string | undefined> {
    return this.isSilent ? new Promise(() => undefined) : Promise.resolve(this.values.get(name));
  }

  store(name: string, value: string): Promise<void> {
    this.values.set(name, value);
    this.changes.fire({ key: name });
    return Promise.resolve();
  }

  delete(name: string): Promise<void> {
    this.values.delete(name);
    this.changes.fire({ key: name });
    return Promise.resolve();
  }

  keys(): Promise<string[]> {
    return Promise.resolve([...this.values.keys()]);
  }
}

export interface SecondInstance {
  /** The return value of `activate`. */
  readonly returned: unknown;
  /** What existed when it returned, in words. */
  readonly madeAtOnce: ReadonlySet<string>;
  readonly commands: readonly string[];
  readonly contextKeys: ReadonlyMap<string, unknown>;
  /** What was created and not disposed yet, in words. */
  readonly open: ReadonlySet<string>;
  /** Its global storage folder. */
  readonly storage: string;
  /** Disposes of everything that `activate` has left in `context.subscriptions`. */
  end(): void;
}

const storages: string[] = [];
after('remove the storage of second instances', () => {
  // Not at the end of each one, which may still be writing.
  for (const storage of storages) {
    fs.rmSync(storage, { recursive: true, force: true });
  }
});

/**
 * Activates the sources with a context of the test, and waits until they are ready. Their commands have a prefix; their
 * view, tabs and documents can exist only once, so they are fakes.
 * @param first Runs as soon as `activate` has returned, before anything responds.
 */
export async function activateSecondInstance(
  secrets: FakeSecrets,
  first?: () => Thenable<unknown>,
): Promise<SecondInstance> {
  const open = new Set<string>();
  const commands: string[] = [];
  const contextKeys = new Map<string, unknown>();
  const tracked = (name: string, what: { dispose(): unknown }): vscode.Disposable => {
    open.add(name);
    return once(() => {
      open.delete(name);
      what.dispose();
    });
  };
  const { registerCommand, executeCommand } = vscode.commands;
  const { createOutputChannel } = vscode.window;
  const { onDidChangeConfiguration } = vscode.workspace;

  const restores = [
    replaceMember(vscode.commands, 'registerCommand', (name, command) => {
      commands.push(name);
      return tracked(`command ${name}`, registerCommand(`secondInstance.${name}`, command));
    }),
    replaceMember(vscode.commands, 'executeCommand', <T>(name: string, ...args: unknown[]) => {
      if (name === 'setContext') {
        contextKeys.set(String(args[0]), args[1]);
        return Promise.resolve(undefined as T);
      }
      return executeCommand<T>(name, ...args);
    }),
    replaceMember(vscode.window, 'createOutputChannel', (name: string) => {
      const channel = createOutputChannel(`${name} (secondInstance)`, { log: true });
      const disposable = tracked('log channel', channel);
      replaceMember(channel, 'dispose', () => void disposable.dispose());
      return channel;
    }),
    replaceMember(vscode.window, 'createTreeView', (() => {
      const view = tracked('tree view', { dispose: () => undefined });
      return {
        visible: false,
        selection: [],
        onDidChangeVisibility: () => tracked('visibility listener', { dispose: () => undefined }),
        reveal: () => Promise.resolve(),
        dispose: () => void view.dispose(),
      };
    }) as never),
    replaceMember(vscode.window, 'registerWebviewPanelSerializer', () =>
      tracked('results tabs', { dispose: () => undefined }),
    ),
    replaceMember(vscode.workspace, 'registerFileSystemProvider', () =>
      tracked('result documents', { dispose: () => undefined }),
    ),
    replaceMember(vscode.workspace, 'onDidChangeConfiguration', (listener) =>
      tracked('settings listener', onDidChangeConfiguration(listener)),
    ),
  ];
  // The extension looks up members when it uses them, so later it must find the real ones, except for context keys, which
  // belong to the real extension.
  const [restoreRegister, restoreExecute, ...others] = restores;
  const subscriptions: vscode.Disposable[] = [];
  const storage = fs.mkdtempSync(path.join(os.tmpdir(), 'syncb-secondInstance-'));
  storages.push(storage);
  const context = {
    subscriptions,
    secrets,
    globalStorageUri: vscode.Uri.file(storage),
    extensionUri: theExtension().extensionUri,
    workspaceState: { get: () => undefined, update: () => Promise.resolve(), keys: () => [] },
  } as unknown as vscode.ExtensionContext;
  let returned: unknown;
  let madeAtOnce: ReadonlySet<string>;
  try {
    const run: (context: vscode.ExtensionContext) => unknown = activate;
    returned = run(context);
    madeAtOnce = new Set(open);
    const done = first?.();
    await eventually(() => {
      assert.ok(contextKeys.has('syncBatches.viewState'));
    });
    await done;
  } catch (error) {
    restoreExecute?.();
    throw error;
  } finally {
    restoreRegister?.();
    for (const restore of others) {
      restore();
    }
  }
  return {
    returned,
    madeAtOnce,
    commands,
    contextKeys,
    open,
    storage,
    end() {
      for (const subscription of subscriptions) {
        subscription.dispose();
      }
      restoreExecute?.();
    },
  };
}

function once(act: () => void): vscode.Disposable {
  let isDone = false;
  return new vscode.Disposable(() => {
    if (!isDone) {
      isDone = true;
      act();
    }
  });
}
