import * as vscode from 'vscode';
import { parseUrl } from '../../core/common/urls';
import { showMessage } from '../shared/messages';
import { readWebhookUrl } from '../shared/settings';
import { badWebhookText } from './text/submitting';

/**
 * Reads the URL that sync.so calls when a batch has finished; empty for none.
 * @returns undefined if the setting is invalid; the user has been told. Then nothing may be sent.
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
