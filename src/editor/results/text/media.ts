import * as vscode from 'vscode';
import { ApiError } from '../../../core/api/http/errors';
import type { FolderError, FolderErrorReason } from '../../../core/media/folder';
import type { MediaFailure, MediaReport } from '../../../core/media/saver';
import { errorText } from '../../shared/errorText';

/** @param folder The name of the folder. @returns the result of saving media, in sentences. */
export function mediaReportText(report: MediaReport, folder: string): string {
  const { saved, alreadySaved, skipped, failures, unsaved, isCancelled } = report;
  const texts = [
    saved.length === 0
      ? vscode.l10n.t('No videos saved.')
      : saved.length === 1
        ? vscode.l10n.t('1 video saved to {0}.', folder)
        : vscode.l10n.t('{0} videos saved to {1}.', saved.length, folder),
  ];
  if (alreadySaved.length > 0) {
    texts.push(
      alreadySaved.length === 1
        ? vscode.l10n.t('1 was already saved.')
        : vscode.l10n.t('{0} were already saved.', alreadySaved.length),
    );
  }
  if (skipped.length > 0) {
    texts.push(
      skipped.length === 1
        ? vscode.l10n.t('1 was skipped because another file has its name.')
        : vscode.l10n.t('{0} were skipped because other files have their names.', skipped.length),
    );
  }
  if (failures.length > 0) {
    texts.push(vscode.l10n.t('{0} failed: {1}', failures.length, reasonsText(failures)));
  }
  if (isCancelled && unsaved.length > 0) {
    texts.push(
      unsaved.length === 1
        ? vscode.l10n.t('Cancelled: 1 is not saved yet. Save again to resume.')
        : vscode.l10n.t('Cancelled: {0} are not saved yet. Save again to resume.', unsaved.length),
    );
  }
  return texts.join(' ');
}

const maxReasons = 3;

/** @returns the different reasons, the most frequent first. */
function reasonsText(failures: readonly MediaFailure[]): string {
  const counts = new Map<string, number>();
  for (const { error } of failures) {
    const reason = error instanceof ApiError ? errorText(error, 'downloadMedia').what : folderText(error);
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const reasons = [...counts].sort(([, a], [, b]) => b - a).map(([reason]) => reason);
  return reasons.slice(0, maxReasons).join(' ');
}

function folderText({ reason }: FolderError): string {
  const texts: Readonly<Record<FolderErrorReason, string>> = {
    diskFull: vscode.l10n.t('The disk is full.'),
    notWritable: vscode.l10n.t('The folder is not writable.'),
    noFolder: vscode.l10n.t('The folder does not exist.'),
    nameTaken: vscode.l10n.t('A file with this name already exists.'),
    other: vscode.l10n.t('The file could not be written. See the log.'),
  };
  return texts[reason];
}
