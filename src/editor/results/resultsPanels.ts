import * as vscode from 'vscode';
import type { Disposable } from '../../core/events';
import { batchIdOfState } from './pageMessages';
import { pageRoot } from './pageHtml';
import { ResultsPanel, type ResultsPanelHost } from './resultsPanel';

const viewType = 'syncBatches.results';

export interface ResultsPanelsHost extends ResultsPanelHost {
  /** Names the account in use; nothing while there is none. */
  readonly account: () => string | undefined;
  readonly onDidChangeAccount: (listener: () => void) => Disposable;
}

/** The tabs with results: one for each batch at most. They come back when the window is reloaded. */
export class ResultsPanels implements vscode.WebviewPanelSerializer, vscode.Disposable {
  private readonly panels = new Map<string, ResultsPanel>();
  private readonly subscriptions: Disposable[];
  private account: string | undefined;

  constructor(private readonly host: ResultsPanelsHost) {
    this.subscriptions = [
      vscode.window.registerWebviewPanelSerializer(viewType, this),
      host.onDidChangeAccount(() => this.leaveAccount()),
    ];
  }

  /** Shows the results of a batch, in the tab that has them if there is one. */
  show(batchId: string): void {
    const open = this.panels.get(batchId);
    if (open !== undefined) {
      open.reveal();
      return;
    }
    const { extensionUri } = this.host;
    const panel = vscode.window.createWebviewPanel(viewType, batchId, vscode.ViewColumn.Active, {
      enableScripts: true,
      enableFindWidget: false,
      localResourceRoots: [pageRoot(extensionUri)],
    });
    this.add(panel, batchId);
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const batchId = batchIdOfState(state);
    if (batchId === undefined || this.panels.has(batchId)) {
      panel.dispose();
      return Promise.resolve();
    }
    panel.webview.options = { enableScripts: true, localResourceRoots: [pageRoot(this.host.extensionUri)] };
    this.add(panel, batchId);
    return Promise.resolve();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) {
      subscription.dispose();
    }
    // The tabs themselves stay: the editor brings them back after a reload.
    for (const panel of this.panels.values()) {
      panel.dispose();
    }
  }

  private add(panel: vscode.WebviewPanel, batchId: string): void {
    this.panels.set(batchId, new ResultsPanel(panel, batchId, this.host));
    panel.onDidDispose(() => this.panels.delete(batchId));
  }

  /** Another account must not see the results of this one. */
  private leaveAccount(): void {
    const account = this.host.account();
    if (this.account !== undefined && this.account !== account) {
      for (const panel of [...this.panels.values()]) {
        panel.close();
      }
    }
    this.account = account;
  }
}
