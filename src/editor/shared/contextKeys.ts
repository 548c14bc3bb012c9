import * as vscode from 'vscode';

/** The context keys that `when` clauses in package.json use. */
export interface ContextKeys {
  /** An API key is in use. */
  'syncBatches.hasApiKey': boolean;
  /** A filter is set. */
  'syncBatches.filtered': boolean;
  /** Which welcome text the view shows; not set before the extension is activated. */
  'syncBatches.viewState': string;
  /** The active text editor shows a batch file. */
  'syncBatches.isBatchFile': boolean;
}

/** Sets context keys. Skips unchanged ones: each call is a message to the window. */
export class ContextKeyService {
  private readonly values = new Map<string, unknown>();

  set(keys: Partial<ContextKeys>): void {
    for (const [name, value] of Object.entries(keys)) {
      if (this.values.get(name) !== value) {
        this.values.set(name, value);
        void vscode.commands.executeCommand('setContext', name, value);
      }
    }
  }
}
