import type * as vscode from 'vscode';

/** *Show Log*. */
export function showLog({ channel }: { readonly channel: vscode.OutputChannel }): void {
  channel.show();
}
