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

/** The submissions of the account in use, as the view reads them. */
export type ShownSubmissions = Pick<SubmissionService, 'list' | 'statusOf' | 'isElsewhere' | 'onDidChange'>;

/**
 * The view around the tree: its message, description, welcome text and progress, all read off the store, the key and
 * the submissions. It loads nothing, and draws nothing that these do not say.
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
    tree: TreeProxy,
    private readonly store: BatchStore,
    private readonly keys: ApiKeys,
    currentAccount: CurrentAccount,
    private readonly contextKeys: ContextKeyService,
    private readonly submissions: ShownSubmissions,
  ) {
    this.tree = new BatchTree((id) => currentAccount.metadataOf(id));
    tree.use(this.tree);
    this.disposables.push(
      this.tree,
      store.onDidChange((change) => this.draw(change)),
      keys.onDidChange(() => this.draw()),
      currentAccount.onDidChange(() => {
        this.tree.showNotes();
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

  /** The batches that are selected in the tree, be it by their own rows or as parts of a submission. */
  get selection(): readonly { readonly batch: Batch }[] {
    return this.view.selection.flatMap((node) =>
      (node.kind === 'batch' || node.kind === 'part') && node.batch !== undefined ? [{ batch: node.batch }] : [],
    );
  }

  dispose(): void {
    this.endProgress?.();
    clearInterval(this.ticking);
    for (const disposable of this.disposables) {
      disposable.dispose();
    }
  }

  private draw(change?: StoreChange): void {
    const { store } = this;
    const state = viewStateOf(this.keys.state, store);
    this.drawTree(state, change);
    const submissionRows = this.submissionRowsIn(state);
    this.tree.showSubmissions(
      submissionRows.map((submissionRow) => ({ submissionRow, activity: this.activityOf(submissionRow) })),
    );
    this.drawTexts(this.view, state, submissionRows.length > 0);
    this.contextKeys.set({
      'syncBatches.hasApiKey': this.keys.state.kind === 'key',
      'syncBatches.filtered': isFiltering(store.filter),
      'syncBatches.viewState': welcomeOf(state),
    });
    // What is asked for in the background is not worth a moving bar every half minute.
    this.drawProgress(store.isLoadingAll || this.keys.state.kind === 'reading');
    this.tickWhile((this.showsBatches || submissionRows.length > 0) && this.view.visible);
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

  /**
   * The submissions that belong into the view: all of them with the list, whatever its filter; without one only those of
   * which something is open, since the others would do no more than hide the welcome text. A row that is there stays until
   * the list has what was sent last.
   */
  private submissionRowsIn(state: ViewState): SubmissionProgress[] {
    const { store, submissions } = this;
    const submissionRows = progressOfSubmissions(submissions.list, store.allKnown, Date.now());
    switch (state.kind) {
      case 'list':
      case 'stale':
        return submissionRows;
      case 'empty':
      case 'loading':
      case 'unreachable':
        return submissionRows.filter(
          ({ submission, sum }) =>
            !isSettled(submission) || (sum.unlisted > 0 && this.tree.hasSubmission(submission.id)),
        );
      case 'filteredOut':
        return submissionRows.filter(({ submission }) => !isSettled(submission));
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

  /** The editor takes `undefined` for "no message", which its types do not say. */
  private drawTexts(
    view: { message?: string | undefined; description?: string },
    state: ViewState,
    hasSubmissions: boolean,
  ): void {
    const filter = filterText(this.store.filter);
    view.message =
      messageOf(state, filter, this.store.loadedAt) ?? (hasSubmissions ? submissionsMessage(state, filter) : undefined);
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
