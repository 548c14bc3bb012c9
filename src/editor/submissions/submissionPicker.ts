import * as vscode from 'vscode';
import type { Candidate } from '../../core/submissions/candidates';
import { isUncertainPart, type Submission } from '../../core/submissions/submission';
import type { CommandContext } from '../commandContext';
import { showStatusMessage, isConfirmed, showMessage } from '../shared/messages';
import { withProgress } from '../shared/progress';
import { requestsText } from '../shared/counts';
import { withoutIcons } from '../shared/plainText';
import {
  candidateText,
  noCandidatesText,
  partName,
  refusedReasonText,
  restWaitsText,
  sendAgainText,
  submissionState,
  uncertainTitle,
} from './text/submissions';
import { exactTime, recentTime } from '../shared/times';
import { currentSession } from '../account/session';
import { reportErrors } from '../shared/reportErrors';
import { cancelRest, resume, sendPartAgain } from './runSubmission';

interface Choice extends vscode.QuickPickItem {
  readonly act?: () => Promise<void>;
}

/** Lets the person pick one of the submissions, newest first, and shows what can be done about it. */
export async function pickSubmission(context: CommandContext): Promise<void> {
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

/** Shows what can be done about a submission. */
export async function showSubmission(context: CommandContext, id: string): Promise<void> {
  const { submissions } = context;
  const submission = submissions.get(id);
  if (submission === undefined) {
    return;
  }
  await choose([...openChoices(context, submission), ...partChoices(context, submission)], {
    title: `${withoutIcons(submission.fileName)} · ${exactTime(submission.createdAt)}`,
    placeHolder: stateOf(context, submission).text,
    ignoreFocusOut: true,
  });
}

/** @param part the only one that is looked at: what is done for another one does not concern it. */
function stateOf(
  { submissions }: CommandContext,
  submission: Submission,
  part?: number,
): ReturnType<typeof submissionState> {
  const status = submissions.statusOf(submission.id);
  const isAbout = part === undefined || status?.part === part;
  return submissionState(submission, isAbout ? status : undefined, submissions.isElsewhere(submission));
}

async function choose(rows: readonly Choice[], options: vscode.QuickPickOptions): Promise<void> {
  const chosen = await vscode.window.showQuickPick(rows, options);
  await chosen?.act?.();
}

/** What can be done about all that waits. */
function openChoices(context: CommandContext, submission: Submission): Choice[] {
  const { submissions } = context;
  const isAtIt = submissions.statusOf(submission.id) !== undefined || submissions.isElsewhere(submission);
  const waits = submission.parts.filter(({ state }) => state.kind === 'waiting');
  if (isAtIt || waits.length === 0) {
    return [];
  }
  const requests = requestsText(waits.reduce((sum, { lines }) => sum + lines, 0));
  return [
    {
      label: vscode.l10n.t('$(debug-continue) Continue'),
      description: vscode.l10n.t('send the rest: {0}', requests),
      act: () => resume(context, submission),
    },
    {
      label: vscode.l10n.t('$(debug-stop) Cancel the Rest'),
      description: vscode.l10n.t('{0} will not be sent', requests),
      act: () => cancelRest(context, submission),
    },
  ];
}

/** What can be done about single parts; about one of many by way of another list. */
function partChoices(context: CommandContext, submission: Submission): Choice[] {
  const { parts } = submission;
  const own = parts.map((_, part) => choicesOf(context, submission, part));
  const [only = []] = own;
  if (parts.length === 1) {
    return only;
  }
  return own.map((choices, part) => {
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

function choicesOf(context: CommandContext, submission: Submission, part: number): Choice[] {
  const { view } = context;
  const state = submission.parts[part]?.state;
  const openInput: Choice = {
    label: vscode.l10n.t('$(go-to-file) Open What Was Sent'),
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
          act: async () => {
            await vscode.commands.executeCommand('syncBatches.showResults', batchId);
          },
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
          label: vscode.l10n.t('$(search) Find Out What Became of It…'),
          description: vscode.l10n.t('asks sync.so for batches of that time'),
          act: () => settleUncertain(context, submission, part),
        },
        openInput,
      ];
    case 'refused':
      return [
        {
          label: vscode.l10n.t('$(info) Show Why'),
          act: () => {
            showMessage(
              'error',
              refusedReasonText(submission, part, (each) => context.submissions.errorOf(each)),
            );
            return Promise.resolve();
          },
        },
        {
          label: vscode.l10n.t('$(debug-continue) Send It Again'),
          description: isUncertainPart(submission, part)
            ? vscode.l10n.t('of an earlier try it is not known whether sync.so took it')
            : vscode.l10n.t('no batch was created of it'),
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

/** The exact text of a part, as a document of the person's own. */
async function openInputOf({ submissions }: CommandContext, submission: Submission, part: number): Promise<void> {
  const content = await submissions.textOf(submission, part);
  if (content === undefined) {
    showMessage('information', vscode.l10n.t('What was sent is not kept on this computer any more.'));
    return;
  }
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'jsonl', content }));
}

/**
 * Shows which batches could be the one of which it is not known whether it was created, and lets the person decide.
 * Nothing is sent again without a question of its own.
 */
async function settleUncertain(context: CommandContext, submission: Submission, part: number): Promise<void> {
  const { submissions } = context;
  const access = await currentSession(context);
  const candidates = await withProgress(vscode.l10n.t('Looking for batches of that time'), (_, { signal }) =>
    submissions.candidates(access, submission, part, signal),
  );
  const isIt = (candidate: Candidate): Choice => ({
    ...candidateText(candidate, submission, submission.parts[part]?.lines ?? 0),
    act: async () => {
      await submissions.recognise(access, submission, part, candidate.batch.id);
      showStatusMessage(vscode.l10n.t('The batch is known now'));
      offerRest(context, submission.id);
    },
  });
  await choose(
    [
      ...candidates.map(isIt),
      {
        label: vscode.l10n.t('$(debug-continue) None of These: Send Again…'),
        act: () => sendAgain(context, submission, part, candidates.length),
      },
      { label: vscode.l10n.t('$(clock) Decide Later'), description: vscode.l10n.t('nothing is sent') },
    ],
    {
      title: uncertainTitle(submission, part),
      placeHolder: candidates.length === 0 ? noCandidatesText() : vscode.l10n.t('Which one is it?'),
      ignoreFocusOut: true,
    },
  );
}

async function sendAgain(
  context: CommandContext,
  submission: Submission,
  part: number,
  candidates: number,
): Promise<void> {
  const { question, detail, verb } = sendAgainText(submission, part, candidates);
  if (await isConfirmed(question, detail, verb)) {
    await sendPartAgain(context, submission, part);
  }
}

/** Once it is known what became of a part, the ones after it can go on. */
function offerRest(context: CommandContext, id: string): void {
  const submission = context.submissions.get(id);
  if (submission?.parts.some(({ state }) => state.kind === 'waiting') === true) {
    showMessage(
      'information',
      restWaitsText(submission),
      [vscode.l10n.t('Continue'), reportErrors(context, () => resume(context, submission))],
      [vscode.l10n.t('Cancel the Rest'), reportErrors(context, () => cancelRest(context, submission))],
    );
  }
}
