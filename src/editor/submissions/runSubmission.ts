import * as vscode from 'vscode';
import { displayText } from '../../core/common/displayText';
import type { Submission } from '../../core/submissions/submission';
import { type ApiSession, currentSession } from '../account/session';
import { links } from '../shared/links';
import {
  type Button,
  commandButton,
  isConfirmed,
  openUrlButton,
  showMessage,
  showStatusMessage,
} from '../shared/messages';
import { withProgress } from '../shared/progress';
import { reportErrors } from '../shared/reportErrors';
import type { SubmissionContext } from './context';
import { showServerErrors } from './showServerErrors';
import { withUserMessage } from './text/errors';
import { cancelRestText, outcomeText, runText, sendAnywayText } from './text/submissions';

/** Sends the pending parts of a submission. Resolves when nothing is left to do for now. */
type Run = (signal: AbortSignal, onBegin: (id: string) => void) => Promise<Submission>;

/**
 * Runs a submission with progress, and shows the outcome. Cancelling stops before the next batch: a request that is being
 * sent is awaited, because it can't be recalled.
 */
export async function runSubmission(
  context: SubmissionContext,
  fileName: string,
  run: Run,
  document?: vscode.TextDocument,
): Promise<void> {
  const { submissions } = context;
  const title = vscode.l10n.t('Submitting {0}', displayText(fileName));
  const submission = await withProgress(title, async (progress, { signal }) => {
    let id = '';
    const draw = (): void => {
      const running = submissions.get(id);
      const status = submissions.statusOf(id);
      if (running !== undefined && status !== undefined) {
        progress.report({ message: runText(running, status, signal.aborted) });
      }
    };
    signal.addEventListener('abort', draw);
    const subscription = submissions.onDidChange(draw);
    try {
      const running = run(signal, (newId) => {
        id = newId;
        draw();
      });
      return await withUserMessage(running);
    } catch (error) {
      const failed = submissions.get(id);
      if (failed?.parts.some(({ state }) => state.kind === 'sent' || state.kind === 'uncertain') === true) {
        // The error alone would hide that something was sent.
        await showOutcome(context, failed, document);
      }
      throw error;
    } finally {
      subscription.dispose();
    }
  });
  await showOutcome(context, submission, document);
}

/** Sends all pending parts of a submission. */
export async function resume(context: SubmissionContext, submission: Submission): Promise<void> {
  const session = await currentSession(context);
  const pending = submission.parts.flatMap(({ state }, part) => (state.kind === 'waiting' ? [part] : []));
  if (await confirmIfSubmittedElsewhere(context, session, submission, pending)) {
    await runPending(context, session, submission);
  }
}

/** Sends one part again, without the others: the user decided about this part only. */
export async function sendPartAgain(context: SubmissionContext, submission: Submission, part: number): Promise<void> {
  const session = await currentSession(context);
  if (await confirmIfSubmittedElsewhere(context, session, submission, [part])) {
    await withUserMessage(context.submissions.sendAgain(session.account, submission, part));
    await runPending(context, session, submission, part);
  }
}

async function runPending(
  context: SubmissionContext,
  session: ApiSession,
  { id, fileName }: Submission,
  only?: number,
): Promise<void> {
  await runSubmission(context, fileName, (signal, onBegin) => {
    onBegin(id);
    return context.submissions.resume(session, id, signal, only);
  });
}

/** Asks the user if another submission has the same content as these parts. @returns true if they may be sent. */
async function confirmIfSubmittedElsewhere(
  { submissions }: SubmissionContext,
  { account }: ApiSession,
  submission: Submission,
  parts: readonly number[],
): Promise<boolean> {
  const others = await withUserMessage(submissions.otherSubmissions(account, submission, parts));
  if (others.length === 0) {
    return true;
  }
  const { question, detail, verb } = sendAnywayText(submission, others);
  return isConfirmed(question, detail, verb);
}

/** Asks the user, and cancels the pending parts of a submission. Batches already created keep running. */
export async function cancelRest(context: SubmissionContext, submission: Submission): Promise<void> {
  const { account } = await currentSession(context);
  const { question, detail, verb } = cancelRestText(submission);
  if (await isConfirmed(question, detail, verb)) {
    await withUserMessage(context.submissions.cancel(account, submission.id));
    showStatusMessage(vscode.l10n.t('Submission cancelled'));
  }
}

/** The buttons for the pending parts of a submission. */
export function pendingButtons(context: SubmissionContext, submission: Submission): Button[] {
  return [
    [vscode.l10n.t('Continue'), reportErrors(context, () => resume(context, submission))],
    [vscode.l10n.t('Cancel the Rest'), reportErrors(context, () => cancelRest(context, submission))],
  ];
}

/** Shows the outcome of a run in one message, with buttons for what the user can do. */
async function showOutcome(
  context: SubmissionContext,
  submission: Submission,
  document: vscode.TextDocument | undefined,
): Promise<void> {
  const kinds = new Set(submission.parts.map(({ state }) => state.kind));
  const buttons: Button[] = [];
  if (kinds.has('uncertain')) {
    buttons.push(commandButton(vscode.l10n.t('Check Status…'), 'syncBatches.showSubmissions', submission.id));
  }
  if (kinds.has('refused')) {
    const refused = await showServerErrors(context, submission, document);
    if (refused !== undefined) {
      const showProblems = async (): Promise<void> => (await context.batchFiles.get()).showProblems(refused);
      buttons.push([vscode.l10n.t('Show Problems'), reportErrors(context, showProblems)]);
    }
    buttons.push(...accountButtons(submission));
  }
  if (kinds.has('waiting')) {
    buttons.push(...pendingButtons(context, submission));
  }
  if (kinds.size === 1 && kinds.has('sent')) {
    buttons.push(...batchButtons(context, submission));
  } else if (!kinds.has('uncertain')) {
    buttons.push(commandButton(vscode.l10n.t('Show Submissions'), 'syncBatches.showSubmissions'));
  }
  const severity = kinds.has('refused')
    ? 'error'
    : kinds.has('uncertain') || kinds.has('waiting')
      ? 'warning'
      : 'information';
  showMessage(
    severity,
    outcomeText(submission, (part) => context.submissions.errorOf(part)),
    ...buttons,
  );
}

/** The buttons for a refusal that is not about the file. Show Submissions can send the part again. */
function accountButtons({ parts }: Submission): Button[] {
  const reasons = new Set(parts.map(({ state }) => (state.kind === 'refused' ? state.reason : undefined)));
  const buttons: Button[] = [];
  if (reasons.has('planRequired')) {
    buttons.push(openUrlButton(vscode.l10n.t('Open Billing'), links.billing));
  }
  if (reasons.has('unauthorized') || reasons.has('forbidden')) {
    buttons.push(commandButton(vscode.l10n.t('Set API Key…'), 'syncBatches.setApiKey'));
  }
  return buttons;
}

function batchButtons({ view }: SubmissionContext, { parts }: Submission): Button[] {
  const ids = parts.flatMap(({ state }) => (state.kind === 'sent' ? [state.batchId] : []));
  const [first = ''] = ids;
  return [
    [vscode.l10n.t('Show in List'), () => view.reveal(first)],
    [
      ids.length === 1 ? vscode.l10n.t('Copy Batch ID') : vscode.l10n.t('Copy Batch IDs'),
      () => vscode.env.clipboard.writeText(ids.join('\n')),
    ],
  ];
}
