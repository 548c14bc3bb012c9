import type * as vscode from 'vscode';
import type { ApiKeys } from '../../core/auth/apiKeys';
import type { BatchStore } from '../../core/batches/store';
import type { Accounts } from '../../core/live/accounts';
import type { Log } from '../../core/log';
import type { LateBatchFiles } from '../batchFiles/lateBatchFiles';
import type { Connection } from '../connection';
import type { Follower } from '../live/follower';
import type { Results } from '../results/results';
import type { Submissions } from '../submissions/submissions';
import type { BatchesView } from '../tree/batchesView';

/** What the commands work with. */
export interface CommandContext {
  readonly keys: ApiKeys;
  readonly store: BatchStore;
  readonly accounts: Accounts;
  readonly connection: Connection;
  readonly follower: Follower;
  readonly view: BatchesView;
  readonly results: Results;
  readonly batchFiles: LateBatchFiles;
  readonly submissions: Submissions;
  /** Redacting. */
  readonly log: Log;
  readonly redact: (text: string) => string;
  readonly channel: vscode.OutputChannel;
  /** Where the filter survives a reload. */
  readonly workspaceState: vscode.Memento;
}
