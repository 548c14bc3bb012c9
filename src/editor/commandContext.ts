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
