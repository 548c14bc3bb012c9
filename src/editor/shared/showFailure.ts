import * as vscode from 'vscode';
import { ApiError } from '../../core/api/http/errors';
import { displayText } from '../../core/common/displayText';
import { asError } from '../../core/common/errors';
import { type ApiOperation, errorSentence, errorText, type NextStep } from './errorText';
import { links } from './links';
import { type Button, showLogButton, showMessage } from './messages';

/**
 * Shows that an action of the user failed, with buttons that help.
 * @param retry Repeats the action; omit to show no *Try Again* button.
 */
export function showFailure(thrown: unknown, operation: ApiOperation, retry?: () => void): void {
  const buttons: Button[] = [];
  let text: string;
  if (thrown instanceof ApiError) {
    text = errorSentence(thrown, operation);
    for (const step of errorText(thrown, operation).nextSteps) {
      buttons.push(buttonOf(step));
    }
  } else {
    text = vscode.l10n.t('That did not work: {0}', displayText(asError(thrown).message, 500));
  }
  if (retry !== undefined) {
    buttons.push([vscode.l10n.t('Try Again'), retry]);
  }
  buttons.push(showLogButton());
  showMessage('error', text, ...buttons);
}

function buttonOf(step: NextStep): Button {
  switch (step) {
    case 'setApiKey':
      return [vscode.l10n.t('Set API Key…'), () => run('syncBatches.setApiKey')];
    case 'openBilling':
      return [vscode.l10n.t('Open Billing'), () => open(links.billing)];
    case 'openStatus':
      return [vscode.l10n.t('Open Status Page'), () => open(links.status)];
    case 'openAddressSetting':
      return [vscode.l10n.t('Open Setting'), () => run('workbench.action.openSettings', 'syncBatches.apiBaseUrl')];
    case 'openProxySettings':
      return [vscode.l10n.t('Open Proxy Settings'), () => run('workbench.action.openSettings', 'http.proxy')];
    case 'clearFilters':
      return [vscode.l10n.t('Clear Filters'), () => run('syncBatches.clearFilters')];
  }
}

function run(command: string, ...args: unknown[]): Thenable<unknown> {
  return vscode.commands.executeCommand(command, ...args);
}

function open(url: string): Thenable<boolean> {
  return vscode.env.openExternal(vscode.Uri.parse(url));
}
