import * as vscode from 'vscode';
import { type Button, showMessage } from '../../shared/messages';
import { readBatchFileLimits } from '../../shared/settings';
import { type ApiSession, currentSession } from '../../account/session';
import { type FileToSubmit, fileNameOf, modelsOf, takeFile } from '../fileToSubmit';
import { runSubmission } from '../runSubmission';
import { readWebhook } from '../webhook';
import {
  confirmationText,
  emptyFileText,
  hasErrorsText,
  otherAccountText,
  partFaultText,
  tooFewRequestsText,
} from '../text/submitting';
import { batchFileOf } from '../../batchFiles/commands/pickBatchFile';
import type { CommandContext } from '../../commandContext';

/** *Submit Batch File…*: checks a file, asks once, and makes a batch of it, or several of a long one. */
export async function submitFile(context: CommandContext, argument: unknown): Promise<void> {
  const document = await batchFileOf(context, argument);
  if (document === undefined) {
    return;
  }
  const access = await currentSession(context);
  const file = await fileIfFit(context, access, document);
  const webhookUrl = file === undefined ? undefined : readWebhook();
  if (file === undefined || webhookUrl === undefined) {
    return;
  }
  if ((await isWanted(context, access, file, webhookUrl)) && (await isStillInUse(context, access))) {
    await runSubmission(
      context,
      file.fileName,
      (signal, onBegin) => context.submissions.submit(access, file, webhookUrl, signal, onBegin),
      document,
    );
  }
}

/** @returns nothing where the file can't be sent, which has then been said. */
async function fileIfFit(
  { batchFiles, submissions }: CommandContext,
  { account }: ApiSession,
  document: vscode.TextDocument,
): Promise<FileToSubmit | undefined> {
  const files = await batchFiles.get();
  const checked = files.check(document);
  const limits = readBatchFileLimits();
  const fileName = fileNameOf(document);
  const requests = checked.requests.length;
  if (requests === 0) {
    showMessage('error', emptyFileText(fileName));
    return undefined;
  }
  const file = await takeFile(document, checked, limits);
  if ('fault' in file) {
    const line = file.fault === 'lineTooLong' ? (checked.requests[file.line]?.line ?? 0) + 1 : 0;
    showMessage('error', partFaultText(fileName, file, line, limits), openSetting('batchMaxBytes'));
    return undefined;
  }
  // What sync.so itself has checked and let through is not refused here: its rules may be newer than ours.
  if (checked.errors > 0 && submissions.tried.of(account, file.hash).isValidated !== true) {
    showMessage(
      'error',
      hasErrorsText(fileName, checked.errors),
      [vscode.l10n.t('Show Problems'), () => files.showProblems(document)],
      [vscode.l10n.t('Dry Run'), () => vscode.commands.executeCommand('syncBatches.dryRun', document.uri)],
    );
    return undefined;
  }
  if (requests < limits.minLines) {
    showMessage('error', tooFewRequestsText(fileName, requests, limits.minLines), openSetting('batchMinLines'));
    return undefined;
  }
  return file;
}

function openSetting(name: string): Button {
  return [
    vscode.l10n.t('Open Setting'),
    () => vscode.commands.executeCommand('workbench.action.openSettings', `syncBatches.${name}`),
  ];
}

/** The one question before money is spent. Asked anew when it turns out meanwhile that the file was sent before. */
async function isWanted(
  context: CommandContext,
  { account, baseUrl }: ApiSession,
  file: FileToSubmit,
  webhookUrl: string,
): Promise<boolean> {
  const { submissions } = context;
  const { fileName, bytes, checked, parts, hash } = file;
  const { host, origin } = new URL(baseUrl);
  for (let earlier = await submissions.earlier(account, file); ;) {
    const { question, detail, verb } = confirmationText({
      fileName,
      requests: checked.requests.length,
      bytes,
      batches: parts.map(({ lines }) => lines.length),
      models: modelsOf(file),
      estimate: submissions.tried.of(account, hash).estimate,
      host: origin === defaultOrigin ? undefined : host,
      webhookUrl,
      warnings: checked.warnings,
      errors: checked.errors,
      earlier,
    });
    const show = vscode.l10n.t('Show Submissions');
    // The first button is the one that Enter presses: where it could be paid for twice, it sends nothing.
    const buttons = earlier.length > 0 ? [show, verb] : [verb];
    const chosen = await vscode.window.showWarningMessage(question, { modal: true, detail }, ...buttons);
    if (chosen === show) {
      await vscode.commands.executeCommand('syncBatches.showSubmissions');
    }
    if (chosen !== verb) {
      return false;
    }
    const now = await submissions.earlier(account, file);
    const known = new Map(earlier.map(({ id, isUncertain }) => [id, isUncertain]));
    if (now.every(({ id, isUncertain }) => known.get(id) === isUncertain)) {
      return true;
    }
    earlier = now;
  }
}

/** The question may have stood for long. What was agreed to was to use the key and the address of before it. */
async function isStillInUse(context: CommandContext, { account }: ApiSession): Promise<boolean> {
  const isSame = (await currentSession(context)).account === account;
  if (!isSame) {
    showMessage('warning', otherAccountText());
  }
  return isSame;
}

/** The documented address. */
const defaultOrigin = 'https://api.sync.so';
