import * as vscode from 'vscode';
import { confirmQuietly, showMessage } from '../messages';
import type { CommandContext } from './context';

/** *Delete Kept Results*: asks, and deletes the result files that are kept on this computer. */
export async function deleteKeptResults({ results }: CommandContext): Promise<void> {
  const remove = vscode.l10n.t('Delete');
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t('Delete the result files that are kept on this computer?'),
    {
      modal: true,
      detail: vscode.l10n.t(
        'They are loaded from sync.so again when they are needed, as long as it still has them. Files that you saved yourself stay.',
      ),
    },
    remove,
  );
  if (chosen !== remove) {
    return;
  }
  if (await results.forgetAll()) {
    confirmQuietly(vscode.l10n.t('Kept results deleted'));
  } else {
    showMessage('error', vscode.l10n.t('Some of the kept results could not be deleted; the log says why.'));
  }
}
