import { isRecord } from '../../../core/common/json';
import type { Submission } from '../../../core/submissions/submission';
import { showMessage } from '../../shared/messages';
import type { SubmissionContext } from '../context';
import { cancelRest, resume } from '../runSubmission';
import { noSubmissionText, nothingPendingText } from '../text/submissions';

/** *Continue Submission*: sends its pending parts. */
export async function continueSubmission(context: SubmissionContext, argument: unknown): Promise<void> {
  const submission = await pendingSubmission(context, argument);
  if (submission !== undefined) {
    await resume(context, submission);
  }
}

/** *Cancel Submission*: cancels its pending parts. */
export async function cancelSubmission(context: SubmissionContext, argument: unknown): Promise<void> {
  const submission = await pendingSubmission(context, argument);
  if (submission !== undefined) {
    await cancelRest(context, submission);
  }
}

/**
 * The submission that a command is about.
 * @param argument A row of the tree, or the ID of the submission.
 * @returns undefined if nothing is pending; the user has been told.
 */
async function pendingSubmission(
  { submissions }: SubmissionContext,
  argument: unknown,
): Promise<Submission | undefined> {
  await submissions.settled();
  const id = submissionIdOf(argument);
  const submission = id === undefined ? undefined : submissions.get(id);
  if (submission === undefined) {
    showMessage('warning', noSubmissionText());
    return undefined;
  }
  if (!submission.parts.some(({ state }) => state.kind === 'waiting')) {
    showMessage('information', nothingPendingText(submission));
    return undefined;
  }
  return submission;
}

/** @param argument A row of the tree, an ID, or anything else from another extension. */
export function submissionIdOf(argument: unknown): string | undefined {
  const id = isRecord(argument) && isRecord(argument['submission']) ? argument['submission']['id'] : argument;
  return typeof id === 'string' ? id : undefined;
}
