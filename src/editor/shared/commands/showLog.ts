import type { CommandContext } from '../../commandContext';

/** *Show Log*. */
export function showLog({ channel }: CommandContext): void {
  channel.show();
}
