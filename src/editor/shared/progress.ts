import * as vscode from 'vscode';
import { withoutLinks } from './plainText';

/**
 * Runs a task and shows its progress in a notification. Text never becomes a link, see {@link withoutLinks}.
 * @param task Gets a controller, which the button *Cancel* aborts. The task may abort it too.
 */
export function withProgress<T>(
  title: string,
  task: (
    progress: vscode.Progress<{ message?: string; increment?: number }>,
    controller: AbortController,
  ) => Thenable<T>,
): Thenable<T> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: withoutLinks(title), cancellable: true },
    (progress, token) => {
      const report: typeof progress.report = ({ message, ...rest }) =>
        progress.report({ ...rest, ...(message === undefined ? {} : { message: withoutLinks(message) }) });
      const controller = new AbortController();
      token.onCancellationRequested(() => controller.abort());
      return task({ report }, controller);
    },
  );
}
