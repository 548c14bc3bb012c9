import type { Batch } from '../../core/batches/batch';
import type { MetadataEntry } from '../../core/account/batchMetadata';
import type { ProgressSum } from '../../core/submissions/progress';
import type { Part, Submission } from '../../core/submissions/submission';

/** How many batches a group shows at first, and how many more each time: the editor's tree is slow with thousands. */
export const groupPageSize = 100;

/** The batches of one status. */
export interface GroupNode {
  readonly kind: 'group';
  readonly status: string;
  batches: readonly Batch[];
  /** How many of them are shown. */
  limit: number;
}

/** One batch. The node stays the same object while the batch's data change, and so keeps selection and expansion. */
export interface BatchNode {
  readonly kind: 'batch';
  batch: Batch;
  /** What was noted about it when it was last drawn. */
  drawnNote?: MetadataEntry;
}

/** The row that shows more of a group. */
export interface MoreNode {
  readonly kind: 'more';
  readonly group: GroupNode;
}

/** The group of all submissions. */
export interface SubmissionsNode {
  readonly kind: 'submissions';
  children: readonly SubmissionNode[];
}

/** One submission. Stays the same object while its data change. Commands on a submission take it from here. */
export interface SubmissionNode {
  readonly kind: 'submission';
  submission: Submission;
  sum: ProgressSum;
  readonly parts: readonly PartNode[];
}

/** One part of a submission. Stays the same object while its data change. */
export interface PartNode {
  readonly kind: 'part';
  readonly parent: SubmissionNode;
  /** Its place among the parts, from 0. */
  readonly index: number;
  part: Part;
  /** What the part became, where it is in the list: commands on a batch take it from here. */
  batch: Batch | undefined;
  /** What was noted about that when it was last drawn. */
  drawnNote?: MetadataEntry;
}

export type Node = GroupNode | BatchNode | MoreNode | SubmissionsNode | SubmissionNode | PartNode;
