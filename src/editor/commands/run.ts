import { ApiError } from '../../core/api/errors';
import { asError, isCancelled } from '../../core/clock';
import { showFailure } from '../messages';
import { cancelSubmission, continueSubmission } from './continueSubmission';
import { clearFilters } from './clearFilters';
import type { CommandContext } from './context';
import { copyBatchId } from './copyBatchId';
import { copyOutputUrl } from './copyOutputUrl';
import { deleteKeptResults } from './deleteKeptResults';
import { dryRun } from './dryRun';
import { estimateCost } from './estimateCost';
import { exportFailed } from './exportFailed';
import { filterByDate } from './filterByDate';
import { filterByStatus } from './filterByStatus';
import type { CommandName } from './names';
import { newFile } from './newFile';
import { dontNotifyWhenFinished, notifyWhenFinished } from './notifyWhenFinished';
import { openOutput } from './openOutput';
import { openResultsText } from './openResultsText';
import { refresh } from './refresh';
import { removeApiKey } from './removeApiKey';
import { renameBatch } from './renameBatch';
import { saveMedia } from './saveMedia';
import { saveResults } from './saveResults';
import { setApiKey } from './setApiKey';
import { showLog } from './showLog';
import { showMore } from './showMore';
import { showRequest } from './showRequest';
import { showResults } from './showResults';
import { showSubmissions } from './showSubmissions';
import { submitFile } from './submitFile';
import { validateFile } from './validateFile';

/** Arguments come from anybody: a command looks at what it gets. */
type Command = (context: CommandContext, ...args: readonly unknown[]) => Promise<void> | void;

const commands: Readonly<Record<CommandName, Command>> = {
  setApiKey,
  removeApiKey,
  refresh,
  filterByDate,
  filterByStatus,
  clearFilters,
  showResults,
  openResultsText,
  saveResults,
  saveMedia,
  exportFailed,
  deleteKeptResults,
  openOutput,
  copyOutputUrl,
  copyBatchId,
  renameBatch,
  notifyWhenFinished,
  dontNotifyWhenFinished,
  newFile,
  validateFile,
  dryRun,
  estimateCost,
  submitFile,
  showRequest,
  showSubmissions,
  continueSubmission,
  cancelSubmission,
  showLog,
  showMore,
};

/** Runs a command. One that fails says so, in one way for all of them. */
export async function runCommand(context: CommandContext, name: CommandName, args: readonly unknown[]): Promise<void> {
  try {
    await commands[name](context, ...args);
  } catch (error) {
    if (!isCancelled(error)) {
      context.log.error(`${name}: ${asError(error).stack ?? String(error)}`);
      showFailure(error instanceof ApiError ? error : new Error(context.redact(asError(error).message)));
    }
  }
}
