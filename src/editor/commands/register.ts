import * as vscode from 'vscode';
import { ApiError } from '../../core/api/errors';
import { asError, isCancelled } from '../../core/clock';
import { showFailure } from '../messages';
import { clearFilters } from './clearFilters';
import type { CommandContext } from './context';
import { copyBatchId } from './copyBatchId';
import { copyOutputUrl } from './copyOutputUrl';
import { filterByDate } from './filterByDate';
import { filterByStatus } from './filterByStatus';
import { dontNotifyWhenFinished, notifyWhenFinished } from './notifyWhenFinished';
import { openOutput } from './openOutput';
import { refresh } from './refresh';
import { removeApiKey } from './removeApiKey';
import { renameBatch } from './renameBatch';
import { setApiKey } from './setApiKey';
import { showLog } from './showLog';
import { showMore } from './showMore';

type Command = (context: CommandContext, argument: unknown) => Promise<void> | void;

/** Every command of the extension, by the name after `syncBatches.`. */
const commands: Readonly<Record<string, Command>> = {
  setApiKey,
  removeApiKey,
  refresh,
  filterByDate,
  filterByStatus,
  clearFilters,
  openOutput,
  copyOutputUrl,
  copyBatchId,
  renameBatch,
  notifyWhenFinished,
  dontNotifyWhenFinished,
  showLog,
  showMore,
};

/** Registers all commands. A command that fails says so, in one way for all of them. */
export function registerCommands(context: CommandContext): vscode.Disposable {
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([name, command]) =>
      vscode.commands.registerCommand(`syncBatches.${name}`, async (argument: unknown) => {
        try {
          await command(context, argument);
        } catch (error) {
          if (!isCancelled(error)) {
            context.log.error(`${name}: ${asError(error).stack ?? String(error)}`);
            showFailure(error instanceof ApiError ? error : new Error(context.redact(asError(error).message)));
          }
        }
      }),
    ),
  );
}
