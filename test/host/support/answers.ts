import * as vscode from 'vscode';
import { replaceMember } from './replace';

/** What a command has asked. */
export interface Asked {
  /** The rows of the pick, if there was one. */
  readonly rows: readonly vscode.QuickPickItem[];
  readonly pick: vscode.QuickPickOptions | undefined;
  readonly input: vscode.InputBoxOptions | undefined;
}

/**
 * Runs a command and answers what it asks: a pick with the row that has this label, an input with this text. A question
 * without an answer is escaped.
 */
export async function answering(
  answer: { readonly label?: string; readonly text?: string },
  command: () => Thenable<unknown>,
): Promise<Asked> {
  let rows: readonly vscode.QuickPickItem[] = [];
  let pick: vscode.QuickPickOptions | undefined;
  let input: vscode.InputBoxOptions | undefined;
  const restores = [
    replaceMember(vscode.window, 'showQuickPick', ((
      offered: readonly vscode.QuickPickItem[],
      options: vscode.QuickPickOptions,
    ) => {
      rows = offered;
      pick = options;
      return Promise.resolve(offered.find(({ label }) => label === answer.label));
    }) as never),
    replaceMember(vscode.window, 'showInputBox', (options) => {
      input = options;
      return Promise.resolve(answer.text);
    }),
  ];
  try {
    await command();
  } finally {
    for (const restore of restores) {
      restore();
    }
  }
  return { rows, pick, input };
}
