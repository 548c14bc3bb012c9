import * as vscode from 'vscode';
import type { Batch } from '../../../core/batches/batch';
import { type MediaItem, mediaItems } from '../../../core/media/items';
import {
  type ConflictAnswer,
  type MediaProgress,
  type MediaReport,
  saveMedia as saveItems,
} from '../../../core/media/saver';
import { displayText } from '../../../core/common/displayText';
import { type Button, showMessage } from '../../shared/messages';
import { withProgress } from '../../shared/progress';
import { reportErrors } from '../../shared/reportErrors';
import { mediaReportText } from '../text/media';
import { sizeText } from '../text/results';
import type { CommandContext } from '../../commandContext';
import { startFolder } from '../../shared/files';
import { loadResults, resultsOf } from './resultsOf';

/**
 * *Save Media…*: the videos of a batch in a folder, beside a list of what they are.
 * @param lines the lines of the result file whose videos are wanted; without them all.
 */
export async function saveMedia(context: CommandContext, argument: unknown, lines: unknown): Promise<void> {
  const batch = await resultsOf(context, argument, vscode.l10n.t('Save the media of which batch?'));
  if (batch === undefined) {
    return;
  }
  const { rows } = await loadResults(context, batch);
  const items = mediaItems(rows, linesOf(lines));
  if (items.length === 0) {
    showMessage('information', vscode.l10n.t('There are no media to be saved in {0}.', displayText(batch.id)));
    return;
  }
  const folder = await askForFolder(items.length);
  if (folder !== undefined) {
    await saveInto(context, batch, items, folder);
  }
}

/** A command can be called by anybody with anything. */
function linesOf(value: unknown): ReadonlySet<number> | undefined {
  return Array.isArray(value) ? new Set(value.filter((line) => Number.isSafeInteger(line)) as number[]) : undefined;
}

async function askForFolder(count: number): Promise<vscode.Uri | undefined> {
  const start = startFolder();
  const [folder] =
    (await vscode.window.showOpenDialog({
      title: count === 1 ? vscode.l10n.t('Folder for 1 File') : vscode.l10n.t('Folder for {0} Files', count),
      openLabel: vscode.l10n.t('Save Here'),
      canSelectFiles: false,
      canSelectFolders: true,
      ...(start === undefined ? {} : { defaultUri: start }),
    })) ?? [];
  if (folder !== undefined && folder.scheme !== 'file') {
    showMessage('warning', vscode.l10n.t('Media can be saved only into a folder on a disk.'));
    return undefined;
  }
  return folder;
}

async function saveInto(
  context: CommandContext,
  batch: Batch,
  items: readonly MediaItem[],
  folder: vscode.Uri,
): Promise<void> {
  const report = await withProgress(
    vscode.l10n.t('Saving media of {0}', displayText(batch.id)),
    (progress, controller) => {
      const show = showing(progress);
      const { signal } = controller;
      const job = { batchId: batch.id, items, signal, onProgress: show, decide: asking(controller) };
      return saveItems(context.results.mediaSaverHost(folder.fsPath), job);
    },
  );
  const tryAgain = reportErrors(context, () => {
    const again = [...report.failures.map(({ item }) => item), ...report.unsaved];
    return saveInto(context, batch, again, folder);
  });
  tell(report, folder, tryAgain);
}

/** Shows how far it is, not more often than can be read. */
function showing(progress: vscode.Progress<{ message?: string; increment?: number }>): (now: MediaProgress) => void {
  let shown = 0;
  return ({ filesDone, filesTotal, bytes }) => {
    progress.report({
      message: vscode.l10n.t('{0} of {1}, {2}', filesDone, filesTotal, sizeText(bytes)),
      increment: ((filesDone - shown) / filesTotal) * 100,
    });
    shown = filesDone;
  };
}

/** Asks what becomes of a file that is there already. Escape cancels all of it. */
function asking(
  controller: AbortController,
): (conflict: { readonly item: MediaItem; readonly bytes: number }) => Promise<ConflictAnswer> {
  let forAll: ConflictAnswer | undefined;
  return async ({ item, bytes }) => {
    if (forAll !== undefined) {
      return forAll;
    }
    const one = (label: string, answer: ConflictAnswer, isForAll: boolean) => ({ label, answer, isForAll });
    const chosen = await vscode.window.showQuickPick(
      [
        one(vscode.l10n.t('Skip this file'), 'skip', false),
        one(vscode.l10n.t('Keep both files'), 'keepBoth', false),
        one(vscode.l10n.t('Overwrite this file'), 'overwrite', false),
        one(vscode.l10n.t('Skip all such files'), 'skip', true),
        one(vscode.l10n.t('Keep both of all such files'), 'keepBoth', true),
        one(vscode.l10n.t('Overwrite all such files'), 'overwrite', true),
      ],
      {
        title: vscode.l10n.t('{0} is there already ({1}), and was not saved from here', item.name, sizeText(bytes)),
        ignoreFocusOut: true,
      },
    );
    if (chosen === undefined) {
      controller.abort();
      return 'skip';
    }
    if (chosen.isForAll) {
      forAll = chosen.answer;
    }
    return chosen.answer;
  };
}

function tell(report: MediaReport, folder: vscode.Uri, tryAgain: () => void): void {
  const buttons: Button[] = [];
  const { manifest, failures, unsaved } = report;
  if (failures.length + unsaved.length > 0) {
    buttons.push([vscode.l10n.t('Try Again'), tryAgain]);
  }
  if (vscode.env.uiKind === vscode.UIKind.Desktop) {
    buttons.push([vscode.l10n.t('Open Folder'), () => vscode.commands.executeCommand('revealFileInOS', folder)]);
  }
  if (manifest !== undefined) {
    const list = vscode.Uri.joinPath(folder, manifest);
    buttons.push([vscode.l10n.t('Show List'), () => vscode.commands.executeCommand('vscode.open', list)]);
  }
  showMessage(failures.length > 0 ? 'warning' : 'information', mediaReportText(report), ...buttons);
}
