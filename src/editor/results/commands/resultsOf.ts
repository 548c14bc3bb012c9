import * as vscode from 'vscode';
import type { Batch } from '../../../core/batches/batch';
import { isUnderWay } from '../../../core/batches/status';
import type { LoadedResults } from '../../../core/results/resultFiles';
import { displayText } from '../../../core/common/displayText';
import { showMessage } from '../../shared/messages';
import { withProgress } from '../../shared/progress';
import { statusText } from '../../batches/text/batches';
import { bytesText } from '../text/results';
import type { CommandContext } from '../../commandContext';
import { outputQuestion, reportNoOutput } from '../../batches/commands/openOutput';
import { batchOf } from '../../batches/commands/pickBatch';

/**
 * The batch whose results a command is about.
 * @returns nothing when there is none or it has no results, which has then been said.
 */
export async function resultsOf(
  context: CommandContext,
  argument: unknown,
  placeHolder: string,
): Promise<Batch | undefined> {
  const batch = await batchOf(context, argument, outputQuestion(placeHolder));
  return batch === undefined || reportNoOutput(batch) ? undefined : batch;
}

/** Says that there may come more results of a batch. @returns false when it has finished. */
export function reportUnfinished(batch: Batch): boolean {
  if (!isUnderWay(batch.status)) {
    return false;
  }
  showMessage(
    'information',
    vscode.l10n.t(
      'The batch {0} is not finished ({1}): more of its results may come. Try again when it has ended.',
      displayText(batch.id),
      statusText(batch.status),
    ),
    [vscode.l10n.t('Refresh'), () => vscode.commands.executeCommand('syncBatches.refresh')],
  );
  return true;
}

/**
 * Reads the results of a batch, from what is kept of them where it is. Takes its time only where they must be loaded,
 * which is then shown and can be cancelled.
 * @throws {ApiError} when they can't be had; a cancellation when the person cancels.
 */
export async function loadResults({ results }: CommandContext, batch: Batch): Promise<LoadedResults> {
  return await withProgress(vscode.l10n.t('Results of {0}', displayText(batch.id)), (progress, { signal }) =>
    results.files.load(batch.id, {
      signal,
      onProgress: (bytes, totalBytes) => progress.report({ message: bytesText(bytes, totalBytes) }),
    }),
  );
}

/**
 * Sees to it that the results of a batch that has finished are kept. Those that are need not be read for that.
 * @throws as above.
 */
export async function cacheResults(context: CommandContext, batch: Batch): Promise<void> {
  if ((await context.results.files.cached(batch.id)) === undefined) {
    await loadResults(context, batch);
  }
}
