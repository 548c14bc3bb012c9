import * as vscode from 'vscode';
import { type FetchLike, Http } from './core/api/http';
import { ApiKeys } from './core/auth/apiKeys';
import { Models } from './core/batchFile/models';
import { parseStoredFilter } from './core/batches/filter';
import { BatchStore } from './core/batches/store';
import { Accounts } from './core/live/accounts';
import type { Disposable } from './core/events';
import { LiveRefresh } from './core/live/liveRefresh';
import { KeptResults } from './core/results/keptResults';
import { redactingLog } from './core/log';
import { Redactor } from './core/security/redact';
import { LateBatchFiles } from './editor/batchFiles/lateBatchFiles';
import type { CommandName } from './editor/commands/names';
import { Connection } from './editor/connection';
import { ContextKeyService } from './editor/contextKeys';
import { secretStorageKeyring } from './editor/keyring';
import { Endings } from './editor/live/endings';
import { Follower } from './editor/live/follower';
import { Results } from './editor/results/results';
import { onDidChangeBatchFileLimits, readBatchFileLimits, readLiveSettings } from './editor/settings';
import { tellLeftOvers } from './editor/submissions/leftOvers';
import { Submissions } from './editor/submissions/submissions';
import { storageKeys } from './editor/ids';
import { BatchesView } from './editor/tree/batchesView';
import type { LateTree } from './editor/tree/lateTree';
import type { Node } from './editor/tree/nodes';
import { DiskInputFolder } from './platform/inputFolder';
import { KeptResultsFolder } from './platform/keptResultsFolder';
import { DiskFolder } from './platform/mediaFolder';
import { SharedFolder } from './platform/sharedFolder';
import { systemClock as clock } from './platform/systemClock';

/** Loaded at the first request: activation needs none. */
const fetch: FetchLike = async (url, init) => (await import('./platform/nodeTransport')).nodeTransport(url, init);

/** The running extension. */
export interface App extends Disposable {
  readonly results: Results;
  /** Runs a command. One that fails says so itself. */
  run(name: CommandName, args: readonly unknown[]): Promise<void>;
}

/** Builds the parts and connects them. Nothing here waits for anything. */
export function start(context: vscode.ExtensionContext, treeView: vscode.TreeView<Node>, tree: LateTree): App {
  const channel = vscode.window.createOutputChannel('Batches for sync.so', { log: true });
  const redactor = new Redactor();
  const { redact } = redactor;
  const log = redactingLog(channel, redact);
  const random = Math.random;

  const keys = new ApiKeys({
    keyring: secretStorageKeyring(context.secrets),
    environmentKey: process.env['SYNC_API_KEY'],
    clock,
    log,
    onKey: (key) => redactor.register(key),
  });
  const connection = new Connection(new Http({ fetch, clock, random, log, redact }), keys, log);
  const store = new BatchStore(
    {
      list: async (query, signal) => connection.client().listBatches(query, signal),
      get: async (id, signal) => connection.client().getBatch(id, signal),
      clock,
      log,
    },
    parseStoredFilter(context.workspaceState.get(storageKeys.filter)),
  );
  const window = crypto.randomUUID();
  const { extensionUri, workspaceState } = context;
  const storage = context.globalStorageUri.fsPath;
  const files = new SharedFolder(storage, window);
  const folder = new KeptResultsFolder(`${storage}/results`);
  const accounts = new Accounts({ files, window, store, clock, log });
  const submissions = new Submissions({
    files,
    inputFolder: (account) => new DiskInputFolder(`${storage}/inputs/${account}`, window),
    accounts,
    store,
    window,
    clock,
    random,
    log,
  });
  const contextKeys = new ContextKeyService();
  const view = new BatchesView(treeView, tree, store, keys, accounts, contextKeys, submissions);
  const endings = new Endings({ store, accounts, view, log });
  const live = new LiveRefresh({
    store,
    clock,
    random,
    log,
    canAsk: () => keys.state.kind === 'key' && accounts.isReady,
    turns: () => accounts.current?.turns,
    marked: () => accounts.current?.notes.marked ?? new Set(),
    settings: readLiveSettings,
  });
  const models = new Models({
    list: async (signal) => connection.client().listModels(signal),
    canAsk: () => keys.state.kind === 'key',
    clock,
    log,
  });
  const batchFiles = new LateBatchFiles({
    log,
    readLimits: readBatchFileLimits,
    onDidChangeLimits: onDidChangeBatchFileLimits,
    models: () => models.names,
    onDidChangeModels: models.onDidChange,
    onUse: () => void models.refresh(),
    setIsBatchFile: (isBatchFile) => contextKeys.set({ 'syncBatches.isBatchFile': isBatchFile }),
  });
  submissions.onDidFindLeftOvers(tellLeftOvers);
  const follower = new Follower({
    secrets: context.secrets,
    keys,
    connection,
    store,
    accounts,
    models,
    submissions,
    view,
    endings,
    live,
  });
  const kept = new KeptResults({ folder, window, clock, log });
  const results = new Results({
    extensionUri,
    keys,
    store,
    accounts,
    connection,
    kept,
    clock,
    log,
    folderAt: (path) => new DiskFolder(path),
  });

  const commands = {
    keys,
    store,
    accounts,
    connection,
    follower,
    view,
    results,
    batchFiles,
    submissions,
    log,
    redact,
    channel,
    workspaceState,
  };
  void keys.read();

  const parts = [
    channel,
    keys,
    store,
    accounts,
    view,
    endings,
    live,
    models,
    batchFiles,
    submissions,
    follower,
    results,
  ];
  return {
    results,
    run: async (name, args) => (await import('./editor/commands/run')).runCommand(commands, name, args),
    dispose() {
      for (const part of parts) {
        part.dispose();
      }
    },
  };
}
