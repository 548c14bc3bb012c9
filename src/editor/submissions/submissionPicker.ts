import * as vscode from 'vscode';
import type { Candidate } from '../../core/submissions/candidates';
import { isUncertainPart, type Submission } from '../../core/submissions/submission';
import { currentSession } from '../account/session';
import { requestsText } from '../shared/counts';
import { isConfirmed, showMessage, showStatusMessage } from '../shared/messages';
import { withProgress } from '../shared/progress';
import { withoutIcons } from '../shared/plainText';
import { exactTime, recentTime } from '../shared/times';
import type { SubmissionContext } from './context';
import { cancelRest, pendingButtons, resume, sendPartAgain } from './runSubmission';
import { withUserMessage } from './text/errors';
import {
  candidateText,
  partName,
  refusedPartText,
  restPendingText,
  sendAgainText,
  submissionState,
  uncertainTitle,
} from './text/submissions';

interface Choice extends vscode.QuickPickItem {
  readonly act?: () => unknown;
}

/** Lets the user pick a submission, newest first, and shows its actions. */
export async function pickSubmission(context: SubmissionContext): Promise<void> {
  const { submissions } = context;
  const rows = submissions.list.map((submission): Choice => {
    const { icon, text } = stateOf(context, submission);
    return {
      label: `$(${icon}) ${withoutIcons(submission.fileName)}`,
      description: `${recentTime(submission.createdAt)} · ${requestsText(submission.lines)}`,
      detail: text,
      act: () => showSubmission(context, submission.id),
    };
  });
  await choose(rows, { placeHolder: vscode.l10n.t('Submissions from this computer'), matchOnDescription: true });
}

/** Shows the actions of a submission. */
export async function showSubmission(context: SubmissionContext, id: string): Promise<void> {
  const { submissions } = context;
  const submission = submissions.get(id);
  if (submission === undefined) {
    return;
  }
  await choose([...pendingChoices(context, submission), ...partChoices(context, submission)], {
    title: `${withoutIcons(submission.fileName)} · ${exactTime(submission.createdAt)}`,
    placeHolder: stateOf(context, submission).text,
    ignoreFocusOut: true,
  });
}

/** @param part Ignores what is being done for other parts. */
function stateOf(
  { submissions }: SubmissionContext,
  submission: Submission,
  part?: number,
): ReturnType<typeof submissionState> {
  const status = submissions.statusOf(submission.id);
  const isRelevant = part === undefined || status?.part === part;
  return submissionState(submission, isRelevant ? status : undefined, submissions.isElsewhere(submission));
}

async function choose(rows: readonly Choice[], options: vscode.QuickPickOptions): Promise<void> {
  const chosen = await vscode.window.showQuickPick(rows, options);
  await chosen?.act?.();
}

/** The actions for all pending parts. */
function pendingChoices(context: SubmissionContext, submission: Submission): Choice[] {
  const { submissions } = context;
  const isRunning = submissions.statusOf(submission.id) !== undefined || submissions.isElsewhere(submission);
  const pending = submission.parts.filter(({ state }) => state.kind === 'waiting');
  if (isRunning || pending.length === 0) {
    return [];
  }
  const requests = requestsText(pending.reduce((sum, { lines }) => sum + lines, 0));
  return [
    {
      label: vscode.l10n.t('$(debug-continue) Continue'),
      description: vscode.l10n.t('sends {0}', requests),
      act: () => resume(context, submission),
    },
    {
      label: vscode.l10n.t('$(debug-stop) Cancel the Rest'),
      description: vscode.l10n.t('{0} will not be sent', requests),
      act: () => cancelRest(context, submission),
    },
  ];
}

/** The actions of a single part; of several parts, a row for each that leads to its actions. */
function partChoices(context: SubmissionContext, submission: Submission): Choice[] {
  const { parts } = submission;
  const choicesByPart = parts.map((_, part) => choicesOf(context, submission, part));
  const [only = []] = choicesByPart;
  if (parts.length === 1) {
    return only;
  }
  return choicesByPart.map((choices, part) => {
    const lines = parts[part]?.lines ?? 0;
    const alone: Submission = { ...submission, parts: parts.slice(part, part + 1) };
    const { icon, text } = stateOf(context, alone, part);
    const { state } = parts[part] ?? {};
    const id = state?.kind === 'sent' ? ` · ${withoutIcons(state.batchId)}` : '';
    return {
      label: `$(${icon}) ${partName(part, parts.length)}`,
      description: `${requestsText(lines)}${id}`,
      detail: text,
      act: () => choose(choices, { title: `${withoutIcons(submission.fileName)}: ${partName(part, parts.length)}` }),
    };
  });
}

