import * as vscode from 'vscode';
import { ApiError } from '../../../core/api/http/errors';
import type { FolderError } from '../../../core/media/folder';
import { type FolderErrorReason } from '../../../core/media/folder';
import type { MediaFailure, MediaReport } from '../../../core/media/saver';
import { errorText } from '../../shared/errorText';

/** How saving media came out, in one text. */
export function mediaReportText({ saved, kept, skipped, failures, unsaved, isCancelled }: MediaReport): string {
  const texts = [
    saved.length === 1 ? vscode.l10n.t('1 file was saved.') : vscode.l10n.t('{0} files were saved.', saved.length),
  ];
  if (kept.length > 0) {
    texts.push(
      kept.length === 1 ? vscode.l10n.t('1 was there already.') : vscode.l10n.t('{0} were there already.', kept.length),
    );
  }
  if (skipped.length > 0) {
    texts.push(
      skipped.length === 1
        ? vscode.l10n.t('1 was skipped, since another file has its name.')
        : vscode.l10n.t('{0} were skipped, since other files have their names.', skipped.length),
    );
  }
  if (failures.length > 0) {
    texts.push(vscode.l10n.t('{0} failed: {1}', failures.length, reasonsText(failures)));
  }
  if (isCancelled && unsaved.length > 0) {
    texts.push(
      unsaved.length === 1
        ? vscode.l10n.t('Cancelled: 1 is not saved yet. Saving again goes on from there.')
        : vscode.l10n.t('Cancelled: {0} are not saved yet. Saving again goes on from there.', unsaved.length),
    );
  }
  return texts.join(' ');
}

/** The different reasons, most frequent first. */
function reasonsText(failures: readonly MediaFailure[]): string {
  const counts = new Map<string, number>();
  for (const { error } of failures) {
    const reason = error instanceof ApiError ? errorText(error, 'downloadMedia').what : folderText(error);
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const reasons = [...counts].sort(([, a], [, b]) => b - a).map(([reason]) => reason);
  return reasons.slice(0, mostReasons).join(' ');
}

const mostReasons = 3;

function folderText({ reason }: FolderError): string {
  const texts: Readonly<Record<FolderErrorReason, string>> = {
    diskFull: vscode.l10n.t('The disk is full.'),
    notWritable: vscode.l10n.t('The folder can’t be written to.'),
    noFolder: vscode.l10n.t('The folder is not there.'),
    nameTaken: vscode.l10n.t('A file of that name is there already.'),
    other: vscode.l10n.t('The file could not be written; the log says more.'),
  };
  return texts[reason];
}
