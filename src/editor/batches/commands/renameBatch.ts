import * as vscode from 'vscode';
import { maxNameLength } from '../../../core/account/batchMetadata';
import { displayText } from '../../../core/common/displayText';
import type { CommandContext } from '../../commandContext';
import { batchWithMetadata } from './pickBatch';

/** *Name Batch…*: a name of the person's own, kept on this computer. */
export async function renameBatch(context: CommandContext, argument: unknown): Promise<void> {
  const found = await batchWithMetadata(context, argument, {
    placeHolder: vscode.l10n.t('Name which batch?'),
    qualifies: () => true,
    noneText: vscode.l10n.t('There are no batches in the list.'),
  });
  if (found === undefined) {
    return;
  }
  const { batch, notes } = found;
  const name = await vscode.window.showInputBox({
    title: vscode.l10n.t('Name Batch {0}', displayText(batch.id)),
    prompt: vscode.l10n.t('The name is kept on this computer only; sync.so does not see it. Empty removes it.'),
    value: notes.of(batch.id).name ?? '',
    validateInput: (value) =>
      value.trim().length > maxNameLength
        ? vscode.l10n.t('A name has at most {0} characters.', maxNameLength)
        : /\p{Cc}/u.test(value)
          ? vscode.l10n.t('A name has no control characters in it.')
          : undefined,
  });
  if (name !== undefined) {
    await notes.rename(batch.id, name.trim());
  }
}
