import * as vscode from 'vscode';
import type { BatchTree } from './batchTree';
import type { Node } from './nodes';

/** Stands in for the tree of batches until that is there, and hands everything on to it from then on. */
export class TreeProxy implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private tree: BatchTree | undefined;
  private readonly changes = new vscode.EventEmitter<Node | Node[] | undefined>();
  readonly onDidChangeTreeData = this.changes.event;

  use(tree: BatchTree): void {
    this.tree = tree;
    tree.onDidChangeTreeData((node) => this.changes.fire(node));
  }

  getChildren(node?: Node): Node[] {
    return this.tree?.getChildren(node) ?? [];
  }

  getParent(node: Node): Node | undefined {
    return this.tree?.getParent(node);
  }

  getTreeItem(node: Node): vscode.TreeItem {
    // There are nodes only where there is a tree.
    return this.tree?.getTreeItem(node) ?? new vscode.TreeItem('');
  }

  resolveTreeItem(item: vscode.TreeItem, node: Node): vscode.TreeItem {
    return this.tree?.resolveTreeItem(item, node) ?? item;
  }

  dispose(): void {
    this.changes.dispose();
  }
}
