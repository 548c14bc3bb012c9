import * as vscode from 'vscode';
import { showStatusMessage } from '../../shared/messages';
import { outputQuestion, reportNoOutput } from './openOutput';
import { type BatchPicker, batchOf } from './pickBatch';

/** *Copy Output URL*: copies the exact text from the API. */
export async function copyOutputUrl(context: BatchPicker, argument: unknown): Promise<void> {
  const batch = await batchOf(context, argument, outputQuestion(vscode.l10n.t('Copy the output URL of which batch?')));
  if (batch === undefined || reportNoOutput(batch)) {
    return;
  }
  await vscode.env.clipboard.writeText(batch.outputUrl);
  showStatusMessage(vscode.l10n.t('Output URL copied'));
}
