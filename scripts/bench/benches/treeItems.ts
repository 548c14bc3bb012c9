import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { BatchTree } from '../../../src/editor/sidebar/batchTree';
import type { Node } from '../../../src/editor/sidebar/nodes';
import type { Figure } from '../figures';
import { manyBatches } from '../manyBatches';

const viewId = 'syncBatches.batches';
const waitMs = 30_000;
const quietMs = 1_500;

/** Shows one group of many batches, which is expanded, in the real view, and counts the tree items made for it. */
export async function benchTreeItems(count: number): Promise<Figure> {
  const tree = new BatchTree();
  let created = 0;
  let lastAt = 0;
  const treeDataProvider: vscode.TreeDataProvider<Node> = {
    onDidChangeTreeData: tree.onDidChangeTreeData,
    getChildren: (node) => tree.getChildren(node),
    getParent: (node) => tree.getParent(node),
    getTreeItem: (node) => {
      if (node.kind !== 'group') {
        created++;
        lastAt = Date.now();
      }
      return tree.getTreeItem(node);
    },
  };
  tree.replace(manyBatches(count));
  const view = vscode.window.createTreeView(viewId, { treeDataProvider });
  try {
    await vscode.commands.executeCommand(`${viewId}.focus`);
    const deadline = Date.now() + waitMs;
    while (created === 0 || Date.now() - lastAt < quietMs) {
      if (Date.now() > deadline) throw new Error(`The view did not come to rest: ${created} items were made`);
      await delay(100);
    }
  } finally {
    view.dispose();
    tree.dispose();
  }
  return {
    name: 'Tree items for a group of 10,000',
    value: created,
    baseline: count,
    baselineName: 'one for each batch',
    unit: 'items',
    n: 1,
    goal: { what: 'value', atMost: 200 },
  };
}
