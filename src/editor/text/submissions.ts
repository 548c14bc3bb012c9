import * as vscode from 'vscode';
import { ApiError } from '../../core/api/errors';
import type { PartFault } from '../../core/batchFile/split';
import { displayText } from '../../core/security/displayText';
import type { Candidate } from '../../core/submissions/candidates';
import type { EstimateReport } from '../../core/submissions/estimates';
import type { Part, PartState, Submission } from '../../core/submissions/submission';
import type { RunStatus } from '../../core/submissions/submitter';
import { batchesText, errorsText, requestsText, warningsText, wholeText } from './counts';
import { errorSentence } from './errors';
import { withoutIcons } from './plain';
import { sizeText } from './results';
import { age, clockTime, recentTime } from './times';

/** "$12.40"; below a cent as exactly as it takes. */
export function usdText(usd: number): string {
  const isSmall = usd > 0 && usd < 0.01;
  return new Intl.NumberFormat(vscode.env.language, {
    style: 'currency',
    currency: 'USD',
    ...(isSmall ? { maximumSignificantDigits: 2 } : {}),
  }).format(usd);
}

// What keeps a file from being sent.

export function emptyFileText(fileName: string): string {
  return vscode.l10n.t('There are no requests in {0}.', displayText(fileName));
}

/** Errors that keep a file from being sent. */
export function hasErrorsText(fileName: string, errors: number): string {
  return vscode.l10n.t(
    '{0} was not sent: {1}. sync.so refuses such a file.',
    displayText(fileName),
    errorsText(errors),
  );
}

/** Errors that make it unlikely that a dry run goes well. */
export function dryRunHasErrorsText(fileName: string, errors: number): string {
  return vscode.l10n.t(
    'There are errors in {0}: {1}. sync.so will most likely refuse it.',
    displayText(fileName),
    errorsText(errors),
  );
}

export function tooFewRequestsText(fileName: string, requests: number, minLines: number): string {
  return vscode.l10n.t(
    '{0} was not sent: it has {1}, and a batch takes at least {2}. Add requests, or change the setting if your organization has another limit.',
    displayText(fileName),
    requestsText(requests),
    wholeText(minLines),
  );
}

/** Why a file can't be divided into batches. @param line where it is in the editor, from 1. */
export function partFaultText(fileName: string, fault: PartFault, line: number, limits: Limits): string {
  if (fault.fault === 'lineTooLong') {
    return vscode.l10n.t(
      '{0} was not sent: line {1} alone has {2}, and a batch has at most {3}.',
      displayText(fileName),
      wholeText(line),
      sizeText(fault.bytes),
      sizeText(limits.maxBytes),
    );
  }
  return vscode.l10n.t(
    '{0} was not sent: it takes at least {1}, and some of them would have fewer than {2} requests. Add requests, or make long lines shorter.',
    displayText(fileName),
    batchesText(fault.parts),
    wholeText(limits.minLines),
  );
}

export interface Limits {
  readonly minLines: number;
  readonly maxBytes: number;
}

export function badWebhookText(): string {
  return vscode.l10n.t(
    'Nothing was sent: the setting syncBatches.webhookUrl is not an https: address that sync.so could call.',
  );
}

// The question before a file is sent.

/** An estimate that was made of exactly what is about to be sent. */
export interface KnownEstimate {
  readonly usd: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Requests that were estimated, of all. */
  readonly estimated: number;
  readonly total: number;
  /** What all of them come to was worked out from those that were estimated. */
  readonly isExtrapolated: boolean;
}

/** An earlier submission of the same text, or of a part of it. */
export interface Earlier {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Batches that it became. */
  readonly batchIds: readonly string[];
  /** It is not known whether it became others too. */
  readonly isUncertain: boolean;
  /** Some of it was not sent yet and may still be. */
  readonly isOpen: boolean;
}

export interface Confirmation {
  readonly fileName: string;
  readonly requests: number;
  readonly bytes: number;
  /** Requests in each batch. */
  readonly batches: readonly number[];
  /** How many requests ask for which model, most first. */
  readonly models: readonly (readonly [model: string, count: number])[];
  readonly estimate: KnownEstimate | undefined;
  /** The host that it goes to, where that is not the documented one. */
  readonly host: string | undefined;
  readonly webhookUrl: string;
  readonly warnings: number;
  /** Errors that were found here, although sync.so's own check let the text through. */
  readonly errors: number;
  readonly earlier: readonly Earlier[];
}

