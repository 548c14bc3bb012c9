import * as vscode from 'vscode';
import { type ErrorLine, findLines } from '../../core/api/http/errorLines';
import type { Submission } from '../../core/submissions/submission';
import type { CommandContext } from '../commandContext';
import { locateServerErrors } from './fileToSubmit';

/**
 * Shows what sync.so said about lines that it refused, at those lines of the document as it is now.
 * @param madeFrom the document that it was made from, where that is known; else it is looked for by its address.
 * @returns the document, where there is any such line in it.
 */
export async function showServerErrors(
  { batchFiles, submissions }: CommandContext,
  submission: Submission,
  madeFrom: vscode.TextDocument | undefined,
): Promise<vscode.TextDocument | undefined> {
  const document = madeFrom ?? documentOf(submission);
  if (document === undefined) {
    return undefined;
  }
  const files = await batchFiles.get();
  const refused: { lines: string[]; named: readonly ErrorLine[] }[] = [];
  for (const [index, part] of submission.parts.entries()) {
    const { state } = part;
    const sent = state.kind === 'refused' ? await submissions.textOf(submission, index) : undefined;
    if (state.kind === 'refused' && sent !== undefined) {
      // What is written down of an error of an earlier time may be cut.
      const named = submissions.errorOf(part)?.details.lines ?? findLines([state.message]);
      refused.push({ lines: sent.split('\n'), named });
    }
  }
  // In the text as it is now: it may have been edited while the copies were read.
  const { requests } = files.check(document);
  const serverErrors = refused.flatMap(({ lines, named }) => locateServerErrors(requests, lines, named));
  files.setServerErrors(document, serverErrors);
  return serverErrors.length > 0 ? document : undefined;
}

/** The document that a submission was made from, where it is open. */
function documentOf({ fileUri }: Submission): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === fileUri);
}
