import * as vscode from 'vscode';
import type { Submission } from '../../core/submissions/submission';
import type { CommandContext } from '../commandContext';
import { links } from '../shared/links';
import { type Button, showStatusMessage, isConfirmed, showMessage } from '../shared/messages';
import { withProgress } from '../shared/progress';
import { cancelRestText, outcomeText, runText, sendTwiceText, submittingTitle } from './text/submissions';
import { type ApiSession, currentSession } from '../account/session';
import { reportErrors } from '../shared/reportErrors';
import { showServerErrors } from './showServerErrors';

/** Sends what waits of a submission. Resolves with what has become of it when there is nothing left to do for now. */
type Run = (signal: AbortSignal, onBegin: (id: string) => void) => Promise<Submission>;

/**
 * Has a submission sent, with progress, and tells what came of it. To cancel stops it before the next batch: a request
 * that is on the wire is waited for, since nothing could take it back.
 */
export async function runSubmission(
  context: CommandContext,
  fileName: string,
  run: Run,
  document?: vscode.TextDocument,
): Promise<void> {
  const { submissions } = context;
  const submission = await withProgress(submittingTitle(fileName), async (progress, { signal }) => {
    let running: string | undefined;
    const draw = (): void => {
      const found = running === undefined ? undefined : submissions.get(running);
      const status = running === undefined ? undefined : submissions.statusOf(running);
      if (found !== undefined && status !== undefined) {
        progress.report({ message: runText(found, status, signal.aborted) });
      }
    };
    signal.addEventListener('abort', draw);
    const subscription = submissions.onDidChange(draw);
    try {
      return await run(signal, (id) => {
        running = id;
        draw();
      });
    } catch (error) {
      const begun = running === undefined ? undefined : submissions.get(running);
      if (begun?.parts.some(({ state }) => state.kind === 'sent' || state.kind === 'uncertain') === true) {
        // What went wrong is told too, and must not be taken for all there is to know.
        await tell(context, begun, document);
      }
      throw error;
    } finally {
      subscription.dispose();
    }
  });
  await tell(context, submission, document);
}

/** Goes on with all that waits of a submission. */
export async function resume(context: CommandContext, submission: Submission): Promise<void> {
  const access = await currentSession(context);
  const waits = submission.parts.flatMap(({ state }, part) => (state.kind === 'waiting' ? [part] : []));
  if (await isWantedTwice(context, access, submission, waits)) {
    await runPending(context, access, submission);
  }
}

/** Sends a part once more, on the word of the person: it was about this part alone, and so no other one is sent. */
export async function sendPartAgain(context: CommandContext, submission: Submission, part: number): Promise<void> {
  const access = await currentSession(context);
  if (await isWantedTwice(context, access, submission, [part])) {
    await context.submissions.sendAgain(access, submission, part);
    await runPending(context, access, submission, part);
  }
}

async function runPending(
  context: CommandContext,
  access: ApiSession,
  { id, fileName }: Submission,
  only?: number,
): Promise<void> {
  await runSubmission(context, fileName, (signal, onBegin) => {
    onBegin(id);
    return context.submissions.resume(access, id, signal, only);
  });
}

/** Asks, where the same as these parts was submitted in another way meanwhile. @returns true where it was not. */
async function isWantedTwice(
  { submissions }: CommandContext,
  { account }: ApiSession,
  submission: Submission,
  parts: readonly number[],
): Promise<boolean> {
  const others = await submissions.othersOf(account, submission, parts);
  if (others.length === 0) {
    return true;
  }
  const { question, detail, verb } = sendTwiceText(submission, others);
  return isConfirmed(question, detail, verb);
}

/** Asks, and gives up what waits of a submission. What was sent runs on. */
export async function cancelRest(context: CommandContext, submission: Submission): Promise<void> {
  const access = await currentSession(context);
  const { question, detail, verb } = cancelRestText(submission);
  if (await isConfirmed(question, detail, verb)) {
    await context.submissions.cancel(access, submission.id);
    showStatusMessage(vscode.l10n.t('Submission cancelled'));
  }
}

/** One message with the whole truth, and with what can be done about it. */
async function tell(
  context: CommandContext,
  submission: Submission,
  document: vscode.TextDocument | undefined,
): Promise<void> {
  const kinds = new Set(submission.parts.map(({ state }) => state.kind));
  const buttons: Button[] = [];
  if (kinds.has('uncertain')) {
    buttons.push([
      vscode.l10n.t('Find Out…'),
      () => vscode.commands.executeCommand('syncBatches.showSubmissions', submission.id),
    ]);
  }
  if (kinds.has('refused')) {
    const refused = await showServerErrors(context, submission, document);
    if (refused !== undefined) {
      const showProblems = async (): Promise<void> => (await context.batchFiles.get()).showProblems(refused);
      buttons.push([vscode.l10n.t('Show Problems'), reportErrors(context, showProblems)]);
    }
    buttons.push(...helpButtons(submission));
  }
  if (kinds.has('waiting')) {
    buttons.push(
      [vscode.l10n.t('Continue'), reportErrors(context, () => resume(context, submission))],
      [vscode.l10n.t('Cancel the Rest'), reportErrors(context, () => cancelRest(context, submission))],
    );
  }
  if (kinds.size === 1 && kinds.has('sent')) {
    buttons.push(...sentButtons(context, submission));
  } else if (!kinds.has('uncertain')) {
    buttons.push([
      vscode.l10n.t('Show Submissions'),
      () => vscode.commands.executeCommand('syncBatches.showSubmissions'),
    ]);
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

/** What lifts a refusal that is not about the file. What was refused can be sent again from the list of submissions. */
function helpButtons({ parts }: Submission): Button[] {
  const reasons = new Set(parts.map(({ state }) => (state.kind === 'refused' ? state.reason : undefined)));
  const buttons: Button[] = [];
  if (reasons.has('planRequired')) {
    buttons.push([vscode.l10n.t('Open Billing'), () => vscode.env.openExternal(vscode.Uri.parse(links.billing))]);
  }
  if (reasons.has('unauthorized') || reasons.has('forbidden')) {
    buttons.push([vscode.l10n.t('Set API Key…'), () => vscode.commands.executeCommand('syncBatches.setApiKey')]);
  }
  return buttons;
}

function sentButtons({ view }: CommandContext, { parts }: Submission): Button[] {
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
