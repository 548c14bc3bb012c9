import * as vscode from 'vscode';
import { confirmQuietly } from '../messages';
import type { CommandContext } from './context';
import { outputQuestion, saidWhyNoOutput } from './openOutput';
import { batchOf } from './pickBatch';

/** *Copy Output URL*: the exact text that the API gave. */
export async function copyOutputUrl(context: CommandContext, argument: unknown): Promise<void> {
  const batch = await batchOf(context, argument, outputQuestion(vscode.l10n.t('Copy the output URL of which batch?')));
  if (batch === undefined || saidWhyNoOutput(batch)) {
    return;
  }
  await vscode.env.clipboard.writeText(batch.outputUrl);
  confirmQuietly(vscode.l10n.t('Output URL copied'));
}
