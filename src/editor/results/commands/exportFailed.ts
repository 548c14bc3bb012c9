import * as vscode from 'vscode';
import { batchFileLimits } from '../../../core/batchFile/schema/limits';
import type { Batch } from '../../../core/batches/batch';
import { failureOfRow } from '../../../core/results/failures';
import type { LoadedResults } from '../../../core/results/resultFiles';
import { buildRetryFile, type RetryFile, type RetryOptions } from '../../../core/results/failedRequests';
import { missingFrom } from '../../../core/results/summary';
import { displayText } from '../../../core/common/displayText';
import { showMessage } from '../../shared/messages';
import { exportedText, nothingToExportText, retryNoteText } from '../text/failedRequests';
import type { CommandContext } from '../../commandContext';
import { askWhereToSave, startFolder } from '../../shared/files';
import { loadResults, resultsOf, reportUnfinished } from './resultsOf';

/** *Export Failed Requests…*: a new batch file of the requests that failed, were rejected or are missing. */
export async function exportFailed(context: CommandContext, argument: unknown): Promise<void> {
  const batch = await resultsOf(context, argument, vscode.l10n.t('Export the failed requests of which batch?'));
  if (batch === undefined || reportUnfinished(batch)) {
    return;
  }
  const results = await loadResults(context, batch);
  const count = countToExport(batch, results);
  if (count === 0) {
    showMessage('information', vscode.l10n.t('Nothing failed in {0}, and nothing is missing.', displayText(batch.id)));
    return;
  }
  const input = await askForInput(count, await context.submissions.inputOf(batch.id));
  const options = input === undefined ? undefined : await askWhich(results);
  if (input === undefined || options === undefined) {
    return;
  }
  const retry = await buildRetryFile(
    {
      rows: results.rows,
      rawLine: (row) => context.results.files.lineText(batch.id, row),
      totalGenerations: batch.metrics.total,
      ...(input.text === undefined ? {} : { input: input.text }),
    },
    options,
  );
  for (const note of retry.notes) {
    context.log.info(`Export of ${batch.id}: ${retryNoteText(note)}`);
  }
  await save(batch, retry);
}

function countToExport({ metrics }: Batch, { summary }: LoadedResults): number {
  return summary.failed + summary.rejected + summary.unreadable + missingFrom(summary, metrics.total);
}

/**
 * Asks where the requests are taken from.
 * @param sent the text that was sent as this batch, where it is kept.
 * @returns nothing when the person escapes.
 */
async function askForInput(
  count: number,
  sent: string | undefined,
): Promise<{ readonly text: string | undefined } | undefined> {
  const kept = {
    label: vscode.l10n.t('From the file that was sent'),
    detail: vscode.l10n.t('Kept on this computer when it was submitted from here, the missing requests among it.'),
    takesFile: false,
    text: sent,
  };
  const file = {
    label: vscode.l10n.t('From the original batch file…'),
    detail: vscode.l10n.t('Exactly the lines that were sent, the missing requests among them.'),
    takesFile: true,
    text: undefined,
  };
  const rebuilt = {
    label: vscode.l10n.t('Rebuilt from the results'),
    detail: vscode.l10n.t('What sync.so repeats of each request. Requests without a line in the results are left out.'),
    takesFile: false,
    text: undefined,
  };
  const chosen = await vscode.window.showQuickPick([...(sent === undefined ? [] : [kept]), file, rebuilt], {
    title: count === 1 ? vscode.l10n.t('Export 1 Failed Request') : vscode.l10n.t('Export {0} Failed Requests', count),
    placeHolder: vscode.l10n.t('Where are the requests taken from?'),
    ignoreFocusOut: true,
  });
  if (chosen === undefined) {
    return undefined;
  }
  if (!chosen.takesFile) {
    return { text: chosen.text };
  }
  const folder = startFolder();
  const [picked] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('The File That the Batch Was Made From'),
      openLabel: vscode.l10n.t('Take Requests'),
      filters: { 'JSON Lines': ['jsonl'], [vscode.l10n.t('All Files')]: ['*'] },
      ...(folder === undefined ? {} : { defaultUri: folder }),
    })) ?? [];
  if (picked === undefined) {
    return undefined;
  }
  const { size } = await vscode.workspace.fs.stat(picked);
  if (size > largestInput) {
    throw new Error(vscode.l10n.t('That file is far too large to be the file of a batch.'));
  }
  return { text: new TextDecoder().decode(await vscode.workspace.fs.readFile(picked)) };
}

/** Twenty times what a batch file may have, by bytes. */
const largestInput = 20 * batchFileLimits.maxBytes;

/** Asks whether errors that sending again can't help are exported too, where there are such. */
async function askWhich({ rows }: LoadedResults): Promise<RetryOptions | undefined> {
  const failed = rows.filter(({ outcome }) => outcome === 'failed' || outcome === 'rejected');
  const helpful = failed.filter((row) => failureOfRow(row).sendingAgainHelps === 'yes').length;
  if (helpful === 0 || helpful === failed.length) {
    return {};
  }
  const chosen = await vscode.window.showQuickPick(
    [
      {
        label: vscode.l10n.t('All of them'),
        detail: vscode.l10n.t('{0} failed or were rejected.', failed.length),
        options: {},
      },
      {
        label: vscode.l10n.t('Only errors that sending again can help'),
        detail: vscode.l10n.t('{0} of {1}: timeouts and faults of the service.', helpful, failed.length),
        options: { onlyHelpful: true },
      },
    ],
    // A tab from which this is started takes the focus back when the list before this one has gone.
    { placeHolder: vscode.l10n.t('Which requests are exported?'), ignoreFocusOut: true },
  );
  return chosen?.options;
}

async function save(batch: Batch, retry: RetryFile): Promise<void> {
  const showLog = [vscode.l10n.t('Show Log'), () => vscode.commands.executeCommand('syncBatches.showLog')] as const;
  if (retry.requests.length === 0) {
    showMessage('warning', nothingToExportText(retry), showLog);
    return;
  }
  const target = await askWhereToSave(vscode.l10n.t('Export Failed Requests'), batch.id, '-retry');
  if (target === undefined) {
    return;
  }
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(retry.text));
  await vscode.window.showTextDocument(target, { preview: false });
  const isSound = retry.notes.length === 0 && retry.sizeProblems.length === 0 && retry.inputFit !== 'not';
  showMessage(isSound ? 'information' : 'warning', exportedText(retry), ...(retry.notes.length > 0 ? [showLog] : []));
}
