import * as vscode from 'vscode';
import { showStatusMessage, isConfirmed, showLogButton, showMessage } from '../../shared/messages';
import type { ResultsService } from '../resultsService';

/** *Delete Kept Results*: deletes all cached result files, after a confirmation. */
export async function deleteKeptResults({ results }: { readonly results: ResultsService }): Promise<void> {
  const confirmed = await isConfirmed(
    vscode.l10n.t('Delete all saved copies of results on this computer?'),
    vscode.l10n.t(
      'Results are loaded from sync.so again when you open them, as long as sync.so has them. Files that you saved yourself are not deleted.',
    ),
    vscode.l10n.t('Delete'),
  );
  if (!confirmed) {
    return;
  }
  if (await results.forgetAll()) {
    showStatusMessage(vscode.l10n.t('Saved copies of results deleted'));
  } else {
    showMessage(
      'error',
      vscode.l10n.t('Some saved copies of results could not be deleted. See the log.'),
      showLogButton(),
    );
  }
}
