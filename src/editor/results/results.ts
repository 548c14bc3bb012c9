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
import type { MediaSaverHost } from '../../core/media/saver';
import type { ResultCache } from '../../core/results/cache';
import { ResultFiles } from '../../core/results/resultFiles';
import type { ClientFactory } from '../account/clientFactory';
import { Lazy } from '../shared/lazy';
import type { ResultsPanels } from './resultsPanels';
import { closeResultsTexts } from './resultsText';

export interface ResultsHost {
  readonly extensionUri: vscode.Uri;
  readonly keys: ApiKeys;
  readonly store: BatchStore;
  readonly currentAccount: CurrentAccount;
  readonly clients: ClientFactory;
  readonly log: Log;
  readonly cache: ResultCache;
  readonly clock: Clock;
  /** A folder that the person picked, by its path. */
  readonly folderAt: (path: string) => MediaFolder;
}

/** The results of batches, as commands and tabs have them. What shows them is loaded with the first tab. */
export class Results implements vscode.Disposable {
  readonly files: ResultFiles;
  private readonly panels: Lazy<ResultsPanels>;
  private readonly subscription: Disposable;
  private accountId: string | undefined;

  constructor(private readonly host: ResultsHost) {
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
      this.leaveAccount();
      this.panels.ifLoaded?.retitle();
    });
    const { files } = this;
    this.panels = new Lazy(async () => {
      const { ResultsPanels } = await import('./resultsPanels');
      return () =>
        new ResultsPanels({
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

  /** Shows the results of a batch in a tab, the one that has them if there is one. */
  async show(batchId: string): Promise<void> {
    (await this.panels.get()).show(batchId);
  }

  /** Fills a tab that was there before the window was reloaded. @param state what its page remembers of itself. */
  async restore(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    (await this.panels.get()).restore(panel, state);
  }

  /** What saving media needs. @param folder on a disk. @throws {ApiError} when there can't be a client. */
  mediaSaverHost(folder: string): MediaSaverHost {
    const { clients, folderAt, clock, log } = this.host;
    return { client: clients.client(), folder: folderAt(folder), clock, log };
  }

  /** Deletes all that is kept. @returns whether that was possible. */
  forgetAll(): Promise<boolean> {
    return this.host.cache.forgetAll();
  }

  /** Deletes what is kept of an account. @returns whether that was possible. */
  forgetAccount(account: string): Promise<boolean> {
    return this.host.cache.forget(account);
  }

  dispose(): void {
    this.subscription.dispose();
    this.panels.dispose();
  }

  /** Another account must not see the results of this one. */
  private leaveAccount(): void {
    const { currentAccount, log } = this.host;
    const id = currentAccount.current?.id;
    if (this.accountId !== undefined && this.accountId !== id) {
      this.panels.ifLoaded?.closeAll();
      closeResultsTexts().catch((error: unknown) => {
        log.warn(`Documents with results could not be closed: ${asError(error).message}`);
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
    // A tab that comes back after a reload asks before the key was read.
    await keys.settled();
    await currentAccount.settled();
    return currentAccount.current?.id;
  }

  private async batchWithOutput(id: string, signal: AbortSignal): Promise<Batch> {
    const { store, clients } = this.host;
    const known = store.find(id);
    // Signed addresses are not stored with the list, and so may be unknown after a start.
    const batch = known !== undefined && hasOutput(known) ? known : await clients.client().getBatch(id, signal);
    if (batch === undefined || !hasOutput(batch)) {
      throw new ApiError('gone', batch === undefined ? 'there is no such batch' : 'the batch has no results');
    }
    return batch;
  }
}
