import * as vscode from 'vscode';
import { displayText } from '../../../core/common/displayText';
import { isRecord } from '../../../core/common/json';
import type { Submission } from '../../../core/submissions/submission';
import { showMessage } from '../../shared/messages';
import type { SubmissionContext } from '../context';
import { cancelRest, resume } from '../runSubmission';

/** *Continue Submission*: sends its pending parts. */
export function continueSubmission(context: SubmissionContext, argument: unknown): Promise<void> {
  return withPending(context, argument, resume);
}

/** *Cancel Submission*: cancels its pending parts. */
export function cancelSubmission(context: SubmissionContext, argument: unknown): Promise<void> {
  return withPending(context, argument, cancelRest);
}

/** Runs a command on the submission that it is about, see {@link submissionIdOf}. Tells the user if nothing is pending. */
async function withPending(
  context: SubmissionContext,
  argument: unknown,
  act: (context: SubmissionContext, submission: Submission) => Promise<void>,
): Promise<void> {
  const { submissions } = context;
  await submissions.settled();
  const submission = submissions.get(submissionIdOf(argument) ?? '');
  if (submission === undefined) {
    showMessage('warning', vscode.l10n.t('There is no such submission. Run Show Submissions to list all of them.'));
  } else if (!submission.parts.some(({ state }) => state.kind === 'waiting')) {
    const name = displayText(submission.fileName);
    showMessage('information', vscode.l10n.t('No requests are pending from {0}.', name));
  } else {
    await act(context, submission);
  }
}

/** @param argument A row of the tree, an ID, or anything else from another extension. */
export function submissionIdOf(argument: unknown): string | undefined {
  const id = isRecord(argument) && isRecord(argument['submission']) ? argument['submission']['id'] : argument;
  return typeof id === 'string' ? id : undefined;
}
