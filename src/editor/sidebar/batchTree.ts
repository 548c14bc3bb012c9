import * as vscode from 'vscode';
import type { Batch } from '../../core/batches/batch';
import { groupByStatus } from '../../core/batches/groups';
import type { StoreChange } from '../../core/batches/store';
import { type MetadataEntry, noMetadata } from '../../core/account/batchMetadata';
import { submissionItem, submissionsItem, submissionTooltip, partItem, partTooltip } from './submissionItems';
import { SubmissionNodes, type DrawnSubmission } from './submissionNodes';
import { batchItem, groupItem, moreItem } from './batchItems';
import { type BatchNode, type GroupNode, groupPageSize, type Node, type PartNode } from './nodes';
import { batchTooltip } from './tooltip';

/**
 * The tree of batches, grouped by status, with the submissions above them. It never loads anything. A batch keeps its
 * node, and so its selection, when it changes or moves to another group.
 */
export class BatchTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private groups: GroupNode[] = [];
  private readonly submissionNodes = new SubmissionNodes();
  private batchNodes = new Map<string, BatchNode>();
  private readonly limits = new Map<string, number>();
  private readonly treeChanges = new vscode.EventEmitter<Node | Node[] | undefined>();
  readonly onDidChangeTreeData = this.treeChanges.event;

  constructor(private readonly metadataOf: (id: string) => MetadataEntry = () => noMetadata) {}

  /** Sets the batches and redraws the whole tree. */
  replace(batches: readonly Batch[]): void {
    this.rebuild(batches);
    this.treeChanges.fire(undefined);
  }

  /** Sets the batches and redraws what changed: single rows if no batch was added, removed or moved. */
  update(batches: readonly Batch[], change: StoreChange): void {
    const moved = change.changed.some(({ before, after }) => before.status !== after.status);
    const onlyRows = change.added.length === 0 && change.removed.length === 0 && !moved;
    this.rebuild(batches);
    if (!onlyRows) {
      this.treeChanges.fire(undefined);
    } else if (change.changed.length > 0) {
      this.treeChanges.fire(change.changed.flatMap(({ after }) => this.batchNodes.get(after.id) ?? []));
    }
  }

  /** Redraws the batches whose metadata has changed. */
  updateMetadata(): void {
    const rows: (BatchNode | PartNode)[] = [...this.batchNodes.values(), ...this.submissionNodes.parts];
    const changed = rows.filter(
      ({ drawnMetadata, batch }) => drawnMetadata !== undefined && !isSame(drawnMetadata, this.metadata(batch)),
    );
    if (changed.length > 0) {
      this.treeChanges.fire(changed);
    }
  }

  /** Sets the submissions and redraws what changed. */
  updateSubmissions(submissions: readonly DrawnSubmission[]): void {
    const changed = this.submissionNodes.update(submissions);
    if (changed === undefined || changed.length > 0) {
      this.treeChanges.fire(changed);
    }
  }

  /** True if the submission is shown. */
  hasSubmission(submissionId: string): boolean {
    return this.submissionNodes.has(submissionId);
  }

  /**
   * Shows more batches of a group.
   * @returns the first new one.
   */
  showMore(status: string): BatchNode | undefined {
    const group = this.groups.find((candidate) => candidate.status === status);
    if (group === undefined) {
      return undefined;
    }
    const firstNew = group.batches[group.limit];
    group.limit += groupPageSize;
    this.limits.set(status, group.limit);
    this.treeChanges.fire(group);
    return firstNew && this.nodeOf(firstNew);
  }

  /** The node of a batch. If necessary, shows more batches of its group. */
  nodeFor(id: string): BatchNode | undefined {
    for (const group of this.groups) {
      const index = group.batches.findIndex((batch) => batch.id === id);
      const batch = group.batches[index];
      if (batch !== undefined) {
        if (index >= group.limit) {
          group.limit = (Math.floor(index / groupPageSize) + 1) * groupPageSize;
          this.limits.set(group.status, group.limit);
          this.treeChanges.fire(group);
        }
        return this.nodeOf(batch);
      }
    }
    return undefined;
  }

  getChildren(node?: Node): Node[] {
    switch (node?.kind) {
      case undefined:
        return [...this.submissionNodes.roots, ...this.groups];
      case 'submissions':
        return [...node.children];
      case 'submission':
        // A submission with a single part shows it in its own row.
        return node.parts.length > 1 ? [...node.parts] : [];
      case 'group':
        return this.rowsOf(node);
      case 'part':
      case 'batch':
      case 'more':
        return [];
    }
  }

  getParent(node: Node): Node | undefined {
    switch (node.kind) {
      case 'submissions':
      case 'group':
        return undefined;
      case 'submission':
      case 'part':
        return this.submissionNodes.parentOf(node);
      case 'more':
        return node.group;
      case 'batch':
        return this.groups.find((group) => group.status === node.batch.status);
    }
  }

  getTreeItem(node: Node): vscode.TreeItem {
    switch (node.kind) {
      case 'submissions':
        return submissionsItem(node);
      case 'submission':
        return submissionItem(node, this.submissionNodes.activityOf(node));
      case 'part':
        return partItem(node, (node.drawnMetadata = this.metadata(node.batch)));
      case 'group':
        return groupItem(node);
      case 'batch':
        return batchItem(node.batch, (node.drawnMetadata = this.metadata(node.batch)));
      case 'more':
        return moreItem(node);
    }
  }

  /** Creates the tooltip on demand, because there can be thousands of rows. */
  resolveTreeItem(item: vscode.TreeItem, node: Node): vscode.TreeItem {
    if (node.kind === 'batch') {
      item.tooltip = batchTooltip(node.batch);
    } else if (node.kind === 'submission') {
      item.tooltip = submissionTooltip(node);
    } else if (node.kind === 'part') {
      item.tooltip = partTooltip(node);
    }
    return item;
  }

  dispose(): void {
    this.treeChanges.dispose();
  }

  private metadata(batch: Batch | undefined): MetadataEntry {
    return batch === undefined ? noMetadata : this.metadataOf(batch.id);
  }

  private rowsOf(group: GroupNode): Node[] {
    const shown: Node[] = group.batches.slice(0, group.limit).map((batch) => this.nodeOf(batch));
    if (group.batches.length > group.limit) {
      shown.push({ kind: 'more', group });
    }
    return shown;
  }

  private rebuild(batches: readonly Batch[]): void {
    const oldGroups = new Map(this.groups.map((group) => [group.status, group]));
    this.groups = groupByStatus(batches).map(({ status, batches: members }) => {
      const group = oldGroups.get(status);
      if (group === undefined) {
        return { kind: 'group', status, batches: members, limit: this.limits.get(status) ?? groupPageSize };
      }
      group.batches = members;
      return group;
    });
    const oldNodes = this.batchNodes;
    this.batchNodes = new Map();
    for (const batch of batches) {
      const node = oldNodes.get(batch.id);
      if (node !== undefined) {
        node.batch = batch;
        this.batchNodes.set(batch.id, node);
      }
    }
  }

  /** The node of a batch. Created when it is first shown, because there can be thousands of batches. */
  private nodeOf(batch: Batch): BatchNode {
    let node = this.batchNodes.get(batch.id);
    if (node === undefined) {
      node = { kind: 'batch', batch };
      this.batchNodes.set(batch.id, node);
    }
    return node;
  }
}

function isSame(a: MetadataEntry, b: MetadataEntry): boolean {
  return a.name === b.name && a.isSubscribed === b.isSubscribed;
}
