/** The texts of errors about stored submissions. */
import * as vscode from 'vscode';
import { asError } from '../../../core/common/errors';
import { InputMissingError, JournalError, OutcomeNotRecordedError } from '../../../core/submissions/errors';

/** Passes a result on, and replaces the message of a submission error with a text for the user. */
export async function withUserMessage<T>(action: Promise<T>): Promise<T> {
  try {
    return await action;
  } catch (error) {
    const text = submissionErrorText(error);
    throw text === undefined ? error : new Error(text, { cause: error });
  }
}

/** @returns undefined if the error is not about stored submissions. */
function submissionErrorText(error: unknown): string | undefined {
  if (error instanceof JournalError) {
    return error.reason === 'broken'
      ? vscode.l10n.t(
          'The journal of submissions on this computer can’t be read, and nothing is sent without it. Its file was not changed. See the log for its name.',
        )
      : vscode.l10n.t('The submission has changed meanwhile, here or in another window. Check its current status.');
  }
  if (error instanceof InputMissingError) {
    return vscode.l10n.t(
      'The stored copy of the pending requests is missing. Cancel the rest, and submit these requests from the file.',
    );
  }
  if (error instanceof OutcomeNotRecordedError) {
    const { cause } = error;
    return vscode.l10n.t(
      'The request was sent to sync.so, but its outcome could not be saved ({0}). If a batch was created, its ID is in the log. Check the list of batches before you submit again.',
      submissionErrorText(cause) ?? asError(cause).message,
    );
  }
  return undefined;
}
