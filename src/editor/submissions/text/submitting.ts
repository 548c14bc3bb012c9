/** The texts before a batch file is submitted: why it can't be, and the question to the user. */
import * as vscode from 'vscode';
import type { BatchFileLimits } from '../../../core/batchFile/schema/limits';
import { displayText } from '../../../core/common/displayText';
import type { EarlierSubmission } from '../../../core/submissions/earlier';
import type { PlanRefusal, SubmissionPlan } from '../../../core/submissions/plan';
import type { KnownEstimate } from '../../../core/submissions/preflight';
import { sizeText } from '../../results/text/results';
import { batchesText, errorsText, requestsText, warningsText, formatNumber } from '../../shared/counts';
import { age, recentTime } from '../../shared/times';
import { usdText } from './estimates';

export function emptyFileText(fileName: string): string {
  return vscode.l10n.t('There are no requests in {0}.', displayText(fileName));
}

/** Why a file was not sent. */
export function refusalText(fileName: string, refusal: PlanRefusal, limits: BatchFileLimits): string {
  const name = displayText(fileName);
  switch (refusal.kind) {
    case 'empty':
      return emptyFileText(fileName);
    case 'lineTooLong':
      return vscode.l10n.t(
        '{0} was not sent: line {1} is too long. It has {2}, the limit for a batch is {3}.',
        name,
        formatNumber(refusal.line + 1),
        sizeText(refusal.bytes),
        sizeText(limits.maxBytes),
      );
    case 'tooFewPerBatch':
      return vscode.l10n.t(
        '{0} was not sent: it needs at least {1}, and some of them would have fewer than {2} requests. Add requests, or shorten long lines.',
        name,
        batchesText(refusal.parts),
        formatNumber(limits.minLines),
      );
    case 'hasErrors':
      return vscode.l10n.t(
        '{0} was not sent: {1}. sync.so rejects files with errors.',
        name,
        errorsText(refusal.errors),
      );
    case 'tooFewRequests':
      return vscode.l10n.t(
        '{0} was not sent: it has {1}, and a batch needs at least {2}. Add requests, or change the setting if your organization has another limit.',
        name,
        requestsText(refusal.requests),
        formatNumber(limits.minLines),
      );
  }
}

export interface Destination {
  /** Undefined for the documented host. */
  readonly host: string | undefined;
  /** Empty for none. */
  readonly webhookUrl: string;
}

export interface ConfirmationText {
  readonly question: string;
  readonly detail: string;
  readonly verb: string;
}

/** The question before money is spent, with everything that the user should know. */
export function confirmationText(plan: SubmissionPlan, { host, webhookUrl }: Destination): ConfirmationText {
  const { requests, content, earlier, errors, warnings } = plan;
  const name = displayText(plan.fileName);
  const where = host ?? 'sync.so';
  const batches = content.parts.length;
  const question =
    earlier.length > 0
      ? vscode.l10n.t('Submit {0} to {1} again?', name, where)
      : vscode.l10n.t('Submit {0} to {1}?', name, where);
  const verb =
    earlier.length > 0
      ? vscode.l10n.t('Submit Again')
      : batches > 1
        ? vscode.l10n.t('Submit as {0} Batches', batches)
        : requests === 1
          ? vscode.l10n.t('Submit 1 Request')
          : vscode.l10n.t('Submit {0} Requests', formatNumber(requests));
  const lines = [
    ...earlier.slice(0, maxEarlierShown).map(earlierText),
    sizeLine(plan),
    modelsLine(plan),
    estimateLine(plan.estimate),
    vscode.l10n.t('Destination: {0}', where),
    webhookUrl === '' ? vscode.l10n.t('No webhook') : vscode.l10n.t('Webhook: {0}', displayText(webhookUrl)),
    ...(errors > 0 ? [vscode.l10n.t('{0} (see Problems), but the dry run of sync.so passed', errorsText(errors))] : []),
    ...(warnings > 0 ? [vscode.l10n.t('{0} (see Problems)', warningsText(warnings))] : []),
    vscode.l10n.t('A batch can’t be cancelled once it is sent.'),
  ];
  return { question, verb, detail: lines.join('\n') };
}

const maxEarlierShown = 3;

/** An earlier submission of the same content, and what it means for the cost. */
export function earlierText({ at, batchIds, isUncertain, isOpen }: EarlierSubmission): string {
  const when = recentTime(at);
  if (isUncertain) {
    return vscode.l10n.t(
      'Already submitted ({0}), but it is uncertain whether a batch was created. Submitting again may be charged twice. Check the status in Show Submissions first.',
      when,
    );
  }
  if (isOpen) {
    return vscode.l10n.t('Already being submitted ({0}). Some requests are still pending.', when);
  }
  const [first = '', ...others] = batchIds;
  const id = displayText(first);
  return others.length === 0
    ? vscode.l10n.t('Already submitted as {0} ({1}). Submitting again is charged again.', id, when)
    : vscode.l10n.t(
        'Already submitted as {0} and {1} more ({2}). Submitting again is charged again.',
        id,
        formatNumber(others.length),
        when,
      );
}

function sizeLine({ requests, content }: SubmissionPlan): string {
  const { bytes, parts } = content;
  if (parts.length === 1) {
    return vscode.l10n.t('{0}, {1}, in one batch', requestsText(requests), sizeText(bytes));
  }
  return vscode.l10n.t(
    '{0}, {1}, in {2} batches, one after the other: {3} requests',
    requestsText(requests),
    sizeText(bytes),
    parts.length,
    sharesText(parts.map(({ lines }) => lines.length)),
  );
}

/** "350 + 350 + 350", shortened if there are many. */
function sharesText(batches: readonly number[]): string {
  const shown = batches.slice(0, maxItemsShown);
  return shown.map(formatNumber).join(' + ') + (batches.length > maxItemsShown ? ' + …' : '');
}

const maxItemsShown = 6;

function modelsLine({ models }: SubmissionPlan): string {
  const shown = models
    .slice(0, maxItemsShown)
    .map(([model, count]) => `${displayText(model, 60)} (${formatNumber(count)})`);
  return models.length === 1
    ? vscode.l10n.t('Model: {0}', shown.join(', '))
    : vscode.l10n.t('Models: {0}', shown.join(', ') + (models.length > maxItemsShown ? ', …' : ''));
}

function estimateLine(estimate: KnownEstimate | undefined): string {
  if (estimate === undefined) {
    return vscode.l10n.t('The cost was not estimated.');
  }
  const { usd, estimated, total, at, isExtrapolated } = estimate;
  const cost = usdText(usd);
  const [some, all] = [formatNumber(estimated), formatNumber(total)];
  if (isExtrapolated) {
    return vscode.l10n.t('About {0}, extrapolated from {1} of {2} requests, {3}.', cost, some, all, age(at));
  }
  return estimated < total
    ? vscode.l10n.t('About {0} for {1} of {2} requests, estimated by sync.so {3}.', cost, some, all, age(at))
    : vscode.l10n.t('About {0}, estimated by sync.so {1}.', cost, age(at));
}
