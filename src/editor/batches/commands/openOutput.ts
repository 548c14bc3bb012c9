import * as vscode from 'vscode';
import { type Batch, hasOutput } from '../../../core/batches/batch';
import { isFinished } from '../../../core/batches/status';
import { displayText } from '../../../core/common/displayText';
import { isSafeUrl } from '../../../core/common/urls';
import { type Button, showMessage } from '../../shared/messages';
import { openExactUrl } from '../../shared/openUrl';
import { statusText } from '../text/batches';
import { type BatchPicker, batchOf, type BatchQuestion } from './pickBatch';

/** *Open Output URL*: opens the result file of a batch in the browser. */
export async function openOutput(context: BatchPicker, argument: unknown): Promise<void> {
  const batch = await batchOf(context, argument, outputQuestion(vscode.l10n.t('Open the output URL of which batch?')));
  if (batch === undefined || reportNoOutput(batch)) {
    return;
  }
  const copy: Button = [vscode.l10n.t('Copy Output URL'), () => vscode.env.clipboard.writeText(batch.outputUrl)];
  const id = displayText(batch.id);
  if (!isSafeUrl(batch.outputUrl)) {
    const text = vscode.l10n.t(
      'The output URL of {0} was not opened because it is not a safe https: address: {1}',
      id,
      displayText(batch.outputUrl),
    );
    showMessage('warning', text, copy);
  } else if (!(await openExactUrl(batch.outputUrl))) {
    showMessage('warning', vscode.l10n.t('The output URL of {0} could not be opened.', id), copy);
  }
}

/** The question of the commands that need an output URL. */
export function outputQuestion(placeHolder: string): BatchQuestion {
  return {
    placeHolder,
    qualifies: hasOutput,
    noneText: vscode.l10n.t('None of the batches in the list has an output URL yet.'),
  };
}

/** Tells the user why a batch has no output URL. @returns false if it has one. */
export function reportNoOutput(batch: Batch): boolean {
  if (hasOutput(batch)) {
    return false;
  }
  const id = displayText(batch.id);
  showMessage(
    'information',
    isFinished(batch.status)
      ? vscode.l10n.t(
          'The batch {0} has no output URL. It has the status “{1}”, but no results. The API gives no reason.',
          id,
          statusText(batch.status),
        )
      : vscode.l10n.t(
          'The batch {0} has no output URL yet because it has not finished ({1}).',
          id,
          statusText(batch.status),
        ),
  );
  return true;
}
