import * as vscode from 'vscode';
import { asError } from '../../core/clock';
import type { Disposable } from '../../core/events';
import { Late } from '../late';
import type { BatchFiles, BatchFilesHost } from './checkedFile';

/** The language of JSON Lines files, which the editor itself declares. */
export const batchFileLanguage = 'jsonl';

/** Loads what is known of batch files when the first such file is opened, or a command needs it: most windows never do. */
export class LateBatchFiles implements Disposable {
  private readonly late: Late<BatchFiles>;
  private readonly subscription: Disposable;

  constructor(private readonly host: BatchFilesHost) {
    this.late = new Late(async () => {
      const { start } = await import('./batchFiles');
      return () => start(host);
    });
    this.subscription = vscode.workspace.onDidOpenTextDocument((document) => this.loadFor(document));
    for (const document of vscode.workspace.textDocuments) {
      this.loadFor(document);
    }
  }

  /** The parts themselves. */
  get(): Promise<BatchFiles> {
    return this.late.get();
  }

  dispose(): void {
    this.subscription.dispose();
    this.late.dispose();
  }

  private loadFor({ languageId }: vscode.TextDocument): void {
    if (languageId === batchFileLanguage) {
      this.get().catch((error: unknown) => {
        this.host.log.error(`Batch files can't be checked: ${asError(error).stack ?? ''}`);
      });
    }
  }
}
