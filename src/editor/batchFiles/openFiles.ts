import * as vscode from 'vscode';
import { looksLikeBatchFile } from '../../core/batchFile/rules/detect';
import type { Disposable } from '../../core/common/emitter';
import type { BatchFilesHost } from './batchFilesInterface';
import { diagnosticsOf } from './diagnostics';
import { batchFileLanguage, firstLineCount, firstLinesOf, hasFileScheme } from './documents';
import { type LineEdit, lineEditsOf } from './lineEdits';
import { OpenFile } from './openFile';

/** Detects which open documents are batch files, checks them and publishes their diagnostics. */
export class OpenFiles implements Disposable {
  private readonly files = new Map<string, OpenFile>();
  /** The URIs of documents that a command marked as batch files. */
  private readonly markedByUser = new Set<string>();
  private readonly collection = vscode.languages.createDiagnosticCollection('sync-batches');
  private readonly edits = new vscode.EventEmitter<{ document: vscode.TextDocument; edits: readonly LineEdit[] }>();
  /** Fires after the checks have applied an edit. Listeners must use this instead of VS Code's event. */
  readonly onDidEdit = this.edits.event;
  private readonly changes = new vscode.EventEmitter<void>();
  /** Fires when a check is complete or the set of batch files changes. */
  readonly onDidChange = this.changes.event;
  private readonly newLanguages = new vscode.EventEmitter<string>();
  /** Fires when a document with another language ID is marked as a batch file. */
  readonly onDidFindLanguage = this.newLanguages.event;
  private readonly subscriptions: Disposable[];

  constructor(private readonly host: BatchFilesHost) {
    this.subscriptions = [
      vscode.workspace.onDidOpenTextDocument((document) => this.update(document)),
      vscode.workspace.onDidCloseTextDocument((document) => this.close(document)),
      vscode.workspace.onDidChangeTextDocument((event) => this.edit(event)),
      vscode.window.onDidChangeActiveTextEditor(() => this.updateActiveEditor()),
      host.onDidChangeLimits(() => this.each((file) => file.setLimits(host.readLimits()))),
      host.onDidChangeModels(() => this.each((file) => file.setModels(host.models()))),
    ];
    for (const document of vscode.workspace.textDocuments) {
      this.update(document);
    }
    this.updateActiveEditor();
  }

  /** @returns undefined if the document is not a batch file. */
  get(document: vscode.TextDocument): OpenFile | undefined {
    return this.files.get(keyOf(document));
  }

  isBatchFile(document: vscode.TextDocument): boolean {
    return (
      this.markedByUser.has(keyOf(document)) ||
      (document.languageId === batchFileLanguage &&
        hasFileScheme(document.uri) &&
        looksLikeBatchFile(firstLinesOf(document)))
    );
  }

  markAsBatchFile(document: vscode.TextDocument): void {
    this.markedByUser.add(keyOf(document));
    if (document.languageId !== batchFileLanguage) {
      this.newLanguages.fire(document.languageId);
    }
    this.update(document);
  }

  dispose(): void {
    for (const part of [...this.subscriptions, ...this.files.values()]) {
      part.dispose();
    }
    this.files.clear();
    for (const part of [this.collection, this.edits, this.changes, this.newLanguages]) {
      part.dispose();
    }
    this.host.setIsBatchFile(false);
  }

  private each(act: (file: OpenFile) => void): void {
    for (const file of this.files.values()) {
      act(file);
    }
  }

  /** Detects whether a document is a batch file, and starts or ends its check. */
  private update(document: vscode.TextDocument): void {
    const key = keyOf(document);
    const isBatchFile = !document.isClosed && this.isBatchFile(document);
    if (isBatchFile === this.files.has(key)) {
      return;
    }
    if (isBatchFile) {
      const { host } = this;
      this.files.set(key, new OpenFile(document, host.readLimits(), host.models(), (file) => this.show(file)));
      host.onUse();
    } else {
      this.forget(document);
    }
    this.changes.fire();
    this.updateActiveEditor();
  }

  private updateActiveEditor(): void {
    const document = vscode.window.activeTextEditor?.document;
    const isBatchFile = document !== undefined && this.files.has(keyOf(document));
    this.host.setIsBatchFile(isBatchFile);
    if (isBatchFile) {
      this.host.onUse();
    }
  }

  private edit({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    if (contentChanges.length === 0) {
      return;
    }
    const file = this.get(document);
    if (file === undefined && document.languageId !== batchFileLanguage) {
      return;
    }
    const edits = lineEditsOf(contentChanges);
    file?.change(edits);
    if (edits.some(({ newLine }) => newLine < firstLineCount)) {
      this.update(document);
    }
    this.edits.fire({ document, edits });
  }

  private show(file: OpenFile): void {
    this.collection.set(file.document.uri, diagnosticsOf(file.document, file.checked));
    this.changes.fire();
  }

  private close(document: vscode.TextDocument): void {
    // VS Code also fires this event when the language of a document changes.
    if (document.isClosed) {
      this.markedByUser.delete(keyOf(document));
    }
    this.forget(document);
    this.updateActiveEditor();
  }

  private forget(document: vscode.TextDocument): void {
    const key = keyOf(document);
    this.files.get(key)?.dispose();
    this.files.delete(key);
    this.collection.delete(document.uri);
  }
}

function keyOf({ uri }: vscode.TextDocument): string {
  return uri.toString();
}
