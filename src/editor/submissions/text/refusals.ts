/** Why sync.so did not take something. */
import * as vscode from 'vscode';
import type { ApiError } from '../../../core/api/http/errors';
import { displayText } from '../../../core/common/displayText';
import { errorSentence } from '../../shared/errorText';

/** A refusal of the file itself. @param said what the server said; nothing where it said nothing. */
export function refusedFileText(fileName: string, said: string | undefined): string {
  const name = displayText(fileName);
  return said === undefined
    ? vscode.l10n.t('sync.so refuses {0}, and does not say why. No batch was created.', name)
    : vscode.l10n.t('sync.so refuses {0}: {1} No batch was created.', name, said.replace(/[.!?]?$/, '.'));
}

/** Why sync.so did not do what it was asked for, where that was not about the list of batches. */
export function whyText(error: ApiError): string {
  const { serverMessage } = error.details;
  if (error.reason === 'badRequest' || error.reason === 'forbidden') {
    const status = error.details.status ?? (error.reason === 'forbidden' ? 403 : 400);
    return serverMessage === undefined
      ? vscode.l10n.t('sync.so refused it ({0}).', status)
      : vscode.l10n.t('sync.so refused it ({0}): {1}', status, serverMessage.replace(/[.!?]?$/, '.'));
  }
  if (error.reason === 'notFound') {
    return vscode.l10n.t('There is nothing at this address (404). Check the setting syncBatches.apiBaseUrl.');
  }
  return error.reason === 'wrongShape' ? vscode.l10n.t('The answer is not what it should be.') : errorSentence(error);
}
