import * as vscode from 'vscode';
import { looksLikeBatchFile } from '../../../core/batchFile/rules/detect';
import { batchFileLanguage } from '../documents';
import { firstLinesOf, hasFileScheme } from '../documents';
import { showMessage } from '../../shared/messages';
import { directoryText, notAFileText, notOpenedText, tooLargeText } from '../text/batchFiles';
import type { CommandContext } from '../../commandContext';
import { startFolder } from '../../shared/files';

/** Files over this many bytes are not handed to extensions by the editor. */
const mostBytes = 50 * 1024 * 1024;

/**
 * The document that a command about a batch file is for: the one of a menu, else the one in front, else one that is picked
 * from the disk. From then on it is taken for a batch file.
 * @param argument what the command got, from anybody.
 * @returns nothing when the person escapes, or when the file can't be used, which has then been said.
 */
export async function batchFileOf(
  { batchFiles }: Pick<CommandContext, 'batchFiles'>,
  argument: unknown,
): Promise<vscode.TextDocument | undefined> {
  const chosen = argument instanceof vscode.Uri ? argument : (inFront() ?? (await askForFile()));
  const document = chosen === undefined ? undefined : await openedOrRefused(chosen);
  if (document !== undefined) {
    (await batchFiles.get()).treatAsBatchFile(document);
  }
  return document;
}

/** What the editor in front shows, where it is a batch file or may be one. */
function inFront(): vscode.Uri | undefined {
  const document = vscode.window.activeTextEditor?.document;
  if (document !== undefined) {
    const mayBe = document.languageId === batchFileLanguage || looksLikeBatchFile(firstLinesOf(document));
    return hasFileScheme(document.uri) && mayBe ? document.uri : undefined;
  }
  // A file that is too large for extensions has a tab, and no editor that they could see.
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputText && /\.(?:jsonl|ndjson)$/i.test(input.uri.path) ? input.uri : undefined;
}

async function askForFile(): Promise<vscode.Uri | undefined> {
  const folder = startFolder();
  const picked = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Choose a Batch File'),
    filters: { 'JSON Lines': ['jsonl', 'ndjson'], [vscode.l10n.t('All Files')]: ['*'] },
    ...(folder === undefined ? {} : { defaultUri: folder }),
  });
  return picked?.[0];
}

async function openedOrRefused(uri: vscode.Uri): Promise<vscode.TextDocument | undefined> {
  if (!hasFileScheme(uri)) {
    showMessage('error', notAFileText(uri.path));
    return undefined;
  }
  const open = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
  if (open !== undefined) {
    return open;
  }
  try {
    const { type, size } = await vscode.workspace.fs.stat(uri);
    if ((type & vscode.FileType.Directory) !== 0) {
      showMessage('error', directoryText(uri.path));
      return undefined;
    }
    // Before it is read: reading so much could take the window's memory.
    if (size > mostBytes) {
      showMessage('error', tooLargeText(uri.path, size, mostBytes));
      return undefined;
    }
    return await vscode.workspace.openTextDocument(uri);
  } catch (error) {
    showMessage('error', notOpenedText(uri.path, error));
    return undefined;
  }
}
