import * as vscode from 'vscode';
import { looksLikeBatchFile } from '../../core/batchFile/rules/detect';
import type { Disposable } from '../../core/common/emitter';
import type { BatchFilesHost } from './types';
import { diagnosticsOf } from './diagnostics';
import { firstLineCount, firstLinesOf, hasFileScheme } from './documents';
import { batchFileLanguage } from './documents';
import { type LineEdit, lineEditsOf } from './lineEdits';
import { OpenFile } from './openFile';

/** The batch files that are open: which documents are some, and what is wrong with them. */
export class OpenFiles implements Disposable {
  private readonly files = new Map<string, OpenFile>();
  /** Documents of which the person has markedByUser that they are batch files. */
  private readonly markedByUser = new Set<string>();
  private readonly collection = vscode.languages.createDiagnosticCollection('sync-batches');
  private readonly edits = new vscode.EventEmitter<{ document: vscode.TextDocument; edits: readonly LineEdit[] }>();
  /** The text of any document was changed. Everybody who follows edits does so here, after the checks have. */
  readonly onDidEdit = this.edits.event;
  private readonly changes = new vscode.EventEmitter<void>();
  /** Something new is known: of the text of a batch file, or of which documents are some. */
  readonly onDidChange = this.changes.event;
  private readonly newLanguages = new vscode.EventEmitter<string>();
  /** A document of another language than usual is a batch file. */
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

  /** The file of a document that is a batch file. */
  get(document: vscode.TextDocument): OpenFile | undefined {
    return this.files.get(keyOf(document));
  }

  isBatchFile(document: vscode.TextDocument): boolean {
    if (this.markedByUser.has(keyOf(document))) {
      return true;
    }
    return (
      document.languageId === batchFileLanguage &&
      hasFileScheme(document.uri) &&
      looksLikeBatchFile(firstLinesOf(document))
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

  /** Finds out anew whether a document is a batch file. */
  private update(document: vscode.TextDocument): void {
    const key = keyOf(document);
    const isBatchFile = !document.isClosed && this.isBatchFile(document);
    if (isBatchFile === this.files.has(key)) {
      return;
    }
    if (isBatchFile) {
      const onChecked = (file: OpenFile): void => this.show(file);
      const { host } = this;
      this.files.set(key, new OpenFile({ document, limits: host.readLimits(), models: host.models(), onChecked }));
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
    const mayBecomeOne = document.languageId === batchFileLanguage;
    if (file === undefined && !mayBecomeOne) {
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
    // A document whose language is changed is markedByUser to be closed and opened, too.
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
