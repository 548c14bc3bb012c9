import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Batch } from '../../../src/core/batches/batch';
import type { StoreChange } from '../../../src/core/batches/store';
import { type MetadataEntry, noMetadata } from '../../../src/core/account/batchMetadata';
import { BatchTree } from '../../../src/editor/sidebar/batchTree';
import type { BatchNode, GroupNode, Node } from '../../../src/editor/sidebar/nodes';
import { batch, batchesOf } from '../support/batches';

const noChange: StoreChange = { added: [], changed: [], removed: [] };

describe('The batch tree', () => {
  let tree: BatchTree;
  let events: (Node | Node[] | undefined)[];

  beforeEach(() => {
    tree = new BatchTree();
    events = [];
    tree.onDidChangeTreeData((event) => events.push(event));
  });
  afterEach(() => tree.dispose());

  const groups = (): GroupNode[] => tree.getChildren().map((node) => node as GroupNode);
  const groupOf = (status: string): GroupNode =>
    groups().find((group) => group.status === status) ?? assert.fail(`no group ${status}`);
  const rows = (status: string): Node[] => tree.getChildren(groupOf(status));
  const batchRows = (status: string): BatchNode[] => rows(status).filter((node) => node.kind === 'batch');
  const node = (status: string, id: string): BatchNode =>
    batchRows(status).find((row) => row.batch.id === id) ?? assert.fail(`no row ${id}`);

  it('is empty without batches', () => {
    tree.replace([]);
    assert.deepEqual(tree.getChildren(), []);
  });

  it('sorts groups: unfinished and unknown, failed, completed', () => {
    const statuses = ['COMPLETED', 'NEW_ONE', 'FAILED', 'PENDING', 'ANOTHER', 'PROCESSING', 'JOBS_CREATED'];
    tree.replace(statuses.map((status) => batch({ id: status, status })));
    assert.deepEqual(
      groups().map(({ status }) => status),
      ['PROCESSING', 'JOBS_CREATED', 'PENDING', 'ANOTHER', 'NEW_ONE', 'FAILED', 'COMPLETED'],
    );
  });

  it('hides groups without batches and counts the others', () => {
    tree.replace([...batchesOf('FAILED', 2), ...batchesOf('COMPLETED', 3)]);
    assert.deepEqual(
      groups().map((group) => [group.status, tree.getTreeItem(group).description]),
      [
        ['FAILED', '2'],
        ['COMPLETED', '3'],
      ],
    );
  });

  it('keeps the order of the batches', () => {
    tree.replace(batchesOf('FAILED', 3));
    assert.deepEqual(
      batchRows('FAILED').map((row) => row.batch.id),
      ['FAILED_0', 'FAILED_1', 'FAILED_2'],
    );
  });

  it('has no children below a batch or a Show More row', () => {
    tree.replace(batchesOf('FAILED', 101));
    for (const row of rows('FAILED')) {
      assert.deepEqual(tree.getChildren(row), []);
    }
  });

  it('knows the parent of every node, which reveal needs', () => {
    tree.replace([...batchesOf('FAILED', 101), ...batchesOf('PENDING', 1)]);
    for (const group of groups()) {
      assert.equal(tree.getParent(group), undefined);
      for (const row of tree.getChildren(group)) {
        assert.equal(tree.getParent(row), group);
      }
    }
  });

  it('is redrawn completely when it gets other batches', () => {
    tree.replace(batchesOf('FAILED', 1));
    assert.deepEqual(events, [undefined]);
  });

  it('redraws only the rows whose metadata has changed', () => {
    const metadata = new Map<string, MetadataEntry>();
    tree.dispose();
    tree = new BatchTree((id) => metadata.get(id) ?? noMetadata);
    tree.replace(batchesOf('FAILED', 3));
    const [first, second, unseen] = batchRows('FAILED');
    assert.ok(first && second && unseen);
    tree.getTreeItem(first);
    tree.getTreeItem(second);
    tree.onDidChangeTreeData((event) => events.push(event));
    tree.updateMetadata();
    assert.deepEqual(events, []);

    for (const { batch } of [second, unseen]) {
      metadata.set(batch.id, { name: 'Trailer', isSubscribed: false });
    }
    tree.updateMetadata();
    assert.deepEqual(events, [[second]]);
    assert.equal(tree.getTreeItem(second).label, 'Trailer');
    tree.updateMetadata();
    assert.equal(events.length, 1);

    metadata.clear();
    tree.updateMetadata();
    assert.deepEqual(events.slice(1), [[second]]);
  });

  describe('after a change', () => {
    const before = batch({ id: 'b', status: 'PROCESSING', metrics: { total: 10, succeeded: 1 } });
    const other = batch({ id: 'a', status: 'PROCESSING' });
    const update = (after: readonly Batch[], change: Partial<StoreChange>): void => {
      events = [];
      tree.update(after, { ...noChange, ...change });
    };

    beforeEach(() => tree.replace([other, before]));

    it('redraws a single row if only its data has changed, and keeps its node', () => {
      const known = node('PROCESSING', 'b');
      const after = { ...before, metrics: { ...before.metrics, succeeded: 2 } };
      update([other, after], { changed: [{ before, after }] });
      assert.deepEqual(events, [[known]]);
      assert.equal(node('PROCESSING', 'b'), known);
      assert.match(String(tree.getTreeItem(known).description), /^2 of 10/);
    });

    it('keeps nodes and groups when a batch moves to another group', () => {
      const known = { row: node('PROCESSING', 'b'), group: groupOf('PROCESSING') };
      const after = { ...before, status: 'COMPLETED' };
      update([other, after], { changed: [{ before, after }] });
      assert.deepEqual(events, [undefined]);
      assert.equal(node('COMPLETED', 'b'), known.row);
      assert.equal(groupOf('PROCESSING'), known.group);
      assert.equal(tree.getParent(known.row), groupOf('COMPLETED'));
    });

    it('keeps the other nodes when batches are added and removed', () => {
      const known = node('PROCESSING', 'b');
      const added = batch({ id: 'c', status: 'PENDING' });
      update([before, added], { added: [added], removed: [other] });
      assert.deepEqual(events, [undefined]);
      assert.equal(node('PROCESSING', 'b'), known);
      assert.deepEqual(
        batchRows('PROCESSING').map((row) => row.batch.id),
        ['b'],
      );
    });

    it('redraws nothing if nothing visible has changed', () => {
      const known = node('PROCESSING', 'b');
      update([other, before], {});
      assert.deepEqual(events, []);
      assert.equal(node('PROCESSING', 'b'), known);
    });

    it('does not redraw a batch that has no node yet', () => {
      const many = batchesOf('PENDING', 150);
      tree.replace(many);
      rows('PENDING');
      const last = many.at(-1) ?? assert.fail();
      const after = { ...last, metrics: { ...last.metrics, total: 20 } };
      update([...many.slice(0, -1), after], { changed: [{ before: last, after }] });
      assert.deepEqual(events.flat(), []);
    });
  });

  describe('with 10,000 batches', () => {
    beforeEach(() => tree.replace([...batchesOf('COMPLETED', 9_000), ...batchesOf('FAILED', 1_000)]));

    const visible = (): Node[] => groups().flatMap((group) => [group, ...tree.getChildren(group)]);

    it('shows the newest 100 of a group and a Show More row', () => {
      assert.equal(rows('COMPLETED').length, 101);
      assert.equal(rows('COMPLETED').at(-1)?.kind, 'more');
      assert.equal(batchRows('COMPLETED').at(-1)?.batch.id, 'COMPLETED_99');
    });

    it('creates at most 200 nodes when a group is opened', () => {
      assert.ok(rows('COMPLETED').length <= 200);
      assert.ok(visible().length <= 2 * 102);
    });

    it('counts all of them', () => {
      assert.equal(tree.getTreeItem(groupOf('COMPLETED')).description, '9000');
    });

    it('shows 100 more at a time, in this group only, and returns the first new node', () => {
      rows('FAILED');
      events = [];
      const first = tree.showMore('COMPLETED');
      assert.equal(first?.batch.id, 'COMPLETED_100');
      assert.deepEqual(events, [groupOf('COMPLETED')]);
      assert.equal(rows('COMPLETED').length, 201);
      assert.equal(rows('COMPLETED')[100], first);
      assert.equal(rows('FAILED').length, 101);
      assert.equal(tree.showMore('COMPLETED')?.batch.id, 'COMPLETED_200');
    });

    it('has no Show More row when all are shown', () => {
      tree.replace(batchesOf('PENDING', 150));
      tree.showMore('PENDING');
      assert.equal(rows('PENDING').length, 150);
      assert.equal(rows('PENDING').at(-1)?.kind, 'batch');
    });

    it('has no Show More row if a group has exactly 100', () => {
      tree.replace(batchesOf('PENDING', 100));
      assert.equal(rows('PENDING').length, 100);
      assert.equal(rows('PENDING').at(-1)?.kind, 'batch');
    });

    it('shows as many as before after a refresh', () => {
      tree.showMore('COMPLETED');
      tree.update([...batchesOf('COMPLETED', 9_001), ...batchesOf('FAILED', 1_000)], {
        ...noChange,
        added: [batch({ id: 'COMPLETED_9000' })],
      });
      assert.equal(rows('COMPLETED').length, 201);
    });

    it('does nothing for a group that does not exist', () => {
      events = [];
      assert.equal(tree.showMore('NO_SUCH_STATUS'), undefined);
      assert.equal(tree.showMore(''), undefined);
      assert.deepEqual(events, []);
    });
  });

  describe('asked for a tooltip', () => {
    it('creates one for a batch', () => {
      tree.replace(batchesOf('FAILED', 101));
      const row = batchRows('FAILED')[0] ?? assert.fail();
      const item = tree.getTreeItem(row);
      assert.equal(item.tooltip, undefined);
      assert.ok(tree.resolveTreeItem(item, row).tooltip instanceof vscode.MarkdownString);
    });

    it('has none for other rows', () => {
      tree.replace(batchesOf('FAILED', 101));
      for (const row of [groupOf('FAILED'), rows('FAILED').at(-1) ?? assert.fail()]) {
        assert.equal(tree.resolveTreeItem(tree.getTreeItem(row), row).tooltip, undefined);
      }
    });
  });
});
