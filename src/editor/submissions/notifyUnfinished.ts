import * as vscode from 'vscode';
import type { Submission } from '../../core/submissions/submission';
import { showMessage } from '../shared/messages';
import { unfinishedText } from './text/unfinished';

/** Notifies the user of the unfinished submissions of an earlier session. Nothing is sent. */
export function notifyUnfinishedSubmissions(unfinished: readonly Submission[]): void {
  const isUncertain = ({ parts }: Submission): boolean => parts.some(({ state }) => state.kind === 'uncertain');
  const uncertain = unfinished.filter(isUncertain);
  const pending = unfinished.filter((submission) => !isUncertain(submission));
  showMessage('warning', unfinishedText(uncertain, pending), [
    vscode.l10n.t('Show Submissions'),
    () => vscode.commands.executeCommand('syncBatches.showSubmissions'),
  ]);
}
