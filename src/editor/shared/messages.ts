import * as vscode from 'vscode';
import { withoutIcons, withoutLinks } from './plainText';

/** A button of a message. */
export type Button = readonly [label: string, act: () => unknown];

export type Severity = 'information' | 'warning' | 'error';

/**
 * Shows a notification. It stays until the user closes it, so this function does not wait for it. All notifications go
 * through here or through `withProgress`, so that text from outside never becomes a link (modal questions excepted).
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

/** A button that runs a command. */
export function commandButton(label: string, command: string, ...args: unknown[]): Button {
  return [label, () => vscode.commands.executeCommand(command, ...args)];
}

/** A button that opens a page in the browser. */
export function openUrlButton(label: string, url: string): Button {
  return [label, () => vscode.env.openExternal(vscode.Uri.parse(url))];
}

/** The button *Open Setting*. @param setting Its full name. */
export function openSettingButton(setting: string): Button {
  return commandButton(vscode.l10n.t('Open Setting'), 'workbench.action.openSettings', setting);
}

/** The button *Show Log*. */
export function showLogButton(): Button {
  return commandButton(vscode.l10n.t('Show Log'), 'syncBatches.showLog');
}

/** Asks before an action that can't be undone. @returns whether the user pressed the button. */
export async function isConfirmed(question: string, detail: string, button: string): Promise<boolean> {
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, button)) === button;
}

/** Confirms a small action in the status bar. */
export function showStatusMessage(text: string): void {
  vscode.window.setStatusBarMessage(`$(check) ${withoutIcons(text)}`, statusMessageMs);
}

const statusMessageMs = 4_000;
