import type { Campaign } from '../../core/submissions/campaigns';
import type { Activity } from '../text/campaigns';
import type { CampaignNode, CampaignsNode, Node, PartNode } from './nodes';

/** A campaign as it is drawn. */
export interface DrawnCampaign {
  readonly campaign: Campaign;
  readonly activity: Activity;
}

/**
 * The rows of campaigns, under one group. A campaign has the same node for as long as it is shown, and its parts too:
 * so both keep their selection and expansion.
 */
export class CampaignNodes {
  private readonly root: CampaignsNode = { kind: 'campaigns', children: [] };
  private activities = new Map<string, Activity>();

  /** The group, where there is anything in it. */
  get roots(): CampaignsNode[] {
    return this.root.children.length === 0 ? [] : [this.root];
  }

  /** All parts of all campaigns. */
  get parts(): PartNode[] {
    return this.root.children.flatMap(({ parts }) => parts);
  }

  /**
   * Takes over the campaigns to draw.
   * @returns what has to be drawn anew for that: `undefined` is the whole tree, and an empty list is nothing.
   */
  update(drawn: readonly DrawnCampaign[]): Node[] | undefined {
    const before = this.root.children;
    const known = new Map(before.map((node) => [node.submission.id, node]));
    const changed: CampaignNode[] = [];
    this.root.children = drawn.map(({ campaign, activity }) => {
      const { id } = campaign.submission;
      const node = known.get(id);
      // A submission is divided once and for all. If it were not, its rows would be others.
      if (node?.parts.length !== campaign.parts.length) {
        return nodeOf(campaign);
      }
      if (!looksAlike(node, campaign) || !isSameActivity(this.activities.get(id), activity)) {
        changed.push(node);
      }
      takeOver(node, campaign);
      return node;
    });
    this.activities = new Map(drawn.map(({ campaign, activity }) => [campaign.submission.id, activity]));
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

  activityOf({ submission }: CampaignNode): Activity {
    return this.activities.get(submission.id);
  }

  parentOf(node: CampaignNode | PartNode): CampaignsNode | CampaignNode {
    return node.kind === 'part' ? node.parent : this.root;
  }
}

function nodeOf({ submission, sum, parts: campaignParts }: Campaign): CampaignNode {
  const parts: PartNode[] = [];
  const node: CampaignNode = { kind: 'campaign', submission, sum, parts };
  for (const [index, { part, batch }] of campaignParts.entries()) {
    parts.push({ kind: 'part', parent: node, index, part, batch });
  }
  return node;
}

function takeOver(node: CampaignNode, { submission, sum, parts }: Campaign): void {
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
function looksAlike(a: Campaign, b: Campaign): boolean {
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
