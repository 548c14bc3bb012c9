import type { ApiError } from '../api/http/errors';
import type { KeyState } from '../account/apiKeys';
import { isFiltering } from './filter';
import type { BatchStore } from './store';

/**
 * The state of the view. Each one looks different and offers its own next step.
 *
 * - `stale`: the last load failed; the view shows the last good list.
 * - `unreachable`: the last load failed; there is no list to show.
 */
export type ViewState =
  | { readonly kind: 'noKey'; readonly keyringSilent: boolean }
  | { readonly kind: 'loading' }
  | { readonly kind: 'keyRefused'; readonly error: ApiError }
  | { readonly kind: 'unreachable'; readonly error: ApiError }
  | { readonly kind: 'empty' }
  | { readonly kind: 'filteredOut' }
  | { readonly kind: 'list' }
  | { readonly kind: 'stale'; readonly error: ApiError; readonly loadedAt: number };

/** The properties of the store that decide the state of the view. */
export type StoreFacts = Pick<BatchStore, 'batches' | 'filter' | 'loadedAt' | 'error' | 'isLoading'>;

/** The state of the view. Only a missing or refused key hides a list that could be shown. */
export function viewStateOf(key: KeyState, store: StoreFacts): ViewState {
  if (key.kind === 'none') {
    return { kind: 'noKey', keyringSilent: key.keyringSilent };
  }
  const { error, loadedAt } = store;
  if (error?.reason === 'unauthorized' && !(store.isLoading && store.batches.length === 0)) {
    return { kind: 'keyRefused', error };
  }
  if (store.batches.length > 0) {
    return error !== undefined && loadedAt !== undefined ? { kind: 'stale', error, loadedAt } : { kind: 'list' };
  }
  if (key.kind === 'reading' || store.isLoading) {
    return { kind: 'loading' };
  }
  if (error !== undefined) {
    return { kind: 'unreachable', error };
  }
  if (loadedAt === undefined) {
    // No load has started yet: it starts when the view becomes visible.
    return { kind: 'loading' };
  }
  return { kind: isFiltering(store.filter) ? 'filteredOut' : 'empty' };
}
