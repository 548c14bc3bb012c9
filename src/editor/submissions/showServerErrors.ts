import * as vscode from 'vscode';
import { type ErrorLine, findLines } from '../../core/api/http/errorLines';
import type { Submission } from '../../core/submissions/submission';
import type { RequestLine, ServerError } from '../batchFiles/batchFilesInterface';
import type { SubmissionContext } from './context';

/**
 * Shows the server's errors about the refused lines of a submission as diagnostics.
 * @param source The document that was submitted, if known; otherwise it is searched by its URI.
 * @returns the document if it contains any of these lines.
 */
export async function showServerErrors(
  { batchFiles, submissions }: Pick<SubmissionContext, 'batchFiles' | 'submissions'>,
  submission: Submission,
  source: vscode.TextDocument | undefined,
): Promise<vscode.TextDocument | undefined> {
  const document = source ?? documentOf(submission);
  if (document === undefined) {
    return undefined;
  }
  const files = await batchFiles.get();
  const refused: { lines: string[]; errorLines: readonly ErrorLine[] }[] = [];
  for (const [index, part] of submission.parts.entries()) {
    const { state } = part;
    const sent = state.kind === 'refused' ? await submissions.textOf(submission, index) : undefined;
    if (state.kind === 'refused' && sent !== undefined) {
      // The stored message of an earlier session may be cut.
      const errorLines = submissions.errorOf(part)?.details.lines ?? findLines([state.message]);
      refused.push({ lines: sent.split('\n'), errorLines });
    }
  }
  // Checked only now: the document may have been edited meanwhile.
  const { requests } = files.check(document);
  const serverErrors = refused.flatMap(({ lines, errorLines }) => locateServerErrors(requests, lines, errorLines));
  files.setServerErrors(document, serverErrors);
  return serverErrors.length > 0 ? document : undefined;
}

/**
 * Finds the lines of server errors in a document that may have been edited since it was sent. Lines are found by their text,
 * because lines may have been added, and a part does not start where the file does. Edited lines are left out.
 * @param requests The current requests of the document.
 * @param sent The requests of the part that was sent.
 * @param errorLines Counted from 1 in what was sent.
 */
export function locateServerErrors(
  requests: readonly RequestLine[],
  sent: readonly string[],
  errorLines: readonly ErrorLine[],
): ServerError[] {
  // Of equal requests, the first one counts.
  const lineOf = new Map(requests.toReversed().map(({ line, text }) => [text, line]));
  return errorLines.flatMap(({ line, message }) => {
    const text = sent[line - 1];
    const current = text === undefined ? undefined : lineOf.get(text);
    return current === undefined ? [] : [{ line: current, message }];
  });
}

/** The open document that was submitted. */
function documentOf({ fileUri }: Submission): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === fileUri);
}
