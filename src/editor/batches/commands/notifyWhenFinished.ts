import * as vscode from 'vscode';
import type { Batch } from '../../../core/batches/batch';
import { isFinished } from '../../../core/batches/status';
import { displayText } from '../../../core/common/displayText';
import { showStatusMessage, showMessage } from '../../shared/messages';
import { readNotifications } from '../../shared/settings';
import type { CommandContext } from '../../commandContext';
import { batchWithMetadata } from './pickBatch';

/** *Notify Me When Finished*: the batch is followed, slowly, even while nobody looks, and its end is told. */
export async function notifyWhenFinished(context: CommandContext, argument: unknown): Promise<void> {
  const found = await batchWithMetadata(context, argument, {
    placeHolder: vscode.l10n.t('Notify you when which batch has finished?'),
    qualifies: ({ id, status }) => !isFinished(status) && !context.currentAccount.metadataOf(id).isSubscribed,
    noneText: vscode.l10n.t('No batch in the list is unfinished and still without a notification.'),
  });
  if (found === undefined) {
    return;
  }
  const { batch, notes } = found;
  // It may have ended while the pick was open, or ends while the mark is written: then nobody tells that.
  const isOver = (): boolean => isFinished((context.store.find(batch.id) ?? batch).status);
  if (isOver()) {
    sayIsOver(batch);
    return;
  }
  await notes.setSubscribed(batch.id, true);
  if (isOver()) {
    await notes.setSubscribed(batch.id, false);
    sayIsOver(batch);
    return;
  }
  if (readNotifications() === 'none') {
    showMessage(
      'information',
      vscode.l10n.t('Notifications are switched off by the setting syncBatches.notifications.'),
      [
        vscode.l10n.t('Open Setting'),
        () => vscode.commands.executeCommand('workbench.action.openSettings', 'syncBatches.notifications'),
      ],
    );
    return;
  }
  showStatusMessage(vscode.l10n.t('You will be notified when {0} has finished', displayText(batch.id)));
}

function sayIsOver({ id }: Batch): void {
  showMessage('information', vscode.l10n.t('The batch {0} has finished already.', displayText(id)));
}

/** *Don't Notify Me When Finished*: takes that back. */
export async function dontNotifyWhenFinished(context: CommandContext, argument: unknown): Promise<void> {
  const found = await batchWithMetadata(context, argument, {
    placeHolder: vscode.l10n.t('Take back the notification of which batch?'),
    qualifies: ({ id }) => context.currentAccount.metadataOf(id).isSubscribed,
    noneText: vscode.l10n.t('There is no batch of which you asked to be notified.'),
  });
  if (found !== undefined) {
    const { batch, notes } = found;
    await notes.setSubscribed(batch.id, false);
    showStatusMessage(vscode.l10n.t('You will not be notified of {0}', displayText(batch.id)));
  }
}
