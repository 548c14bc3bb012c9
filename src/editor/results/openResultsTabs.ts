import * as vscode from 'vscode';
import { batchIdOfState } from '../../core/results/protocol';
import { resultsViewType } from '../shared/ids';
import { pageRoot } from './pageHtml';
import { ResultsPanel, type ResultsPanelHost } from './resultsPanel';

/** The open tabs with results: at most one for each batch. */
export class OpenResultsTabs implements vscode.Disposable {
  private readonly panels = new Map<string, ResultsPanel>();

  constructor(private readonly host: ResultsPanelHost) {}

  /** Shows the results of a batch in a tab: its open tab, or a new one. */
  show(batchId: string): void {
    const open = this.panels.get(batchId);
    if (open !== undefined) {
      open.reveal();
      return;
    }
    this.add(vscode.window.createWebviewPanel(resultsViewType, batchId, vscode.ViewColumn.Active), batchId);
  }

  /** Restores a tab after a window reload. @param state The saved state of its page. */
  restore(panel: vscode.WebviewPanel, state: unknown): void {
    const batchId = batchIdOfState(state);
    if (batchId === undefined || this.panels.has(batchId)) {
      panel.dispose();
      return;
    }
    this.add(panel, batchId);
  }

  /** Updates the titles after a batch was renamed. */
  updateTitles(): void {
    for (const panel of this.panels.values()) {
      panel.updateTitle();
    }
  }

  closeAll(): void {
    for (const panel of [...this.panels.values()]) {
      panel.close();
    }
  }

  dispose(): void {
    // Leaves the tabs open: VS Code restores them after a reload.
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
