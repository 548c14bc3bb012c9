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

export function batchItem(batch: Batch, note: MetadataEntry = noMetadata): vscode.TreeItem {
  const label = displayText(note.name ?? batch.id);
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.None);
  item.id = `batch:${batch.id}`;
  item.description = batchDescription(batch, note);
  item.contextValue = batchContextValue(batch, note);
  item.iconPath = batchIcon(batch);
  item.accessibilityInformation = { label: batchLabel(batch, note) };
  showResultsOn(item, batch);
  return item;
}

/** Has a click or Enter on the row show the batch's results, where there are any. */
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
    label: `${statusText(group.status)}: ${item.label as string}, ${item.description}`,
  };
  return item;
}

/**
 * Words that menus ask for: `batch`, the status in lower case, `hasOutput` where there are results, and `marked` where
 * the person asked to be told of its end.
 */
export function batchContextValue(batch: Batch, { isSubscribed }: MetadataEntry): string {
  // Only letters, digits and underscores of a status that came from outside: it must not pass for another word.
  const words = ['batch', batch.status.toLowerCase().replace(/\W+/g, '_')];
  if (hasOutput(batch)) {
    words.push('hasOutput');
  }
  if (isSubscribed) {
    words.push('marked');
  }
  return words.join(' ');
}

/** A shape in a colour of the theme's. */
export function icon(id: string, color: string): vscode.ThemeIcon {
  return new vscode.ThemeIcon(id, new vscode.ThemeColor(color));
}

/** A shape and a colour for the status; the words beside it say the same to those who see neither. */
export function batchIcon(batch: Batch): vscode.ThemeIcon {
  switch (batch.status) {
    case 'PROCESSING':
      return icon('play-circle', 'charts.blue');
    case 'JOBS_CREATED':
      return icon('layers', 'charts.blue');
    case 'PENDING':
      return icon('clock', 'charts.yellow');
    case 'FAILED':
      return icon('error', 'testing.iconFailed');
    case 'COMPLETED':
      return endedWithFailures(batch) ? icon('warning', 'list.warningForeground') : icon('pass', 'testing.iconPassed');
    default:
      return new vscode.ThemeIcon('question');
  }
}
