/** The texts about submissions: their progress, their outcome, and what the user can do. */
import * as vscode from 'vscode';
import { ApiError } from '../../../core/api/http/errors';
import { displayText } from '../../../core/common/displayText';
import type { Candidate } from '../../../core/submissions/candidates';
import type { EarlierSubmission } from '../../../core/submissions/earlier';
import { isKnownReason } from '../../../core/submissions/outcome';
import { isUncertainPart, type Part, type PartState, type Submission } from '../../../core/submissions/submission';
import type { RunStatus } from '../../../core/submissions/submitter';
import { batchesText, requestsText, formatNumber } from '../../shared/counts';
import { errorSentence } from '../../shared/errorText';
import { withoutIcons } from '../../shared/plainText';
import { type ConfirmationText, earlierText } from './submitting';
import { clockTime } from '../../shared/times';

/** What this window is doing for a submission. */
export function runText({ parts }: Submission, status: RunStatus, isStopping: boolean): string {
  const activity = activityText(parts, status, isStopping);
  return parts.length === 1
    ? activity
    : vscode.l10n.t('batch {0} of {1}: {2}', status.part + 1, parts.length, activity);
}

function activityText(parts: Submission['parts'], status: RunStatus, isStopping: boolean): string {
  if (isStopping) {
    return vscode.l10n.t('stopping after the current request');
  }
  if (status.kind === 'sending') {
    return vscode.l10n.t('sending {0}', requestsText(parts[status.part]?.lines ?? 0));
  }
  const at = clockTime(status.nextTryAt);
  return status.why === 'batches'
    ? vscode.l10n.t(
        'waiting for a running batch to finish (sync.so runs only a few at a time), next try at {0} at the latest',
        at,
      )
    : vscode.l10n.t('waiting because of the rate limit of sync.so, next try at {0}', at);
}

/** "batch 2 of 3"; empty if there is only one. */
export function partText(part: number, parts: number): string {
  return parts === 1 ? '' : vscode.l10n.t('batch {0} of {1}', part + 1, parts);
}

/** "episodes.jsonl (batch 2 of 3)", or only the file if there is one batch. */
function partOfText({ fileName, parts }: Submission, part: number): string {
  const name = displayText(fileName);
  return parts.length === 1 ? name : vscode.l10n.t('{0} (batch {1} of {2})', name, part + 1, parts.length);
}

/** The outcome of a submission: a sentence for everything that the user must know. */
export function outcomeText(submission: Submission, errorOf: ErrorOf): string {
  const { fileName, parts } = submission;
  const name = displayText(fileName);
  const sent = parts.filter(({ state }) => state.kind === 'sent');
  const pending = parts.filter(({ state }) => state.kind === 'waiting');
  const texts = parts.flatMap(({ state }, index) =>
    state.kind === 'uncertain'
      ? vscode.l10n.t(
          'It is uncertain whether a batch was created from {0}. {1} Check the status before you submit again.',
          partOfText(submission, index),
          uncertainReasonText(state),
        )
      : state.kind === 'refused'
        ? refusedPartText(submission, index, errorOf)
        : [],
  );
  const [first] = sent;
  if (first?.state.kind === 'sent' && parts.length === 1) {
    texts.push(
      vscode.l10n.t(
        'Batch {0} was created from {1}: {2}.',
        displayText(first.state.batchId),
        name,
        requestsText(first.lines),
      ),
    );
  } else if (parts.length > 1) {
    texts.push(
      sent.length === parts.length
        ? vscode.l10n.t(
            '{0} were created from {1}: {2}.',
            batchesText(sent.length),
            name,
            requestsText(submission.lines),
          )
        : vscode.l10n.t('{0} of {1} batches of {2} were created.', sent.length, parts.length, name),
    );
  }
  if (pending.length > 0) {
    texts.push(
      parts.length === 1
        ? vscode.l10n.t('{0} is pending. Nothing was sent.', name)
        : vscode.l10n.t('Not sent yet: {0}.', batchesText(pending.length)),
    );
  }
  return texts.join(' ');
}

