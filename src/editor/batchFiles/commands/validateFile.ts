import * as vscode from 'vscode';
import { toProblems } from '../documents';
import { showStatusMessage, showMessage } from '../../shared/messages';
import { fileNameText, summaryText } from '../text/batchFiles';
import { batchFileOf, type BatchFileProvider } from './pickBatchFile';

/** *Validate Batch File*: checks the text in the editor and goes to the first problem. */
export async function validateFile(context: BatchFileProvider, argument: unknown, how?: unknown): Promise<void> {
  const document = await batchFileOf(context, argument);
  if (document === undefined) {
    return;
  }
  const files = await context.batchFiles.get();
  const { requests, errors, warnings } = files.check(document);
  const summary = summaryText({ requests: requests.length, errors, warnings });
  const name = fileNameText(document.uri.path);
  if (requests.length === 0) {
    showMessage('information', vscode.l10n.t('There are no requests in {0}.', name));
  } else if (errors + warnings > 0) {
    await files.showProblems(document);
    if (how !== toProblems) {
      showMessage(errors > 0 ? 'error' : 'warning', vscode.l10n.t('{0}: {1}', name, summary));
    }
  } else {
    showStatusMessage(summary);
  }
}
