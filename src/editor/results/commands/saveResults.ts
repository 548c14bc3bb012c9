import * as vscode from 'vscode';
import { displayText } from '../../../core/common/displayText';
import { showMessage } from '../../shared/messages';
import { askWhereToSave } from '../../shared/files';
import { cacheResults, type ResultsContext, resultsOf, reportUnfinished } from './resultsOf';

/** *Save Results…*: saves the result file of a batch, byte for byte. */
export async function saveResults(context: ResultsContext, argument: unknown): Promise<void> {
  const batch = await resultsOf(context, argument, vscode.l10n.t('Save the results of which batch?'));
  if (batch === undefined || reportUnfinished(batch)) {
    return;
  }
  await cacheResults(context, batch);
  const content = await context.results.files.content(batch.id);
  if (content === undefined) {
    throw new Error(vscode.l10n.t('The results could not be saved because they could not be cached on this computer.'));
  }
  const target = await askWhereToSave(vscode.l10n.t('Save Results'), batch.id, '');
  if (target === undefined) {
    return;
  }
  await vscode.workspace.fs.writeFile(target, content);
  showMessage('information', vscode.l10n.t('Results of {0} saved.', displayText(batch.id)), [
    vscode.l10n.t('Open'),
    () => vscode.commands.executeCommand('vscode.open', target),
  ]);
}
