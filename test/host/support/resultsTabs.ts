import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ToPage } from '../../../src/core/results/protocol';
import { replaceMember } from './replace';

/** A tab with results, watched from its first moment on. Its page is really there, and does what it does. */
export interface ResultsTab {
  readonly panel: vscode.WebviewPanel;
  /** What the page was told, in order. */
  readonly told: readonly ToPage[];
  /** What the page was told of one kind. */
  toldOf<T extends ToPage['type']>(type: T): readonly Extract<ToPage, { readonly type: T }>[];
  /** Says something as if the page did. */
  say(message: unknown): void;
}

/** The results tabs of the test that runs. */
export interface ResultsTabs {
  /** Those that were made, in order, closed ones among them. */
  readonly made: readonly ResultsTab[];
  /** The one that was made. */
  only(): ResultsTab;
}

/** The labels of the results tabs that are open in the window. */
export function openResultsTabs(): string[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith('syncBatches.results'))
    .map(({ label }) => label);
}

/** Watches the tabs that the extension opens, and closes all editors after each test. */
export function useResultsTabs(): ResultsTabs {
  let made: ResultsTab[] = [];
  let restore: () => void;
  beforeEach('watch the tabs', () => {
    made = [];
    const { createWebviewPanel } = vscode.window;
    restore = replaceMember(vscode.window, 'createWebviewPanel', (...args: Parameters<typeof createWebviewPanel>) => {
      const panel = createWebviewPanel(...args);
      made.push(watch(panel));
      return panel;
    });
  });
  afterEach('close all editors', async () => {
    restore();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
  return {
    get made() {
      return made;
    },
    only: () => {
      assert.equal(made.length, 1);
      return made[0] ?? assert.fail();
    },
  };
}

function watch(panel: vscode.WebviewPanel): ResultsTab {
  const { webview } = panel;
  const told: ToPage[] = [];
  const said = new vscode.EventEmitter<unknown>();
  const { onDidReceiveMessage } = webview;
  const post = webview.postMessage.bind(webview);
  replaceMember(webview, 'postMessage', (message: ToPage) => {
    told.push(message);
    return post(message);
  });
  replaceMember(webview, 'onDidReceiveMessage', (listener: (message: unknown) => unknown) =>
    vscode.Disposable.from(onDidReceiveMessage(listener), said.event(listener)),
  );
  return {
    panel,
    told,
    toldOf: <T extends ToPage['type']>(type: T) =>
      told.filter((message): message is Extract<ToPage, { readonly type: T }> => message.type === type),
    say: (message) => said.fire(message),
  };
}
