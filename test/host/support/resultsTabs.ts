import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ToPage } from '../../../src/core/results/protocol';
import { replaceMember } from './replace';

/** A results tab that a test watches from the start. Its page is real. */
export interface ResultsTab {
  readonly panel: vscode.WebviewPanel;
  /** All messages to the page, in order. */
  readonly messages: readonly ToPage[];
  /** The messages to the page of one type. */
  messagesOf<T extends ToPage['type']>(type: T): readonly Extract<ToPage, { readonly type: T }>[];
  /** Sends a message to the extension as if it came from the page. */
  send(message: unknown): void;
}

/** The results tabs of the running test. */
export interface ResultsTabs {
  /** All tabs that were created, in order, including closed ones. */
  readonly created: readonly ResultsTab[];
  /** The only tab that was created. */
  only(): ResultsTab;
}

/** @returns the labels of the open results tabs. */
export function openResultsTabs(): string[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith('syncBatches.results'))
    .map(({ label }) => label);
}

/** Watches the results tabs that the extension opens. Closes all editors after each test. */
export function useResultsTabs(): ResultsTabs {
  let created: ResultsTab[] = [];
  let restore: () => void;
  beforeEach('watch the tabs', () => {
    created = [];
    const { createWebviewPanel } = vscode.window;
    restore = replaceMember(vscode.window, 'createWebviewPanel', (...args: Parameters<typeof createWebviewPanel>) => {
      const panel = createWebviewPanel(...args);
      created.push(watch(panel));
      return panel;
    });
  });
  afterEach('close all editors', async () => {
    restore();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
  return {
    get created() {
      return created;
    },
    only: () => {
      assert.equal(created.length, 1);
      return created[0] ?? assert.fail();
    },
  };
}

function watch(panel: vscode.WebviewPanel): ResultsTab {
  const { webview } = panel;
  const messages: ToPage[] = [];
  const sent = new vscode.EventEmitter<unknown>();
  const { onDidReceiveMessage } = webview;
  const post = webview.postMessage.bind(webview);
  replaceMember(webview, 'postMessage', (message: ToPage) => {
    messages.push(message);
    return post(message);
  });
  replaceMember(webview, 'onDidReceiveMessage', (listener: (message: unknown) => unknown) =>
    vscode.Disposable.from(onDidReceiveMessage(listener), sent.event(listener)),
  );
  return {
    panel,
    messages,
    messagesOf: <T extends ToPage['type']>(type: T) =>
      messages.filter((message): message is Extract<ToPage, { readonly type: T }> => message.type === type),
    send: (message) => sent.fire(message),
  };
}
