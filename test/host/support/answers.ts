import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { replaceMember } from './replace';

/** The questions of a command. */
export interface Asked {
  /** The rows of the quick pick, if there was one. */
  readonly rows: readonly vscode.QuickPickItem[];
  readonly pick: vscode.QuickPickOptions | undefined;
  readonly input: vscode.InputBoxOptions | undefined;
}

/**
 * Runs a command and answers its questions: a quick pick with the row that has this label, an input box with this text.
 * Cancels a question without an answer.
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

/** A quick pick that was shown. */
export interface ShownPick {
  readonly labels: readonly string[];
  readonly details: readonly string[];
  readonly options: vscode.QuickPickOptions | undefined;
}

/**
 * Runs a command and answers its quick picks in order with the rows that have these labels. Cancels quick picks without
 * a label.
 */
export async function picking(labels: readonly string[], command: () => Thenable<unknown>): Promise<ShownPick[]> {
  const left = [...labels];
  const shown: ShownPick[] = [];
  const restore = replaceMember(vscode.window, 'showQuickPick', ((
    rows: readonly vscode.QuickPickItem[],
    options: vscode.QuickPickOptions,
  ) => {
    shown.push({ labels: rows.map(({ label }) => label), details: rows.map(({ detail = '' }) => detail), options });
    const wanted = left.shift();
    const row = rows.find(({ label }) => label === wanted);
    assert.ok(wanted === undefined || row !== undefined, `there is no row "${wanted ?? ''}"`);
    return Promise.resolve(row);
  }) as never);
  try {
    await command();
  } finally {
    restore();
  }
  assert.deepEqual(left, [], 'there were fewer picks than answers');
  return shown;
}
