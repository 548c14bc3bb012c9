import type { Batch } from '../../core/batches/batch';
import type { MetadataEntry } from '../../core/account/batchMetadata';
import type { ProgressSum } from '../../core/submissions/progress';
import type { Part, Submission } from '../../core/submissions/submission';

/** How many batches a group shows at first, and how many more each time. Thousands of rows would make the tree slow. */
export const groupPageSize = 100;

/** The group of batches with the same status. */
export interface GroupNode {
  readonly kind: 'group';
  readonly status: string;
  batches: readonly Batch[];
  /** How many batches are shown. */
  limit: number;
}

/** A batch. The node stays the same object while the batch changes, so that it stays selected. */
export interface BatchNode {
  readonly kind: 'batch';
  batch: Batch;
  /** The metadata when the row was last drawn. */
  drawnMetadata?: MetadataEntry;
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

/** A submission. The node stays the same object while the submission changes. Commands read the submission from it. */
export interface SubmissionNode {
  readonly kind: 'submission';
  submission: Submission;
  sum: ProgressSum;
  readonly parts: readonly PartNode[];
}

/** A part of a submission. The node stays the same object while the part changes. */
export interface PartNode {
  readonly kind: 'part';
  readonly parent: SubmissionNode;
  /** The index among the parts, from 0. */
  readonly index: number;
  part: Part;
  /** The batch that was created for the part, if it is in the list. Commands read the batch from it. */
  batch: Batch | undefined;
  /** The metadata when the row was last drawn. */
  drawnMetadata?: MetadataEntry;
}

export type Node = GroupNode | BatchNode | MoreNode | SubmissionsNode | SubmissionNode | PartNode;