export interface ConfirmationText {
  readonly question: string;
  readonly detail: string;
  readonly verb: string;
}

/** Everything that a person should know before money is spent. */
export function confirmationText(about: Confirmation): ConfirmationText {
  const { fileName, requests, batches, earlier } = about;
  const where = about.host ?? 'sync.so';
  const question =
    earlier.length > 0
      ? vscode.l10n.t('Submit {0} to {1} again?', displayText(fileName), where)
      : vscode.l10n.t('Submit {0} to {1}?', displayText(fileName), where);
  const verb =
    earlier.length > 0
      ? vscode.l10n.t('Submit Again')
      : batches.length > 1
        ? vscode.l10n.t('Submit as {0} Batches', batches.length)
        : requests === 1
          ? vscode.l10n.t('Submit 1 Request')
          : vscode.l10n.t('Submit {0} Requests', wholeText(requests));
  const lines = [
    ...earlier.slice(0, mostEarlier).map(earlierText),
    sizeLine(about),
    modelsLine(about),
    estimateLine(about.estimate),
    about.host === undefined
      ? vscode.l10n.t('It is sent with the API key in use.')
      : vscode.l10n.t('It is sent to {0} with the API key in use.', about.host),
    about.webhookUrl === ''
      ? vscode.l10n.t('No webhook.')
      : vscode.l10n.t('Webhook: {0}', displayText(about.webhookUrl)),
    ...(about.errors > 0
      ? [
          vscode.l10n.t(
            'Found in it here: {0}. sync.so’s own check (dry run) has let it through all the same.',
            errorsText(about.errors),
          ),
        ]
      : []),
    ...(about.warnings > 0
      ? [vscode.l10n.t('Found in it: {0}. See the Problems view.', warningsText(about.warnings))]
      : []),
    vscode.l10n.t('A batch can’t be cancelled once it is sent.'),
  ];
  return { question, verb, detail: lines.join('\n') };
}

const mostEarlier = 3;

function earlierText({ at, batchIds, isUncertain, isOpen }: Earlier): string {
  const [first] = batchIds;
  const when = recentTime(at);
  if (isUncertain) {
    return vscode.l10n.t(
      'This was sent before, {0}, and it is not known whether sync.so took it. Sent again, it may be paid for twice. Look at Show Submissions first.',
      when,
    );
  }
  if (isOpen) {
    return vscode.l10n.t('This is being submitted already, since {0}, and not all of it is sent yet.', when);
  }
  const others = batchIds.length > 1 ? ` (+${batchIds.length - 1})` : '';
  return vscode.l10n.t(
    'This was sent before: {0}, {1}. Sent again, it costs as much again.',
    `${displayText(first ?? '')}${others}`,
    when,
  );
}

function sizeLine({ requests, bytes, batches }: Confirmation): string {
  if (batches.length === 1) {
    return vscode.l10n.t('{0}, {1}, as one batch.', requestsText(requests), sizeText(bytes));
  }
  return vscode.l10n.t(
    '{0}, {1}, as {2} batches one after the other: {3} requests.',
    requestsText(requests),
    sizeText(bytes),
    batches.length,
    sharesText(batches),
  );
}

/** "350 + 350 + 350", shortened where there are many. */
function sharesText(batches: readonly number[]): string {
  const shown = batches.length > mostShares ? batches.slice(0, mostShares) : batches;
  return shown.map(wholeText).join(' + ') + (batches.length > mostShares ? ' + …' : '');
}

const mostShares = 6;

function modelsLine({ models }: Confirmation): string {
  const shown = models.slice(0, mostShares).map(([model, count]) => `${displayText(model, 60)} (${wholeText(count)})`);
  return models.length === 1
    ? vscode.l10n.t('Model: {0}', shown.join(', '))
    : vscode.l10n.t('Models: {0}', shown.join(', ') + (models.length > mostShares ? ', …' : ''));
}

function estimateLine(estimate: KnownEstimate | undefined): string {
  if (estimate === undefined) {
    return vscode.l10n.t('The cost was not estimated.');
  }
  const { usd, estimated, total, at, isExtrapolated } = estimate;
  const cost = usdText(usd);
  const [some, all] = [wholeText(estimated), wholeText(total)];
  if (isExtrapolated) {
    return vscode.l10n.t('About {0}, extrapolated from {1} of {2} requests, {3}.', cost, some, all, age(at));
  }
  return estimated < total
    ? vscode.l10n.t('About {0} for {1} of {2} requests, estimated by sync.so {3}.', cost, some, all, age(at))
    : vscode.l10n.t('About {0}, estimated by sync.so {1}.', cost, age(at));
}

