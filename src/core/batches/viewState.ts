import type { ApiError } from '../api/http/errors';
import type { KeyState } from '../account/apiKeys';
import { isFiltering } from './filter';
import type { BatchStore } from './store';

/**
 * What the view has to say. Each of these looks different and has a next step of its own.
 *
 * - `stale`: the last load failed, and the last good list is still shown.
 * - `unreachable`: the last load failed, and there is nothing to show.
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

/** What of the store decides the view's state. */
export type StoreFacts = Pick<BatchStore, 'batches' | 'filter' | 'loadedAt' | 'error' | 'isLoading'>;

/** The view's state: what is worst comes first, but a list that can be shown is not hidden by anything but its key. */
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
    // Nothing was asked for yet: the load follows from the view's being seen.
    return { kind: 'loading' };
  }
  return { kind: isFiltering(store.filter) ? 'filteredOut' : 'empty' };
}
