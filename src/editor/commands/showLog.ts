import type { CommandContext } from './context';

/** *Show Log*. */
export function showLog({ channel }: CommandContext): void {
  channel.show();
}
