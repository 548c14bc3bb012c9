import type { BatchFileProvider } from './pickBatchFile';

/** *New Batch File…*: from a template, a CSV file or media URLs. */
export async function newFile({ batchFiles }: BatchFileProvider): Promise<void> {
  await (await batchFiles.get()).newFile();
}
