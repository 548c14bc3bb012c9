import * as vscode from 'vscode';
import { type Batch, hasOutput } from '../../core/batches/batch';
import { isFinished } from '../../core/batches/status';
import type { BatchesEnded, BatchStore } from '../../core/batches/store';
import { asError } from '../../core/common/errors';
import type { Disposable } from '../../core/common/emitter';
import type { CurrentAccount } from '../../core/account/currentAccount';
import type { BatchMetadata } from '../../core/account/batchMetadata';
import type { Log } from '../../core/common/log';
import { type Button, showMessage } from '../shared/messages';
import { readNotifications } from '../shared/settings';
import { finishedBadge, finishedText } from './text/notifications';
import type { BatchesView } from './batchesView';

export interface CompletionNotifierHost {
  store: BatchStore;
  currentAccount: CurrentAccount;
  view: BatchesView;
  log: Log;
}

/**
 * Reports finished batches: with a notification if the user has subscribed to them, in only one window, and with the
 * badge of the view until the user has seen it.
 */
export class CompletionNotifier implements Disposable {
  private readonly unseen = new Map<string, Batch>();
  /** IDs of finished batches that this window has already handled. */
  private readonly handled = new Set<string>();
  private readonly subscriptions: Disposable[];
  private isSeen = false;

  constructor(private readonly host: CompletionNotifierHost) {
    this.subscriptions = [
      host.store.onDidEnd((ended) => this.onEnded(ended)),
      // In a microtask, so that `onDidEnd` comes first: only it tells whether the batches finished while away.
      host.store.onDidChange(() => queueMicrotask(() => this.handleMissed())),
    ];
  }

  /** Call when the user starts or stops seeing the view. */
  setSeen(isSeen: boolean): void {
    this.isSeen = isSeen;
    if (isSeen) {
      this.clearBadge();
    }
  }

  /** Forgets all batches. Call when the account has changed. */
  reset(): void {
    this.handled.clear();
    this.clearBadge();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) {
      subscription.dispose();
    }
  }

  /** Handles subscribed batches that were already finished when first loaded: `onDidEnd` does not fire for them. */
  private handleMissed(): void {
    const { currentAccount, store } = this.host;
    const metadata = currentAccount.current?.metadata;
    // Before the first load, the store has only the list of an earlier session.
    if (metadata === undefined || store.lastAttemptAt === undefined) {
      return;
    }
    const batches = [...metadata.subscribed].flatMap((id) => (this.handled.has(id) ? [] : (store.find(id) ?? [])));
    const ended = batches.filter(({ status }) => isFinished(status));
    if (ended.length > 0) {
      this.onEnded({ batches: ended, whileAway: false });
    }
  }

  private onEnded(ended: BatchesEnded): void {
    if (!this.isSeen) {
      for (const batch of ended.batches) {
        this.unseen.set(batch.id, batch);
      }
      this.drawBadge();
    }
    this.notify(ended).catch((error: unknown) => {
      this.host.log.error(`The notification about a finished batch failed: ${asError(error).message}`);
    });
  }

  private async notify({ batches, whileAway }: BatchesEnded): Promise<void> {
    const metadata = this.host.currentAccount.current?.metadata;
    const setting = readNotifications();
    if (metadata === undefined) {
      return;
    }
    const { subscribed } = metadata;
    const wanted = batches.filter(({ id }) => setting === 'all' || subscribed.has(id));
    if (wanted.length === 0) {
      return;
    }
    // Claim them even if no notification is shown, so that no other window shows one later.
    const claimed = new Set(
      await this.claim(
        metadata,
        wanted.map(({ id }) => id),
      ),
    );
    if (this.host.currentAccount.current?.metadata !== metadata) {
      // The account has changed: do not show batches of the old one.
      return;
    }
    const ours = wanted.filter(({ id }) => claimed.has(id));
    if (ours.length > 0 && setting !== 'none' && !whileAway) {
      this.showNotification(ours);
    }
  }

  /** @returns IDs of the batches that this window must notify about. */
  private async claim(metadata: BatchMetadata, ids: readonly string[]): Promise<readonly string[]> {
    const unhandled = ids.filter((id) => !this.handled.has(id));
    for (const id of ids) {
      this.handled.add(id);
    }
    try {
      return await metadata.claimNotifications(ids);
    } catch (error) {
      // Another window may show the same notification. Two are better than none.
      this.host.log.warn(`Could not store that a notification was shown: ${asError(error).message}`);
      return unhandled;
    }
  }

  private showNotification(batches: readonly Batch[]): void {
    const { currentAccount, view } = this.host;
    const [first] = batches;
    if (first === undefined) {
      return;
    }
    const buttons: Button[] = [[vscode.l10n.t('Show in List'), () => view.reveal(first.id)]];
    if (batches.length === 1 && hasOutput(first)) {
      const show = (): unknown => vscode.commands.executeCommand('syncBatches.showResults', first.id);
      buttons.unshift([vscode.l10n.t('Show Results'), show]);
    }
    const severity = batches.some(({ status }) => status === 'FAILED') ? 'warning' : 'information';
    showMessage(
      severity,
      finishedText(batches, (id) => currentAccount.metadataOf(id).name),
      ...buttons,
    );
  }

  private clearBadge(): void {
    this.unseen.clear();
    this.drawBadge();
  }

  private drawBadge(): void {
    this.host.view.setBadge(this.unseen.size === 0 ? undefined : finishedBadge([...this.unseen.values()]));
  }
}
