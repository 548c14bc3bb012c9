import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { batchStatuses } from '../../../src/core/batches/status';
import { batchItem, groupItem, moreItem } from '../../../src/editor/sidebar/batchItems';
import type { GroupNode } from '../../../src/editor/sidebar/nodes';
import { batch, batchesOf } from '../support/batches';
import { theExtension } from '../support/extension';

const group = (status: string, count: number, limit = 100): GroupNode => ({
  kind: 'group',
  status,
  batches: batchesOf(status, count),
  limit,
});
const words = (item: vscode.TreeItem): string[] => item.contextValue?.split(' ') ?? [];
const label = (item: vscode.TreeItem): string => item.accessibilityInformation?.label ?? '';

function icon(item: vscode.TreeItem): vscode.ThemeIcon {
  assert.ok(item.iconPath instanceof vscode.ThemeIcon);
  return item.iconPath;
}

/** The commands that the menus in package.json offer for a row, in order. */
function menuOf(item: vscode.TreeItem): string[] {
  const { contributes } = theExtension().packageJSON as {
    contributes: { menus: { 'view/item/context': readonly { readonly command: string; readonly when: string }[] } };
  };
  const commands = contributes.menus['view/item/context']
    .filter(({ when }) => {
      const pattern = /viewItem =~ \/(.+)\//.exec(when)?.[1] ?? assert.fail('a menu entry without a pattern');
      return new RegExp(pattern).test(item.contextValue ?? '');
    })
    .map(({ command }) => command.replace('syncBatches.', ''));
  return [...new Set(commands)];
}

