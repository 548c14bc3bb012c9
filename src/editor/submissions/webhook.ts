import * as vscode from 'vscode';
import { parseUrl } from '../../core/common/urls';
import { showMessage } from '../shared/messages';
import { readWebhookUrl } from '../shared/settings';
import { badWebhookText } from './text/submitting';

/**
 * The address that sync.so is to call when a batch has ended; empty for none.
 * @returns nothing where the setting can't be used, which has then been said: nothing is sent without what was wanted.
 */
export function readWebhook(): string | undefined {
  const url = readWebhookUrl();
  if (url === '' || (parseUrl(url)?.protocol === 'https:' && !/[\s\p{Cc}]/u.test(url))) {
    return url;
  }
  showMessage('error', badWebhookText(), [
    vscode.l10n.t('Open Setting'),
    () => vscode.commands.executeCommand('workbench.action.openSettings', 'syncBatches.webhookUrl'),
  ]);
  return undefined;
}
