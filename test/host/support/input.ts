import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';

/** Presses Enter in the open quick input until `isDone`. Repeats it, because VS Code does not tell when one is open. */
export async function pressEnterUntil(isDone: () => boolean, withinMs = 15_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!isDone()) {
    if (Date.now() > deadline) {
      throw new Error('Enter had no effect');
    }
    await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    await delay(50);
  }
}

/** Presses Escape until the command has ended. */
export async function escapeFrom(command: Thenable<unknown>): Promise<void> {
  const state = { isDone: false };
  const done = Promise.resolve(command).finally(() => {
    state.isDone = true;
  });
  while (!state.isDone) {
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    await Promise.race([done, delay(50)]);
  }
  await done;
}
