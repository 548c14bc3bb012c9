import type { CommandContext } from '../../commandContext';

/** The last row of a long group. Takes the group's status. */
export async function showMore({ view }: CommandContext, status: unknown): Promise<void> {
  if (typeof status === 'string') {
    await view.showMore(status);
  }
}
