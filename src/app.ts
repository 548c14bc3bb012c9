import * as vscode from 'vscode';
import { type FetchLike, Http } from './core/api/http/http';
import { ApiKeys } from './core/account/apiKeys';
import { Models } from './core/batchFile/schema/models';
import { parseStoredFilter } from './core/batches/filter';
import { BatchStore } from './core/batches/store';
import { CurrentAccount } from './core/account/currentAccount';
import type { Disposable } from './core/common/emitter';
import { AutoRefresh } from './core/batches/refresh/autoRefresh';
import { ResultCache } from './core/results/cache';
import { redactingLog } from './core/common/log';
import { Redactor } from './core/common/redact';
import { LazyBatchFiles } from './editor/batchFiles/lazyBatchFiles';
import type { CommandName } from './editor/commandNames';
import { ClientFactory } from './editor/account/clientFactory';
import { ContextKeyService } from './editor/shared/contextKeys';
import { secretStorageKeyring } from './editor/account/keyring';
import { CompletionNotifier } from './editor/sidebar/completionNotifier';
import { WindowEvents } from './editor/sidebar/windowEvents';
import { ResultsService } from './editor/results/resultsService';
import { onDidChangeBatchFileLimits, readBatchFileLimits, readAutoRefreshSettings } from './editor/shared/settings';
import { notifyUnfinishedSubmissions } from './editor/submissions/notifyUnfinished';
import { SubmissionService } from './core/submissions/service';
import { storageKeys } from './editor/shared/ids';
import { BatchesView } from './editor/sidebar/batchesView';
import type { TreeProxy } from './editor/sidebar/treeProxy';
import type { Node } from './editor/sidebar/nodes';
import { DiskInputFolder } from './platform/inputFolder';
import { DiskResultCacheFolder } from './platform/resultCacheFolder';
import { DiskMediaFolder } from './platform/mediaFolder';
import { DiskSharedFiles } from './platform/sharedFolder';
import { systemClock as clock } from './platform/systemClock';

/** Loads the HTTP code with the first request, because activation sends none. */
const fetch: FetchLike = async (url, init) => (await import('./platform/nodeTransport')).nodeTransport(url, init);

/** The running extension. */
export interface App extends Disposable {
  readonly results: ResultsService;
  /** Runs a command. Reports its errors to the user; never rejects. */
  run(name: CommandName, args: readonly unknown[]): Promise<void>;
}

/** Creates the parts of the extension and connects them. Awaits nothing. */
export function start(context: vscode.ExtensionContext, treeView: vscode.TreeView<Node>, tree: TreeProxy): App {
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
  const clients = new ClientFactory(new Http({ fetch, clock, random, log, redact }), keys, log);
  const store = new BatchStore(
    {
      list: async (query, signal) => clients.client().listBatches(query, signal),
      get: async (id, signal) => clients.client().getBatch(id, signal),
      clock,
      log,
    },
    parseStoredFilter(context.workspaceState.get(storageKeys.filter)),
  );
  const window = crypto.randomUUID();
  const { extensionUri, workspaceState } = context;
  const storage = context.globalStorageUri.fsPath;
  const files = new DiskSharedFiles(storage, window);
  const folder = new DiskResultCacheFolder(`${storage}/results`);
  const currentAccount = new CurrentAccount({ files, window, store, clock, log });
  const submissions = new SubmissionService({
    files,
    inputFolder: (account) => new DiskInputFolder(`${storage}/inputs/${account}`, window),
    currentAccount,
    store,
    window,
    clock,
    random,
    log,
  });
  const contextKeys = new ContextKeyService();
  const view = new BatchesView(treeView, tree, store, keys, currentAccount, contextKeys, submissions);
  const completionNotifier = new CompletionNotifier({ store, currentAccount, view, log });
  const autoRefresh = new AutoRefresh({
    store,
    clock,
    random,
    log,
    canLoad: () => keys.state.kind === 'key' && currentAccount.isReady,
    lease: () => currentAccount.current?.lease,
    subscribed: () => currentAccount.current?.metadata.subscribed ?? new Set(),
    settings: readAutoRefreshSettings,
  });
  const models = new Models({
    list: async (signal) => clients.client().listModels(signal),
    canAsk: () => keys.state.kind === 'key',
    clock,
    log,
  });
  const batchFiles = new LazyBatchFiles({
    log,
    readLimits: readBatchFileLimits,
    onDidChangeLimits: onDidChangeBatchFileLimits,
    models: () => models.names,
    onDidChangeModels: models.onDidChange,
    onUse: () => void models.refresh(),
    setIsBatchFile: (isBatchFile) => contextKeys.set({ 'syncBatches.isBatchFile': isBatchFile }),
  });
  submissions.onDidFindUnfinished(notifyUnfinishedSubmissions);
  const windowEvents = new WindowEvents({
    secrets: context.secrets,
    keys,
    clients,
    store,
    currentAccount,
    models,
    submissions,
    view,
    completionNotifier,
    autoRefresh,
  });
  const cache = new ResultCache({ folder, window, clock, log });
  const results = new ResultsService({
    extensionUri,
    keys,
    store,
    currentAccount,
    clients,
    cache,
    clock,
    log,
    folderAt: (path) => new DiskMediaFolder(path),
  });

  const commands = {
    keys,
    store,
    currentAccount,
    clients,
    windowEvents,
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
    currentAccount,
    view,
    completionNotifier,
    autoRefresh,
    models,
    batchFiles,
    submissions,
    windowEvents,
    results,
  ];
  return {
    results,
    run: async (name, args) => (await import('./editor/runCommand')).runCommand(commands, name, args),
    dispose() {
      for (const part of parts) {
        part.dispose();
      }
    },
  };
}
