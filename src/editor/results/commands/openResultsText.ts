import * as vscode from 'vscode';
import { resultsUri } from '../resultsDocument';
import { cacheResults, type ResultsContext, resultsOf, reportUnfinished } from './resultsOf';

/** *Open Results as Text*: opens the result file of a batch as a read-only document. @param line The line to show, from 0. */
export async function openResultsText(context: ResultsContext, argument: unknown, line: unknown): Promise<void> {
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
