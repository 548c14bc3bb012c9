import { isRecord } from '../../../core/common/json';
import { showMessage } from '../../shared/messages';
import { currentSession } from '../../account/session';
import { pickSubmission, showSubmission } from '../submissionPicker';
import { noSubmissionsText } from '../text/submissions';
import type { CommandContext } from '../../commandContext';

/** *Show Submissions*: what was sent from this computer, what became of it, and what can be done about it. */
export async function showSubmissions(context: CommandContext, argument: unknown): Promise<void> {
  const { submissions } = context;
  // Says that there is no key, where that is why there is nothing to be shown.
  await currentSession(context);
  await submissions.settled();
  const id = isRecord(argument) && isRecord(argument['submission']) ? argument['submission']['id'] : argument;
  if (typeof id === 'string' && submissions.get(id) !== undefined) {
    await showSubmission(context, id);
  } else if (submissions.list.length === 0) {
    showMessage('information', noSubmissionsText());
  } else {
    await pickSubmission(context);
  }
}
