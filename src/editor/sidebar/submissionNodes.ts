import type { SubmissionProgress } from '../../core/submissions/progress';
import type { Activity } from '../submissions/text/progress';
import type { SubmissionNode, SubmissionsNode, Node, PartNode } from './nodes';

/** A submission as it is drawn. */
export interface DrawnSubmission {
  readonly submissionRow: SubmissionProgress;
  readonly activity: Activity;
}

/**
 * The rows of submissions, under one group. A submission has the same node for as long as it is shown, and its parts too:
 * so both keep their selection and expansion.
 */
export class SubmissionNodes {
  private readonly root: SubmissionsNode = { kind: 'submissions', children: [] };
  private activities = new Map<string, Activity>();

  /** The group, where there is anything in it. */
  get roots(): SubmissionsNode[] {
    return this.root.children.length === 0 ? [] : [this.root];
  }

  /** All parts of all submissions. */
  get parts(): PartNode[] {
    return this.root.children.flatMap(({ parts }) => parts);
  }

  /**
   * Takes over the submissions to draw.
   * @returns what has to be drawn anew for that: `undefined` is the whole tree, and an empty list is nothing.
   */
  update(drawn: readonly DrawnSubmission[]): Node[] | undefined {
    const before = this.root.children;
    const known = new Map(before.map((node) => [node.submission.id, node]));
    const changed: SubmissionNode[] = [];
    this.root.children = drawn.map(({ submissionRow, activity }) => {
      const { id } = submissionRow.submission;
      const node = known.get(id);
      // A submission is divided once and for all. If it were not, its rows would be others.
      if (node?.parts.length !== submissionRow.parts.length) {
        return nodeOf(submissionRow);
      }
      if (!looksAlike(node, submissionRow) || !isSameActivity(this.activities.get(id), activity)) {
        changed.push(node);
      }
      takeOver(node, submissionRow);
      return node;
    });
    this.activities = new Map(drawn.map(({ submissionRow, activity }) => [submissionRow.submission.id, activity]));
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

function takeOver(node: SubmissionNode, { submission, sum, parts }: SubmissionProgress): void {
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

/** A batch is the same object for as long as nothing of it changes. */
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
