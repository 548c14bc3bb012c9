import type { CommandContext } from '../../commandContext';

/** *Show Request*: the request at the cursor on many lines, beside the file where it is one long line. */
export async function showRequest({ batchFiles }: CommandContext): Promise<void> {
  await (await batchFiles.get()).showRequest();
}
