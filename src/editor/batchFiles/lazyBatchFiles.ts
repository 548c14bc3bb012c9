import * as vscode from 'vscode';
import { asError } from '../../core/common/errors';
import type { Disposable } from '../../core/common/emitter';
import { Lazy } from '../shared/lazy';
import type { BatchFiles, BatchFilesHost } from './checkedFile';
import { batchFileLanguage } from './documents';

/** Loads what is known of batch files when the first such file is opened, or a command needs it: most windows never do. */
export class LazyBatchFiles implements Disposable {
  private readonly late: Lazy<BatchFiles>;
  private readonly subscription: Disposable;

  constructor(private readonly host: BatchFilesHost) {
    this.late = new Lazy(async () => {
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
