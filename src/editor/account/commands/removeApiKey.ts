import * as vscode from 'vscode';
import { asError } from '../../../core/common/errors';
import { showStatusMessage, isConfirmed, showLogButton, showMessage } from '../../shared/messages';
import { openSubmissionsText } from '../../submissions/text/unfinished';
import type { CommandContext } from '../../commandContext';

/** *Remove API Key*: asks, forgets the key, and with it what the view shows. */
export async function removeApiKey({ keys, currentAccount, results, submissions, log }: CommandContext): Promise<void> {
  const { state } = keys;
  if (state.kind === 'key' && state.source === 'environment') {
    showMessage(
      'information',
      vscode.l10n.t(
        'The API key comes from the environment variable SYNC_API_KEY. To remove it, unset the variable and restart the editor.',
      ),
    );
    return;
  }
  const isWanted = await isConfirmed(
    vscode.l10n.t('Remove the sync.so API key from this computer?'),
    [
      vscode.l10n.t('Batches go on and lose nothing; the key itself stays valid until it is revoked on sync.so.'),
      ...openSubmissionsText(submissions.openCount),
    ].join(' '),
    vscode.l10n.t('Remove'),
  );
  if (!isWanted) {
    return;
  }
  // At once, and also where a key of the environment takes its place.
  submissions.stop();
  await currentAccount.settled();
  const account = currentAccount.current;
  // The key first: as long as it is in use, a load that ends writes its list back.
  try {
    await keys.remove();
    showStatusMessage(vscode.l10n.t('API key removed'));
  } catch (error) {
    log.error(`The keyring did not remove the API key: ${asError(error).message}`);
    showMessage(
      'error',
      vscode.l10n.t(
        'The keyring did not remove the API key. This window no longer uses it, but it may be there again after a restart.',
      ),
    );
  }
  if (account === undefined) {
    return;
  }
  const wereDeleted = [
    await currentAccount.deleteList(account),
    await results.forgetAccount(account.id),
    await submissions.forgetInputs(account.id),
  ];
  if (wereDeleted.includes(false)) {
    showMessage(
      'warning',
      vscode.l10n.t('Some of what is kept on this computer for the API key could not be deleted; the log says why.'),
      showLogButton(),
    );
  }
}
