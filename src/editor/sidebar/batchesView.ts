import * as vscode from 'vscode';
import type { ApiKeys } from '../../core/account/apiKeys';
import type { Batch } from '../../core/batches/batch';
import { isFiltering } from '../../core/batches/filter';
import type { BatchStore, StoreChange } from '../../core/batches/store';
import { type ViewState, viewStateOf } from '../../core/batches/viewState';
import type { Disposable } from '../../core/common/emitter';
import type { CurrentAccount } from '../../core/account/currentAccount';
import { type SubmissionProgress, progressOfSubmissions } from '../../core/submissions/progress';
import { isSettled } from '../../core/submissions/submission';
import type { ContextKeyService } from '../shared/contextKeys';
import type { SubmissionService } from '../../core/submissions/service';
import { type Activity, submissionsMessage } from '../submissions/text/progress';
import { filterText } from '../batches/text/filters';
import { isSameDay } from '../shared/times';
import { messageOf, welcomeOf } from './text/view';
import { viewId } from '../shared/ids';
import { BatchTree } from './batchTree';
import type { TreeProxy } from './treeProxy';
import type { Node } from './nodes';

const minuteMs = 60_000;

/** The submissions of the current account. */
export type SubmissionSource = Pick<SubmissionService, 'list' | 'statusOf' | 'isElsewhere' | 'onDidChange'>;

/**
 * The view of batches: its tree, message, description, welcome text and progress. Draws the store, the key and the
 * submissions, and loads nothing.
 */
export class BatchesView implements Disposable {
  private readonly tree: BatchTree;
  private readonly disposables: Disposable[] = [];
  private endProgress: (() => void) | undefined;
  private showsBatches = false;
  private drawnAt = 0;
  private redrawTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly view: vscode.TreeView<Node>,
    tree: TreeProxy,
    private readonly store: BatchStore,
    private readonly keys: ApiKeys,
    currentAccount: CurrentAccount,
    private readonly contextKeys: ContextKeyService,
    private readonly submissions: SubmissionSource,
  ) {
    this.tree = new BatchTree((id) => currentAccount.metadataOf(id));
    tree.use(this.tree);
    this.disposables.push(
      this.tree,
      store.onDidChange((change) => this.draw(change)),
      keys.onDidChange(() => this.draw()),
      currentAccount.onDidChange(() => {
        this.tree.updateMetadata();
        this.draw();
      }),
      submissions.onDidChange(() => this.draw()),
      this.view.onDidChangeVisibility(() => this.draw()),
    );
    this.draw();
  }

  get isVisible(): boolean {
    return this.view.visible;
  }

  /** Calls the listener when the view is shown or hidden. */
  onDidChangeVisibility(listener: () => void): Disposable {
    return this.view.onDidChangeVisibility(listener);
  }

  setBadge(badge: vscode.ViewBadge | undefined): void {
    // VS Code accepts `undefined` to remove the badge, although its types do not allow it.
    (this.view as { badge?: vscode.ViewBadge | undefined }).badge = badge;
  }

  /** Shows the view and selects the batch, if it matches the filter. */
  async reveal(id: string): Promise<void> {
    const node = this.tree.nodeFor(id);
    if (node === undefined) {
      await vscode.commands.executeCommand(`${viewId}.focus`);
    } else {
      await this.view.reveal(node, { select: true, focus: true });
    }
  }

  /** Shows more batches of a group, and selects the first new one for keyboard users. */
  async showMore(status: string): Promise<void> {
    const first = this.tree.showMore(status);
    if (first !== undefined) {
      await this.view.reveal(first, { select: true, focus: true });
    }
  }

  /** The batches that are selected in the tree, as batches or as parts of a submission. */
  get selection(): readonly { readonly batch: Batch }[] {
    return this.view.selection.flatMap((node) =>
      (node.kind === 'batch' || node.kind === 'part') && node.batch !== undefined ? [{ batch: node.batch }] : [],
    );
  }

  dispose(): void {
    this.endProgress?.();
    clearInterval(this.redrawTimer);
    for (const disposable of this.disposables) {
      disposable.dispose();
    }
  }

  private draw(change?: StoreChange): void {
    const { store } = this;
    const state = viewStateOf(this.keys.state, store);
    this.drawTree(state, change);
    const shown = this.visibleSubmissions(state);
    this.tree.updateSubmissions(shown.map((progress) => ({ progress, activity: this.activityOf(progress) })));
    this.drawTexts(this.view, state, shown.length > 0);
    this.contextKeys.set({
      'syncBatches.hasApiKey': this.keys.state.kind === 'key',
      'syncBatches.filtered': isFiltering(store.filter),
      'syncBatches.viewState': welcomeOf(state),
    });
    // A progress bar for each poll would distract: show it for full loads only.
    this.drawProgress(store.isLoadingAll || this.keys.state.kind === 'reading');
    this.redrawEveryMinute((this.showsBatches || shown.length > 0) && this.view.visible);
  }

  /** Redraws the view every minute while it is visible, because it shows ages. */
  private redrawEveryMinute(needed: boolean): void {
    if (needed) {
      this.redrawTimer ??= setInterval(() => this.draw(), minuteMs);
    } else {
      clearInterval(this.redrawTimer);
      this.redrawTimer = undefined;
    }
  }

  private drawTree(state: ViewState, change: StoreChange | undefined): void {
    const showsBatches = state.kind === 'list' || state.kind === 'stale';
    const now = Date.now();
    // Rows show the time of day only for batches of today.
    const isNewDay = !isSameDay(this.drawnAt, now);
    if (showsBatches !== this.showsBatches || (showsBatches && isNewDay)) {
      this.tree.replace(showsBatches ? this.store.batches : []);
    } else if (showsBatches && change !== undefined) {
      this.tree.update(this.store.batches, change);
    }
    this.showsBatches = showsBatches;
    this.drawnAt = now;
  }

  /**
   * The submissions to show. With a list of batches: all, whatever the filter. Without a list: only unfinished ones, since
   * any row hides the welcome text. A submission that is already shown stays until the list has all of its batches.
   */
  private visibleSubmissions(state: ViewState): SubmissionProgress[] {
    const { store, submissions } = this;
    const all = progressOfSubmissions(submissions.list, store.allBatches, Date.now());
    switch (state.kind) {
      case 'list':
      case 'stale':
        return all;
      case 'empty':
      case 'loading':
      case 'unreachable':
        return all.filter(
          ({ submission, sum }) =>
            !isSettled(submission) || (sum.unlisted > 0 && this.tree.hasSubmission(submission.id)),
        );
      case 'filteredOut':
        return all.filter(({ submission }) => !isSettled(submission));
      case 'noKey':
      case 'keyRefused':
        return [];
    }
  }

  private activityOf({ submission }: SubmissionProgress): Activity {
    const { submissions } = this;
    return (
      submissions.statusOf(submission.id) ?? (submissions.isElsewhere(submission) ? { kind: 'elsewhere' } : undefined)
    );
  }

  /** VS Code accepts `undefined` to remove the message, although its types do not allow it. */
  private drawTexts(
    view: { message?: string | undefined; description?: string },
    state: ViewState,
    hasSubmissions: boolean,
  ): void {
    const filter = filterText(this.store.filter);
    view.message =
      messageOf(state, filter, this.store.loadedAt) ?? (hasSubmissions ? submissionsMessage(state, filter) : undefined);
    // The description is visible only if the user has moved the view to a container with other views: a single view has
    // no header. So the message repeats the filter.
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
