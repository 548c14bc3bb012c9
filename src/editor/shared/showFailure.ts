import * as vscode from 'vscode';
import { ApiError } from '../../core/api/http/errors';
import { displayText } from '../../core/common/displayText';
import { asError } from '../../core/common/errors';
import { type ApiOperation, errorSentence, errorText, type NextStep } from './errorText';
import { links } from './links';
import { type Button, commandButton, openSettingButton, openUrlButton, showLogButton, showMessage } from './messages';

/**
 * Shows that an action of the user failed, with buttons that help.
 * @param retry Repeats the action; omit to show no *Try Again* button.
 */
export function showFailure(thrown: unknown, operation: ApiOperation, retry?: () => void): void {
  const isApiError = thrown instanceof ApiError;
  const text = isApiError
    ? errorSentence(thrown, operation)
    : vscode.l10n.t('That did not work: {0}', displayText(asError(thrown).message, 500));
  const buttons = isApiError ? errorText(thrown, operation).nextSteps.map(buttonOf) : [];
  if (retry !== undefined) {
    buttons.push([vscode.l10n.t('Try Again'), retry]);
  }
  buttons.push(showLogButton());
  showMessage('error', text, ...buttons);
}

function buttonOf(step: NextStep): Button {
  const buttons: Readonly<Record<NextStep, Button>> = {
    setApiKey: commandButton(vscode.l10n.t('Set API Key…'), 'syncBatches.setApiKey'),
    openBilling: openUrlButton(vscode.l10n.t('Open Billing'), links.billing),
    openStatus: openUrlButton(vscode.l10n.t('Open Status Page'), links.status),
    openAddressSetting: openSettingButton('syncBatches.apiBaseUrl'),
    openProxySettings: commandButton(
      vscode.l10n.t('Open Proxy Settings'),
      'workbench.action.openSettings',
      'http.proxy',
    ),
    clearFilters: commandButton(vscode.l10n.t('Clear Filters'), 'syncBatches.clearFilters'),
  };
  return buttons[step];
}
