import type * as vscode from 'vscode';
import type { BatchFileLimits } from '../../core/batchFile/schema/limits';
import { contentOf, type PlanInput } from '../../core/submissions/plan';
import type { BatchFiles, CheckedFile } from '../batchFiles/batchFilesInterface';

/** A batch file as it was read from a document, which may have been edited since. */
export interface ReadFile extends Pick<PlanInput, 'fileName' | 'fileUri' | 'content' | 'limits'> {
  readonly document: vscode.TextDocument;
  readonly checked: CheckedFile;
}

export async function readFile(
  files: BatchFiles,
  document: vscode.TextDocument,
  limits: BatchFileLimits,
): Promise<ReadFile> {
  const checked = files.check(document);
  return {
    document,
    fileName: fileNameOf(document),
    fileUri: document.isUntitled ? undefined : document.uri.toString(),
    checked,
    content: await contentOf(checked, limits),
    limits,
  };
}

/** The base name of a document, with the default extension if it was never saved. */
export function fileNameOf(document: vscode.TextDocument): string {
  const name = document.uri.path.replace(/^.*\//, '') || 'batch';
  return document.isUntitled && !name.includes('.') ? `${name}.jsonl` : name;
}
