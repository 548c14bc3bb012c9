import type { CommandContext } from '../../commandContext';

/** *New Batch File…*: from a template, a table or a list of media. */
export async function newFile({ batchFiles }: CommandContext): Promise<void> {
  await (await batchFiles.get()).newFile();
}