/** Why it is uncertain whether a batch was created, as a sentence. */
function uncertainReasonText({ reason }: Extract<PartState, { kind: 'uncertain' }>): string {
  const connectionLost = vscode.l10n.t('The connection was lost after the request was sent.');
  const texts: Partial<Record<typeof reason, string>> = {
    interrupted: vscode.l10n.t('The editor was closed while it was being sent.'),
    timeout: vscode.l10n.t('The request timed out.'),
    server: vscode.l10n.t('sync.so had a server error.'),
    connection: connectionLost,
    cutOff: connectionLost,
    proxy: vscode.l10n.t('The proxy did not return a response.'),
  };
  return texts[reason] ?? vscode.l10n.t('The response was not clear.');
}

/** Finds the error of a part, if more of it is known than the journal has. */
export type ErrorOf = (part: Part) => ApiError | undefined;

/** Why a part was refused; empty if it was not. */
export function refusedPartText(submission: Submission, index: number, errorOf: ErrorOf): string {
  const part = submission.parts[index];
  if (part?.state.kind !== 'refused') {
    return '';
  }
  const which = partOfText(submission, index);
  const error = errorOf(part) ?? storedErrorOf(part.state);
  if (isUncertainPart(submission, index)) {
    return vscode.l10n.t(
      '{0} was refused when it was sent again: {1} It is still uncertain whether the earlier attempt created a batch.',
      which,
      errorSentence(error, 'createBatch'),
    );
  }
  return error.reason === 'badRequest'
    ? refusedFileText(which, error.details.serverMessage)
    : vscode.l10n.t('{0} was not sent: {1} No batch was created.', which, errorSentence(error, 'createBatch'));
}

/** A refusal of the file itself. @param said The message of the server, if there is one. */
export function refusedFileText(fileName: string, said: string | undefined): string {
  const name = displayText(fileName);
  return said === undefined
    ? vscode.l10n.t('sync.so refuses {0}, and does not say why. No batch was created.', name)
    : vscode.l10n.t('sync.so refuses {0}: {1} No batch was created.', name, said.replace(/[.!?]?$/, '.'));
}

/** The error as far as it is stored: its message has the status and the message of the server. */
function storedErrorOf({ reason, message }: Extract<PartState, { kind: 'refused' }>): ApiError {
  const [, status, serverMessage] = /^HTTP (\d{3})(?:: ([\s\S]+))?$/.exec(message) ?? [];
  // A later version may have stored a reason that this one does not know.
  return new ApiError(isKnownReason(reason) ? reason : 'unexpectedStatus', message, {
    ...(status === undefined ? {} : { status: Number(status) }),
    ...(serverMessage === undefined ? {} : { serverMessage }),
  });
}

/** The state of a submission in a list, with its icon. */
export function submissionState(
  submission: Submission,
  status: RunStatus | undefined,
  isElsewhere: boolean,
): { icon: string; text: string } {
  const { parts } = submission;
  const { icon, text } = stateOf(submission, status, isElsewhere);
  const sent = parts.filter(({ state }) => state.kind === 'sent').length;
  return {
    icon,
    text: parts.length === 1 ? text : vscode.l10n.t('{0} ({1} of {2} batches sent)', text, sent, parts.length),
  };
}

function stateOf(
  { parts }: Submission,
  status: RunStatus | undefined,
  isElsewhere: boolean,
): { icon: string; text: string } {
  const has = (kind: PartState['kind']): boolean => parts.some(({ state }) => state.kind === kind);
  if (has('uncertain')) {
    return { icon: 'question', text: vscode.l10n.t('Uncertain: a batch may exist') };
  }
  if (status?.kind === 'waitingForSlot') {
    return { icon: 'watch', text: vscode.l10n.t('Waiting until sync.so accepts more') };
  }
  if (has('sending') || status !== undefined) {
    return { icon: 'sync', text: vscode.l10n.t('Sending') };
  }
  if (has('refused')) {
    return { icon: 'error', text: vscode.l10n.t('Refused') };
  }
  if (has('waiting')) {
    return isElsewhere
      ? { icon: 'sync', text: vscode.l10n.t('Sending in another window') }
      : { icon: 'debug-pause', text: vscode.l10n.t('Pending') };
  }
  return has('cancelled')
    ? { icon: 'circle-slash', text: vscode.l10n.t('Cancelled') }
    : { icon: 'check', text: vscode.l10n.t('Sent') };
}

