import type { Batch } from '../../core/batches/batch';
import type { BatchNote } from '../../core/live/notes';
import type { CampaignSum } from '../../core/submissions/campaigns';
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
  drawnNote?: BatchNote;
}

/** The row that shows more of a group. */
export interface MoreNode {
  readonly kind: 'more';
  readonly group: GroupNode;
}

/** The group of all campaigns. */
export interface CampaignsNode {
  readonly kind: 'campaigns';
  children: readonly CampaignNode[];
}

/** One campaign. Stays the same object while its data change. Commands on a submission take it from here. */
export interface CampaignNode {
  readonly kind: 'campaign';
  submission: Submission;
  sum: CampaignSum;
  readonly parts: readonly PartNode[];
}

/** One part of a campaign. Stays the same object while its data change. */
export interface PartNode {
  readonly kind: 'part';
  readonly parent: CampaignNode;
  /** Its place among the parts, from 0. */
  readonly index: number;
  part: Part;
  /** What the part became, where it is in the list: commands on a batch take it from here. */
  batch: Batch | undefined;
  /** What was noted about that when it was last drawn. */
  drawnNote?: BatchNote;
}

export type Node = GroupNode | BatchNode | MoreNode | CampaignsNode | CampaignNode | PartNode;
