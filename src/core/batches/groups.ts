import type { Batch } from './batch';
import { compareStatuses } from './status';

/** The batches of one status. Never empty. */
export interface BatchGroup {
  readonly status: string;
  readonly batches: readonly Batch[];
}

/** Sorts batches into one group a status, in display order; within a group the given order stays. */
export function groupByStatus(batches: readonly Batch[]): BatchGroup[] {
  const groups = new Map<string, Batch[]>();
  for (const batch of batches) {
    const group = groups.get(batch.status);
    if (group === undefined) {
      groups.set(batch.status, [batch]);
    } else {
      group.push(batch);
    }
  }
  return [...groups]
    .map(([status, members]) => ({ status, batches: members }))
    .sort((a, b) => compareStatuses(a.status, b.status));
}
