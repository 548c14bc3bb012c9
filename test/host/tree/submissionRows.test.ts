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
    tree.showSubmissions(submissionRows(submissions, ...batches).map((submissionRow) => ({ submissionRow, activity })));
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

  it('come first, under one group that is there only where there are some', () => {
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

  it('are closed at first, and have their parts in order', () => {
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

  it('have nothing below them where there is one part', () => {
    show([submission([waiting])]);
    assert.equal(item().collapsibleState, vscode.TreeItemCollapsibleState.None);
    assert.deepEqual(tree.getChildren(row()), []);
  });

  it('have parents, as showing a row from elsewhere needs', () => {
    show([submission([waiting, waiting])]);
    assert.equal(tree.getParent(part()), row());
    assert.equal(tree.getParent(row()), root());
    assert.equal(tree.getParent(root()), undefined);
  });

  describe('when something changes', () => {
    const before = [sent('a'), waiting] as const;

    it('are the same rows, and only the one that changed is drawn anew', () => {
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

    it('are drawn anew for a batch of theirs', () => {
      show([submission(before)], [batch({ id: 'a', status: 'PENDING' })]);
      show([submission(before)], [batch({ id: 'a', status: 'PROCESSING' })]);
      assert.deepEqual(events, [[row()]]);
      assert.match(String(partItem().description), /^Processing/);
    });

    it('are drawn anew for what is done for them', () => {
      show([submission(before)]);
      show([submission(before)], [], { kind: 'sending', part: 1 });
      assert.deepEqual(events, [[row()]]);
    });

    it('are not drawn anew for nothing', () => {
      const a = batch({ id: 'a' });
      show([submission(before)], [a], { kind: 'sending', part: 1 });
      show([submission(before, { runner: { window: 'w', until: 1 } })], [a], { kind: 'sending', part: 1 });
      assert.deepEqual(events, []);
    });

    it('stay when others come and go, and only their group is drawn anew', () => {
      show([submission(before)]);
      const known = { row: row(), root: root() };
      show([submission([waiting, waiting], { id: 'new' }), submission(before)]);
      assert.deepEqual(events, [[known.root]]);
      assert.equal(rows()[1], known.row);
      show([submission(before)]);
      assert.equal(row(), known.row);
    });

    it('stay when the batches are drawn anew', () => {
      show([submission(before)]);
      const known = row();
      tree.replace(batchesOf('PROCESSING', 1));
      assert.equal(row(), known);
    });
  });

  describe('say how they are', () => {
    const described = (states: readonly PartState[], batches: readonly Batch[] = [], activity?: Activity): string => {
      show([submission(states)], batches, activity);
      return plain(item().description);
    };

    it('as one sum', () => {
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

    it('with what a person must look at', () => {
      assert.equal(
        described([uncertain(), refused(), cancelled]),
        '0 of 3 batches sent · uncertain: 1 · refused: 1 · cancelled: 1',
      );
      assert.equal(described([uncertain()]), '0 of 1 batch sent · uncertain: 1');
    });

    it('with what is done for them, and when it goes on', () => {
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
      assert.match(described(states, [], slot('requests')), / · waiting because of the rate limit, next try at 2:05 PM$/);
      assert.match(described([sending, waiting], [], { kind: 'sending', part: 0 }), / · sending$/);
      assert.match(described([sending, waiting], [], { kind: 'elsewhere' }), / · sending in another window$/);
      assert.equal(
        described([sent('a'), sent('b')], [done('a'), done('b')]),
        '2 of 2 batches sent · 1,000 of 1,000 requests done',
      );
    });

    it('by shapes, of which each means one thing', () => {
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

  it('tell menus what can be done', () => {
    const words = (...states: readonly PartState[]): string | undefined => {
      show([submission(states)]);
      return item().contextValue;
    };
    assert.equal(words(sent('a'), sent('b')), 'submission');
    assert.equal(words(sent('a'), waiting), 'submission open');
    assert.equal(words(uncertain(), sent('b')), 'submission uncertain');
    assert.equal(words(uncertain(), waiting), 'submission open uncertain');
  });

  it('hand their submission to commands', () => {
    show([submission([waiting, waiting])]);
    assert.equal(row().submission.id, 'sub_1');
  });

  it('open what can be done about them where it is uncertain whether there is a batch, and so do such parts', () => {
    show([submission([uncertain(), waiting])]);
    for (const { command } of [item(), partItem()]) {
      assert.deepEqual([command?.command, command?.arguments], ['syncBatches.showSubmissions', ['sub_1']]);
    }
    show([submission([waiting, waiting])]);
    assert.deepEqual([item().command, partItem().command], [undefined, undefined]);
  });

  describe('have parts that', () => {
    it('are like their batch to all commands, under an ID of their own', () => {
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

    it('carry the name and the mark that the person gave their batch', () => {
      show([submission([sent('named'), waiting])], [batch({ id: 'named', metrics: { total: 5 } })]);
      assert.equal(partItem().description, 'Trailer · Processing · 0 of 5 done · notifies');
      assert.equal(partItem().contextValue, 'batch processing marked');
    });

    it('say what became of them where there is no batch in the list', () => {
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

    it('only once it is asked for', () => {
      show([submission([waiting, waiting])]);
      assert.deepEqual([item().tooltip, partItem().tooltip], [undefined, undefined]);
      assert.equal(tree.resolveTreeItem(tree.getTreeItem(root()), root()).tooltip, undefined);
    });

    it('with everything that is known', () => {
      show([submission([sent('a'), sent('x'), uncertain()])], [done('a', 4)]);
      const text = tooltip(row());
      for (const expected of [
        '` episodes.jsonl `',
        'Submitted: Tuesday, November 24, 2026 at 2:05:09 PM',
        '- Batches: 3',
        '- Sent: 2',
        '- Uncertain, there may be a batch: 1',
        '- Finished batches: 1',
        '- Batches that are not in the list: 1',
        '- Requests: 1500',
        '- Requests done: 500',
        '- Failed requests: 4',
        '- Webhook URL: none',
      ]) {
        assert.ok(text.includes(expected), `${expected} is not in ${text}`);
      }
    });

    it('for their parts: that of the batch, or what became of them', () => {
      show([submission([sent('a'), refused('no *such* [voice](command:x)')])], [done('a')]);
      assert.match(tooltip(part()), /^` a ` .*- Status: Completed/);
      const text = tooltip(parts()[1] ?? assert.fail());
      assert.match(
        text,
        /^Part 2 of 2 · ` episodes\.jsonl ` {2}- State: refused, no batch was created - Requests: 500 - Sent: /,
      );
      assert.ok(text.includes('- Reason: ` no *such* [voice](command:x) `'), text);
    });

    it('in which a name of a file is only text', () => {
      show([submission([waiting, waiting], { fileName: '[x](command:y) <b>`\u202e.jsonl' })]);
      assert.ok(tooltip(row()).startsWith('`` [x](command:y) <b>`'), tooltip(row()));
      assert.equal(typeof item().label, 'string');
      assert.doesNotMatch(`${item().label as string} ${label(item())}`, /\u202e/);
    });
  });
});
