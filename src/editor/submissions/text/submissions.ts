/** What is said of submissions: while they are sent, what came of them, and what can be done about it. */
import * as vscode from 'vscode';
import { ApiError } from '../../../core/api/http/errors';
import { displayText } from '../../../core/common/displayText';
import type { Candidate } from '../../../core/submissions/candidates';
import { isKnownReason } from '../../../core/submissions/outcome';
import { isUncertainPart, type Part, type PartState, type Submission } from '../../../core/submissions/submission';
import type { RunStatus } from '../../../core/submissions/submitter';
import { batchesText, requestsText, wholeText } from '../../shared/counts';
import { errorSentence } from '../../shared/errorText';
import { withoutIcons } from '../../shared/plainText';
import { refusedFileText } from './refusals';
import { type ConfirmationText, type Earlier, earlierText } from './submitting';
import { clockTime } from '../../shared/times';

export function submittingTitle(fileName: string): string {
  return vscode.l10n.t('Submitting {0}', displayText(fileName));
}

/** What is being done for a submission right now. */
export function runText({ parts }: Submission, status: RunStatus, isStopping: boolean): string {
  const which = partText(status.part, parts.length);
  const prefix = which === '' ? '' : `${which}: `;
  if (isStopping) {
    return prefix + vscode.l10n.t('stops when the answer is there');
  }
  if (status.kind === 'sending') {
    return prefix + vscode.l10n.t('sending {0}', requestsText(parts[status.part]?.lines ?? 0));
  }
  const at = clockTime(status.nextTryAt);
  return (
    prefix +
    (status.why === 'batches'
      ? vscode.l10n.t(
          'waiting for a running batch to end (sync.so allows only so many at once), tries again at {0} at the latest',
          at,
        )
      : vscode.l10n.t('waiting, since sync.so takes only so many requests a minute, tries again at {0}', at))
  );
}

/** Which part of how many is under way; nothing to say where there is one. */
export function partText(part: number, parts: number): string {
  return parts === 1 ? '' : vscode.l10n.t('batch {0} of {1}', part + 1, parts);
}

/** "batch 2 of 3 of episodes.jsonl", or only the file where it is one batch. */
function partOfText({ fileName, parts }: Submission, part: number): string {
  const name = displayText(fileName);
  return parts.length === 1 ? name : vscode.l10n.t('batch {0} of {1} of {2}', part + 1, parts.length, name);
}

/** What became of a submission, as a sentence for each thing that a person must know. */
export function outcomeText(submission: Submission, errorOf: ErrorOf): string {
  const { fileName, parts } = submission;
  const name = displayText(fileName);
  const sent = parts.filter(({ state }) => state.kind === 'sent');
  const open = parts.filter(({ state }) => state.kind === 'waiting');
  const texts: string[] = [];
  for (const [index, { state }] of parts.entries()) {
    if (state.kind === 'uncertain') {
      texts.push(
        vscode.l10n.t(
          'It is not known whether sync.so took {0}: {1}. Do not send it again before you know.',
          partOfText(submission, index),
          uncertainWhy(state),
        ),
      );
    } else if (state.kind === 'refused') {
      texts.push(refusedText(submission, index, errorOf));
    }
  }
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
  if (open.length > 0) {
    texts.push(
      parts.length === 1
        ? vscode.l10n.t('Nothing of {0} was sent. It waits.', name)
        : vscode.l10n.t('Not sent yet: {0}.', batchesText(open.length)),
    );
  }
  return texts.join(' ');
}

/** Why it is not known whether there is a batch, in the middle of a sentence. */
function uncertainWhy({ reason }: Extract<PartState, { kind: 'uncertain' }>): string {
  const texts: Partial<Record<typeof reason, string>> = {
    interrupted: vscode.l10n.t('the editor was closed while it was being sent'),
    timeout: vscode.l10n.t('there was no answer in time'),
    server: vscode.l10n.t('sync.so had a problem of its own when it was sent'),
    connection: vscode.l10n.t('the connection was lost after the request was sent'),
    cutOff: vscode.l10n.t('the connection was lost after the request was sent'),
    proxy: vscode.l10n.t('the proxy did not bring the answer'),
  };
  return texts[reason] ?? vscode.l10n.t('there was an answer that says neither yes nor no');
}

