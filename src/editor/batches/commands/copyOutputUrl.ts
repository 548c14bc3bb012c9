import * as vscode from 'vscode';
import { showStatusMessage } from '../../shared/messages';
import type { CommandContext } from '../../commandContext';
import { outputQuestion, reportNoOutput } from './openOutput';
import { batchOf } from './pickBatch';

/** *Copy Output URL*: the exact text that the API gave. */
export async function copyOutputUrl(context: CommandContext, argument: unknown): Promise<void> {
  const batch = await batchOf(context, argument, outputQuestion(vscode.l10n.t('Copy the output URL of which batch?')));
  if (batch === undefined || reportNoOutput(batch)) {
    return;
  }
  await vscode.env.clipboard.writeText(batch.outputUrl);
  showStatusMessage(vscode.l10n.t('Output URL copied'));
}
