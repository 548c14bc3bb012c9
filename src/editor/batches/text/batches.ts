import * as vscode from 'vscode';
import { type Batch, progressOf } from '../../../core/batches/batch';
import { isFinished, isKnownStatus, type KnownStatus } from '../../../core/batches/status';
import { type MetadataEntry, noMetadata } from '../../../core/account/batchMetadata';
import { displayText } from '../../../core/common/displayText';
import { batchesText } from '../../shared/counts';
import { joined } from '../../shared/plainText';
import { shortTime, screenReaderTime } from '../../shared/times';

/** The name of a status. An unknown status is shown unchanged. */
export function statusText(status: string): string {
  return isKnownStatus(status) ? knownStatusText(status) : displayText(status, 60);
}

function knownStatusText(status: KnownStatus): string {
  switch (status) {
    case 'PROCESSING':
      return vscode.l10n.t('Processing');
    case 'JOBS_CREATED':
      return vscode.l10n.t('Jobs created');
    case 'PENDING':
      return vscode.l10n.t('Pending');
    case 'FAILED':
      return vscode.l10n.t('Failed');
    case 'COMPLETED':
      return vscode.l10n.t('Completed');
  }
}

/** The progress of a batch: "3 of 10 done", "4 of 5 succeeded, 1 failed". */
export function progressText(batch: Batch): string {
  const { metrics, status } = batch;
  const { total, done } = progressOf(batch);
  if (total === 0) {
    return vscode.l10n.t('no requests counted yet');
  }
  const { failed } = metrics;
  if (isFinished(status)) {
    const succeeded = Math.min(metrics.succeeded, total);
    return failed > 0
      ? vscode.l10n.t('{0} of {1} succeeded, {2} failed', succeeded, total, failed)
      : vscode.l10n.t('{0} of {1} succeeded', succeeded, total);
  }
  return failed > 0
    ? vscode.l10n.t('{0} of {1} done, {2} failed', done, total, failed)
    : vscode.l10n.t('{0} of {1} done', done, total);
}

/** The description of a tree row, next to the ID or name: "4 of 5 · 1 failed · Nov 24". */
export function batchDescription(batch: Batch, { name, isSubscribed }: MetadataEntry = noMetadata): string {
  const { metrics, status } = batch;
  const { total, done } = progressOf(batch);
  const succeeded = isFinished(status) ? Math.min(metrics.succeeded, total) : done;
  return joined(' · ', [
    name === undefined ? undefined : displayText(batch.id),
    total > 0 ? vscode.l10n.t('{0} of {1}', succeeded, total) : undefined,
    metrics.failed > 0 ? vscode.l10n.t('{0} failed', metrics.failed) : undefined,
    batch.createdAt === undefined ? vscode.l10n.t('time unknown') : shortTime(batch.createdAt),
    isSubscribed ? vscode.l10n.t('notifies') : undefined,
  ]);
}

/** The label of a batch for screen readers: everything that its row, icon and group show. */
export function batchLabel(batch: Batch, { name, isSubscribed }: MetadataEntry = noMetadata): string {
  return joined(', ', [
    name === undefined ? undefined : displayText(name),
    displayText(batch.id),
    statusText(batch.status),
    progressText(batch),
    batch.createdAt === undefined ? undefined : vscode.l10n.t('created {0}', screenReaderTime(batch.createdAt)),
    isSubscribed ? vscode.l10n.t('notifies you when finished') : undefined,
  ]);
}

/** The label of a group for screen readers. */
export function groupLabel(status: string, count: number): string {
  return `${statusText(status)}, ${batchesText(count)}`;
}
