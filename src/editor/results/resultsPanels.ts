import * as vscode from 'vscode';
import { resultsViewType } from '../shared/ids';
import { batchIdOfState } from './pageMessages';
import { pageRoot } from './pageHtml';
import { ResultsPanel, type ResultsPanelHost } from './resultsPanel';

/** The tabs with results: one for each batch at most. They come back when the window is reloaded. */
export class ResultsPanels implements vscode.Disposable {
  private readonly panels = new Map<string, ResultsPanel>();

  constructor(private readonly host: ResultsPanelHost) {}

  /** Shows the results of a batch, in the tab that has them if there is one. */
  show(batchId: string): void {
    const open = this.panels.get(batchId);
    if (open !== undefined) {
      open.reveal();
      return;
    }
    this.add(vscode.window.createWebviewPanel(resultsViewType, batchId, vscode.ViewColumn.Active), batchId);
  }

  /** Fills a tab that was there before the window was reloaded. @param state what its page remembers of itself. */
  restore(panel: vscode.WebviewPanel, state: unknown): void {
    const batchId = batchIdOfState(state);
    if (batchId === undefined || this.panels.has(batchId)) {
      panel.dispose();
      return;
    }
    this.add(panel, batchId);
  }

  /** Calls the tabs what the person calls the batches by now. */
  retitle(): void {
    for (const panel of this.panels.values()) {
      panel.retitle();
    }
  }

  closeAll(): void {
    for (const panel of [...this.panels.values()]) {
      panel.close();
    }
  }

  dispose(): void {
    // The tabs themselves stay: the editor brings them back after a reload.
    for (const panel of this.panels.values()) {
      panel.dispose();
    }
  }

  private add(panel: vscode.WebviewPanel, batchId: string): void {
    panel.webview.options = { enableScripts: true, localResourceRoots: [pageRoot(this.host.extensionUri)] };
    this.panels.set(batchId, new ResultsPanel(panel, batchId, this.host));
    panel.onDidDispose(() => this.panels.delete(batchId));
  }
}
