import { isRecord } from '../../../core/common/json';
import type { Submission } from '../../../core/submissions/submission';
import { showMessage } from '../../shared/messages';
import { cancelRest, resume } from '../runSubmission';
import { noSubmissionText, nothingWaitsText } from '../text/submissions';
import type { CommandContext } from '../../commandContext';

/** *Continue Submission*: sends what waits of it. */
export async function continueSubmission(context: CommandContext, argument: unknown): Promise<void> {
  const submission = await waitingSubmission(context, argument);
  if (submission !== undefined) {
    await resume(context, submission);
  }
}

/** *Cancel Submission*: gives up what waits of it. */
export async function cancelSubmission(context: CommandContext, argument: unknown): Promise<void> {
  const submission = await waitingSubmission(context, argument);
  if (submission !== undefined) {
    await cancelRest(context, submission);
  }
}

/**
 * The submission that a command is about: by the row of the tree, or by its ID.
 * @returns nothing where there is none of which anything waits, which has then been said.
 */
async function waitingSubmission({ submissions }: CommandContext, argument: unknown): Promise<Submission | undefined> {
  await submissions.settled();
  const id = isRecord(argument) && isRecord(argument['submission']) ? argument['submission']['id'] : argument;
  const submission = typeof id === 'string' ? submissions.get(id) : undefined;
  if (submission === undefined) {
    showMessage('warning', noSubmissionText());
    return undefined;
  }
  if (!submission.parts.some(({ state }) => state.kind === 'waiting')) {
    showMessage('information', nothingWaitsText(submission));
    return undefined;
  }
  return submission;
}
