/** The texts of the rows of submissions and their parts in the tree. */
import * as vscode from 'vscode';
import type { Batch } from '../../../core/batches/batch';
import type { ViewState } from '../../../core/batches/viewState';
import { type MetadataEntry, noMetadata } from '../../../core/account/batchMetadata';
import { displayText } from '../../../core/common/displayText';
import type { SubmissionProgress } from '../../../core/submissions/progress';
import type { Part, PartState, Submission } from '../../../core/submissions/submission';
import type { RunStatus } from '../../../core/submissions/submitter';
import { batchLabel, progressText, statusText } from '../../batches/text/batches';
import { formatNumber } from '../../shared/counts';
import { errorSentence } from '../../shared/errorText';
import { joined } from '../../shared/plainText';
import { clockTime } from '../../shared/times';

/** What is being done for a submission, here or in another window; undefined if nothing. */
export type Activity = RunStatus | { readonly kind: 'elsewhere' } | undefined;

export function submissionsTitle(): string {
  return vscode.l10n.t('Submissions');
}

/** The group of submissions for a screen reader. */
export function submissionsLabel(count: number): string {
  return count === 1 ? vscode.l10n.t('Submissions, 1 file') : vscode.l10n.t('Submissions, {0} files', count);
}

/** The description beside the file name: "3 of 20 batches sent · 1,200 of 10,000 requests done · 4 failed". */
export function submissionDescription(progress: SubmissionProgress, activity: Activity): string {
  return joined(' · ', progressFacts(progress, activity));
}

/** A submission for a screen reader, as a sentence. */
export function submissionLabel(progress: SubmissionProgress, activity: Activity): string {
  const facts = joined(', ', progressFacts(progress, activity));
  return vscode.l10n.t('Submission of {0}: {1}.', displayText(progress.submission.fileName), facts);
}

function progressFacts({ sum }: SubmissionProgress, activity: Activity): (string | undefined)[] {
  const { counts, parts, requests, done, failed, unlisted } = sum;
  return [
    parts === 1
      ? vscode.l10n.t('{0} of 1 batch sent', formatNumber(counts.sent))
      : vscode.l10n.t('{0} of {1} batches sent', formatNumber(counts.sent), formatNumber(parts)),
    counts.sent > unlisted
      ? vscode.l10n.t('{0} of {1} requests done', formatNumber(done), formatNumber(requests))
      : undefined,
    failed > 0 ? vscode.l10n.t('{0} failed', formatNumber(failed)) : undefined,
    counts.uncertain > 0 ? vscode.l10n.t('uncertain: {0}', formatNumber(counts.uncertain)) : undefined,
    counts.refused > 0 ? vscode.l10n.t('refused: {0}', formatNumber(counts.refused)) : undefined,
    counts.cancelled > 0 ? vscode.l10n.t('cancelled: {0}', formatNumber(counts.cancelled)) : undefined,
    activityText(activity, counts.waiting + counts.sending > 0),
  ];
}

/** @param isUnsent A part is still to be sent. */
function activityText(activity: Activity, isUnsent: boolean): string | undefined {
  switch (activity?.kind) {
    case 'sending':
      return vscode.l10n.t('sending');
    case 'elsewhere':
      return vscode.l10n.t('sending in another window');
    case 'waitingForSlot':
      return activity.why === 'batches'
        ? vscode.l10n.t('waiting for a running batch to finish, next try at {0}', clockTime(activity.nextTryAt))
        : vscode.l10n.t('waiting because of the rate limit, next try at {0}', clockTime(activity.nextTryAt));
    case undefined:
      return isUnsent ? vscode.l10n.t('pending') : undefined;
  }
}

/** "Part 3 of 20". @param index from 0. */
export function partTitle(index: number, parts: number): string {
  return vscode.l10n.t('Part {0} of {1}', formatNumber(index + 1), formatNumber(parts));
}

/** The description of a part: the state of its batch, or else of the part itself. */
export function partDescription(part: Part, batch: Batch | undefined, metadata: MetadataEntry = noMetadata): string {
  if (batch === undefined) {
    return part.state.kind === 'sent'
      ? `${partStateText(part.state)} · ${displayText(part.state.batchId)}`
      : partStateText(part.state);
  }
  return joined(' · ', [
    metadata.name === undefined ? undefined : displayText(metadata.name),
    statusText(batch.status),
    progressText(batch),
    metadata.isSubscribed ? vscode.l10n.t('notifies') : undefined,
  ]);
}

/** A part for a screen reader. */
export function partLabel(
  { fileName, parts }: Submission,
  index: number,
  batch: Batch | undefined,
  metadata: MetadataEntry = noMetadata,
): string {
  const part = parts[index];
  return vscode.l10n.t(
    'Part {0} of {1} of {2}, {3}',
    formatNumber(index + 1),
    formatNumber(parts.length),
    displayText(fileName),
    batch !== undefined ? batchLabel(batch, metadata) : part === undefined ? '' : partDescription(part, batch),
  );
}

/** The state of a part. */
export function partStateText({ kind }: PartState): string {
  const texts: Readonly<Record<PartState['kind'], string>> = {
    waiting: vscode.l10n.t('pending'),
    sending: vscode.l10n.t('sending'),
    sent: vscode.l10n.t('sent'),
    refused: vscode.l10n.t('refused, no batch was created'),
    uncertain: vscode.l10n.t('uncertain, a batch may exist'),
    cancelled: vscode.l10n.t('cancelled'),
  };
  return texts[kind];
}

/**
 * The message above the tree if it shows submissions and no batches: the submissions hide the welcome text that would say why.
 * @param filter Describes the filter; empty if there is none.
 */
export function submissionsMessage(state: ViewState, filter: string): string | undefined {
  switch (state.kind) {
    case 'empty':
      return vscode.l10n.t('There are no batches yet.');
    case 'filteredOut':
      return vscode.l10n.t('No batch matches the filter: {0}.', filter);
    case 'unreachable':
      return vscode.l10n.t('The list of batches could not be loaded. {0}', errorSentence(state.error, 'listBatches'));
    case 'loading':
      return vscode.l10n.t('Loading the batches…');
    case 'noKey':
    case 'keyRefused':
    case 'list':
    case 'stale':
      return undefined;
  }
}