/** "Batch 2 of 3". */
export function partName(part: number, parts: number): string {
  return vscode.l10n.t('Batch {0} of {1}', part + 1, parts);
}

/** The parts that are still pending after the user has confirmed a batch. */
export function restPendingText({ fileName, parts }: Submission): string {
  const pending = parts.filter(({ state }) => state.kind === 'waiting').length;
  return vscode.l10n.t('Still pending from {0}: {1}.', displayText(fileName), batchesText(pending));
}

/** The question before the pending parts are cancelled. */
export function cancelRestText(submission: Submission): ConfirmationText {
  const pending = submission.parts.filter(({ state }) => state.kind === 'waiting');
  const requests = pending.reduce((sum, { lines }) => sum + lines, 0);
  return {
    question: vscode.l10n.t('Cancel the rest of {0}?', displayText(submission.fileName)),
    detail: vscode.l10n.t(
      '{0} in {1} will not be sent. Batches already created keep running and are charged.',
      requestsText(requests),
      batchesText(pending.length),
    ),
    verb: vscode.l10n.t('Cancel the Rest'),
  };
}

/** The question before an uncertain part is sent again. */
export function sendAgainText(submission: Submission, part: number, candidates: number): ConfirmationText {
  const lines = submission.parts[part]?.lines ?? 0;
  const found =
    candidates === 0
      ? vscode.l10n.t('No matching batch is in the list of sync.so now, but one may still appear.')
      : candidates === 1
        ? vscode.l10n.t('1 batch in the list of sync.so could be the result.')
        : vscode.l10n.t('{0} batches in the list of sync.so could be the result.', candidates);
  const risk = vscode.l10n.t(
    'If a batch was created, {0} run twice and are charged twice. A batch can’t be cancelled.',
    requestsText(lines),
  );
  return {
    question: vscode.l10n.t('Send {0} again?', partOfText(submission, part)),
    detail: `${found} ${risk}`,
    verb: vscode.l10n.t('Send Again'),
  };
}

/** The question before content is sent that another submission has too. */
export function sendAnywayText({ fileName }: Submission, others: readonly EarlierSubmission[]): ConfirmationText {
  return {
    question: vscode.l10n.t('Send the pending requests of {0} anyway?', displayText(fileName)),
    detail: others.map(earlierText).join('\n'),
    verb: vscode.l10n.t('Send Anyway'),
  };
}

export function uncertainTitle(submission: Submission, part: number): string {
  return vscode.l10n.t('Status of {0}', partOfText(submission, part));
}

/** A batch that could be the result of an uncertain part, and how well it matches. */
export function candidateText(
  { batch, after, sameTotal, sameWebhook }: Candidate,
  { webhookUrl }: Submission,
  lines: number,
): { label: string; description: string; detail: string } {
  const { total } = batch.metrics;
  const facts = [
    sameTotal === undefined
      ? vscode.l10n.t('requests not counted yet')
      : sameTotal
        ? requestsText(total)
        : vscode.l10n.t('{0} instead of {1}', requestsText(total), formatNumber(lines)),
    after === undefined ? vscode.l10n.t('creation time unknown') : createdText(after),
    !sameWebhook
      ? vscode.l10n.t('different webhook')
      : webhookUrl === undefined
        ? vscode.l10n.t('no webhook, as submitted')
        : vscode.l10n.t('same webhook'),
  ];
  return {
    label: withoutIcons(batch.id),
    description: facts.join(' · '),
    detail:
      sameTotal === false || !sameWebhook
        ? vscode.l10n.t('Confirm this batch, although it differs')
        : vscode.l10n.t('Confirm this batch'),
  };
}

/** When a batch was created. It can be before the request, because the clocks of two machines are compared. */
function createdText(afterMs: number): string {
  const seconds = Math.round(Math.abs(afterMs) / 1_000);
  const minutes = Math.round(seconds / 60);
  // The API gives whole seconds.
  if (seconds === 0) {
    return vscode.l10n.t('created at the same time');
  }
  if (seconds < 120) {
    return afterMs < 0
      ? vscode.l10n.t('created {0} s before the request', seconds)
      : vscode.l10n.t('created {0} s after the request', seconds);
  }
  return afterMs < 0
    ? vscode.l10n.t('created {0} min before the request', minutes)
    : vscode.l10n.t('created {0} min after the request', minutes);
}
