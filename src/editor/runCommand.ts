import type * as vscode from 'vscode';
import type { ApiKeys } from '../core/account/apiKeys';
import type { BatchStore } from '../core/batches/store';
import type { CurrentAccount } from '../core/account/currentAccount';
import type { Log } from '../core/common/log';
import type { LazyBatchFiles } from './batchFiles/lazyBatchFiles';
import type { ClientFactory } from './account/clientFactory';
import type { WindowEvents } from './sidebar/windowEvents';
import type { ResultsService } from './results/resultsService';
import type { SubmissionService } from '../core/submissions/service';
import type { BatchesView } from './sidebar/batchesView';
import { cancelSubmission, continueSubmission } from './submissions/commands/continueSubmission';
import { clearFilters } from './batches/commands/clearFilters';
import { copyBatchId } from './batches/commands/copyBatchId';
import { copyOutputUrl } from './batches/commands/copyOutputUrl';
import { deleteKeptResults } from './results/commands/deleteKeptResults';
import { dryRun } from './submissions/commands/dryRun';
import { estimateCost } from './submissions/commands/estimateCost';
import { exportFailed } from './results/commands/exportFailed';
import { filterByDate } from './batches/commands/filterByDate';
import { filterByStatus } from './batches/commands/filterByStatus';
import type { CommandName } from './commandNames';
import { withErrorReport } from './shared/reportErrors';
import type { ApiOperation } from './shared/errorText';
import { newFile } from './batchFiles/commands/newFile';
import { dontNotifyWhenFinished, notifyWhenFinished } from './batches/commands/notifyWhenFinished';
import { openOutput } from './batches/commands/openOutput';
import { openResultsText } from './results/commands/openResultsText';
import { refresh } from './batches/commands/refresh';
import { removeApiKey } from './account/commands/removeApiKey';
import { renameBatch } from './batches/commands/renameBatch';
import { saveMedia } from './results/commands/saveMedia';
import { saveResults } from './results/commands/saveResults';
import { setApiKey } from './account/commands/setApiKey';
import { showLog } from './shared/commands/showLog';
import { showMore } from './batches/commands/showMore';
import { showRequest } from './batchFiles/commands/showRequest';
import { showResults } from './results/commands/showResults';
import { showSubmissions } from './submissions/commands/showSubmissions';
import { submitFile } from './submissions/commands/submitFile';
import { validateFile } from './batchFiles/commands/validateFile';

/** Everything that the commands need. Each command declares the part that it uses. */
export interface CommandContext {
  readonly keys: ApiKeys;
  readonly store: BatchStore;
  readonly currentAccount: CurrentAccount;
  readonly clients: ClientFactory;
  readonly windowEvents: WindowEvents;
  readonly view: BatchesView;
  readonly results: ResultsService;
  readonly batchFiles: LazyBatchFiles;
  readonly submissions: SubmissionService;
  /** Redacts secrets. */
  readonly log: Log;
  readonly redact: (text: string) => string;
  readonly channel: vscode.OutputChannel;
  /** Stores the filter. */
  readonly workspaceState: vscode.Memento;
}

/** Each command declares the part of the context that it needs. Any extension can call it, so it checks its arguments. */
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

/** What a command asks of the API, for the text of its errors. */
const operations: Partial<Record<CommandName, ApiOperation>> = {
  showResults: 'loadResults',
  openResultsText: 'loadResults',
  saveResults: 'loadResults',
  saveMedia: 'loadResults',
  exportFailed: 'loadResults',
  dryRun: 'dryRun',
  estimateCost: 'estimateCost',
  submitFile: 'createBatch',
  continueSubmission: 'createBatch',
};

/** Runs a command. Reports its errors to the user; never rejects. */
export async function runCommand(context: CommandContext, name: CommandName, args: readonly unknown[]): Promise<void> {
  await withErrorReport(context, () => commands[name](context, ...args), operations[name], name);
}
