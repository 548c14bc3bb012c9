import * as vscode from 'vscode';
import { type Batch, endedWithFailures, hasOutput } from '../../core/batches/batch';
import { type MetadataEntry, noMetadata } from '../../core/account/batchMetadata';
import { displayText } from '../../core/common/displayText';
import { batchDescription, batchLabel, groupLabel, statusText } from '../batches/text/batches';
import { type GroupNode, groupPageSize, type MoreNode } from './nodes';

export function groupItem({ status, batches }: GroupNode): vscode.TreeItem {
  const item = new vscode.TreeItem(statusText(status), vscode.TreeItemCollapsibleState.Expanded);
  item.id = `group:${status}`;
  item.description = String(batches.length);
  item.contextValue = 'group';
  item.accessibilityInformation = { label: groupLabel(status, batches.length) };
  return item;
}

export function batchItem(batch: Batch, metadata: MetadataEntry = noMetadata): vscode.TreeItem {
  const label = displayText(metadata.name ?? batch.id);
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.None);
  item.id = `batch:${batch.id}`;
  item.description = batchDescription(batch, metadata);
  item.contextValue = batchContextValue(batch, metadata);
  item.iconPath = batchIcon(batch);
  item.accessibilityInformation = { label: batchLabel(batch, metadata) };
  showResultsOn(item, batch);
  return item;
}

/** Makes a click or Enter on the row show the results of the batch, if it has any. */
export function showResultsOn(item: vscode.TreeItem, batch: Batch): void {
  if (hasOutput(batch)) {
    item.command = { command: 'syncBatches.showResults', title: vscode.l10n.t('Show Results'), arguments: [batch.id] };
  }
}

export function moreItem({ group }: MoreNode): vscode.TreeItem {
  const next = Math.min(groupPageSize, group.batches.length - group.limit);
  const item = new vscode.TreeItem(vscode.l10n.t('Show {0} More', next), vscode.TreeItemCollapsibleState.None);
  item.id = `more:${group.status}`;
  item.description = vscode.l10n.t('{0} of {1} shown', group.limit, group.batches.length);
  item.contextValue = 'more';
  item.iconPath = new vscode.ThemeIcon('ellipsis');
  item.command = { command: 'syncBatches.showMore', title: item.label as string, arguments: [group.status] };
  item.accessibilityInformation = {
    label: vscode.l10n.t(
      '{0}: show {1} more, {2} of {3} shown',
      statusText(group.status),
      next,
      group.limit,
      group.batches.length,
    ),
  };
  return item;
}

/**
 * The words that the menus in package.json test: `batch`, the status in lower case, `hasOutput` if there are results,
 * and `subscribed` if the user wants to be notified.
 */
export function batchContextValue(batch: Batch, { isSubscribed }: MetadataEntry): string {
  // An unknown status must not look like another word, so other characters than letters and digits are replaced.
  const words = ['batch', batch.status.toLowerCase().replace(/\W+/g, '_')];
  if (hasOutput(batch)) {
    words.push('hasOutput');
  }
  if (isSubscribed) {
    words.push('subscribed');
  }
  return words.join(' ');
}

/** The ID of a theme icon, and of its theme color. */
export type Icon = readonly [id: string, color?: string];

export function themeIcon([id, color]: Icon): vscode.ThemeIcon {
  return new vscode.ThemeIcon(id, color === undefined ? undefined : new vscode.ThemeColor(color));
}

const statusIcons: ReadonlyMap<string, Icon> = new Map([
  ['PROCESSING', ['play-circle', 'charts.blue']],
  ['JOBS_CREATED', ['layers', 'charts.blue']],
  ['PENDING', ['clock', 'charts.yellow']],
  ['FAILED', ['error', 'testing.iconFailed']],
  ['COMPLETED', ['pass', 'testing.iconPassed']],
]);

/** The icon of a status. Its group and its accessibility label say the same in words. */
export function batchIcon(batch: Batch): vscode.ThemeIcon {
  const isWarning = batch.status === 'COMPLETED' && endedWithFailures(batch);
  return themeIcon(isWarning ? ['warning', 'list.warningForeground'] : (statusIcons.get(batch.status) ?? ['question']));
}
