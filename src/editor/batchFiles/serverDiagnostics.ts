import * as vscode from 'vscode';
import type { Disposable } from '../../core/common/emitter';
import { displayText } from '../../core/common/displayText';
import type { ServerError } from './types';
import type { LineEdit } from './lineEdits';

const source = 'sync.so';
const maxMessageLength = 1_000;

/** What the server said about a line, for as long as that has the text that the server saw. */
interface Entry extends ServerError {
  readonly text: string;
}

/** What the server said about lines of documents, as diagnostics with a source of their own. */
export class ServerDiagnostics implements Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection(source);
  private readonly entries = new Map<string, readonly Entry[]>();

  set(document: vscode.TextDocument, serverErrors: readonly ServerError[]): void {
    const known = serverErrors.filter(({ line }) => line >= 0 && line < document.lineCount);
    this.put(
      document,
      known.map((each) => ({ ...each, text: document.lineAt(each.line).text })),
    );
  }

  /** Moves what was said with its lines; what was said about lines that are changed or gone is over. */
  change(document: vscode.TextDocument, edits: readonly LineEdit[]): void {
    const before = this.entries.get(document.uri.toString());
    if (before === undefined) {
      return;
    }
    const after = before.flatMap((each) => {
      const line = placeAfter(document, edits, each);
      return line === undefined ? [] : [{ ...each, line }];
    });
    this.put(document, after);
  }

  close(document: vscode.TextDocument): void {
    this.entries.delete(document.uri.toString());
    this.collection.delete(document.uri);
  }

  /** Where the first of them is. */
  first(document: vscode.TextDocument): vscode.Range | undefined {
    const lines = (this.entries.get(document.uri.toString()) ?? []).map(({ line }) => line);
    return lines.length === 0 ? undefined : document.lineAt(Math.min(...lines)).range;
  }

  dispose(): void {
    this.entries.clear();
    this.collection.dispose();
  }

  private put(document: vscode.TextDocument, entries: readonly Entry[]): void {
    if (entries.length === 0) {
      this.close(document);
      return;
    }
    this.entries.set(document.uri.toString(), entries);
    this.collection.set(
      document.uri,
      entries.map(({ line, message }) => {
        const text = displayText(message, maxMessageLength);
        const diagnostic = new vscode.Diagnostic(document.lineAt(line).range, text, vscode.DiagnosticSeverity.Error);
        diagnostic.source = source;
        return diagnostic;
      }),
    );
  }
}

/** Where a line is after edits, if it still is as it was. */
function placeAfter(
  document: vscode.TextDocument,
  edits: readonly LineEdit[],
  { line, text }: Entry,
): number | undefined {
  let moved = 0;
  for (const edit of edits) {
    if (line < edit.line) {
      break;
    }
    if (line < edit.line + edit.removed) {
      // A line break before or after it touches the line as well, and leaves it as it was.
      for (let at = edit.newLine; at < edit.newLine + edit.inserted; at += 1) {
        if (document.lineAt(at).text === text) {
          return at;
        }
      }
      return undefined;
    }
    moved = edit.newLine + edit.inserted - (edit.line + edit.removed);
  }
  return line + moved;
}
