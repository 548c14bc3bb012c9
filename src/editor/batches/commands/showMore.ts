import type { BatchesView } from '../../sidebar/batchesView';

/** *Show More*, the last row of a long group. Takes the status of the group. */
export async function showMore({ view }: { readonly view: BatchesView }, status: unknown): Promise<void> {
  if (typeof status === 'string') {
    await view.showMore(status);
  }
}
