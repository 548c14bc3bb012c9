import * as vscode from 'vscode';
import {
  isStillValid,
  planSubmission,
  type PlanInput,
  type PlanRefusal,
  type SubmissionPlan,
} from '../../../core/submissions/plan';
import { type ApiSession, currentSession } from '../../account/session';
import type { BatchFiles } from '../../batchFiles/batchFilesInterface';
import { batchFileOf } from '../../batchFiles/commands/pickBatchFile';
import { type Button, commandButton, openSettingButton, showMessage } from '../../shared/messages';
import { readBatchFileLimits } from '../../shared/settings';
import type { SubmissionContext } from '../context';
import { type ReadFile, readFile } from '../fileToSubmit';
import { runSubmission } from '../runSubmission';
import { withUserMessage } from '../text/errors';
import { confirmationText, type Destination, refusalText } from '../text/submitting';
import { readWebhook } from '../webhook';

type FileInput = Omit<PlanInput, 'journal'>;

/** *Submit Batch File…*: plans the submission, asks the user once, and creates one batch or several. */
export async function submitFile(context: SubmissionContext, argument: unknown): Promise<void> {
  const document = await batchFileOf(context, argument);
  if (document === undefined) {
    return;
  }
  const session = await currentSession(context);
  const files = await context.batchFiles.get();
  const file = await readFile(files, document, readBatchFileLimits());
  const input = inputOf(context, session, file);
  // A refusal does not depend on the journal, so it is shown even if the journal can't be read.
  const draft = planSubmission({ ...input, journal: { list: [], isWhole: false } });
  if (draft.kind !== 'plan') {
    showRefusal(files, file, draft);
    return;
  }
  const webhookUrl = readWebhook();
  if (webhookUrl === undefined) {
    return;
  }
  const plan = await confirmedPlan(context, session, input, webhookUrl);
  if (plan !== undefined && (await isStillCurrent(context, session))) {
    await runSubmission(
      context,
      plan.fileName,
      (signal, onBegin) => context.submissions.submit(session, plan, webhookUrl, signal, onBegin),
      document,
    );
  }
}

function inputOf({ submissions }: SubmissionContext, { account }: ApiSession, file: ReadFile): FileInput {
  const { content } = file;
  return { ...file, preflight: 'hash' in content ? submissions.preflight.get(account, content.hash) : {} };
}

function showRefusal(files: BatchFiles, { document, fileName, limits }: ReadFile, refusal: PlanRefusal): void {
  const buttons: Button[] = [];
  if (refusal.kind === 'lineTooLong' || refusal.kind === 'tooFewPerBatch') {
    buttons.push(openSettingButton('syncBatches.batchMaxBytes'));
  } else if (refusal.kind === 'tooFewRequests') {
    buttons.push(openSettingButton('syncBatches.batchMinLines'));
  } else if (refusal.kind === 'hasErrors') {
    buttons.push(
      [vscode.l10n.t('Show Problems'), () => files.showProblems(document)],
      commandButton(vscode.l10n.t('Dry Run'), 'syncBatches.dryRun', document.uri),
    );
  }
  showMessage('error', refusalText(fileName, refusal, limits), ...buttons);
}

/**
 * Asks the user once before money is spent, and again if the same content was submitted meanwhile.
 * @returns the plan that the user agreed to; undefined if they did not.
 */
async function confirmedPlan(
  context: SubmissionContext,
  session: ApiSession,
  input: FileInput,
  webhookUrl: string,
): Promise<SubmissionPlan | undefined> {
  const { host, origin } = new URL(session.baseUrl);
  const destination = { host: origin === defaultOrigin ? undefined : host, webhookUrl };
  const planNow = async (): Promise<SubmissionPlan | undefined> => {
    const journal = await withUserMessage(context.submissions.readJournal(session.account));
    const plan = planSubmission({ ...input, journal });
    return plan.kind === 'plan' ? plan : undefined;
  };
  let shown = await planNow();
  while (shown !== undefined && (await isConfirmed(shown, destination))) {
    const now = await planNow();
    if (now === undefined || isStillValid(shown, now)) {
      return shown;
    }
    shown = now;
  }
  return undefined;
}

async function isConfirmed(plan: SubmissionPlan, destination: Destination): Promise<boolean> {
  const { question, detail, verb } = confirmationText(plan, destination);
  const show = vscode.l10n.t('Show Submissions');
  // Enter presses the first button: it must not be the one that may charge twice.
  const buttons = plan.earlier.length > 0 ? [show, verb] : [verb];
  const chosen = await vscode.window.showWarningMessage(question, { modal: true, detail }, ...buttons);
  if (chosen === show) {
    await vscode.commands.executeCommand('syncBatches.showSubmissions');
  }
  return chosen === verb;
}

/** The user may have changed the account while the question was open, but agreed to the one before. */
async function isStillCurrent(context: SubmissionContext, { account }: ApiSession): Promise<boolean> {
  const isSame = (await currentSession(context)).account === account;
  if (!isSame) {
    showMessage(
      'warning',
      vscode.l10n.t(
        'Nothing was sent: the API key or the API address has changed since you were asked. Submit the file again.',
      ),
    );
  }
  return isSame;
}

/** The documented base URL. */
const defaultOrigin = 'https://api.sync.so';
