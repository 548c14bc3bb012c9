import * as vscode from 'vscode';
import type { BatchTree } from './batchTree';
import type { Node } from './nodes';

/** Registered at activation as the tree's data provider: empty until the batch tree is loaded, then delegates to it. */
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
    // There are no nodes without a tree.
    return this.tree?.getTreeItem(node) ?? new vscode.TreeItem('');
  }

  resolveTreeItem(item: vscode.TreeItem, node: Node): vscode.TreeItem {
    return this.tree?.resolveTreeItem(item, node) ?? item;
  }

  dispose(): void {
    this.changes.dispose();
  }
}
