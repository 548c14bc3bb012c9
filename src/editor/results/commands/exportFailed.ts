import * as vscode from 'vscode';
import { batchFileLimits } from '../../../core/batchFile/schema/limits';
import type { Batch } from '../../../core/batches/batch';
import { worthRetrying } from '../../../core/results/errorCodes';
import type { LoadedResults } from '../../../core/results/resultFiles';
import { buildRetryFile, type RetryFile, type RetryOptions } from '../../../core/results/failedRequests';
import { missingCount } from '../../../core/results/resultSummary';
import { displayText } from '../../../core/common/displayText';
import type { Log } from '../../../core/common/log';
import { showLogButton, showMessage } from '../../shared/messages';
import { exportedText, nothingToExportText, retryNoteText } from '../text/failedRequests';
import { askWhatToOpen, askWhereToSave } from '../../shared/files';
import type { SubmissionService } from '../../../core/submissions/service';
import { loadResults, type ResultsContext, resultsOf, reportUnfinished } from './resultsOf';

type ExportContext = ResultsContext & {
  readonly submissions: Pick<SubmissionService, 'inputOf'>;
  readonly log: Log;
};

/** *Export Failed Requests…*: writes a batch file of the requests that failed, were rejected or are missing. */
export async function exportFailed(context: ExportContext, argument: unknown): Promise<void> {
  const batch = await resultsOf(context, argument, vscode.l10n.t('Export the failed requests of which batch?'));
  if (batch === undefined || reportUnfinished(batch)) {
    return;
  }
  const results = await loadResults(context, batch);
  const count = countToExport(batch, results);
  if (count === 0) {
    showMessage('information', vscode.l10n.t('No request of {0} failed or is missing.', displayText(batch.id)));
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
  return summary.failed + summary.rejected + summary.unreadable + missingCount(summary, metrics.total);
}

interface Input {
  /** Undefined if the user wants to rebuild the requests. */
  readonly text: string | undefined;
}

/**
 * Asks which source to take the requests from.
 * @param submitted The stored text of the submitted file, if there is one.
 * @returns undefined if the user cancels.
 */
async function askForInput(count: number, submitted: string | undefined): Promise<Input | undefined> {
  const stored = {
    label: vscode.l10n.t('From the submitted file'),
    detail: vscode.l10n.t('The copy that was saved on this computer when you submitted it. Includes missing requests.'),
    read: (): Input => ({ text: submitted }),
  };
  const file = {
    label: vscode.l10n.t('From the original batch file…'),
    detail: vscode.l10n.t('Copies the lines exactly. Includes missing requests.'),
    read: readPickedFile,
  };
  const rebuilt = {
    label: vscode.l10n.t('From the results'),
    detail: vscode.l10n.t('Rebuilt from the inputs that the results contain. Does not include missing requests.'),
    read: (): Input => ({ text: undefined }),
  };
  const chosen = await vscode.window.showQuickPick([...(submitted === undefined ? [] : [stored]), file, rebuilt], {
    title: count === 1 ? vscode.l10n.t('Export 1 Failed Request') : vscode.l10n.t('Export {0} Failed Requests', count),
    placeHolder: vscode.l10n.t('Select the source of the requests'),
    ignoreFocusOut: true,
  });
  return await chosen?.read();
}

async function readPickedFile(): Promise<Input | undefined> {
  const picked = await askWhatToOpen({
    title: vscode.l10n.t('Original Batch File'),
    openLabel: vscode.l10n.t('Use This File'),
    filters: { 'JSON Lines': ['jsonl'], [vscode.l10n.t('All Files')]: ['*'] },
  });
  if (picked === undefined) {
    return undefined;
  }
  const { size } = await vscode.workspace.fs.stat(picked);
  if (size > maxInputBytes) {
    throw new Error(vscode.l10n.t('The file is too large to be a batch file.'));
  }
  return { text: new TextDecoder().decode(await vscode.workspace.fs.readFile(picked)) };
}

/** Much larger than any batch file. */
const maxInputBytes = 20 * batchFileLimits.maxBytes;

/** Asks which failures to export, if only some are worth retrying. @returns undefined if the user cancels. */
async function askWhich({ rows }: LoadedResults): Promise<RetryOptions | undefined> {
  const failed = rows.filter(({ outcome }) => outcome === 'failed' || outcome === 'rejected');
  const worthCount = failed.filter((row) => worthRetrying(row) === 'yes').length;
  if (worthCount === 0 || worthCount === failed.length) {
    return {};
  }
  const chosen = await vscode.window.showQuickPick(
    [
      {
        label: vscode.l10n.t('All failures'),
        detail: vscode.l10n.t('{0} requests failed or were rejected.', failed.length),
        options: {},
      },
      {
        label: vscode.l10n.t('Only failures worth retrying'),
        detail: vscode.l10n.t('{0} of {1}: timeouts and temporary server errors.', worthCount, failed.length),
        options: { onlyWorthRetrying: true },
      },
    ],
    // The results tab may take the focus back after the first quick pick has closed.
    { placeHolder: vscode.l10n.t('Select the requests to export'), ignoreFocusOut: true },
  );
  return chosen?.options;
}

async function save(batch: Batch, retry: RetryFile): Promise<void> {
  if (retry.requests.length === 0) {
    showMessage('warning', nothingToExportText(retry), showLogButton());
    return;
  }
  const target = await askWhereToSave(vscode.l10n.t('Export Failed Requests'), batch.id, '-retry');
  if (target === undefined) {
    return;
  }
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(retry.text));
  await vscode.window.showTextDocument(target, { preview: false });
  const isComplete = retry.notes.length === 0 && retry.sizeProblems.length === 0 && retry.inputFit !== 'not';
  const buttons = retry.notes.length > 0 ? [showLogButton()] : [];
  showMessage(isComplete ? 'information' : 'warning', exportedText(retry), ...buttons);
}
