import * as vscode from 'vscode';
import { displayText } from '../../../core/common/displayText';
import { showMessage } from '../../shared/messages';
import type { CommandContext } from '../../commandContext';
import { askWhereToSave } from '../../shared/files';
import { cacheResults, resultsOf, reportUnfinished } from './resultsOf';

/** *Save Results…*: the result file of a batch, byte for byte, where the person wants it. */
export async function saveResults(context: CommandContext, argument: unknown): Promise<void> {
  const batch = await resultsOf(context, argument, vscode.l10n.t('Save the results of which batch?'));
  if (batch === undefined || reportUnfinished(batch)) {
    return;
  }
  await cacheResults(context, batch);
  const content = await context.results.files.content(batch.id);
  if (content === undefined) {
    throw new Error(vscode.l10n.t('The results could not be kept on this computer, and so not be saved.'));
  }
  const target = await askWhereToSave(vscode.l10n.t('Save Results'), batch.id, '');
  if (target === undefined) {
    return;
  }
  await vscode.workspace.fs.writeFile(target, content);
  showMessage('information', vscode.l10n.t('The results of {0} are saved.', displayText(batch.id)), [
    vscode.l10n.t('Open'),
    () => vscode.commands.executeCommand('vscode.open', target),
  ]);
}
