import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Batch } from '../../../src/core/batches/batch';
import type { PartState, Submission } from '../../../src/core/submissions/submission';
import { type Activity } from '../../../src/editor/submissions/text/progress';
import { BatchTree } from '../../../src/editor/sidebar/batchTree';
import { batchItem } from '../../../src/editor/sidebar/batchItems';
import type { SubmissionNode, SubmissionsNode, Node, PartNode } from '../../../src/editor/sidebar/nodes';
import { batch, batchesOf } from '../support/batches';
import {
  submissionRows,
  cancelled,
  refused,
  sending,
  sent,
  submission,
  uncertain,
  waiting,
} from '../support/submissionRows';

const plain = (text: unknown): string => String(text).replace(/\s/g, ' ');
const done = (id: string, failed = 0): Batch =>
  batch({ id, status: 'COMPLETED', metrics: { total: 500, succeeded: 500 - failed, failed } });

describe('Submission rows in the tree', () => {
  let tree: BatchTree;
  let events: (Node | Node[] | undefined)[];

  beforeEach(() => {
    tree = new BatchTree((id) => ({ name: id === 'named' ? 'Trailer' : undefined, isSubscribed: id === 'named' }));
    events = [];
    tree.onDidChangeTreeData((event) => events.push(event));
  });
  afterEach(() => tree.dispose());

  function show(submissions: readonly Submission[], batches: readonly Batch[] = [], activity?: Activity): void {
    events = [];
    tree.updateSubmissions(submissionRows(submissions, ...batches).map((progress) => ({ progress, activity })));
  }
  const root = (): SubmissionsNode => {
    const [first] = tree.getChildren();
    return first?.kind === 'submissions' ? first : assert.fail('there is no group of submissions');
  };
  const rows = (): SubmissionNode[] => tree.getChildren(root()).filter((node) => node.kind === 'submission');
  const row = (): SubmissionNode => rows()[0] ?? assert.fail('there is no submission');
  const parts = (): PartNode[] => tree.getChildren(row()).filter((node) => node.kind === 'part');
  const part = (): PartNode => parts()[0] ?? assert.fail('there is no part');
  const item = (): vscode.TreeItem => tree.getTreeItem(row());
  const partItem = (): vscode.TreeItem => tree.getTreeItem(part());
  const label = ({ accessibilityInformation }: vscode.TreeItem): string => plain(accessibilityInformation?.label);
  const iconOf = ({ iconPath }: vscode.TreeItem): string =>
    iconPath instanceof vscode.ThemeIcon ? iconPath.id : assert.fail('no icon');

  it('come first, in a group that exists only if there are submissions', () => {
    tree.replace(batchesOf('PROCESSING', 2));
    assert.deepEqual(
      tree.getChildren().map(({ kind }) => kind),
      ['group'],
    );
    show([submission([waiting, waiting])]);
    assert.deepEqual(
      tree.getChildren().map(({ kind }) => kind),
      ['submissions', 'group'],
    );
    const group = tree.getTreeItem(root());
    assert.deepEqual([group.label, group.description, label(group)], ['Submissions', '1', 'Submissions, 1 file']);
    assert.equal(group.collapsibleState, vscode.TreeItemCollapsibleState.Expanded);
    show([]);
    assert.deepEqual(
      tree.getChildren().map(({ kind }) => kind),
      ['group'],
    );
    assert.deepEqual(events, [undefined]);
  });

  it('are collapsed at first, and have their parts in order', () => {
    show([submission([sent('a'), waiting, waiting])]);
    assert.equal(item().label, 'episodes.jsonl');
    assert.equal(item().collapsibleState, vscode.TreeItemCollapsibleState.Collapsed);
    assert.deepEqual(
      parts().map((node) => [tree.getTreeItem(node).label, tree.getTreeItem(node).id]),
      [
        ['Part 1 of 3', 'submission:sub_1/1'],
        ['Part 2 of 3', 'submission:sub_1/2'],
        ['Part 3 of 3', 'submission:sub_1/3'],
      ],
    );
    assert.equal(item().id, 'submission:sub_1');
  });

  it('have no children if there is a single part', () => {
    show([submission([waiting])]);
    assert.equal(item().collapsibleState, vscode.TreeItemCollapsibleState.None);
    assert.deepEqual(tree.getChildren(row()), []);
  });

  it('have parents, which reveal needs', () => {
    show([submission([waiting, waiting])]);
    assert.equal(tree.getParent(part()), row());
    assert.equal(tree.getParent(row()), root());
    assert.equal(tree.getParent(root()), undefined);
  });

  describe('when something changes', () => {
    const before = [sent('a'), waiting] as const;

    it('keep their nodes, and only the changed one is redrawn', () => {
      const other = submission([waiting, waiting], { id: 'other' });
      show([submission(before), other]);
      const known = { root: root(), rows: rows(), parts: parts() };
      show([submission([sent('a'), sent('b')]), other]);
      assert.deepEqual(events, [[known.rows[0]]]);
      assert.deepEqual([root(), rows(), parts()], [known.root, known.rows, known.parts]);
      assert.equal(row(), known.rows[0]);
      assert.equal(part(), known.parts[0]);
      assert.match(String(item().description), /^2 of 2 batches sent/);
    });

    it('are redrawn when one of their batches changes', () => {
      show([submission(before)], [batch({ id: 'a', status: 'PENDING' })]);
      show([submission(before)], [batch({ id: 'a', status: 'PROCESSING' })]);
      assert.deepEqual(events, [[row()]]);
      assert.match(String(partItem().description), /^Processing/);
    });

    it('are redrawn when their activity changes', () => {
      show([submission(before)]);
      show([submission(before)], [], { kind: 'sending', part: 1 });
      assert.deepEqual(events, [[row()]]);
    });

    it('are not redrawn without a change', () => {
      const a = batch({ id: 'a' });
      show([submission(before)], [a], { kind: 'sending', part: 1 });
      show([submission(before, { runner: { window: 'w', until: 1 } })], [a], { kind: 'sending', part: 1 });
      assert.deepEqual(events, []);
    });

    it('keep their nodes when others are added and removed, and only their group is redrawn', () => {
      show([submission(before)]);
      const known = { row: row(), root: root() };
      show([submission([waiting, waiting], { id: 'new' }), submission(before)]);
      assert.deepEqual(events, [[known.root]]);
      assert.equal(rows()[1], known.row);
      show([submission(before)]);
      assert.equal(row(), known.row);
    });

    it('keep their nodes when the batches are redrawn', () => {
      show([submission(before)]);
      const known = row();
      tree.replace(batchesOf('PROCESSING', 1));
      assert.equal(row(), known);
    });
  });

  describe('show their state', () => {
    const described = (states: readonly PartState[], batches: readonly Batch[] = [], activity?: Activity): string => {
      show([submission(states)], batches, activity);
      return plain(item().description);
    };

    it('as a total', () => {
      const batches = [done('a', 4), batch({ id: 'b', metrics: { total: 500, succeeded: 200 } })];
      assert.equal(
        described([sent('a'), sent('b'), waiting, waiting], batches),
        '2 of 4 batches sent · 700 of 2,000 requests done · 4 failed · pending',
      );
      assert.equal(
        label(item()),
        'Submission of episodes.jsonl: 2 of 4 batches sent, 700 of 2,000 requests done, 4 failed, pending.',
      );
    });

    it('with the problems that need attention', () => {
      assert.equal(
        described([uncertain(), refused(), cancelled]),
        '0 of 3 batches sent · uncertain: 1 · refused: 1 · cancelled: 1',
      );
      assert.equal(described([uncertain()]), '0 of 1 batch sent · uncertain: 1');
    });

    it('with their activity, and when it continues', () => {
      const nextTryAt = new Date(2026, 10, 24, 14, 5).getTime();
      const slot = (why: 'batches' | 'requests'): Activity => ({
        kind: 'waitingForSlot',
        part: 0,
        why,
        nextTryAt,
        message: '',
      });
      const states = [waiting, waiting];
      assert.match(
        described(states, [], slot('batches')),
        / · waiting for a running batch to finish, next try at 2:05 PM$/,
      );
      assert.match(
        described(states, [], slot('requests')),
        / · waiting because of the rate limit, next try at 2:05 PM$/,
      );
      assert.match(described([sending, waiting], [], { kind: 'sending', part: 0 }), / · sending$/);
      assert.match(described([sending, waiting], [], { kind: 'elsewhere' }), / · sending in another window$/);
      assert.equal(
        described([sent('a'), sent('b')], [done('a'), done('b')]),
        '2 of 2 batches sent · 1,000 of 1,000 requests done',
      );
    });

    it('with icons that each mean one thing', () => {
      const shapes = (
        [
          [[uncertain(), waiting], 'warning'],
          [[refused(), waiting], 'circle-slash'],
          [[sending, waiting], 'cloud-upload'],
          [[sent('a'), waiting], 'debug-pause'],
          [[sent('a'), sent('x')], 'run-all'],
          [[sent('a'), sent('b')], 'issues'],
          [[sent('a'), cancelled], 'debug-stop'],
          [[sent('a'), sent('a')], 'check-all'],
        ] as const
      ).map(([states, shape]) => {
        described(states, [done('a'), done('b', 1)]);
        assert.equal(iconOf(item()), shape);
        return shape;
      });
      assert.equal(new Set(shapes).size, shapes.length);
    });
  });

  it('have context values for the menus', () => {
    const words = (...states: readonly PartState[]): string | undefined => {
      show([submission(states)]);
      return item().contextValue;
    };
    assert.equal(words(sent('a'), sent('b')), 'submission');
    assert.equal(words(sent('a'), waiting), 'submission open');
    assert.equal(words(uncertain(), sent('b')), 'submission uncertain');
    assert.equal(words(uncertain(), waiting), 'submission open uncertain');
  });

  it('pass their submission to commands', () => {
    show([submission([waiting, waiting])]);
    assert.equal(row().submission.id, 'sub_1');
  });

  it('open the submission if its outcome is unknown, and so do such parts', () => {
    show([submission([uncertain(), waiting])]);
    for (const { command } of [item(), partItem()]) {
      assert.deepEqual([command?.command, command?.arguments], ['syncBatches.showSubmissions', ['sub_1']]);
    }
    show([submission([waiting, waiting])]);
    assert.deepEqual([item().command, partItem().command], [undefined, undefined]);
  });

  describe('have parts that', () => {
    it('act like their batch for all commands, with their own ID', () => {
      const known = batch({
        id: 'a',
        status: 'COMPLETED',
        outputUrl: 'https://x.test',
        metrics: { total: 5, failed: 1 },
      });
      show([submission([sent('a'), waiting])], [known]);
      assert.equal(part().batch, known);
      const [own, theirs] = [partItem(), batchItem(known)];
      assert.deepEqual(
        [own.contextValue, own.iconPath, own.command],
        [theirs.contextValue, theirs.iconPath, theirs.command],
      );
      assert.notEqual(own.id, theirs.id);
      assert.equal(own.description, 'Completed · 0 of 5 succeeded, 1 failed');
      assert.match(label(own), /^Part 1 of 2 of episodes\.jsonl, a, Completed, 0 of 5 succeeded, 1 failed, created /);
    });

    it('show the name and the subscription of their batch', () => {
      show([submission([sent('named'), waiting])], [batch({ id: 'named', metrics: { total: 5 } })]);
      assert.equal(partItem().description, 'Trailer · Processing · 0 of 5 done · notifies');
      assert.equal(partItem().contextValue, 'batch processing subscribed');
    });

    it('show their outcome if their batch is not in the list', () => {
      const states = [sent('gone'), waiting, sending, uncertain(), refused(), cancelled];
      show([submission(states)]);
      const items = parts().map((node) => tree.getTreeItem(node));
      assert.deepEqual(
        items.map(({ description }) => description),
        [
          'sent · gone',
          'pending',
          'sending',
          'uncertain, a batch may exist',
          'refused, no batch was created',
          'cancelled',
        ],
      );
      assert.deepEqual(new Set(items.map(({ contextValue }) => contextValue)), new Set(['part']));
      assert.equal(new Set(items.map(iconOf)).size, items.length);
      assert.equal(label(items[1] ?? assert.fail()), 'Part 2 of 6 of episodes.jsonl, pending');
    });
  });

  describe('have a tooltip', () => {
    const tooltip = (node: Node): string => {
      const resolved = tree.resolveTreeItem(tree.getTreeItem(node), node).tooltip;
      assert.ok(resolved instanceof vscode.MarkdownString);
      assert.notEqual(resolved.isTrusted, true);
      assert.notEqual(resolved.supportHtml, true);
      return plain(resolved.value);
    };

    it('only when it is requested', () => {
      show([submission([waiting, waiting])]);
      assert.deepEqual([item().tooltip, partItem().tooltip], [undefined, undefined]);
      assert.equal(tree.resolveTreeItem(tree.getTreeItem(root()), root()).tooltip, undefined);
    });

    it('with all details', () => {
      show([submission([sent('a'), sent('x'), uncertain()])], [done('a', 4)]);
      const text = tooltip(row());
      for (const expected of [
        '` episodes.jsonl `',
        'Submitted: Tuesday, November 24, 2026 at 2:05:09 PM',
        '- Batches: 3',
        '- Sent: 2',
        '- Uncertain, a batch may exist: 1',
        '- Finished batches: 1',
        '- Batches not in the list: 1',
        '- Requests: 1500',
        '- Requests done: 500',
        '- Failed requests: 4',
        '- Webhook URL: none',
      ]) {
        assert.ok(text.includes(expected), `${expected} is not in ${text}`);
      }
    });

    it('for their parts, with the batch or the outcome', () => {
      show([submission([sent('a'), refused('no *such* [voice](command:x)')])], [done('a')]);
      assert.match(tooltip(part()), /^` a ` .*- Status: Completed/);
      const text = tooltip(parts()[1] ?? assert.fail());
      assert.match(
        text,
        /^Part 2 of 2 · ` episodes\.jsonl ` {2}- State: refused, no batch was created - Requests: 500 - Sent: /,
      );
      assert.ok(text.includes('- Reason: ` no *such* [voice](command:x) `'), text);
    });

    it('in which a file name is plain text', () => {
      show([submission([waiting, waiting], { fileName: '[x](command:y) <b>`\u202e.jsonl' })]);
      assert.ok(tooltip(row()).startsWith('`` [x](command:y) <b>`'), tooltip(row()));
      assert.equal(typeof item().label, 'string');
      assert.doesNotMatch(`${item().label as string} ${label(item())}`, /\u202e/);
    });
  });
});
