import * as vscode from 'vscode';
import { type Batch, progressOf } from '../../core/batches/batch';
import { displayText } from '../../core/common/displayText';
import { statusText } from '../batches/text/batches';
import { codeSpan } from '../shared/plainText';
import { age, exactTime } from '../shared/times';

/**
 * Everything that the API returned about a batch. Text from the API is in code spans: VS Code would turn escaped URLs
 * into links, and those do not open the exact URL.
 */
export function batchTooltip(batch: Batch): vscode.MarkdownString {
  const { metrics } = batch;
  const { total, done, fraction } = progressOf(batch);
  const created =
    batch.createdAt === undefined
      ? vscode.l10n.t('at an unknown time')
      : `${exactTime(batch.createdAt)} (${age(batch.createdAt)})`;
  const progress =
    fraction === undefined
      ? vscode.l10n.t('no requests counted yet')
      : vscode.l10n.t('{0} of {1} ({2} %)', done, total, Math.floor(fraction * 100));
  const status = statusText(batch.status);
  const isKnown = status !== displayText(batch.status);
  const rows: [name: string, value: string][] = [
    [vscode.l10n.t('Status'), isKnown ? `${status} (${apiText(batch.status)})` : apiText(batch.status)],
    [vscode.l10n.t('Created'), created],
    [vscode.l10n.t('Progress'), progress],
    [vscode.l10n.t('Succeeded'), String(metrics.succeeded)],
    [vscode.l10n.t('Failed'), String(metrics.failed)],
    [vscode.l10n.t('Waiting'), String(metrics.pending)],
    [vscode.l10n.t('Output URL'), batch.outputUrl === '' ? vscode.l10n.t('none yet') : apiText(batch.outputUrl)],
    [vscode.l10n.t('Webhook URL'), batch.webhookUrl === undefined ? vscode.l10n.t('none') : apiText(batch.webhookUrl)],
  ];
  return tooltipOf(apiText(batch.id), rows);
}

/** A tooltip with a heading and a list. The caller puts text from the API into code spans. */
export function tooltipOf(
  heading: string,
  rows: readonly (readonly [name: string, value: string])[],
): vscode.MarkdownString {
  const lines = rows.map(([name, value]) => `- ${name}: ${value}`);
  return new vscode.MarkdownString(`${heading}\n\n${lines.join('\n')}`);
}

/** The maximum length of a value. The copy commands copy long URLs unabridged. */
const maxValueLength = 300;

/** Text from the API as a code span, truncated if it is long. */
export function apiText(text: string): string {
  return codeSpan(displayText(text, maxValueLength));
}
