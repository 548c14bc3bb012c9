import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { BatchNode } from '../../../src/editor/sidebar/nodes';
import { watched } from './extension';
import { eventually } from './poll';

/** Shows the view. */
export async function openView(): Promise<void> {
  const { view } = await watched();
  await vscode.commands.executeCommand('syncBatches.batches.focus');
  await eventually(() => {
    assert.equal(view.visible, true);
  });
}

/** Shows another view instead. */
export async function closeView(): Promise<void> {
  const { view } = await watched();
  await vscode.commands.executeCommand('workbench.view.explorer');
  await eventually(() => {
    assert.equal(view.visible, false);
  });
}

/** The IDs that the tree shows for each status. */
export async function shownBatches(): Promise<Record<string, string[]>> {
  const { tree } = await watched();
  const shown: Record<string, string[]> = {};
  for (const group of (await tree.getChildren(undefined)) ?? []) {
    if (group.kind !== 'group') continue;
    const rows = (await tree.getChildren(group)) ?? [];
    shown[group.status] = rows.map((row) => (row.kind === 'batch' ? row.batch.id : row.kind));
  }
  return shown;
}

/** The tree node of a batch. */
export async function rowOf(id: string): Promise<BatchNode> {
  const { tree } = await watched();
  for (const group of (await tree.getChildren(undefined)) ?? []) {
    for (const row of (await tree.getChildren(group)) ?? []) {
      if (row.kind === 'batch' && row.batch.id === id) {
        return row;
      }
    }
  }
  return assert.fail(`no row ${id}`);
}

/** The tree item of a batch. */
export async function itemOf(id: string): Promise<vscode.TreeItem> {
  const { tree } = await watched();
  return tree.getTreeItem(await rowOf(id));
}
