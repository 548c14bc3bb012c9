import * as vscode from 'vscode';
import { commandNames } from './editor/commandNames';
import { ResultsDocuments } from './editor/results/resultsDocument';
import { resultsViewType, viewId } from './editor/shared/ids';
import { Lazy } from './editor/shared/lazy';
import { TreeProxy } from './editor/sidebar/treeProxy';

/**
 * Registers everything that VS Code may ask for, and awaits nothing. The app is loaded right after activation, so that
 * neither VS Code nor other extensions wait for it.
 */
export function activate(context: vscode.ExtensionContext): void {
  const tree = new TreeProxy();
  const view = vscode.window.createTreeView(viewId, { treeDataProvider: tree, showCollapseAll: true });
  const app = new Lazy(async () => {
    await new Promise((resolve) => setImmediate(resolve));
    const { start } = await import('./app');
    return () => start(context, view, tree);
  });
  app.get().catch((error: unknown) => {
    if (!(error instanceof vscode.CancellationError)) {
      void vscode.window.showErrorMessage(vscode.l10n.t('Batches for sync.so could not start: {0}', String(error)));
    }
  });
  context.subscriptions.push(
    tree,
    view,
    ...commandNames.map((name) =>
      vscode.commands.registerCommand(`syncBatches.${name}`, async (...args: readonly unknown[]) =>
        (app.ifLoaded ?? (await app.get())).run(name, args),
      ),
    ),
    vscode.window.registerWebviewPanelSerializer(resultsViewType, {
      deserializeWebviewPanel: async (panel, state) => (await app.get()).results.restore(panel, state),
    }),
    new ResultsDocuments(async () => (await app.get()).results.files),
    app,
  );
}
