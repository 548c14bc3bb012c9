import * as vscode from 'vscode';
import { looksLikeBatchFile } from '../../../core/batchFile/rules/detect';
import { displayText } from '../../../core/common/displayText';
import { asError } from '../../../core/common/errors';
import { batchFileLanguage, firstLinesOf, hasFileScheme } from '../documents';
import { showMessage } from '../../shared/messages';
import { sizeText } from '../../results/text/results';
import { fileNameText } from '../text/batchFiles';
import type { LazyBatchFiles } from '../lazyBatchFiles';
import { askWhatToOpen } from '../../shared/files';

/** VS Code does not give larger files to extensions. */
const maxBytes = 50 * 1024 * 1024;

/** The part of the command context that commands about batch files need. */
export interface BatchFileProvider {
  readonly batchFiles: LazyBatchFiles;
}

/**
 * Opens the document for a command about a batch file: the URI from a menu, the active editor, or a file that the user
 * picks. Marks the document as a batch file.
 * @param argument the first argument of the command, which can come from any extension.
 * @returns undefined if the user cancels, or if the file can't be used and the user has been told.
 */
export async function batchFileOf(
  { batchFiles }: BatchFileProvider,
  argument: unknown,
): Promise<vscode.TextDocument | undefined> {
  const chosen = argument instanceof vscode.Uri ? argument : (activeBatchFile() ?? (await askForFile()));
  const document = chosen === undefined ? undefined : await openDocument(chosen);
  if (document !== undefined) {
    (await batchFiles.get()).markAsBatchFile(document);
  }
  return document;
}

/** The document in the active editor if it is or could be a batch file. */
function activeBatchFile(): vscode.Uri | undefined {
  const document = vscode.window.activeTextEditor?.document;
  if (document !== undefined) {
    const mayBe = document.languageId === batchFileLanguage || looksLikeBatchFile(firstLinesOf(document));
    return hasFileScheme(document.uri) && mayBe ? document.uri : undefined;
  }
  // A file that is too large for extensions has a tab but no visible editor.
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputText && /\.(?:jsonl|ndjson)$/i.test(input.uri.path) ? input.uri : undefined;
}

function askForFile(): Promise<vscode.Uri | undefined> {
  return askWhatToOpen({
    title: vscode.l10n.t('Choose a Batch File'),
    filters: { 'JSON Lines': ['jsonl', 'ndjson'], [vscode.l10n.t('All Files')]: ['*'] },
  });
}

async function openDocument(uri: vscode.Uri): Promise<vscode.TextDocument | undefined> {
  const name = fileNameText(uri.path);
  if (!hasFileScheme(uri)) {
    showMessage(
      'error',
      vscode.l10n.t('{0} can’t be used as a batch file because it is read-only. Save it as a file first.', name),
    );
    return undefined;
  }
  const open = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
  if (open !== undefined) {
    return open;
  }
  try {
    const { type, size } = await vscode.workspace.fs.stat(uri);
    if ((type & vscode.FileType.Directory) !== 0) {
      showMessage('error', vscode.l10n.t('{0} is a folder. Choose a batch file.', name));
      return undefined;
    }
    // Checked before reading, because reading it could exhaust the memory of the window.
    if (size > maxBytes) {
      const text = vscode.l10n.t(
        '{0} is too large ({1}). VS Code does not give files over {2} to extensions, and a batch file can have at most 5 MB. Split it into smaller files.',
        name,
        sizeText(size),
        sizeText(maxBytes),
      );
      showMessage('error', text);
      return undefined;
    }
    return await vscode.workspace.openTextDocument(uri);
  } catch (error) {
    showMessage('error', vscode.l10n.t('Can’t open {0}: {1}', name, displayText(asError(error).message, 500)));
    return undefined;
  }
}
