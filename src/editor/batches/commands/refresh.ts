import * as vscode from 'vscode';
import { showFailure } from '../../shared/showFailure';
import type { CommandContext } from '../../commandContext';

/** *Refresh*: loads the batches anew. Pressed again while it loads, it is the same load. */
export async function refresh(context: CommandContext): Promise<void> {
  const { store, keys } = context;
  if ((await keys.settled()).kind === 'none') {
    await vscode.commands.executeCommand('syncBatches.setApiKey');
    return;
  }
  const outcome = await store.load();
  if (outcome.kind === 'failed') {
    showFailure(outcome.error, 'listBatches', () => void refresh(context));
  }
}
