import * as vscode from 'vscode';
import { parseUrl } from '../../core/common/urls';
import { openSettingButton, showMessage } from '../shared/messages';
import { readWebhookUrl } from '../shared/settings';

/**
 * Reads the URL that sync.so calls when a batch has finished; empty for none.
 * @returns undefined if the setting is invalid; the user has been told. Then nothing may be sent.
 */
export function readWebhook(): string | undefined {
  const url = readWebhookUrl();
  if (url === '' || (parseUrl(url)?.protocol === 'https:' && !/[\s\p{Cc}]/u.test(url))) {
    return url;
  }
  showMessage(
    'error',
    vscode.l10n.t('Nothing was sent: the setting syncBatches.webhookUrl must be an https: URL that sync.so can call.'),
    openSettingButton('syncBatches.webhookUrl'),
  );
  return undefined;
}
