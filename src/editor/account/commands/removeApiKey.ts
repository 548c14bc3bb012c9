import * as vscode from 'vscode';
import type { ApiKeys } from '../../../core/account/apiKeys';
import type { CurrentAccount } from '../../../core/account/currentAccount';
import { asError } from '../../../core/common/errors';
import type { Log } from '../../../core/common/log';
import type { SubmissionService } from '../../../core/submissions/service';
import type { ResultsService } from '../../results/resultsService';
import { isConfirmed, showLogButton, showMessage, showStatusMessage } from '../../shared/messages';
import { joined } from '../../shared/plainText';
import { openSubmissionsText } from '../../submissions/text/unfinished';

interface KeyRemoval {
  readonly keys: ApiKeys;
  readonly currentAccount: CurrentAccount;
  readonly results: ResultsService;
  readonly submissions: SubmissionService;
  readonly log: Log;
}

/** *Remove API Key*: asks the user, then removes the key and the data of its account on this computer. */
export async function removeApiKey({ keys, currentAccount, results, submissions, log }: KeyRemoval): Promise<void> {
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
  const confirmed = await isConfirmed(
    vscode.l10n.t('Remove the sync.so API key from this computer?'),
    joined(' ', [
      vscode.l10n.t('Your batches are not affected. The key stays valid until you revoke it on sync.so.'),
      submissions.openCount === 0 ? undefined : openSubmissionsText(submissions.openCount),
    ]),
    vscode.l10n.t('Remove'),
  );
  if (!confirmed) {
    return;
  }
  // Stop before anything else, even if SYNC_API_KEY will be used next.
  submissions.stop();
  await currentAccount.settled();
  const account = currentAccount.current;
  // Remove the key first: while it is in use, a running load would store its list again.
  try {
    await keys.remove();
    showStatusMessage(vscode.l10n.t('API key removed'));
  } catch (error) {
    log.error(`The keyring did not remove the API key: ${asError(error).message}`);
    showMessage(
      'error',
      vscode.l10n.t(
        'The keyring did not remove the API key. This window no longer uses it, but it may be back after a restart.',
      ),
    );
  }
  if (account === undefined) {
    return;
  }
  const deletions = [
    await currentAccount.deleteList(account),
    await results.forgetAccount(account.id),
    await submissions.forgetInputs(account.id),
  ];
  if (deletions.includes(false)) {
    showMessage(
      'warning',
      vscode.l10n.t('Some data of this API key on this computer could not be deleted. See the log for the reason.'),
      showLogButton(),
    );
  }
}
