import * as vscode from 'vscode';
import type { Batch } from '../../../core/batches/batch';
import { type MediaItem, mediaItems } from '../../../core/media/items';
import {
  type ConflictAnswer,
  type MediaJob,
  type MediaReport,
  saveMedia as saveItems,
} from '../../../core/media/saver';
import { displayText } from '../../../core/common/displayText';
import { type Button, showMessage } from '../../shared/messages';
import { withProgress } from '../../shared/progress';
import { type ErrorReporting, reportErrors } from '../../shared/reportErrors';
import { mediaReportText } from '../text/media';
import { sizeText } from '../text/results';
import { askWhatToOpen } from '../../shared/files';
import { loadResults, type ResultsContext, resultsOf } from './resultsOf';

type SaveMediaContext = ResultsContext & ErrorReporting;

/**
 * *Save Media…*: saves the videos of a batch to a folder, with a manifest that lists them.
 * @param lines The lines of the result file whose videos to save; undefined for all.
 */
export async function saveMedia(context: SaveMediaContext, argument: unknown, lines: unknown): Promise<void> {
  const batch = await resultsOf(context, argument, vscode.l10n.t('Save the media of which batch?'));
  if (batch === undefined) {
    return;
  }
  const { rows } = await loadResults(context, batch);
  const selected = linesOf(lines);
  const items = mediaItems(rows, selected);
  if (items.length === 0) {
    showMessage('information', noVideosText(batch, selected?.size));
    return;
  }
  const folder = await askForFolder(items.length);
  if (folder !== undefined) {
    await saveTo(context, batch, items, folder);
  }
}

function noVideosText({ id }: Batch, selectedCount: number | undefined): string {
  switch (selectedCount) {
    case undefined:
      return vscode.l10n.t('None of the requests of {0} has a video.', displayText(id));
    case 1:
      return vscode.l10n.t('The selected request has no video.');
    default:
      return vscode.l10n.t('None of the {0} selected requests has a video.', selectedCount);
  }
}

/** The argument may be anything, because other extensions can run the command too. */
function linesOf(value: unknown): ReadonlySet<number> | undefined {
  return Array.isArray(value) ? new Set(value.filter((line) => Number.isSafeInteger(line)) as number[]) : undefined;
}

async function askForFolder(count: number): Promise<vscode.Uri | undefined> {
  const folder = await askWhatToOpen({
    title: count === 1 ? vscode.l10n.t('Save 1 Video') : vscode.l10n.t('Save {0} Videos', count),
    openLabel: vscode.l10n.t('Save Here'),
    canSelectFiles: false,
    canSelectFolders: true,
  });
  if (folder !== undefined && folder.scheme !== 'file') {
    showMessage('warning', vscode.l10n.t('Media can only be saved to a local folder.'));
    return undefined;
  }
  return folder;
}

async function saveTo(
  context: SaveMediaContext,
  batch: Batch,
  items: readonly MediaItem[],
  folder: vscode.Uri,
): Promise<void> {
  const report = await withProgress(
    vscode.l10n.t('Saving media of {0}', displayText(batch.id)),
    (progress, controller) => {
      const { signal } = controller;
      const onProgress = progressReporter(progress);
      const job = { batchId: batch.id, items, signal, onProgress, decide: conflictQuestion(controller) };
      return saveItems(context.results.mediaSaverHost(folder.fsPath), job);
    },
  );
  const tryAgain = reportErrors(context, () => {
    const remaining = [...report.failures.map(({ item }) => item), ...report.unsaved];
    return saveTo(context, batch, remaining, folder);
  });
  showReport(report, folder, tryAgain);
}

function progressReporter(
  progress: vscode.Progress<{ message?: string; increment?: number }>,
): NonNullable<MediaJob['onProgress']> {
  let reported = 0;
  return ({ filesDone, filesTotal, bytes }) => {
    progress.report({
      message: vscode.l10n.t('{0} of {1}, {2}', filesDone, filesTotal, sizeText(bytes)),
      increment: ((filesDone - reported) / filesTotal) * 100,
    });
    reported = filesDone;
  };
}

/** @returns the question what to do about an existing file. Escape cancels the command. */
function conflictQuestion(controller: AbortController): MediaJob['decide'] {
  let forAll: ConflictAnswer | undefined;
  return async ({ item, bytes }) => {
    if (forAll !== undefined) {
      return forAll;
    }
    const choice = (label: string, answer: ConflictAnswer, isForAll: boolean) => ({ label, answer, isForAll });
    const chosen = await vscode.window.showQuickPick(
      [
        choice(vscode.l10n.t('Skip this file'), 'skip', false),
        choice(vscode.l10n.t('Keep both files'), 'keepBoth', false),
        choice(vscode.l10n.t('Overwrite this file'), 'overwrite', false),
        choice(vscode.l10n.t('Skip all existing files'), 'skip', true),
        choice(vscode.l10n.t('Keep both for all existing files'), 'keepBoth', true),
        choice(vscode.l10n.t('Overwrite all existing files'), 'overwrite', true),
      ],
      {
        title: vscode.l10n.t(
          '{0} already exists ({1}) and was not saved by this extension',
          item.name,
          sizeText(bytes),
        ),
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

function showReport(report: MediaReport, folder: vscode.Uri, tryAgain: () => void): void {
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
  const text = mediaReportText(report, vscode.workspace.asRelativePath(folder));
  showMessage(failures.length > 0 ? 'warning' : 'information', text, ...buttons);
}
