/** What is said before a batch file is sent: what keeps it from that, and the one question. */
import * as vscode from 'vscode';
import type { PartFault } from '../../../core/submissions/split';
import { displayText } from '../../../core/common/displayText';
import { batchesText, errorsText, requestsText, warningsText, wholeText } from '../../shared/counts';
import { usdText } from './estimates';
import { sizeText } from '../../results/text/results';
import { age, recentTime } from '../../shared/times';

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

/** While the question was open, another key or address was taken into use. */
export function otherAccountText(): string {
  return vscode.l10n.t(
    'Nothing was sent: the API key or the address is another one than when you were asked. Submit the file anew.',
  );
}

export function badWebhookText(): string {
  return vscode.l10n.t(
    'Nothing was sent: the setting syncBatches.webhookUrl is not an https: address that sync.so could call.',
  );
}

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
  /** Of the submission. */
  readonly id: string;
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

/** That the same was submitted before, and what that means for the costs. */
export function earlierText({ at, batchIds, isUncertain, isOpen }: Earlier): string {
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
