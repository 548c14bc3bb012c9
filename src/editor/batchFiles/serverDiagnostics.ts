import * as vscode from 'vscode';
import type { Disposable } from '../../core/common/emitter';
import { displayText } from '../../core/common/displayText';
import type { ServerError } from './batchFilesInterface';
import type { LineEdit } from './lineEdits';

const source = 'sync.so';
const maxMessageLength = 1_000;

/** An error and the text of its line when the server checked it. */
interface Entry extends ServerError {
  readonly text: string;
}

/** Shows the errors of the server as diagnostics with their own source. */
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

  /** Moves the errors with their lines and drops those of changed or deleted lines. */
  change(document: vscode.TextDocument, edits: readonly LineEdit[]): void {
    const before = this.entries.get(document.uri.toString());
    if (before === undefined) {
      return;
    }
    const after = before.flatMap((each) => {
      const line = lineAfter(document, edits, each);
      return line === undefined ? [] : [{ ...each, line }];
    });
    this.put(document, after);
  }

  close(document: vscode.TextDocument): void {
    this.entries.delete(document.uri.toString());
    this.collection.delete(document.uri);
  }

  /** The range of the first error. */
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

/** The position of a line after edits, or undefined if its text changed. */
function lineAfter(
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
      // A new line break before or after the line edits it too, but keeps its text.
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
