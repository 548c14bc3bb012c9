import * as vscode from 'vscode';
import type { ViewState } from '../../../core/batches/viewState';
import { errorFamilies, errorSentence } from '../../shared/errorText';
import { age, recentTime } from '../../shared/times';

/** From this age on, the message shows the age of the list as well. */
const oldMs = 10 * 60_000;

/**
 * The message above the tree: the filter, the time of the list, and the error if the list is out of date.
 * @returns undefined if no batches are shown, since a message hides the welcome text.
 */
export function messageOf(state: ViewState, filter: string, loadedAt: number | undefined): string | undefined {
  if ((state.kind !== 'list' && state.kind !== 'stale') || loadedAt === undefined) {
    return undefined;
  }
  const isStale = state.kind === 'stale';
  const ageMs = Date.now() - loadedAt;
  // The age is negative if the clock was set back.
  const isOld = isStale || ageMs < 0 || ageMs > oldMs;
  const message = timeText(filter, loadedAt, isOld);
  return isStale ? vscode.l10n.t('{0}. {1}', message, errorSentence(state.error, 'listBatches')) : message;
}

function timeText(filter: string, loadedAt: number, isOld: boolean): string {
  const time = recentTime(loadedAt);
  if (!isOld) {
    return filter === '' ? vscode.l10n.t('As of {0}', time) : vscode.l10n.t('{0} · as of {1}', filter, time);
  }
  return filter === ''
    ? vscode.l10n.t('As of {0} ({1})', time, age(loadedAt))
    : vscode.l10n.t('{0} · as of {1} ({2})', filter, time, age(loadedAt));
}

/** The name of the welcome text in package.json for a state. */
export function welcomeOf(state: ViewState): string {
  if (state.kind === 'noKey' && state.keyringSilent) {
    return 'keyringSilent';
  }
  return state.kind === 'unreachable' ? `unreachable.${errorFamilies[state.error.reason]}` : state.kind;
}
