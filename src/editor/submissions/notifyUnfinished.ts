import * as vscode from 'vscode';
import type { Submission } from '../../core/submissions/submission';
import { commandButton, showMessage } from '../shared/messages';
import { unfinishedText } from './text/unfinished';

/** Notifies the user of the unfinished submissions of an earlier session. Nothing is sent. */
export function notifyUnfinishedSubmissions(unfinished: readonly Submission[]): void {
  const isUncertain = ({ parts }: Submission): boolean => parts.some(({ state }) => state.kind === 'uncertain');
  const uncertain = unfinished.filter(isUncertain);
  const pending = unfinished.filter((submission) => !isUncertain(submission));
  const show = commandButton(vscode.l10n.t('Show Submissions'), 'syncBatches.showSubmissions');
  showMessage('warning', unfinishedText(uncertain, pending), show);
}
