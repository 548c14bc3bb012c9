import type { SubmissionProgress } from '../../core/submissions/progress';
import type { Activity } from '../submissions/text/progress';
import type { SubmissionNode, SubmissionsNode, Node, PartNode } from './nodes';

/** What the row of a submission shows. */
export interface DrawnSubmission {
  readonly progress: SubmissionProgress;
  readonly activity: Activity;
}

/**
 * The tree nodes of submissions, in one group. Submissions and their parts keep their nodes while they are shown, and so
 * their selection and expansion.
 */
export class SubmissionNodes {
  private readonly root: SubmissionsNode = { kind: 'submissions', children: [] };
  private activities = new Map<string, Activity>();

  /** The group, if there are submissions. */
  get roots(): SubmissionsNode[] {
    return this.root.children.length === 0 ? [] : [this.root];
  }

  /** All parts of all submissions. */
  get parts(): PartNode[] {
    return this.root.children.flatMap(({ parts }) => parts);
  }

  /**
   * Replaces the submissions.
   * @returns the nodes to redraw; undefined for the whole tree.
   */
  update(drawn: readonly DrawnSubmission[]): Node[] | undefined {
    const before = this.root.children;
    const known = new Map(before.map((node) => [node.submission.id, node]));
    const changed: SubmissionNode[] = [];
    this.root.children = drawn.map(({ progress, activity }) => {
      const { id } = progress.submission;
      const node = known.get(id);
      // The number of parts of a submission does not change. If it did, it would get new nodes.
      if (node?.parts.length !== progress.parts.length) {
        return nodeOf(progress);
      }
      if (!looksAlike(node, progress) || !isSameActivity(this.activities.get(id), activity)) {
        changed.push(node);
      }
      updateNode(node, progress);
      return node;
    });
    this.activities = new Map(drawn.map(({ progress, activity }) => [progress.submission.id, activity]));
    const after = this.root.children;
    if ((before.length === 0) !== (after.length === 0)) {
      return undefined;
    }
    const isSameList = before.length === after.length && before.every((node, index) => node === after[index]);
    return isSameList ? changed : [this.root];
  }

  has(submissionId: string): boolean {
    return this.activities.has(submissionId);
  }

  activityOf({ submission }: SubmissionNode): Activity {
    return this.activities.get(submission.id);
  }

  parentOf(node: SubmissionNode | PartNode): SubmissionsNode | SubmissionNode {
    return node.kind === 'part' ? node.parent : this.root;
  }
}

function nodeOf({ submission, sum, parts: partsProgress }: SubmissionProgress): SubmissionNode {
  const parts: PartNode[] = [];
  const node: SubmissionNode = { kind: 'submission', submission, sum, parts };
  for (const [index, { part, batch }] of partsProgress.entries()) {
    parts.push({ kind: 'part', parent: node, index, part, batch });
  }
  return node;
}

function updateNode(node: SubmissionNode, { submission, sum, parts }: SubmissionProgress): void {
  node.submission = submission;
  node.sum = sum;
  for (const [index, { part, batch }] of parts.entries()) {
    const row = node.parts[index];
    if (row !== undefined) {
      row.part = part;
      row.batch = batch;
    }
  }
}

/** Compares batches by identity: the store keeps the object of an unchanged batch. */
function looksAlike(a: SubmissionProgress, b: SubmissionProgress): boolean {
  return (
    a.submission.fileName === b.submission.fileName &&
    a.parts.every(({ part, batch }, index) => {
      const other = b.parts[index];
      return batch === other?.batch && (part === other?.part || JSON.stringify(part) === JSON.stringify(other?.part));
    })
  );
}

function isSameActivity(a: Activity, b: Activity): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
