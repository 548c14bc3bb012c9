import * as vscode from 'vscode';
import { resultsUri } from '../resultsText';
import type { CommandContext } from '../../commandContext';
import { cacheResults, resultsOf, reportUnfinished } from './resultsOf';

/** *Open Results as Text*: the result file as it came, as a document that can't be changed. */
export async function openResultsText(context: CommandContext, argument: unknown, line: unknown): Promise<void> {
  const batch = await resultsOf(context, argument, vscode.l10n.t('Open the results of which batch?'));
  if (batch === undefined || reportUnfinished(batch)) {
    return;
  }
  await cacheResults(context, batch);
  const at = new vscode.Position(isLine(line) ? line : 0, 0);
  await vscode.window.showTextDocument(resultsUri(batch.id), { preview: false, selection: new vscode.Range(at, at) });
}

function isLine(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
