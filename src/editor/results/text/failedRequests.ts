import * as vscode from 'vscode';
import { batchFileLimits } from '../../../core/batchFile/schema/limits';
import type { RetryFile, RetryNote, RetryReason } from '../../../core/results/failedRequests';
import { displayText } from '../../../core/common/displayText';

/** Why a request is not in an export, or should be looked at. */
function reasonText(reason: RetryReason): string {
  switch (reason) {
    case 'noRequestId':
      return vscode.l10n.t('the result does not say of which request it is');
    case 'unreadableLine':
      return vscode.l10n.t('the line of the results can’t be read');
    case 'rawLineGone':
      return vscode.l10n.t('the line of the results could not be read back');
    case 'noModel':
      return vscode.l10n.t('the result does not say which model was asked for');
    case 'noMedia':
      return vscode.l10n.t('the result does not say which media were sent');
    case 'tooDeep':
      return vscode.l10n.t('the result is nested too deeply');
    case 'otherResult':
      return vscode.l10n.t('another line says that the request did not fail');
    case 'missingWithoutInput':
      return vscode.l10n.t('without a result; only the original file has them');
    case 'moreThanMissing':
      return vscode.l10n.t('more requests without a result than the batch can miss: the file seems to be another one');
    case 'cannotHelp':
      return vscode.l10n.t('sending again can’t help');
    case 'notKnownToHelp':
      return vscode.l10n.t('it is not known whether sending again can help');
    case 'inputLineUnreadable':
      return vscode.l10n.t('the line of the original file can’t be read');
    case 'inputLineIncomplete':
      return vscode.l10n.t('the line of the original file lacks its endpoint or payload');
    case 'inputLineRepeated':
      return vscode.l10n.t('the original file has the request ID twice');
    case 'repeated':
      return vscode.l10n.t('the results have the request more than once');
    case 'notInInput':
      return vscode.l10n.t('rebuilt, since the original file does not have it');
    case 'mayHaveResult':
      return vscode.l10n.t('taken for missing, though some results do not say whose they are');
  }
}

/** A note as a line of the log. */
export function retryNoteText({ reason, isInFile, requestId, line, inputLine, count }: RetryNote): string {
  const which = [
    requestId === undefined ? undefined : displayText(requestId),
    line === undefined ? undefined : `results line ${line + 1}`,
    inputLine === undefined ? undefined : `original line ${inputLine + 1}`,
    count === undefined ? undefined : `${count} requests`,
  ].filter((part) => part !== undefined);
  return `${isInFile ? 'exported' : 'left out'}: ${which.join(', ')}: ${reasonText(reason)}`;
}

/** What was exported, and what of it the person must know. */
export function exportedText(retry: RetryFile): string {
  const { length } = retry.requests;
  const first =
    length === 1 ? vscode.l10n.t('1 request was exported.') : vscode.l10n.t('{0} requests were exported.', length);
  return [first, ...cautions(retry)].join(' ');
}

export function nothingToExportText(retry: RetryFile): string {
  return [vscode.l10n.t('No request could be exported.'), ...cautions(retry)].join(' ');
}

function cautions({ requests, notes, sizeProblems, inputFit }: RetryFile): string[] {
  const texts: string[] = [];
  if (inputFit === 'not') {
    texts.push(
      vscode.l10n.t('The file that was picked is of another batch: none of its request IDs is in the results.'),
    );
  }
  for (const isInFile of [false, true]) {
    const counts = new Map<RetryReason, number>();
    for (const { reason, count = 1 } of notes.filter((note) => note.isInFile === isInFile)) {
      counts.set(reason, (counts.get(reason) ?? 0) + count);
    }
    const parts = [...counts].map(([reason, count]) => `${count} (${reasonText(reason)})`).join(', ');
    if (parts !== '') {
      texts.push(isInFile ? vscode.l10n.t('Look at: {0}.', parts) : vscode.l10n.t('Left out: {0}.', parts));
    }
  }
  if (requests.length > 0 && sizeProblems.includes('tooFewLines')) {
    texts.push(
      vscode.l10n.t(
        'A batch takes at least {0} requests: add others to the file, or send these one by one with POST /v2/generate.',
        batchFileLimits.minLines,
      ),
    );
  }
  if (sizeProblems.includes('tooManyLines') || sizeProblems.includes('tooManyBytes')) {
    texts.push(
      vscode.l10n.t(
        'A batch takes at most {0} requests and {1} MB: split the file.',
        batchFileLimits.maxLines,
        batchFileLimits.maxBytes / 1_000_000,
      ),
    );
  }
  return texts;
}
