/** What is said of submissions whoever looks at them: their names, what was left over, and why they can’t be read. */
import * as vscode from 'vscode';
import { displayText } from '../../../core/common/displayText';
import type { Submission } from '../../../core/submissions/submission';

/** What a batch is called: its file, and which part of it. */
export function batchName({ fileName, parts }: Submission, part: number, longest: number): string {
  const place = parts.length === 1 ? '' : ` (${part + 1}/${parts.length})`;
  return displayText(fileName, longest - place.length) + place;
}

/** Why what is written down about submissions keeps something from being done. */
export function journalFaultText(reason: 'broken' | 'conflict'): string {
  return reason === 'broken'
    ? vscode.l10n.t(
        'the list of what was submitted from this computer can’t be read, and nothing is sent without it. It was not changed; the log names its file.',
      )
    : vscode.l10n.t('something else has been done about it meanwhile, here or in another window. Look again.');
}

/** A request went out, and then the disk failed. */
export function notWrittenText(why: string): string {
  return vscode.l10n.t(
    'it was sent to sync.so, but what came of it could not be written down ({0}). The log has the batch if there is one. Do not send it again before you have looked at the list.',
    why,
  );
}

export function inputGoneText(): string {
  return vscode.l10n.t(
    'the copy of what was still to be sent is gone. Cancel the rest, and submit those requests from the file.',
  );
}

/** What is left over from an earlier time, told once in a window. */
export function leftOverText(uncertain: readonly Submission[], waiting: readonly Submission[]): string {
  const texts: string[] = [];
  if (uncertain.length > 0) {
    texts.push(
      vscode.l10n.t(
        'It is not known whether sync.so took {0}. Do not send it again before you know.',
        namesText(uncertain),
      ),
    );
  }
  if (waiting.length > 0) {
    texts.push(vscode.l10n.t('Not all of {0} was sent. Nothing goes on by itself.', namesText(waiting)));
  }
  return texts.join(' ');
}

function namesText([first, ...others]: readonly Submission[]): string {
  const name = displayText(first?.fileName ?? '');
  return others.length === 0
    ? name
    : others.length === 1
      ? vscode.l10n.t('{0} and 1 other file', name)
      : vscode.l10n.t('{0} and {1} other files', name, others.length);
}

/** What removing the key means for submissions that are not at their end; nothing to say where there are none. */
export function openSubmissionsText(count: number): string[] {
  if (count === 0) {
    return [];
  }
  return [
    count === 1
      ? vscode.l10n.t(
          'One submission is not settled yet: nothing more of it is sent, and it can be gone on with only with this key.',
        )
      : vscode.l10n.t(
          '{0} submissions are not settled yet: nothing more of them is sent, and they can be gone on with only with this key.',
          count,
        ),
  ];
}
