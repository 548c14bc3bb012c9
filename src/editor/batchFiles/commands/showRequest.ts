import type { BatchFileProvider } from './pickBatchFile';

/** *Show Request*: shows the request at the cursor on several lines beside the file. */
export async function showRequest({ batchFiles }: BatchFileProvider): Promise<void> {
  await (await batchFiles.get()).showRequest();
}
