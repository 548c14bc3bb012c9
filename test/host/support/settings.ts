import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { eventually } from './poll';

/** The default API address in tests: an invalid one, so that nothing can be sent. */
export const nowhere = 'no address between tests';

/** Writes a user setting, and resolves when the extension host has it. Without a value, removes the setting. */
export async function setSetting(name: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration().update(name, value, vscode.ConfigurationTarget.Global);
  await eventually(() => {
    assert.deepEqual(vscode.workspace.getConfiguration().inspect(name)?.globalValue, value);
  });
}

/** Sets the API address. The extension then clears the data of the old address. */
export async function setApiBaseUrl(value: unknown): Promise<void> {
  await setSetting('syncBatches.apiBaseUrl', value);
}
