import type { BatchFilter } from '../../../core/batches/filter';
import { showFailure } from '../../shared/showFailure';
import { storageKeys } from '../../shared/ids';
import type { CommandContext } from '../../commandContext';

/** Takes a filter into use: kept for the next start, shown at once, and sent to the server. */
export async function changeFilter(context: CommandContext, filter: BatchFilter): Promise<void> {
  const { store, workspaceState, keys } = context;
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
