import * as vscode from 'vscode';
import { maxNameLength } from '../../../core/account/batchMetadata';
import { displayText } from '../../../core/common/displayText';
import { type BatchPicker, batchWithMetadata } from './pickBatch';

/** *Name Batch…*: gives a batch a name, stored in the `BatchMetadata` of the account on this computer. */
export async function renameBatch(context: BatchPicker, argument: unknown): Promise<void> {
  const found = await batchWithMetadata(context, argument, {
    placeHolder: vscode.l10n.t('Name which batch?'),
    qualifies: () => true,
    noneText: vscode.l10n.t('There are no batches in the list.'),
  });
  if (found === undefined) {
    return;
  }
  const { batch, metadata } = found;
  const name = await vscode.window.showInputBox({
    title: vscode.l10n.t('Name Batch {0}', displayText(batch.id)),
    prompt: vscode.l10n.t(
      'The name is stored on this computer only and is not sent to sync.so. Leave it empty to remove it.',
    ),
    value: metadata.of(batch.id).name ?? '',
    validateInput: (value) =>
      value.trim().length > maxNameLength
        ? vscode.l10n.t('A name can have at most {0} characters.', maxNameLength)
        : /\p{Cc}/u.test(value)
          ? vscode.l10n.t("A name can't contain control characters.")
          : undefined,
  });
  if (name !== undefined) {
    await metadata.rename(batch.id, name.trim());
  }
}