// While it is sent.

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

/** What a batch is called: its file, and which part of it. */
export function batchName({ fileName, parts }: Submission, part: number, longest: number): string {
  const place = parts.length === 1 ? '' : ` (${part + 1}/${parts.length})`;
  return displayText(fileName, longest - place.length) + place;
}

/** Why what is written down about submissions keeps something from being done. */
export function journalFaultText(reason: 'broken' | 'conflict'): string {
  return reason === 'broken'
    ? vscode.l10n.t(
        'the list of what was submitted from this computer can’t be read, so nothing was sent. It was not changed; the log names its file.',
      )
    : vscode.l10n.t('something else has been done about it meanwhile, here or in another window. Look again.');
}

/** A request went out, and then the disk failed. */
export function notWrittenText(why: string): string {
  return vscode.l10n.t(
    'it was sent to sync.so, but what came of it could not be written down ({0}). The log has the batch if there is one. Do not send it again before you have looked at the list.',
    why,
  );
}

export function inputGoneText(): string {
  return vscode.l10n.t('the copy of what was to be sent is gone, so nothing was sent. Submit the file anew.');
}

// Dry runs.

export function dryRunTitle(fileName: string): string {
  return vscode.l10n.t('Dry run of {0}', displayText(fileName));
}

/** Which part of how many is under way; nothing to say where there is one. */
export function partText(part: number, parts: number): string {
  return parts === 1 ? '' : vscode.l10n.t('batch {0} of {1}', part + 1, parts);
}

/** What sync.so says of a file that it would take. It does not promise anything about the media. */
export function validatedText(fileName: string, requests: number, parts: number): string {
  return parts === 1
    ? vscode.l10n.t(
        'sync.so has checked {0} and would take it: {1}. Nothing was created, and whether it has looked at the media is not known.',
        displayText(fileName),
        requestsText(requests),
      )
    : vscode.l10n.t(
        'sync.so has checked {0} and would take it: {1} as {2}. Nothing was created, and whether it has looked at the media is not known.',
        displayText(fileName),
        requestsText(requests),
        batchesText(parts),
      );
}

/** A refusal of the file itself. @param said what the server said; nothing where it said nothing. */
export function refusedFileText(fileName: string, said: string | undefined): string {
  const name = displayText(fileName);
  return said === undefined
    ? vscode.l10n.t('sync.so refuses {0}, and does not say why. No batch was created.', name)
    : vscode.l10n.t('sync.so refuses {0}: {1} No batch was created.', name, said.replace(/[.!?]?$/, '.'));
}

/** A dry run that was none. */
export function createdByDryRunText(fileName: string, batchId: string): string {
  return vscode.l10n.t(
    'This was to be a dry run, but the server has created a batch of {0}: {1}. It runs, and will cost what it costs; sync.so offers no way to cancel it. Tell whoever runs the server at the setting syncBatches.apiBaseUrl.',
    displayText(fileName),
    displayText(batchId),
  );
}

// Estimates.

export function estimatingTitle(fileName: string): string {
  return vscode.l10n.t('Estimating {0}', displayText(fileName));
}

/** @param leftMs until the last one is asked for. */
export function estimatingText(done: number, total: number, usd: number, leftMs: number): string {
  const soFar = vscode.l10n.t('{0} of {1}, {2} so far', wholeText(done), wholeText(total), usdText(usd));
  return leftMs < 60_000 ? soFar : `${soFar} · ${vscode.l10n.t('about {0} left', minutesText(leftMs))}`;
}

export function longEstimateText(requests: number, waitMs: number): string {
  return vscode.l10n.t('To estimate {0} takes about {1}.', requestsText(requests), minutesText(waitMs));
}

export function longEstimateDetail(perMinute: number): string {
  return vscode.l10n.t(
    'sync.so estimates one request at a time, and has to be asked slowly: {0} a minute, so that there is room for everything else. It can be cancelled at any time and keeps what it has.',
    perMinute,
  );
}

function minutesText(ms: number): string {
  const minutes = Math.max(1, Math.ceil(ms / 60_000));
  return minutes === 1 ? vscode.l10n.t('1 minute') : vscode.l10n.t('{0} minutes', wholeText(minutes));
}

