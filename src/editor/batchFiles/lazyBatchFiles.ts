import * as vscode from 'vscode';
import { asError } from '../../core/common/errors';
import type { Disposable } from '../../core/common/emitter';
import { Lazy } from '../shared/lazy';
import type { BatchFiles, BatchFilesHost } from './batchFilesInterface';
import { batchFileLanguage } from './documents';

/** Loads the features for batch files when the first batch file opens or a command needs them. */
export class LazyBatchFiles implements Disposable {
  private readonly lazy: Lazy<BatchFiles>;
  private readonly subscription: Disposable;

  constructor(private readonly host: BatchFilesHost) {
    this.lazy = new Lazy(async () => {
      const { start } = await import('./batchFiles');
      return () => start(host);
    });
    this.subscription = vscode.workspace.onDidOpenTextDocument((document) => this.loadFor(document));
    for (const document of vscode.workspace.textDocuments) {
      this.loadFor(document);
    }
  }

  get(): Promise<BatchFiles> {
    return this.lazy.get();
  }

  dispose(): void {
    this.subscription.dispose();
    this.lazy.dispose();
  }

  private loadFor({ languageId }: vscode.TextDocument): void {
    if (languageId === batchFileLanguage) {
      this.get().catch((error: unknown) => {
        this.host.log.error(`Loading the features for batch files failed: ${asError(error).stack ?? ''}`);
      });
    }
  }
}
