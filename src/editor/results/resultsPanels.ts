import * as vscode from 'vscode';
import type { Disposable } from '../../core/events';
import { resultsViewType } from '../ids';
import { batchIdOfState } from './pageMessages';
import { pageRoot } from './pageHtml';
import { ResultsPanel, type ResultsPanelHost } from './resultsPanel';

export interface ResultsPanelsHost extends ResultsPanelHost {
  /** Names the account in use; nothing while there is none. */
  readonly account: () => string | undefined;
  /** Fires when another account is in use, or none, and when what is noted about its batches has changed. */
  readonly onDidChangeAccount: (listener: () => void) => Disposable;
}

/** The tabs with results: one for each batch at most. They come back when the window is reloaded. */
export class ResultsPanels implements vscode.Disposable {
  private readonly panels = new Map<string, ResultsPanel>();
  private readonly subscription: Disposable;
  private account: string | undefined;

  constructor(private readonly host: ResultsPanelsHost) {
    this.account = host.account();
    this.subscription = host.onDidChangeAccount(() => {
      this.leaveAccount();
      for (const panel of this.panels.values()) {
        panel.retitle();
      }
    });
  }

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

  dispose(): void {
    this.subscription.dispose();
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
