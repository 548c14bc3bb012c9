import * as vscode from 'vscode';
import type { ApiKeys } from '../../../core/account/apiKeys';
import type { BatchStore } from '../../../core/batches/store';
import { showFailure } from '../../shared/showFailure';

/** What *Refresh* needs. */
interface RefreshContext {
  readonly keys: ApiKeys;
  readonly store: BatchStore;
}

/** *Refresh*: loads the batches. If they are already loading, waits for that load. */
export async function refresh(context: RefreshContext): Promise<void> {
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
