import * as vscode from 'vscode';
import { showStatusMessage, isConfirmed, showLogButton, showMessage } from '../../shared/messages';
import type { CommandContext } from '../../commandContext';

/** *Delete Kept Results*: asks, and deletes the result files that are kept on this computer. */
export async function deleteKeptResults({ results }: CommandContext): Promise<void> {
  const isWanted = await isConfirmed(
    vscode.l10n.t('Delete the result files that are kept on this computer?'),
    vscode.l10n.t(
      'They are loaded from sync.so again when they are needed, as long as it still has them. Files that you saved yourself stay.',
    ),
    vscode.l10n.t('Delete'),
  );
  if (!isWanted) {
    return;
  }
  if (await results.forgetAll()) {
    showStatusMessage(vscode.l10n.t('Kept results deleted'));
  } else {
    showMessage(
      'error',
      vscode.l10n.t('Some of the kept results could not be deleted; the log says why.'),
      showLogButton(),
    );
  }
}
