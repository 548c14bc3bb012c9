import type * as vscode from 'vscode';
import type { ApiKeys } from '../../../core/account/apiKeys';
import type { BatchFilter } from '../../../core/batches/filter';
import type { BatchStore } from '../../../core/batches/store';
import { showFailure } from '../../shared/showFailure';
import { storageKeys } from '../../shared/ids';

/** What the filter commands need. */
export interface FilterContext {
  readonly keys: ApiKeys;
  readonly store: BatchStore;
  /** Stores the filter for the next session. */
  readonly workspaceState: vscode.Memento;
}

/** Stores a filter, applies it to the list, and loads the matching batches. */
export async function changeFilter({ store, workspaceState, keys }: FilterContext, filter: BatchFilter): Promise<void> {
  await workspaceState.update(storageKeys.filter, filter);
  store.setFilter(filter);
  if ((await keys.settled()).kind !== 'key') {
    return;
  }
  const outcome = await store.load();
  if (outcome.kind === 'failed') {
    showFailure(outcome.error, 'listBatches', () => void store.load());
  }
}
