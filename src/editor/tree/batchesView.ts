import * as vscode from 'vscode';
import type { ApiKeys } from '../../core/auth/apiKeys';
import { isFiltering } from '../../core/batches/filter';
import type { BatchStore, StoreChange } from '../../core/batches/store';
import { type ViewState, viewStateOf } from '../../core/batches/viewState';
import type { Disposable } from '../../core/events';
import type { Accounts } from '../../core/live/accounts';
import type { ContextKeyService } from '../contextKeys';
import { filterText } from '../text/filters';
import { isSameDay } from '../text/times';
import { messageOf, welcomeOf } from '../text/view';
import { viewId } from '../ids';
import { BatchTree } from './batchTree';
import type { LateTree } from './lateTree';
import type { BatchNode, Node } from './nodes';

const minuteMs = 60_000;

/**
 * The view around the tree: its message, description, welcome text and progress, all read off the store and the key.
 * It loads nothing, and draws nothing that the store does not say.
 */
export class BatchesView implements Disposable {
  private readonly tree: BatchTree;
  private readonly disposables: Disposable[] = [];
  private endProgress: (() => void) | undefined;
  private showsBatches = false;
  private drawnAt = 0;
  private ticking: NodeJS.Timeout | undefined;

  constructor(
    private readonly view: vscode.TreeView<Node>,
    tree: LateTree,
    private readonly store: BatchStore,
    private readonly keys: ApiKeys,
    accounts: Accounts,
    private readonly contextKeys: ContextKeyService,
  ) {
    this.tree = new BatchTree((id) => accounts.noteOf(id));
    tree.use(this.tree);
    this.disposables.push(
      this.tree,
      store.onDidChange((change) => this.draw(change)),
      keys.onDidChange(() => this.draw()),
      accounts.onDidChange(() => this.redraw()),
      this.view.onDidChangeVisibility(() => this.draw()),
    );
    this.draw();
  }

  get isVisible(): boolean {
    return this.view.visible;
  }

  /** Calls the listener when the view was shown or hidden. */
  onDidChangeVisibility(listener: () => void): Disposable {
    return this.view.onDidChangeVisibility(listener);
  }

  setBadge(badge: vscode.ViewBadge | undefined): void {
    // The editor takes `undefined` for "no badge", which its types do not say.
    (this.view as { badge?: vscode.ViewBadge | undefined }).badge = badge;
  }

  /** Shows the view and in it the batch, if it is among those that the filter lets through. */
  async reveal(id: string): Promise<void> {
    const node = this.tree.nodeFor(id);
    if (node === undefined) {
      await vscode.commands.executeCommand(`${viewId}.focus`);
    } else {
      await this.view.reveal(node, { select: true, focus: true });
    }
  }

  /** Shows more of a group, and moves to the first new row so that the keyboard goes on from there. */
  async showMore(status: string): Promise<void> {
    const first = this.tree.showMore(status);
    if (first !== undefined) {
      await this.view.reveal(first, { select: true, focus: true });
    }
  }

  /** The batches that are selected in the tree. */
  get selection(): readonly BatchNode[] {
    return this.view.selection.filter((node): node is BatchNode => node.kind === 'batch');
  }

  dispose(): void {
    this.endProgress?.();
    clearInterval(this.ticking);
    for (const disposable of this.disposables) {
      disposable.dispose();
    }
  }

  /** Draws all rows anew: what is noted about them has changed. */
  private redraw(): void {
    if (this.showsBatches) {
      this.tree.replace(this.store.batches);
    }
    this.draw();
  }

  private draw(change?: StoreChange): void {
    const { store } = this;
    const state = viewStateOf(this.keys.state, store);
    this.drawTree(state, change);
    this.drawTexts(this.view, state);
    this.contextKeys.set({
      'syncBatches.hasApiKey': this.keys.state.kind === 'key',
      'syncBatches.filtered': isFiltering(store.filter),
      'syncBatches.viewState': welcomeOf(state),
    });
    // What is asked for in the background is not worth a moving bar every half minute.
    this.drawProgress(store.isLoadingAll || this.keys.state.kind === 'reading');
    this.tickWhile(this.showsBatches && this.view.visible);
  }

  /** What is shown has times in it that age: while it is seen, it is written anew every minute. */
  private tickWhile(needed: boolean): void {
    if (needed) {
      this.ticking ??= setInterval(() => this.draw(), minuteMs);
    } else {
      clearInterval(this.ticking);
      this.ticking = undefined;
    }
  }

  private drawTree(state: ViewState, change: StoreChange | undefined): void {
    const showsBatches = state.kind === 'list' || state.kind === 'stale';
    const now = Date.now();
    // Rows show the time of day for the batches of today only.
    const isNewDay = !isSameDay(this.drawnAt, now);
    if (showsBatches !== this.showsBatches || (showsBatches && isNewDay)) {
      this.tree.replace(showsBatches ? this.store.batches : []);
    } else if (showsBatches && change !== undefined) {
      this.tree.update(this.store.batches, change);
    }
    this.showsBatches = showsBatches;
    this.drawnAt = now;
  }

  /** The editor takes `undefined` for "no message", which its types do not say. */
  private drawTexts(view: { message?: string | undefined; description?: string }, state: ViewState): void {
    const filter = filterText(this.store.filter);
    view.message = messageOf(state, filter, this.store.loadedAt);
    // Shown in the view's own header, and so only where the person has moved the view beside others: alone in its
    // container, a view has no header. The message says it in either place.
    view.description = filter;
  }

  private drawProgress(busy: boolean): void {
    if (!busy) {
      this.endProgress?.();
      this.endProgress = undefined;
    } else if (this.endProgress === undefined) {
      const ended = new Promise<void>((resolve) => (this.endProgress = resolve));
      void vscode.window.withProgress({ location: { viewId } }, () => ended);
    }
  }
}
