import * as vscode from 'vscode';
import { ApiError } from '../../core/api/http/errors';
import { asError } from '../../core/common/errors';
import { displayText } from '../../core/common/displayText';
import { links } from './links';
import { errorSentence, errorText, type NextStep } from './errorText';
import { withoutIcons, withoutLinks } from './plainText';

/** A button below a message, and what it does. */
export type Button = readonly [label: string, act: () => unknown];

export type Severity = 'information' | 'warning' | 'error';

/**
 * Shows a message. It stays until it is closed, so nothing waits for it. Every notification of the extension goes through
 * here or through {@link withProgress} (modal questions apart), since text from outside must not become a link in one.
 */
export function showMessage(severity: Severity, text: string, ...buttons: Button[]): void {
  const show = {
    information: vscode.window.showInformationMessage,
    warning: vscode.window.showWarningMessage,
    error: vscode.window.showErrorMessage,
  }[severity];
  void show(withoutLinks(text), ...buttons.map(([label]) => label)).then((chosen) => {
    buttons.find(([label]) => label === chosen)?.[1]();
  });
}

/**
 * Shows how far a task is in a notification. Links are kept out of it as out of messages.
 * @param task gets what is aborted by the button *Cancel*, which it may do by itself as well.
 */
export function withProgress<T>(
  title: string,
  task: (
    progress: vscode.Progress<{ message?: string; increment?: number }>,
    controller: AbortController,
  ) => Thenable<T>,
): Thenable<T> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: withoutLinks(title), cancellable: true },
    (progress, token) => {
      const report: typeof progress.report = ({ message, ...rest }) =>
        progress.report({ ...rest, ...(message === undefined ? {} : { message: withoutLinks(message) }) });
      const controller = new AbortController();
      token.onCancellationRequested(() => controller.abort());
      return task({ report }, controller);
    },
  );
}

/**
 * Tells a person who asked for something that it failed, with buttons that help.
 * @param retry does the same again; without it no such button is shown.
 */
export function showFailure(thrown: unknown, retry?: () => void): void {
  const buttons: Button[] = [];
  let text: string;
  if (thrown instanceof ApiError) {
    text = errorSentence(thrown);
    for (const step of errorText(thrown).nextSteps) {
      buttons.push([nextStepLabel(step), () => takeNextStep(step)]);
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

/** For what the log says more of. */
export function showLogButton(): Button {
  return [vscode.l10n.t('Show Log'), () => run('syncBatches.showLog')];
}

/** Asks before something that can't be undone. @returns whether the person pressed the button. */
export async function isConfirmed(question: string, detail: string, button: string): Promise<boolean> {
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, button)) === button;
}

/** Confirms something small where it does not get in the way. */
export function showStatusMessage(text: string): void {
  vscode.window.setStatusBarMessage(`$(check) ${withoutIcons(text)}`, quietMs);
}

const quietMs = 4_000;

function nextStepLabel(step: NextStep): string {
  switch (step) {
    case 'setApiKey':
      return vscode.l10n.t('Set API Key…');
    case 'openBilling':
      return vscode.l10n.t('Open Billing');
    case 'openStatus':
      return vscode.l10n.t('Open Status Page');
    case 'openAddressSetting':
      return vscode.l10n.t('Open Setting');
    case 'openProxySettings':
      return vscode.l10n.t('Open Proxy Settings');
    case 'clearFilters':
      return vscode.l10n.t('Clear Filters');
  }
}

function takeNextStep(step: NextStep): void {
  switch (step) {
    case 'setApiKey':
      run('syncBatches.setApiKey');
      break;
    case 'openBilling':
      open(links.billing);
      break;
    case 'openStatus':
      open(links.status);
      break;
    case 'openAddressSetting':
      run('workbench.action.openSettings', 'syncBatches.apiBaseUrl');
      break;
    case 'openProxySettings':
      run('workbench.action.openSettings', 'http.proxy');
      break;
    case 'clearFilters':
      run('syncBatches.clearFilters');
      break;
  }
}

function run(command: string, ...args: unknown[]): void {
  void vscode.commands.executeCommand(command, ...args);
}

function open(url: string): void {
  void vscode.env.openExternal(vscode.Uri.parse(url));
}
