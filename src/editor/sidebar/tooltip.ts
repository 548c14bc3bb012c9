import * as vscode from 'vscode';
import { type Batch, progressOf } from '../../core/batches/batch';
import { displayText } from '../../core/common/displayText';
import { statusText } from '../batches/text/batches';
import { codeSpan } from '../shared/plainText';
import { age, exactTime } from '../shared/times';

/**
 * Everything that the API said about a batch. What is text of the API's is in code spans: escaped text would still turn
 * into links by itself, and those do not open the exact URL.
 */
export function batchTooltip(batch: Batch): vscode.MarkdownString {
  const { metrics } = batch;
  const { fraction } = progressOf(batch);
  const created =
    batch.createdAt === undefined
      ? vscode.l10n.t('at an unknown time')
      : `${exactTime(batch.createdAt)} (${age(batch.createdAt)})`;
  const total = fraction === undefined ? String(metrics.total) : `${metrics.total} (${Math.floor(fraction * 100)} %)`;
  const status = statusText(batch.status);
  const isKnown = status !== displayText(batch.status);
  const rows: [name: string, value: string][] = [
    [vscode.l10n.t('Status'), isKnown ? `${status} (${apiText(batch.status)})` : apiText(batch.status)],
    [vscode.l10n.t('Created'), created],
    [vscode.l10n.t('Requests'), total],
    [vscode.l10n.t('Succeeded'), String(metrics.succeeded)],
    [vscode.l10n.t('Failed requests'), String(metrics.failed)],
    [vscode.l10n.t('Pending requests'), String(metrics.pending)],
    [vscode.l10n.t('Output URL'), batch.outputUrl === '' ? vscode.l10n.t('none yet') : apiText(batch.outputUrl)],
    [vscode.l10n.t('Webhook URL'), batch.webhookUrl === undefined ? vscode.l10n.t('none') : apiText(batch.webhookUrl)],
  ];
  return tooltipOf(apiText(batch.id), rows);
}

/** A head, and below it a list. What is text from outside is in code spans already. */
export function tooltipOf(
  head: string,
  rows: readonly (readonly [name: string, value: string])[],
): vscode.MarkdownString {
  const lines = rows.map(([name, value]) => `- ${name}: ${value}`);
  return new vscode.MarkdownString(`${head}\n\n${lines.join('\n')}`);
}

/** Longer values, signed URLs above all, are cut in the tooltip; copying gives them whole. */
const longestValue = 300;

/** Text from outside, as a code span of a bearable length. */
export function apiText(text: string): string {
  return codeSpan(displayText(text, longestValue));
}