/** Why a part failed, where that is known better than it is written down. */
export type ErrorOf = (part: Part) => ApiError | undefined;

function refusedText(submission: Submission, index: number, errorOf: ErrorOf): string {
  const part = submission.parts[index];
  if (part?.state.kind !== 'refused') {
    return '';
  }
  const which = partOfText(submission, index);
  const error = errorOf(part) ?? errorOfState(part.state);
  if (isUncertainPart(submission, index)) {
    return vscode.l10n.t(
      '{0} was refused when it was sent again: {1} Of the try before it is still not known whether sync.so took it.',
      which,
      errorSentence(error, 'createBatch'),
    );
  }
  return error.reason === 'badRequest'
    ? refusedFileText(which, error.details.serverMessage)
    : vscode.l10n.t('{0} was not sent: {1} No batch was created.', which, errorSentence(error, 'createBatch'));
}

/** The error as far as it is written down: its message has the status and what the server said. */
function errorOfState({ reason, message }: Extract<PartState, { kind: 'refused' }>): ApiError {
  const [, status, said] = /^HTTP (\d{3})(?:: ([\s\S]+))?$/.exec(message) ?? [];
  // A later version may have written down one that this one has no words for.
  return new ApiError(isKnownReason(reason) ? reason : 'unexpectedStatus', message, {
    ...(status === undefined ? {} : { status: Number(status) }),
    ...(said === undefined ? {} : { serverMessage: said }),
  });
}

/** What a submission is in a list, with the icon that goes before it. */
export function submissionState(
  { parts }: Submission,
  status: RunStatus | undefined,
  isElsewhere: boolean,
): { icon: string; text: string } {
  const count = (kind: PartState['kind']): number => parts.filter(({ state }) => state.kind === kind).length;
  const sent = count('sent');
  const soFar = parts.length === 1 ? '' : vscode.l10n.t(' ({0} of {1} batches sent)', sent, parts.length);
  if (count('uncertain') > 0) {
    return { icon: 'question', text: vscode.l10n.t('Not known whether it was taken') + soFar };
  }
  if (status?.kind === 'waitingForSlot') {
    return { icon: 'watch', text: vscode.l10n.t('Waits until sync.so takes more') + soFar };
  }
  if (count('sending') > 0 || status !== undefined) {
    return { icon: 'sync', text: vscode.l10n.t('Being sent') + soFar };
  }
  if (count('refused') > 0) {
    return { icon: 'error', text: vscode.l10n.t('Refused') + soFar };
  }
  if (count('waiting') > 0) {
    return isElsewhere
      ? { icon: 'sync', text: vscode.l10n.t('Another window is at it') + soFar }
      : { icon: 'debug-pause', text: vscode.l10n.t('Waits to be continued') + soFar };
  }
  return count('cancelled') > 0
    ? { icon: 'circle-slash', text: vscode.l10n.t('Cancelled') + soFar }
    : { icon: 'check', text: vscode.l10n.t('Sent') + soFar };
}

export function noSubmissionsText(): string {
  return vscode.l10n.t('Nothing has been submitted from this computer with this API key yet.');
}

export function noSubmissionText(): string {
  return vscode.l10n.t('There is no such submission. Show Submissions lists all of them.');
}

export function nothingWaitsText({ fileName }: Submission): string {
  return vscode.l10n.t('There is nothing of {0} that waits to be sent.', displayText(fileName));
}

/** "Batch 2 of 3". */
export function partName(part: number, parts: number): string {
  return vscode.l10n.t('Batch {0} of {1}', part + 1, parts);
}

/** That the parts after one of which it is known now what became are still to be sent. */
export function restWaitsText({ fileName, parts }: Submission): string {
  const waits = parts.filter(({ state }) => state.kind === 'waiting').length;
  return vscode.l10n.t('Not sent yet of {0}: {1}.', displayText(fileName), batchesText(waits));
}

