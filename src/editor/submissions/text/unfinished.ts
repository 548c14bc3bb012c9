/** The texts about unfinished submissions. */
import * as vscode from 'vscode';
import { displayText } from '../../../core/common/displayText';
import type { Submission } from '../../../core/submissions/submission';
import { joined } from '../../shared/plainText';

/** The unfinished submissions of an earlier session. */
export function unfinishedText(uncertain: readonly Submission[], pending: readonly Submission[]): string {
  return joined(' ', [
    uncertain.length === 0
      ? undefined
      : vscode.l10n.t(
          'It is uncertain whether a batch was created from {0}. Check the status before you submit again.',
          namesText(uncertain),
        ),
    pending.length === 0
      ? undefined
      : vscode.l10n.t(
          'Some requests are still pending from {0}. Nothing is sent until you continue.',
          namesText(pending),
        ),
  ]);
}

function namesText([first, ...others]: readonly Submission[]): string {
  const name = displayText(first?.fileName ?? '');
  return others.length === 0
    ? name
    : others.length === 1
      ? vscode.l10n.t('{0} and 1 other file', name)
      : vscode.l10n.t('{0} and {1} other files', name, others.length);
}

/** What removing the API key means for unfinished submissions. */
export function openSubmissionsText(count: number): string {
  return count === 1
    ? vscode.l10n.t(
        '1 submission is not finished. Nothing more of it is sent, and you need this API key to continue it.',
      )
    : vscode.l10n.t(
        '{0} submissions are not finished. Nothing more of them is sent, and you need this API key to continue them.',
        count,
      );
}
