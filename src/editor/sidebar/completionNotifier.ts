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
import { endedBadge, endedText } from './text/completions';
import type { BatchesView } from './batchesView';

export interface CompletionNotifierHost {
  store: BatchStore;
  currentAccount: CurrentAccount;
  view: BatchesView;
  log: Log;
}

/**
 * Tells of batches that have come to their end: by a message where the person asked for it, once over all windows,
 * and by the badge until the view has been seen.
 */
export class CompletionNotifier implements Disposable {
  private readonly unseen = new Map<string, Batch>();
  /** The IDs of batches whose end was taken up in this window. */
  private readonly taken = new Set<string>();
  private readonly subscriptions: Disposable[];
  private isSeen = false;

  constructor(private readonly host: CompletionNotifierHost) {
    this.subscriptions = [
      host.store.onDidEnd((ended) => this.take(ended)),
      // Later, so that ends that the store tells are taken up first: it knows which came while nobody was waiting.
      host.store.onDidChange(() => queueMicrotask(() => this.takeMissed())),
    ];
  }

  /** The view is before the person's eyes, or not any more. */
  setSeen(isSeen: boolean): void {
    this.isSeen = isSeen;
    if (isSeen) {
      this.clearBadge();
    }
  }

  /** Another account's batches are none of this one's. */
  forget(): void {
    this.taken.clear();
    this.clearBadge();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) {
      subscription.dispose();
    }
  }

  /** Takes up marked batches that had ended when the list first had them: the store knows of no end there. */
  private takeMissed(): void {
    const { currentAccount, store } = this.host;
    const notes = currentAccount.current?.metadata;
    // A stored list is no news.
    if (notes === undefined || store.lastAttemptAt === undefined) {
      return;
    }
    const batches = [...notes.subscribed].flatMap((id) => (this.taken.has(id) ? [] : (store.find(id) ?? [])));
    const ended = batches.filter(({ status }) => isFinished(status));
    if (ended.length > 0) {
      this.take({ batches: ended, whileAway: false });
    }
  }

  private take(ended: BatchesEnded): void {
    if (!this.isSeen) {
      for (const batch of ended.batches) {
        this.unseen.set(batch.id, batch);
      }
      this.drawBadge();
    }
    this.tell(ended).catch((error: unknown) => {
      this.host.log.error(`The end of a batch could not be told: ${asError(error).message}`);
    });
  }

  private async tell({ batches, whileAway }: BatchesEnded): Promise<void> {
    const notes = this.host.currentAccount.current?.metadata;
    const setting = readNotifications();
    if (notes === undefined) {
      return;
    }
    const { subscribed } = notes;
    const wanted = batches.filter(({ id }) => setting === 'all' || subscribed.has(id));
    if (wanted.length === 0) {
      return;
    }
    // Claimed in any case: what is not told now, because nobody was waiting, is not told later by another window.
    const ours = new Set(
      await this.claim(
        notes,
        wanted.map(({ id }) => id),
      ),
    );
    if (this.host.currentAccount.current?.metadata !== notes) {
      // Another account is in use by now, and is told nothing of this one.
      return;
    }
    const told = wanted.filter(({ id }) => ours.has(id));
    if (told.length > 0 && setting !== 'none' && !whileAway) {
      this.show(told);
    }
  }

  /** @returns the IDs of those that are to be told in this window. */
  private async claim(notes: BatchMetadata, ids: readonly string[]): Promise<readonly string[]> {
    const fresh = ids.filter((id) => !this.taken.has(id));
    for (const id of ids) {
      this.taken.add(id);
    }
    try {
      return await notes.claimNotifications(ids);
    } catch (error) {
      // Another window may tell it too: twice is better than never.
      this.host.log.warn(`It could not be noted that the end of a batch is told: ${asError(error).message}`);
      return fresh;
    }
  }

  private show(batches: readonly Batch[]): void {
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
      endedText(batches, (id) => currentAccount.metadataOf(id).name),
      ...buttons,
    );
  }

  private clearBadge(): void {
    this.unseen.clear();
    this.drawBadge();
  }

  private drawBadge(): void {
    this.host.view.setBadge(this.unseen.size === 0 ? undefined : endedBadge([...this.unseen.values()]));
  }
}
