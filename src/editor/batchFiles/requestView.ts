import * as vscode from 'vscode';
import { parseJson, isRecord } from '../../core/common/json';
import { formatLine } from '../../core/batchFile/json/formatLine';
import { displayText } from '../../core/common/displayText';
import type { Disposable } from '../../core/common/emitter';
import { withoutIcons } from '../shared/plainText';
import type { OpenFiles } from './openFiles';

const scheme = 'sync-batches-request';
/** The delay after the cursor moves, in milliseconds. */
const quietMs = 100;

/** The line of a document that a view shows. */
interface Shown {
  readonly source: vscode.TextDocument;
  readonly line: number;
  readonly text: string;
}

/**
 * Shows the request at the cursor on several lines beside its file. There is one view per file, which follows the cursor
 * and keeps its editor and scroll position. A CodeLens names the request, because the name of a document can't change.
 */
export class RequestView implements vscode.TextDocumentContentProvider, vscode.CodeLensProvider, Disposable {
  private readonly shown = new Map<string, Shown>();
  private readonly changes = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changes.event;
  private readonly lensChanges = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.lensChanges.event;
  private readonly subscriptions: Disposable[];
  private quiet: NodeJS.Timeout | undefined;

  constructor(files: OpenFiles) {
    this.subscriptions = [
      vscode.workspace.registerTextDocumentContentProvider(scheme, this),
      vscode.languages.registerCodeLensProvider({ scheme }, this),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => this.followLater(textEditor.document)),
      vscode.window.onDidChangeActiveTextEditor((editor) => this.followLater(editor?.document)),
      files.onDidEdit(({ document }) => this.followLater(document)),
      vscode.workspace.onDidCloseTextDocument((document) => this.close(document)),
    ];
  }

  /** Opens the view and keeps the focus in the batch file. */
  async show({ document, selection, viewColumn }: vscode.TextEditor): Promise<void> {
    const uri = uriOf(document);
    this.put(uri, document, selection.active.line);
    const view = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(view, {
      viewColumn: viewColumn === undefined ? vscode.ViewColumn.Beside : columnOf(uri, viewColumn),
      preserveFocus: true,
    });
    await setLanguage(view, this.shown.get(uri.toString()));
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    const { text } = this.shown.get(uri.toString()) ?? { text: '' };
    return formatLine(text) ?? text;
  }

  provideCodeLenses({ uri }: vscode.TextDocument): vscode.CodeLens[] {
    const shown = this.shown.get(uri.toString());
    if (shown === undefined) {
      return [];
    }
    const { source, line, text } = shown;
    const selection = new vscode.Range(line, 0, line, 0);
    const command = {
      command: 'vscode.open',
      title: titleOf(line, text),
      tooltip: vscode.l10n.t('Go to this line'),
      arguments: [source.uri, { selection, ...sourceColumn(source) }],
    };
    return [new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), command)];
  }

  dispose(): void {
    clearTimeout(this.quiet);
    for (const part of [...this.subscriptions, this.changes, this.lensChanges]) {
      part.dispose();
    }
  }

  private followLater(source: vscode.TextDocument | undefined): void {
    if (source === undefined || !this.shown.has(uriOf(source).toString())) {
      return;
    }
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => this.follow(source), quietMs);
  }

  private follow(source: vscode.TextDocument): void {
    const { activeTextEditor, visibleTextEditors } = vscode.window;
    const editor = [activeTextEditor, ...visibleTextEditors].find((each) => each?.document === source);
    const uri = uriOf(source);
    const before = this.shown.get(uri.toString());
    if (editor === undefined || before === undefined) {
      return;
    }
    const { line, text } = this.put(uri, source, editor.selection.active.line);
    if (line !== before.line || text !== before.text) {
      this.lensChanges.fire();
      const view = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
      if (view !== undefined) {
        void setLanguage(view, this.shown.get(uri.toString()));
      }
    }
  }

  private close({ uri, isClosed }: vscode.TextDocument): void {
    // VS Code also fires this event when the language of a document changes, as setLanguage does.
    if (isClosed) {
      this.shown.delete(uri.toString());
    }
  }

  private put(uri: vscode.Uri, source: vscode.TextDocument, line: number): Shown {
    const shown = { source, line, text: source.lineAt(line).text };
    this.shown.set(uri.toString(), shown);
    this.changes.fire(uri);
    return shown;
  }
}

function uriOf({ uri }: vscode.TextDocument): vscode.Uri {
  const name = uri.path.replace(/^.*\//, '');
  return vscode.Uri.from({ scheme, path: `/${vscode.l10n.t('{0} – request', name)}.json`, query: uri.toString() });
}

/** Uses plain text for a line that is not JSON, so that its error is not shown a second time. */
async function setLanguage(view: vscode.TextDocument, shown: Shown | undefined): Promise<void> {
  const language = shown === undefined || formatLine(shown.text) === undefined ? 'plaintext' : 'json';
  if (!view.isClosed && view.languageId !== language) {
    await vscode.languages.setTextDocumentLanguage(view, language);
  }
}

/** Names the request of a line. @param line from 0. */
function titleOf(line: number, text: string): string {
  const request = parseJson(text);
  const id = isRecord(request) ? request['request_id'] : undefined;
  return typeof id === 'string' && id !== ''
    ? vscode.l10n.t('Line {0} · {1}', line + 1, withoutIcons(displayText(id, 80)))
    : vscode.l10n.t('Line {0}', line + 1);
}

/** The column of the open view, or the one beside the file. */
function columnOf(uri: vscode.Uri, beside: vscode.ViewColumn): vscode.ViewColumn {
  const open = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri.toString());
  return open?.viewColumn !== undefined && open.viewColumn !== beside ? open.viewColumn : vscode.ViewColumn.Beside;
}

function sourceColumn(source: vscode.TextDocument): { readonly viewColumn?: vscode.ViewColumn } {
  const column = vscode.window.visibleTextEditors.find(({ document }) => document === source)?.viewColumn;
  return column === undefined ? {} : { viewColumn: column };
}
