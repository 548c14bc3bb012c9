import * as vscode from 'vscode';
import { mediaNames } from '../../core/media/names';

/** The initial folder of file dialogs: the first of the workspace. */
function startFolder(): vscode.Uri | undefined {
  return vscode.workspace.workspaceFolders?.[0]?.uri;
}

/** Asks for a file, or for a folder if the options say so. @returns undefined if the user cancels. */
export async function askWhatToOpen(options: vscode.OpenDialogOptions): Promise<vscode.Uri | undefined> {
  const folder = startFolder();
  const start = folder === undefined ? {} : { defaultUri: folder };
  return (await vscode.window.showOpenDialog({ ...options, ...start }))?.[0];
}

/** Asks where to save a JSON Lines file about a batch. @returns undefined if the user cancels. */
export async function askWhereToSave(title: string, batchId: string, suffix: string): Promise<vscode.Uri | undefined> {
  const [name = ''] = mediaNames([{ requestId: batchId, line: 0, outputUrl: '' }]);
  const file = `${name.replace(/\.\w+$/, '')}${suffix}.jsonl`;
  const folder = startFolder();
  return await vscode.window.showSaveDialog({
    title,
    filters: { 'JSON Lines': ['jsonl'] },
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, file) }),
  });
}
