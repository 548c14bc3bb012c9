import * as vscode from 'vscode';
import type { Batch } from '../../../core/batches/batch';
import { isFinished } from '../../../core/batches/status';
import { displayText } from '../../../core/common/displayText';
import { openSettingButton, showMessage, showStatusMessage } from '../../shared/messages';
import { readNotifications } from '../../shared/settings';
import { type BatchPicker, batchWithMetadata } from './pickBatch';

/** *Notify Me When Finished*: polls the batch even while the view is hidden, and notifies the user when it finishes. */
export async function notifyWhenFinished(context: BatchPicker, argument: unknown): Promise<void> {
  const found = await batchWithMetadata(context, argument, {
    placeHolder: vscode.l10n.t('Get notified about which batch?'),
    qualifies: ({ id, status }) => !isFinished(status) && !context.currentAccount.metadataOf(id).isSubscribed,
    noneText: vscode.l10n.t('There are no more unfinished batches to notify you about.'),
  });
  if (found === undefined) {
    return;
  }
  const { batch, metadata } = found;
  // It may finish while the quick pick is open or while the subscription is stored: no notification would come.
  const hasFinished = (): boolean => isFinished((context.store.find(batch.id) ?? batch).status);
  if (hasFinished()) {
    showAlreadyFinished(batch);
    return;
  }
  await metadata.setSubscribed(batch.id, true);
  if (hasFinished()) {
    await metadata.setSubscribed(batch.id, false);
    showAlreadyFinished(batch);
    return;
  }
  if (readNotifications() === 'none') {
    showMessage(
      'information',
      vscode.l10n.t('Notifications are turned off in the setting syncBatches.notifications.'),
      openSettingButton('syncBatches.notifications'),
    );
    return;
  }
  showStatusMessage(vscode.l10n.t('You will be notified when {0} has finished', displayText(batch.id)));
}

function showAlreadyFinished({ id }: Batch): void {
  showMessage('information', vscode.l10n.t('The batch {0} has already finished.', displayText(id)));
}

/** *Don't Notify Me When Finished*: cancels the subscription. */
export async function dontNotifyWhenFinished(context: BatchPicker, argument: unknown): Promise<void> {
  const found = await batchWithMetadata(context, argument, {
    placeHolder: vscode.l10n.t('Stop notifications about which batch?'),
    qualifies: ({ id }) => context.currentAccount.metadataOf(id).isSubscribed,
    noneText: vscode.l10n.t('There are no batches that you asked to be notified about.'),
  });
  if (found !== undefined) {
    const { batch, metadata } = found;
    await metadata.setSubscribed(batch.id, false);
    showStatusMessage(vscode.l10n.t('You will not be notified about {0}', displayText(batch.id)));
  }
}
