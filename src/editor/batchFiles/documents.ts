import * as vscode from 'vscode';

/** The language ID of JSON Lines files, which VS Code declares. */
export const batchFileLanguage = 'jsonl';

/** Enough lines to detect a batch file, and few enough to check after each keystroke. */
export const firstLineCount = 20;

/** The lines that decide whether a document is a batch file. */
export function firstLinesOf(document: vscode.TextDocument): string[] {
  const count = Math.min(document.lineCount, firstLineCount);
  return Array.from({ length: count }, (_, line) => document.lineAt(line).text);
}

/** True for local, remote and unsaved files. False for read-only documents, such as old versions (`git:`) and results. */
export function hasFileScheme({ scheme }: vscode.Uri): boolean {
  return (
    scheme === 'untitled' || (vscode.workspace.fs.isWritableFileSystem(scheme) === true && !scheme.startsWith('git'))
  );
}

/** The second argument of *Validate Batch File* if the user clicks the number of problems: go to the first one. */
export const toProblems = 'toProblems';
