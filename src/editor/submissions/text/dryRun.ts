/** What is said of dry runs. */
import * as vscode from 'vscode';
import { displayText } from '../../../core/common/displayText';
import { batchesText, errorsText, requestsText } from '../../shared/counts';

/** Errors that make it unlikely that a dry run goes well. */
export function dryRunHasErrorsText(fileName: string, errors: number): string {
  return vscode.l10n.t(
    'There are errors in {0}: {1}. sync.so will most likely refuse it.',
    displayText(fileName),
    errorsText(errors),
  );
}

export function dryRunTitle(fileName: string): string {
  return vscode.l10n.t('Dry run of {0}', displayText(fileName));
}

/** What sync.so says of a file that it would take. It does not promise anything about the media. */
export function validatedText(fileName: string, requests: number, parts: number): string {
  return parts === 1
    ? vscode.l10n.t(
        'sync.so has checked {0} and would take it: {1}. Nothing was created, and whether it has looked at the media is not known.',
        displayText(fileName),
        requestsText(requests),
      )
    : vscode.l10n.t(
        'sync.so has checked {0} and would take it: {1} as {2}. Nothing was created, and whether it has looked at the media is not known.',
        displayText(fileName),
        requestsText(requests),
        batchesText(parts),
      );
}

/** A dry run that was none. */
export function createdByDryRunText(fileName: string, batchId: string): string {
  return vscode.l10n.t(
    'This was to be a dry run, but the server has created a batch of {0}: {1}. It runs, and will cost what it costs; sync.so offers no way to cancel it. Tell whoever runs the server at the setting syncBatches.apiBaseUrl.',
    displayText(fileName),
    displayText(batchId),
  );
}
