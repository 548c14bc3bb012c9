import type * as vscode from 'vscode';
import { ApiError } from '../../core/api/http/errors';
import type { ApiKeys } from '../../core/account/apiKeys';
import { type Batch, hasOutput } from '../../core/batches/batch';
import { isUnderWay } from '../../core/batches/status';
import type { BatchStore } from '../../core/batches/store';
import type { Clock } from '../../core/common/clock';
import { asError } from '../../core/common/errors';
import type { Disposable } from '../../core/common/emitter';
import type { CurrentAccount } from '../../core/account/currentAccount';
import type { Log } from '../../core/common/log';
import type { MediaFolder } from '../../core/media/folder';
import type { MediaSaverHost } from '../../core/media/partDownloader';
import type { ResultCache } from '../../core/results/cache';
import { ResultFiles } from '../../core/results/resultFiles';
import type { ClientFactory } from '../account/clientFactory';
import { Lazy } from '../shared/lazy';
import type { OpenResultsTabs } from './openResultsTabs';
import { closeResultsDocuments } from './resultsDocument';

export interface ResultsServiceHost {
  readonly extensionUri: vscode.Uri;
  readonly keys: ApiKeys;
  readonly store: BatchStore;
  readonly currentAccount: CurrentAccount;
  readonly clients: ClientFactory;
  readonly log: Log;
  readonly cache: ResultCache;
  readonly clock: Clock;
  /** @param path The path of a folder that the user picked. */
  readonly folderAt: (path: string) => MediaFolder;
}

/** Gives commands and tabs the results of batches. The code of the tabs is loaded when the first one opens. */
export class ResultsService implements vscode.Disposable {
  readonly files: ResultFiles;
  private readonly panels: Lazy<OpenResultsTabs>;
  private readonly subscription: Disposable;
  private accountId: string | undefined;

  constructor(private readonly host: ResultsServiceHost) {
    const { extensionUri, store, currentAccount, clients, log, cache } = host;
    this.files = new ResultFiles({
      client: () => clients.client(),
      cache,
      account: () => this.account(),
      output: async (id, signal) => {
        const { outputUrl, status } = await this.batchWithOutput(id, signal);
        return { url: outputUrl, isFinished: !isUnderWay(status) };
      },
      isUnfinished: (id) => this.isUnfinished(id),
    });
    this.accountId = currentAccount.current?.id;
    this.subscription = currentAccount.onDidChange(() => {
      this.closeIfAccountChanged();
      this.panels.ifLoaded?.updateTitles();
    });
    const { files } = this;
    this.panels = new Lazy(async () => {
      const { OpenResultsTabs } = await import('./openResultsTabs');
      return () =>
        new OpenResultsTabs({
          extensionUri,
          files,
          log,
          client: () => clients.client(),
          batchOf: (id) => ({
            name: currentAccount.metadataOf(id).name,
            total: this.isUnfinished(id) ? 0 : (store.find(id)?.metrics.total ?? 0),
          }),
        });
    });
  }

  /** Shows the results of a batch in a tab: its open tab, or a new one. */
  async show(batchId: string): Promise<void> {
    (await this.panels.get()).show(batchId);
  }

  /** Restores a tab after a window reload. @param state The saved state of its page. */
  async restore(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    (await this.panels.get()).restore(panel, state);
  }

  /**
   * @param folder The path of the folder to save media to.
   * @throws {ApiError} if there is no API key, or the base URL is invalid.
   */
  mediaSaverHost(folder: string): MediaSaverHost {
    const { clients, folderAt, clock, log } = this.host;
    return { client: clients.client(), folder: folderAt(folder), clock, log };
  }

  /** Deletes all cached results. @returns whether that succeeded. */
  forgetAll(): Promise<boolean> {
    return this.host.cache.forgetAll();
  }

  /** Deletes the cached results of an account. @returns whether that succeeded. */
  forgetAccount(account: string): Promise<boolean> {
    return this.host.cache.forget(account);
  }

  dispose(): void {
    this.subscription.dispose();
    this.panels.dispose();
  }

  /** Closes all tabs and documents of another account. No account may see the results of another. */
  private closeIfAccountChanged(): void {
    const { currentAccount, log } = this.host;
    const id = currentAccount.current?.id;
    if (this.accountId !== undefined && this.accountId !== id) {
      this.panels.ifLoaded?.closeAll();
      closeResultsDocuments().catch((error: unknown) => {
        log.warn(`Could not close documents with results: ${asError(error).message}`);
      });
    }
    this.accountId = id;
  }

  private isUnfinished(id: string): boolean {
    const known = this.host.store.find(id);
    return known !== undefined && isUnderWay(known.status);
  }

  private async account(): Promise<string | undefined> {
    const { keys, currentAccount } = this.host;
    // A tab that is restored after a window reload asks before the key is read.
    await keys.settled();
    await currentAccount.settled();
    return currentAccount.current?.id;
  }

  private async batchWithOutput(id: string, signal: AbortSignal): Promise<Batch> {
    const { store, clients } = this.host;
    const known = store.find(id);
    // Signed URLs are not stored with the list, so they may be unknown after a restart.
    const batch = known !== undefined && hasOutput(known) ? known : await clients.client().getBatch(id, signal);
    if (batch === undefined || !hasOutput(batch)) {
      throw new ApiError('gone', batch === undefined ? 'there is no such batch' : 'the batch has no results');
    }
    return batch;
  }
}
