import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { eventually } from './poll';

/** What the address of the API is while no test wants another one: no address at all, so that nothing can be sent. */
export const nowhere = 'no address between tests';

/** Writes a user setting, and resolves when the extension host has it. Without a value it takes the setting back. */
export async function setSetting(name: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration().update(name, value, vscode.ConfigurationTarget.Global);
  await eventually(() => {
    assert.deepEqual(vscode.workspace.getConfiguration().inspect(name)?.globalValue, value);
  });
}

/** Sets the address of the API. What the extension knew of another one is forgotten then. */
export async function setApiBaseUrl(value: unknown): Promise<void> {
  await setSetting('syncBatches.apiBaseUrl', value);
}
