import * as vscode from 'vscode';

let format: Intl.NumberFormat | undefined;

/** "1,050". The formatter is reused because there may be thousands of numbers at once. */
export function formatNumber(count: number): string {
  format ??= new Intl.NumberFormat(vscode.env.language);
  return format.format(count);
}

/** "120 requests". */
export function requestsText(count: number): string {
  return count === 1 ? vscode.l10n.t('1 request') : vscode.l10n.t('{0} requests', formatNumber(count));
}

/** "3 batches". */
export function batchesText(count: number): string {
  return count === 1 ? vscode.l10n.t('1 batch') : vscode.l10n.t('{0} batches', formatNumber(count));
}

/** "2 errors". */
export function errorsText(count: number): string {
  return count === 1 ? vscode.l10n.t('1 error') : vscode.l10n.t('{0} errors', formatNumber(count));
}

/** "1 warning". */
export function warningsText(count: number): string {
  return count === 1 ? vscode.l10n.t('1 warning') : vscode.l10n.t('{0} warnings', formatNumber(count));
}
