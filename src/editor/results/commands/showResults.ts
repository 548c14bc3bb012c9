import * as vscode from 'vscode';
import { type ResultsContext, resultsOf } from './resultsOf';

/** *Show Results*: shows the results of a batch in an editor tab, one row for each request. */
export async function showResults(context: ResultsContext, argument: unknown): Promise<void> {
  const batch = await resultsOf(context, argument, vscode.l10n.t('Show the results of which batch?'));
  if (batch !== undefined) {
    await context.results.show(batch.id);
  }
}
