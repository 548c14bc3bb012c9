import * as vscode from 'vscode';

/** The language of JSON Lines files, which the editor itself declares. */
export const batchFileLanguage = 'jsonl';

/** Enough to tell what a file is, and few enough to be looked at after each key. */
export const firstLineCount = 20;

/** The lines that tell whether a document is a batch file. */
export function firstLinesOf(document: vscode.TextDocument): string[] {
  const count = Math.min(document.lineCount, firstLineCount);
  return Array.from({ length: count }, (_, line) => document.lineAt(line).text);
}

/**
 * Whether a document is a file, or is to become one: on this computer, on another one, or not saved yet. Older versions
 * of files (`git:`), results and other documents that can't be changed are not.
 */
export function hasFileScheme({ scheme }: vscode.Uri): boolean {
  return (
    scheme === 'untitled' || (vscode.workspace.fs.isWritableFileSystem(scheme) === true && !scheme.startsWith('git'))
  );
}

/** The second argument of *Validate Batch File* in the lens that says how many problems there are: go to the first. */
export const toProblems = 'toProblems';
