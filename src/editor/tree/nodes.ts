import type { Batch } from '../../core/batches/batch';

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
}

/** The row that shows more of a group. */
export interface MoreNode {
  readonly kind: 'more';
  readonly group: GroupNode;
}

export type Node = GroupNode | BatchNode | MoreNode;