/** What an estimate came to. @param requests in the file, where only a sample of them was estimated. */
export function estimatedText(report: EstimateReport, requests: number): string {
  const { usd, estimated, failed, total, end, error } = report;
  if (estimated === 0) {
    return failed === 0 || error === undefined
      ? vscode.l10n.t('Nothing was estimated.')
      : vscode.l10n.t('The cost can’t be estimated. {0}', whyText(error));
  }
  const texts: string[] = [];
  if (requests > total && end === 'complete') {
    texts.push(
      vscode.l10n.t(
        'Roughly {0} for {1}: extrapolated from {2} of them, which come to {3} (estimate by sync.so, not an invoice).',
        usdText((usd / estimated) * requests),
        requestsText(requests),
        wholeText(estimated),
        usdText(usd),
      ),
    );
  } else if (estimated === total) {
    texts.push(
      vscode.l10n.t('About {0} for {1} (estimate by sync.so, not an invoice).', usdText(usd), requestsText(total)),
    );
  } else {
    const [cost, some, all] = [usdText(usd), wholeText(estimated), wholeText(total)];
    texts.push(
      end === 'complete'
        ? vscode.l10n.t('About {0} for {1} of {2} requests (estimate by sync.so, not an invoice).', cost, some, all)
        : vscode.l10n.t(
            'About {0} for {1} of {2} requests so far (estimate by sync.so, not an invoice).',
            cost,
            some,
            all,
          ),
    );
  }
  if (end === 'stopped' && error !== undefined) {
    texts.push(vscode.l10n.t('Then it stopped: {0}', whyText(error)));
  } else if (failed > 0) {
    const count = wholeText(failed);
    texts.push(
      error === undefined
        ? vscode.l10n.t('{0} could not be estimated: they can’t be read.', count)
        : vscode.l10n.t('{0} could not be estimated: {1}', count, whyText(error)),
    );
  }
  return texts.join(' ');
}

/** Why sync.so did not do what it was asked for, where that was not about the list of batches. */
function whyText(error: ApiError): string {
  const { serverMessage } = error.details;
  if (error.reason === 'badRequest' || error.reason === 'forbidden') {
    const status = error.details.status ?? (error.reason === 'forbidden' ? 403 : 400);
    return serverMessage === undefined
      ? vscode.l10n.t('sync.so refused it ({0}).', status)
      : vscode.l10n.t('sync.so refused it ({0}): {1}', status, serverMessage.replace(/[.!?]?$/, '.'));
  }
  if (error.reason === 'notFound') {
    return vscode.l10n.t('There is nothing at this address (404). Check the setting syncBatches.apiBaseUrl.');
  }
  return error.reason === 'wrongShape' ? vscode.l10n.t('The answer is not what it should be.') : errorSentence(error);
}

// What came of it.

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
  return error.reason === 'badRequest'
    ? refusedFileText(which, error.details.serverMessage)
    : vscode.l10n.t('{0} was not sent: {1} No batch was created.', which, whyText(error));
}

/** The error as far as it is written down: its message has the status and what the server said. */
function errorOfState({ reason, message }: Extract<PartState, { kind: 'refused' }>): ApiError {
  const [, status, said] = /^HTTP (\d{3})(?:: ([\s\S]+))?$/.exec(message) ?? [];
  return new ApiError(reason, message, {
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

/** What is left over from an earlier time, told once in a window. */
export function leftOverText(uncertain: readonly Submission[], waiting: readonly Submission[]): string {
  const texts: string[] = [];
  if (uncertain.length > 0) {
    texts.push(
      vscode.l10n.t(
        'It is not known whether sync.so took {0}. Do not send it again before you know.',
        namesText(uncertain),
      ),
    );
  }
  if (waiting.length > 0) {
    texts.push(vscode.l10n.t('Not all of {0} was sent. Nothing goes on by itself.', namesText(waiting)));
  }
  return texts.join(' ');
}

function namesText([first, ...others]: readonly Submission[]): string {
  const name = displayText(first?.fileName ?? '');
  return others.length === 0
    ? name
    : others.length === 1
      ? vscode.l10n.t('{0} and 1 other file', name)
      : vscode.l10n.t('{0} and {1} other files', name, others.length);
}

/** What removing the key means for submissions that are not at their end; nothing to say where there are none. */
export function openSubmissionsText(count: number): string[] {
  if (count === 0) {
    return [];
  }
  return [
    count === 1
      ? vscode.l10n.t('One submission is not settled yet: it can be gone on with only with this key.')
      : vscode.l10n.t('{0} submissions are not settled yet: they can be gone on with only with this key.', count),
  ];
}
