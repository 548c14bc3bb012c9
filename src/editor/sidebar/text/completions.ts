import * as vscode from 'vscode';
import type { Batch } from '../../../core/batches/batch';
import { displayText } from '../../../core/common/displayText';
import { countText, progressText } from '../../batches/text/batches';

/** One message for batches that have come to their end. */
export function endedText(batches: readonly Batch[], nameOf: (id: string) => string | undefined): string {
  const [first, ...others] = batches;
  if (first === undefined) {
    return '';
  }
  if (others.length > 0) {
    return vscode.l10n.t('{0} have finished: {1}.', countText(batches.length), outcomeText(batches));
  }
  const name = displayText(nameOf(first.id) ?? first.id);
  return first.status === 'FAILED'
    ? vscode.l10n.t('The batch {0} has failed: {1}.', name, progressText(first))
    : vscode.l10n.t('The batch {0} is complete: {1}.', name, progressText(first));
}

/** The badge for batches that have come to their end since the view was last seen. */
export function endedBadge(batches: readonly Batch[]): vscode.ViewBadge {
  return {
    value: batches.length,
    tooltip:
      batches.length === 1
        ? vscode.l10n.t('1 batch has finished since you last looked: {0}.', outcomeText(batches))
        : vscode.l10n.t(
            '{0} have finished since you last looked: {1}.',
            countText(batches.length),
            outcomeText(batches),
          ),
  };
}

/** "2 completed, 1 failed". */
function outcomeText(batches: readonly Batch[]): string {
  const failed = batches.filter(({ status }) => status === 'FAILED').length;
  const parts = [];
  if (failed < batches.length) {
    parts.push(vscode.l10n.t('{0} completed', batches.length - failed));
  }
  if (failed > 0) {
    parts.push(vscode.l10n.t('{0} failed', failed));
  }
  return parts.join(', ');
}
