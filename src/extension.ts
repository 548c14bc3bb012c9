import * as vscode from 'vscode';
import type { App } from './app';
import { commandNames } from './editor/commandNames';
import { ResultsText } from './editor/results/resultsText';
import { resultsViewType, viewId } from './editor/shared/ids';
import { TreeProxy } from './editor/sidebar/treeProxy';

/**
 * Registers everything that VS Code may ask for, and awaits nothing. All that answers is loaded right after: so that
 * neither the editor nor the extensions that come after this one wait for it.
 */
export function activate(context: vscode.ExtensionContext): void {
  const tree = new TreeProxy();
  const view = vscode.window.createTreeView(viewId, { treeDataProvider: tree, showCollapseAll: true });
  let running: App | undefined;
  let isOver = false;
  const app = new Promise((resolve) => setImmediate(resolve)).then(async () => {
    const { start } = await import('./app');
    if (isOver) {
      throw new vscode.CancellationError();
    }
    return (running = start(context, view, tree));
  });
  app.catch((error: unknown) => {
    if (!isOver) {
      void vscode.window.showErrorMessage(vscode.l10n.t('Batches for sync.so could not start: {0}', String(error)));
    }
  });
  context.subscriptions.push(
    tree,
    view,
    ...commandNames.map((name) =>
      vscode.commands.registerCommand(`syncBatches.${name}`, async (...args: readonly unknown[]) =>
        (running ?? (await app)).run(name, args),
      ),
    ),
    vscode.window.registerWebviewPanelSerializer(resultsViewType, {
      deserializeWebviewPanel: async (panel, state) => (await app).results.restore(panel, state),
    }),
    new ResultsText(async () => (await app).results.files),
    new vscode.Disposable(() => {
      isOver = true;
      running?.dispose();
    }),
  );
}
