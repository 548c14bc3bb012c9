import * as vscode from 'vscode';
import type { Batch } from '../../../core/batches/batch';
import { isUnderWay } from '../../../core/batches/status';
import type { LoadedResults } from '../../../core/results/resultFiles';
import { displayText } from '../../../core/common/displayText';
import { showMessage } from '../../shared/messages';
import { withProgress } from '../../shared/progress';
import { statusText } from '../../batches/text/batches';
import { bytesText } from '../text/results';
import { outputQuestion, reportNoOutput } from '../../batches/commands/openOutput';
import { batchOf } from '../../batches/commands/pickBatch';
import type { ResultsService } from '../resultsService';

/** What the commands about the results of a batch need. */
export type ResultsContext = Parameters<typeof batchOf>[0] & { readonly results: ResultsService };

/**
 * Finds the batch of a command about results. Tells the user if it has no results.
 * @param argument The argument of the command, which may be anything.
 * @param placeHolder The question to ask if the argument names no batch.
 * @returns undefined if there is no batch with results.
 */
export async function resultsOf(
  context: ResultsContext,
  argument: unknown,
  placeHolder: string,
): Promise<Batch | undefined> {
  const batch = await batchOf(context, argument, outputQuestion(placeHolder));
  return batch === undefined || reportNoOutput(batch) ? undefined : batch;
}

/** Tells the user if a batch has not finished and may get more results. @returns whether that is so. */
export function reportUnfinished(batch: Batch): boolean {
  if (!isUnderWay(batch.status)) {
    return false;
  }
  showMessage(
    'information',
    vscode.l10n.t(
      'Batch {0} has not finished ({1}) and may get more results. Try again when it has finished.',
      displayText(batch.id),
      statusText(batch.status),
    ),
    [vscode.l10n.t('Refresh'), () => vscode.commands.executeCommand('syncBatches.refresh')],
  );
  return true;
}

/**
 * Loads the results of a batch, from the cache or from the server. Shows progress that the user can cancel.
 * @throws {ApiError} if that fails; a cancellation if the user cancels.
 */
export async function loadResults({ results }: Pick<ResultsContext, 'results'>, batch: Batch): Promise<LoadedResults> {
  return await withProgress(vscode.l10n.t('Results of {0}', displayText(batch.id)), (progress, { signal }) =>
    results.files.load(batch.id, {
      signal,
      onProgress: (bytes, totalBytes) => progress.report({ message: bytesText(bytes, totalBytes) }),
    }),
  );
}

/**
 * Loads the results of a finished batch into the cache, unless they are cached.
 * @throws {ApiError} if that fails; a cancellation if the user cancels.
 */
export async function cacheResults(context: Pick<ResultsContext, 'results'>, batch: Batch): Promise<void> {
  if ((await context.results.files.cached(batch.id)) === undefined) {
    await loadResults(context, batch);
  }
}
