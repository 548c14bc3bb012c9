import * as vscode from 'vscode';
import type { MetadataEntry } from '../../core/account/batchMetadata';
import { displayText } from '../../core/common/displayText';
import { type ProgressState, type SubmissionProgress, progressState } from '../../core/submissions/progress';
import type { PartState } from '../../core/submissions/submission';
import {
  type Activity,
  submissionDescription,
  submissionLabel,
  submissionsLabel,
  submissionsTitle,
  partDescription,
  partLabel,
  partStateText,
  partTitle,
} from '../submissions/text/progress';
import { age, exactTime } from '../shared/times';
import { batchContextValue, batchIcon, type Icon, showResultsOn, themeIcon } from './batchItems';
import type { SubmissionNode, SubmissionsNode, PartNode } from './nodes';
import { apiText, batchTooltip, tooltipOf } from './tooltip';

export function submissionsItem({ children }: SubmissionsNode): vscode.TreeItem {
  const item = new vscode.TreeItem(submissionsTitle(), vscode.TreeItemCollapsibleState.Expanded);
  item.id = 'submissions';
  item.description = String(children.length);
  item.contextValue = 'submissions';
  item.accessibilityInformation = { label: submissionsLabel(children.length) };
  return item;
}

export function submissionItem(progress: SubmissionNode, activity: Activity): vscode.TreeItem {
  const { submission, sum, parts } = progress;
  // A submission with a single part shows it in its own row.
  const state = parts.length > 1 ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None;
  const item = new vscode.TreeItem(displayText(submission.fileName), state);
  item.id = `submission:${submission.id}`;
  item.description = submissionDescription(progress, activity);
  item.contextValue = submissionContextValue(progress);
  item.iconPath = submissionIcon(progress, activity);
  item.accessibilityInformation = { label: submissionLabel(progress, activity) };
  if (sum.counts.uncertain > 0) {
    showSubmissionOn(item, submission.id);
  }
  return item;
}

export function partItem({ parent, index, part, batch }: PartNode, metadata: MetadataEntry): vscode.TreeItem {
  const { submission } = parent;
  const label = partTitle(index, submission.parts.length);
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.None);
  item.id = `submission:${submission.id}/${index + 1}`;
  item.description = partDescription(part, batch, metadata);
  item.accessibilityInformation = { label: partLabel(submission, index, batch, metadata) };
  if (batch !== undefined) {
    item.contextValue = batchContextValue(batch, metadata);
    item.iconPath = batchIcon(batch);
    showResultsOn(item, batch);
    return item;
  }
  item.contextValue = 'part';
  item.iconPath = themeIcon(partIcons[part.state.kind]);
  if (part.state.kind === 'uncertain') {
    showSubmissionOn(item, submission.id);
  }
  return item;
}

export function submissionTooltip({ submission, sum }: SubmissionProgress): vscode.MarkdownString {
  const { counts } = sum;
  const states: readonly PartState['kind'][] = ['sent', 'sending', 'waiting', 'uncertain', 'refused', 'cancelled'];
  const names: Readonly<Record<PartState['kind'], string>> = {
    sent: vscode.l10n.t('Sent'),
    sending: vscode.l10n.t('Sending'),
    waiting: vscode.l10n.t('Not sent yet'),
    uncertain: vscode.l10n.t('Uncertain, a batch may exist'),
    refused: vscode.l10n.t('Refused'),
    cancelled: vscode.l10n.t('Cancelled'),
  };
  const { createdAt, webhookUrl } = submission;
  return tooltipOf(apiText(submission.fileName), [
    [vscode.l10n.t('Submitted'), `${exactTime(createdAt)} (${age(createdAt)})`],
    [vscode.l10n.t('Batches'), String(sum.parts)],
    ...states.flatMap((state) => (counts[state] > 0 ? [[names[state], String(counts[state])] as const] : [])),
    [vscode.l10n.t('Finished batches'), String(sum.ended)],
    ...(sum.unlisted > 0 ? [[vscode.l10n.t('Batches not in the list'), String(sum.unlisted)] as const] : []),
    [vscode.l10n.t('Requests'), String(sum.requests)],
    [vscode.l10n.t('Requests done'), String(sum.done)],
    [vscode.l10n.t('Failed requests'), String(sum.failed)],
    [vscode.l10n.t('Webhook URL'), webhookUrl === undefined ? vscode.l10n.t('none') : apiText(webhookUrl)],
  ]);
}

export function partTooltip({ parent, index, part, batch }: PartNode): vscode.MarkdownString {
  if (batch !== undefined) {
    return batchTooltip(batch);
  }
  const { fileName, parts } = parent.submission;
  const { state, lines, earlier = [] } = part;
  const rows: (readonly [string, string])[] = [
    [vscode.l10n.t('State'), partStateText(state)],
    [vscode.l10n.t('Requests'), String(lines)],
  ];
  if ('at' in state) {
    rows.push([vscode.l10n.t('Sent'), `${exactTime(state.at)} (${age(state.at)})`]);
  }
  if (state.kind === 'sent') {
    rows.push([vscode.l10n.t('Batch'), apiText(state.batchId)]);
  }
  if ('message' in state && state.message !== '') {
    rows.push([vscode.l10n.t('Reason'), apiText(state.message)]);
  }
  if (earlier.length > 0) {
    rows.push([vscode.l10n.t('Earlier attempts'), String(earlier.length)]);
  }
  return tooltipOf(`${partTitle(index, parts.length)} · ${apiText(fileName)}`, rows);
}

/** The words that the menus in package.json test: `submission`, `open` if parts are pending, `uncertain` if parts are. */
function submissionContextValue({ sum: { counts } }: SubmissionProgress): string {
  const words = ['submission'];
  if (counts.waiting > 0) {
    words.push('open');
  }
  if (counts.uncertain > 0) {
    words.push('uncertain');
  }
  return words.join(' ');
}

function showSubmissionOn(item: vscode.TreeItem, id: string): void {
  item.command = {
    command: 'syncBatches.showSubmissions',
    title: vscode.l10n.t('Show Submissions'),
    arguments: [id],
  };
}

const sharedIcons = {
  sending: ['cloud-upload', 'charts.blue'],
  uncertain: ['warning', 'list.warningForeground'],
  refused: ['circle-slash', 'testing.iconFailed'],
  cancelled: ['debug-stop'],
} as const;

const partIcons: Readonly<Record<PartState['kind'], Icon>> = {
  ...sharedIcons,
  waiting: ['circle-large-outline'],
  sent: ['cloud', 'charts.blue'],
};

const submissionIcons: Readonly<Record<ProgressState, Icon>> = {
  ...sharedIcons,
  waiting: ['debug-pause', 'charts.yellow'],
  running: ['run-all', 'charts.blue'],
  failed: ['issues', 'list.warningForeground'],
  done: ['check-all', 'testing.iconPassed'],
};

function submissionIcon(progress: SubmissionProgress, activity: Activity): vscode.ThemeIcon {
  const state = progressState(progress);
  return themeIcon(state === 'waiting' && activity !== undefined ? ['watch', 'charts.blue'] : submissionIcons[state]);
}
