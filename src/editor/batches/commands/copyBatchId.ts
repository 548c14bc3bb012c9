import * as vscode from 'vscode';
import { showStatusMessage } from '../../shared/messages';
import { type BatchPicker, batchOf } from './pickBatch';

/** *Copy Batch ID*. */
export async function copyBatchId(context: BatchPicker, argument: unknown): Promise<void> {
  const batch = await batchOf(context, argument, {
    placeHolder: vscode.l10n.t('Copy the ID of which batch?'),
    qualifies: () => true,
    noneText: vscode.l10n.t('There are no batches in the list.'),
  });
  if (batch === undefined) {
    return;
  }
  await vscode.env.clipboard.writeText(batch.id);
  showStatusMessage(vscode.l10n.t('Batch ID copied'));
}
