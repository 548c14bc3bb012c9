import * as vscode from 'vscode';
import type { Batch } from '../../../core/batches/batch';
import { displayText } from '../../../core/common/displayText';
import { progressText } from '../../batches/text/batches';

/** The notification about finished batches. */
export function finishedText(batches: readonly Batch[], nameOf: (id: string) => string | undefined): string {
  const [first, ...others] = batches;
  if (first === undefined) {
    return '';
  }
  if (others.length > 0) {
    const { total, completed, failed } = countOutcomes(batches);
    return failed === 0
      ? vscode.l10n.t('{0} batches have finished: {1} completed.', total, completed)
      : completed === 0
        ? vscode.l10n.t('{0} batches have finished: {1} failed.', total, failed)
        : vscode.l10n.t('{0} batches have finished: {1} completed, {2} failed.', total, completed, failed);
  }
  const name = displayText(nameOf(first.id) ?? first.id);
  return first.status === 'FAILED'
    ? vscode.l10n.t('The batch {0} has failed: {1}.', name, progressText(first))
    : vscode.l10n.t('The batch {0} is complete: {1}.', name, progressText(first));
}

/** The badge for batches that have finished since the user last saw the view. */
export function finishedBadge(batches: readonly Batch[]): vscode.ViewBadge {
  return { value: batches.length, tooltip: badgeTooltip(batches) };
}

function badgeTooltip(batches: readonly Batch[]): string {
  const { total, completed, failed } = countOutcomes(batches);
  if (total === 1) {
    return failed === 1
      ? vscode.l10n.t('1 batch has failed since you last looked.')
      : vscode.l10n.t('1 batch has completed since you last looked.');
  }
  return failed === 0
    ? vscode.l10n.t('{0} batches have completed since you last looked.', total)
    : completed === 0
      ? vscode.l10n.t('{0} batches have failed since you last looked.', total)
      : vscode.l10n.t(
          '{0} batches have finished since you last looked: {1} completed, {2} failed.',
          total,
          completed,
          failed,
        );
}

function countOutcomes(batches: readonly Batch[]): { total: number; completed: number; failed: number } {
  const failed = batches.filter(({ status }) => status === 'FAILED').length;
  return { total: batches.length, completed: batches.length - failed, failed };
}
