import * as vscode from 'vscode';
import { currentSession } from '../../account/session';
import { showMessage } from '../../shared/messages';
import type { SubmissionContext } from '../context';
import { pickSubmission, showSubmission } from '../submissionPicker';
import { submissionIdOf } from './continueSubmission';

/**
 * *Show Submissions*: lists the submissions of this computer with their outcomes and actions.
 * @param argument A row of the tree or an ID shows the actions of that submission.
 */
export async function showSubmissions(context: SubmissionContext, argument: unknown): Promise<void> {
  const { submissions } = context;
  // Without a key, the error says why the list is empty.
  await currentSession(context);
  await submissions.settled();
  const id = submissionIdOf(argument);
  if (id !== undefined && submissions.get(id) !== undefined) {
    await showSubmission(context, id);
  } else if (submissions.list.length === 0) {
    showMessage('information', vscode.l10n.t('Nothing has been submitted from this computer with this API key yet.'));
  } else {
    await pickSubmission(context);
  }
}
