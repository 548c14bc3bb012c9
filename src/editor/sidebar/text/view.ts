import * as vscode from 'vscode';
import type { ViewState } from '../../../core/batches/viewState';
import { errorFamily, errorSentence } from '../../shared/errorText';
import { age, recentTime } from '../../shared/times';

/** From this age on, the line says how old the list is, and not only of when. */
const oldMs = 10 * 60_000;

/**
 * The line above the tree: what is shown, as of when, and if it is not the latest, why. It would hide the welcome
 * text, so it is there only where batches are.
 */
export function messageOf(state: ViewState, filter: string, loadedAt: number | undefined): string | undefined {
  if ((state.kind !== 'list' && state.kind !== 'stale') || loadedAt === undefined) {
    return undefined;
  }
  const isStale = state.kind === 'stale';
  const ageMs = Date.now() - loadedAt;
  // From the future where the clock was set back.
  const isOld = isStale || ageMs < 0 || ageMs > oldMs;
  const asOf = isOld
    ? vscode.l10n.t('as of {0} ({1})', recentTime(loadedAt), age(loadedAt))
    : vscode.l10n.t('as of {0}', recentTime(loadedAt));
  const line = filter === '' ? asOf : `${filter} · ${asOf}`;
  const sentence = line.charAt(0).toLocaleUpperCase(vscode.env.language) + line.slice(1);
  return isStale ? `${sentence}. ${errorSentence(state.error, 'listBatches')}` : sentence;
}

/** The name of the welcome text in package.json that fits the state. */
export function welcomeOf(state: ViewState): string {
  switch (state.kind) {
    case 'noKey':
      return state.keyringSilent ? 'keyringSilent' : 'noKey';
    case 'unreachable':
      return `unreachable.${errorFamily(state.error.reason)}`;
    case 'loading':
    case 'keyRefused':
    case 'empty':
    case 'filteredOut':
    case 'list':
    case 'stale':
      return state.kind;
  }
}
