import type { Batch } from './batch';
import { compareStatuses } from './status';

/** Batches with the same status. Never empty. */
export interface BatchGroup {
  readonly status: string;
  readonly batches: readonly Batch[];
}

/** Groups batches by status, in display order. Keeps the order of batches within a group. */
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
