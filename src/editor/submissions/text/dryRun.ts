/** The texts about dry runs. */
import * as vscode from 'vscode';
import { displayText } from '../../../core/common/displayText';
import { batchesText, errorsText, requestsText } from '../../shared/counts';

/** The question before a dry run of a file with errors. */
export function dryRunHasErrorsText(fileName: string, errors: number): string {
  return vscode.l10n.t('{0} has {1}. sync.so will probably refuse it.', displayText(fileName), errorsText(errors));
}

export function dryRunTitle(fileName: string): string {
  return vscode.l10n.t('Dry run of {0}', displayText(fileName));
}

/** sync.so does not say whether it checks media files in a dry run (not documented). */
export function dryRunPassedText(fileName: string, requests: number, parts: number): string {
  return parts === 1
    ? vscode.l10n.t(
        'Dry run passed: sync.so would accept {0} ({1}). Nothing was created. Media files may not have been checked.',
        displayText(fileName),
        requestsText(requests),
      )
    : vscode.l10n.t(
        'Dry run passed: sync.so would accept {0} ({1} in {2}). Nothing was created. Media files may not have been checked.',
        displayText(fileName),
        requestsText(requests),
        batchesText(parts),
      );
}

/** The server created a batch although this was a dry run. */
export function createdByDryRunText(fileName: string, batchId: string): string {
  return vscode.l10n.t(
    'The server created a batch although this was a dry run of {0}: {1}. The batch is running and will be charged, and sync.so has no way to cancel it. Contact whoever runs the server in the setting syncBatches.apiBaseUrl.',
    displayText(fileName),
    displayText(batchId),
  );
}
