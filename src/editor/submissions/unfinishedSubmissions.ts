import type { Submission } from '../../core/submissions/submission';
import * as vscode from 'vscode';
import { showMessage } from '../shared/messages';
import { leftOverText } from './text/journal';

/** Tells once of what was not settled when the editor was closed. Nothing is sent by that. */
export function notifyUnfinishedSubmissions(left: readonly Submission[]): void {
  const isUncertain = ({ parts }: Submission): boolean => parts.some(({ state }) => state.kind === 'uncertain');
  const uncertain = left.filter(isUncertain);
  const waiting = left.filter((submission) => !isUncertain(submission));
  showMessage('warning', leftOverText(uncertain, waiting), [
    vscode.l10n.t('Show Submissions'),
    () => vscode.commands.executeCommand('syncBatches.showSubmissions'),
  ]);
}
