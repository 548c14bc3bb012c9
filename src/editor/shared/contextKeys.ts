import * as vscode from 'vscode';

/** The context keys that `when` clauses in package.json use. */
export interface ContextKeys {
  /** An API key is in use, from wherever. */
  'syncBatches.hasApiKey': boolean;
  /** A filter is set. */
  'syncBatches.filtered': boolean;
  /** Which welcome text the view shows; unset until the extension has been activated. */
  'syncBatches.viewState': string;
  /** The text editor in front shows a batch file. */
  'syncBatches.isBatchFile': boolean;
}

/** Sets context keys, and only those that changed: each one is a message to the window. */
export class ContextKeyService {
  private readonly known = new Map<string, unknown>();

  set(keys: Partial<ContextKeys>): void {
    for (const [name, value] of Object.entries(keys)) {
      if (this.known.get(name) !== value) {
        this.known.set(name, value);
        void vscode.commands.executeCommand('setContext', name, value);
      }
    }
  }
}