/** Why a part was refused, whenever that was. */
export function refusedReasonText(submission: Submission, part: number, errorOf: ErrorOf): string {
  return refusedText(submission, part, errorOf);
}

/** The question before the rest of a submission is given up. */
export function cancelRestText(submission: Submission): ConfirmationText {
  const waits = submission.parts.filter(({ state }) => state.kind === 'waiting');
  const requests = waits.reduce((sum, { lines }) => sum + lines, 0);
  return {
    question: vscode.l10n.t('Give up what waits of {0}?', displayText(submission.fileName)),
    detail: vscode.l10n.t(
      '{0} in {1} will not be sent. Batches that were created run on, and are paid for.',
      requestsText(requests),
      batchesText(waits.length),
    ),
    verb: vscode.l10n.t('Cancel the Rest'),
  };
}

/** The question before something is sent a second time of which it is not known whether it arrived the first time. */
export function sendAgainText(submission: Submission, part: number, candidates: number): ConfirmationText {
  const lines = submission.parts[part]?.lines ?? 0;
  const first =
    candidates === 0
      ? vscode.l10n.t('sync.so lists no batch now that could be it, but that does not prove that there will be none.')
      : candidates === 1
        ? vscode.l10n.t('sync.so lists a batch that could be it.')
        : vscode.l10n.t('sync.so lists {0} batches that could be it.', candidates);
  return {
    question: vscode.l10n.t('Send {0} again?', partOfText(submission, part)),
    detail: `${first} ${vscode.l10n.t(
      'If it was created after all, {0} are run twice and paid for twice: a batch can’t be cancelled.',
      requestsText(lines),
    )}`,
    verb: vscode.l10n.t('Send Again'),
  };
}

/** The question before something is sent of which the same was submitted in another way meanwhile. */
export function sendTwiceText({ fileName }: Submission, others: readonly Earlier[]): ConfirmationText {
  return {
    question: vscode.l10n.t('Send what waits of {0} all the same?', displayText(fileName)),
    detail: others.map(earlierText).join('\n'),
    verb: vscode.l10n.t('Send It All the Same'),
  };
}

export function uncertainTitle(submission: Submission, part: number): string {
  return vscode.l10n.t('What became of {0}?', partOfText(submission, part));
}

export function noCandidatesText(): string {
  return vscode.l10n.t('sync.so lists no batch of that time that could be it');
}

/** A batch that could be the one, and what speaks for it and against it. */
export function candidateText(
  { batch, after, sameTotal, sameWebhook }: Candidate,
  { webhookUrl }: Submission,
  lines: number,
): { label: string; description: string; detail: string } {
  const { total } = batch.metrics;
  const about = [
    sameTotal === undefined
      ? vscode.l10n.t('requests not counted yet')
      : sameTotal
        ? requestsText(total)
        : vscode.l10n.t('{0} instead of {1}', requestsText(total), wholeText(lines)),
    after === undefined ? vscode.l10n.t('time unknown') : distanceText(after),
    !sameWebhook
      ? vscode.l10n.t('another webhook')
      : webhookUrl === undefined
        ? vscode.l10n.t('no webhook, as sent')
        : vscode.l10n.t('same webhook'),
  ];
  return {
    label: withoutIcons(batch.id),
    description: about.join(' · '),
    detail:
      sameTotal === false || !sameWebhook
        ? vscode.l10n.t('This is it, although it differs')
        : vscode.l10n.t('This is it'),
  };
}

/** The clocks of two machines are compared: "before" is possible. */
function distanceText(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1_000);
  // The API gives whole seconds.
  if (seconds === 0) {
    return vscode.l10n.t('created at the same moment');
  }
  const much = seconds < 120 ? vscode.l10n.t('{0} s', seconds) : vscode.l10n.t('{0} min', Math.round(seconds / 60));
  return ms < 0 ? vscode.l10n.t('created {0} before', much) : vscode.l10n.t('created {0} after', much);
}