function choicesOf(context: SubmissionContext, submission: Submission, part: number): Choice[] {
  const { submissions, view } = context;
  const state = submission.parts[part]?.state;
  const openInput: Choice = {
    label: vscode.l10n.t('$(go-to-file) Open Submitted File'),
    description: vscode.l10n.t('as a new document'),
    act: () => openInputOf(context, submission, part),
  };
  switch (state?.kind) {
    case 'sent': {
      const { batchId } = state;
      return [
        { label: vscode.l10n.t('$(list-tree) Show in List'), act: () => view.reveal(batchId) },
        {
          label: vscode.l10n.t('$(table) Show Results'),
          act: () => vscode.commands.executeCommand('syncBatches.showResults', batchId),
        },
        {
          label: vscode.l10n.t('$(copy) Copy Batch ID'),
          description: withoutIcons(batchId),
          act: async () => {
            await vscode.env.clipboard.writeText(batchId);
            showStatusMessage(vscode.l10n.t('Batch ID copied'));
          },
        },
        openInput,
      ];
    }
    case 'uncertain':
      return [
        {
          label: vscode.l10n.t('$(search) Check Status…'),
          description: vscode.l10n.t('searches for the batch in the list of sync.so'),
          act: () => checkStatus(context, submission, part),
        },
        openInput,
      ];
    case 'refused':
      return [
        {
          label: vscode.l10n.t('$(info) Show Reason'),
          act: () =>
            showMessage(
              'error',
              refusedPartText(submission, part, (each) => submissions.errorOf(each)),
            ),
        },
        {
          label: vscode.l10n.t('$(debug-continue) Send Again'),
          description: isUncertainPart(submission, part)
            ? vscode.l10n.t('an earlier attempt may have created a batch')
            : vscode.l10n.t('no batch was created'),
          act: () => sendPartAgain(context, submission, part),
        },
        openInput,
      ];
    case 'waiting':
    case 'sending':
    case 'cancelled':
    case undefined:
      return [openInput];
  }
}

/** Opens the exact text of a part as a new document. */
async function openInputOf({ submissions }: SubmissionContext, submission: Submission, part: number): Promise<void> {
  const content = await submissions.textOf(submission, part);
  if (content === undefined) {
    showMessage('information', vscode.l10n.t('The submitted file is no longer stored on this computer.'));
    return;
  }
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'jsonl', content }));
}

/**
 * Shows the batches that could be the result of an uncertain part, and lets the user decide. Sending again needs another
 * confirmation.
 */
async function checkStatus(context: SubmissionContext, submission: Submission, part: number): Promise<void> {
  const { submissions } = context;
  const session = await currentSession(context);
  const candidates = await withProgress(vscode.l10n.t('Searching for the batch'), (_, { signal }) =>
    submissions.candidates(session, submission, part, signal),
  );
  const choiceOf = (candidate: Candidate): Choice => ({
    ...candidateText(candidate, submission, submission.parts[part]?.lines ?? 0),
    act: async () => {
      await withUserMessage(submissions.confirmBatch(session.account, submission, part, candidate.batch.id));
      showStatusMessage(vscode.l10n.t('Batch confirmed'));
      offerRest(context, submission.id);
    },
  });
  await choose(
    [
      ...candidates.map(choiceOf),
      {
        label: vscode.l10n.t('$(debug-continue) None of These: Send Again…'),
        act: async () => {
          const { question, detail, verb } = sendAgainText(submission, part, candidates.length);
          if (await isConfirmed(question, detail, verb)) {
            await sendPartAgain(context, submission, part);
          }
        },
      },
      { label: vscode.l10n.t('$(clock) Decide Later'), description: vscode.l10n.t('nothing is sent') },
    ],
    {
      title: uncertainTitle(submission, part),
      placeHolder:
        candidates.length === 0
          ? vscode.l10n.t('No matching batch is in the list of sync.so')
          : vscode.l10n.t('Select the batch that was created'),
      ignoreFocusOut: true,
    },
  );
}

/** Offers to send the other pending parts after the user has confirmed a batch. */
function offerRest(context: SubmissionContext, id: string): void {
  const submission = context.submissions.get(id);
  if (submission?.parts.some(({ state }) => state.kind === 'waiting') === true) {
    showMessage('information', restPendingText(submission), ...pendingButtons(context, submission));
  }
}
