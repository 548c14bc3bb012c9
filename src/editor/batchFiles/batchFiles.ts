import * as vscode from 'vscode';
import type { ValidationContext } from '../../core/batchFile/schema/requestSchema';
import type { Disposable } from '../../core/common/emitter';
import { showMessage } from '../shared/messages';
import type { BatchFiles, BatchFilesHost, CheckedFile, ServerError } from './batchFilesInterface';
import { Completions } from './completions';
import { rangeOf, worstDiagnostic } from './diagnostics';
import { Fixes } from './fixes';
import { Hovers } from './hovers';
import { Lenses } from './lenses';
import { batchFileLanguage } from './documents';
import { newFile } from './newFile';
import { OpenFile, requestLinesOf } from './openFile';
import { OpenFiles } from './openFiles';
import { RequestView } from './requestView';
import { ServerDiagnostics } from './serverDiagnostics';

/** Starts the editor features for batch files. */
export function start(host: BatchFilesHost): BatchFiles {
  return new BatchFileFeatures(host);
}

class BatchFileFeatures implements BatchFiles {
  private readonly files: OpenFiles;
  private readonly serverErrors = new ServerDiagnostics();
  private readonly view: RequestView;
  private readonly lenses: Lenses;
  private readonly languages = new Set<string>();
  private readonly subscriptions: Disposable[];

  constructor(private readonly host: BatchFilesHost) {
    const files = new OpenFiles(host);
    this.files = files;
    this.view = new RequestView(files);
    this.lenses = new Lenses(files);
    this.subscriptions = [
      files,
      this.serverErrors,
      this.view,
      this.lenses,
      files.onDidEdit(({ document, edits }) => this.serverErrors.change(document, edits)),
      vscode.workspace.onDidCloseTextDocument((document) => this.serverErrors.close(document)),
      files.onDidFindLanguage((language) => this.registerFor(language)),
    ];
    this.registerFor(batchFileLanguage);
  }

  isBatchFile(document: vscode.TextDocument): boolean {
    return this.files.isBatchFile(document);
  }

  markAsBatchFile(document: vscode.TextDocument): void {
    this.files.markAsBatchFile(document);
  }

  check(document: vscode.TextDocument): CheckedFile {
    const file = this.files.get(document);
    const { errors, warnings } = (file ?? this.unopened(document)).checked.summary;
    file?.showNow();
    return { version: document.version, requests: requestLinesOf(document), errors, warnings };
  }

  async showProblems(document: vscode.TextDocument): Promise<void> {
    const file = this.files.get(document);
    file?.showNow();
    const worst = worstDiagnostic((file ?? this.unopened(document)).checked);
    const serverRange = this.serverErrors.first(document);
    const isError = worst?.diagnostic.severity === 'error';
    const ownRange = worst === undefined ? undefined : rangeOf(worst);
    // An error of the server comes before a warning of the local check.
    const range = (isError ? ownRange : (serverRange ?? ownRange)) ?? new vscode.Range(0, 0, 0, 0);
    await vscode.commands.executeCommand('workbench.panel.markers.view.focus');
    const selection = new vscode.Range(range.start, range.start);
    const editor = await vscode.window.showTextDocument(document, { selection });
    editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }

  setServerErrors(document: vscode.TextDocument, serverErrors: readonly ServerError[]): void {
    if (!document.isClosed) {
      this.serverErrors.set(document, serverErrors);
    }
  }

  newFile(): Promise<void> {
    return newFile(this.host);
  }

  async showRequest(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined || !this.files.isBatchFile(editor.document)) {
      showMessage('information', vscode.l10n.t('Put the cursor in a line of a batch file first.'));
      return;
    }
    await this.view.show(editor);
  }

  dispose(): void {
    for (const part of this.subscriptions) {
      part.dispose();
    }
  }

  /** Checks a document that is not a known batch file or is already closed. */
  private unopened(document: vscode.TextDocument): OpenFile {
    const { host } = this;
    const file = new OpenFile(document, host.readLimits(), host.models(), () => undefined);
    file.dispose();
    return file;
  }

  /** Registers the providers for a language. Other languages cost nothing while the user types. */
  private registerFor(language: string): void {
    if (this.languages.has(language)) {
      return;
    }
    this.languages.add(language);
    const selector: vscode.DocumentSelector = { language };
    const context = (): ValidationContext => ({ models: this.host.models() });
    this.subscriptions.push(
      vscode.languages.registerCodeActionsProvider(selector, new Fixes(this.files, context), Fixes.metadata),
      vscode.languages.registerCompletionItemProvider(
        selector,
        new Completions(this.files, context),
        ...Completions.triggers,
      ),
      vscode.languages.registerHoverProvider(selector, new Hovers(this.files)),
      vscode.languages.registerCodeLensProvider(selector, this.lenses),
    );
  }
}