describe('The row of a batch', () => {
  it('has the ID as its label, and no children', () => {
    const item = batchItem(batch({ id: 'batch_abc123' }));
    assert.equal(item.label, 'batch_abc123');
    assert.equal(item.collapsibleState, vscode.TreeItemCollapsibleState.None);
  });

  it('keeps its ID when the batch changes', () => {
    const before = batchItem(batch({ id: 'b', status: 'PENDING' }));
    const after = batchItem(
      batch({ id: 'b', status: 'COMPLETED', outputUrl: 'https://x.test', metrics: { total: 3 }, createdAt: 0 }),
    );
    assert.equal(before.id, after.id);
    assert.notEqual(before.id, batchItem(batch({ id: 'c' })).id);
  });

  it('cannot be confused with a group or a Show More row', () => {
    const ids = ['x', 'group:x', 'more:x', 'batch:x'].flatMap((name) => [
      batchItem(batch({ id: name })).id,
      groupItem(group(name, 1)).id,
      moreItem({ kind: 'more', group: group(name, 101) }).id,
    ]);
    assert.equal(new Set(ids).size, ids.length);
  });

  for (const status of batchStatuses) {
    it(`has its status in its context value: ${status}`, () => {
      assert.deepEqual(words(batchItem(batch({ status }))), ['batch', status.toLowerCase()]);
    });
  }

  it('has in its context value whether there is output', () => {
    const outputUrl = 'https://api.sync.so/v2/batches/b/result';
    assert.deepEqual(words(batchItem(batch({ status: 'FAILED', outputUrl }))), ['batch', 'failed', 'hasOutput']);
  });

  for (const status of [
    'DONE hasOutput',
    'hasOutput',
    'x\thasOutput',
    'x-hasOutput',
    'x.hasOutput!',
    'group',
    '\u202egroup',
    'готово',
    '',
  ]) {
    it(`shows only commands that work, whatever the status: ${JSON.stringify(status)}`, () => {
      const item = batchItem(batch({ status }));
      assert.equal(words(item)[0], 'batch');
      assert.equal(words(item).length, 2);
      assert.equal(words(item).includes('hasOutput'), false);
      assert.equal(/\bhasOutput\b/.test(item.contextValue ?? ''), false);
    });
  }

  it('has the menu entries for its context value', () => {
    const outputUrl = 'https://x.test';
    const done = batch({ status: 'COMPLETED', outputUrl });
    const withOutput = [
      ...['showResults', 'openOutput', 'copyBatchId'],
      ...['openResultsText', 'saveMedia', 'saveResults', 'exportFailed', 'copyOutputUrl', 'renameBatch'],
    ];
    assert.deepEqual(menuOf(batchItem(done)), withOutput);
    assert.deepEqual(menuOf(batchItem(batch({ status: 'FAILED' }))), ['copyBatchId', 'renameBatch']);
    const common = ['copyBatchId', 'renameBatch'];
    const subscribed = { name: undefined, isSubscribed: true };
    for (const status of ['PENDING', 'COMPLETED_NOT_QUITE', 'subscribed', 'x hasOutput subscribed']) {
      assert.deepEqual(menuOf(batchItem(batch({ status }))), [...common, 'notifyWhenFinished'], status);
      assert.deepEqual(menuOf(batchItem(batch({ status }), subscribed)), [...common, 'dontNotifyWhenFinished'], status);
    }
    assert.deepEqual(menuOf(batchItem(batch({ status: 'PENDING', outputUrl }))), [...withOutput, 'notifyWhenFinished']);
    assert.deepEqual(menuOf(groupItem(group('batch', 1))), []);
    assert.deepEqual(menuOf(moreItem({ kind: 'more', group: group('batch', 101) })), []);
  });

  it('has a different icon for each status, so that the color is not needed', () => {
    const shapes = [...batchStatuses, 'NEW_ONE'].map((status) => icon(batchItem(batch({ status }))).id);
    assert.equal(new Set(shapes).size, shapes.length, shapes.join());
  });

  it('has a warning icon if a finished batch has failed requests', () => {
    const done = (failed: number): vscode.ThemeIcon =>
      icon(batchItem(batch({ status: 'COMPLETED', metrics: { total: 5, succeeded: 5 - failed, failed } })));
    assert.equal(done(0).id, 'pass');
    assert.equal(done(1).id, 'warning');
    assert.equal(done(1).color?.id, 'list.warningForeground');
    assert.equal(icon(batchItem(batch({ status: 'FAILED' }))).id, 'error');
  });

  it('has an accessibility label', () => {
    const item = batchItem(batch({ id: 'b', status: 'FAILED', metrics: { total: 5, failed: 5 } }));
    assert.match(label(item), /^b, Failed, 0 of 5 succeeded, 5 failed, created /);
  });

  it('shows a hostile ID on one line, in one direction, with limited length', () => {
    const item = batchItem(batch({ id: `a\nb\u202ec${'x'.repeat(1_000)}` }));
    assert.ok(typeof item.label === 'string');
    for (const text of [item.label, label(item)]) {
      assert.doesNotMatch(text, /[\n\u202e]/);
      assert.ok(text.length < 300, String(text.length));
    }
  });

  it('has no tooltip until it is requested', () => {
    assert.equal(batchItem(batch()).tooltip, undefined);
  });
});

describe('The row of a group', () => {
  it('shows the count, also to screen readers', () => {
    const item = groupItem(group('JOBS_CREATED', 3));
    assert.equal(item.label, 'Jobs created');
    assert.equal(item.description, '3');
    assert.equal(label(item), 'Jobs created, 3 batches');
  });

  it('is expanded at first', () => {
    assert.equal(groupItem(group('FAILED', 1)).collapsibleState, vscode.TreeItemCollapsibleState.Expanded);
  });

  it('keeps its ID when its count changes, and so stays expanded or collapsed', () => {
    assert.equal(groupItem(group('FAILED', 1)).id, groupItem(group('FAILED', 2)).id);
  });
});

describe('The Show More row', () => {
  const more = (count: number, limit: number): vscode.TreeItem =>
    moreItem({ kind: 'more', group: group('COMPLETED', count, limit) });

  it('shows how many follow and how many are shown', () => {
    assert.equal(more(10_000, 100).label, 'Show 100 More');
    assert.equal(more(10_000, 100).description, '100 of 10000 shown');
    assert.equal(more(130, 100).label, 'Show 30 More');
    assert.equal(label(more(130, 100)), 'Completed: show 30 more, 100 of 130 shown');
  });

  it('works with Enter, by a command that gets the status', () => {
    const { command } = more(101, 100);
    assert.equal(command?.command, 'syncBatches.showMore');
    assert.deepEqual(command.arguments, ['COMPLETED']);
  });
});
