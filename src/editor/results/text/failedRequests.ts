import * as vscode from 'vscode';
import { batchFileLimits } from '../../../core/batchFile/schema/limits';
import type { RetryFile, RetryNote, RetryReason } from '../../../core/results/failedRequests';
import { displayText } from '../../../core/common/displayText';

/** @returns why a request was not exported or should be checked, as a phrase that can stand in a list. */
function reasonText(reason: RetryReason): string {
  const texts: Readonly<Record<RetryReason, string>> = {
    noRequestId: vscode.l10n.t('no request ID in the result'),
    unreadableLine: vscode.l10n.t('unreadable line in the results'),
    rawLineGone: vscode.l10n.t('saved copy of the results no longer available'),
    noModel: vscode.l10n.t('no model in the result'),
    noMedia: vscode.l10n.t('no input media in the result'),
    tooDeep: vscode.l10n.t('result nested too deeply'),
    otherResult: vscode.l10n.t('another result of the request did not fail'),
    missingWithoutInput: vscode.l10n.t('no result, so only the original file contains the request'),
    moreThanMissing: vscode.l10n.t(
      'more requests without a result than the batch can miss, so the original file may be the wrong one',
    ),
    notWorthRetrying: vscode.l10n.t('not worth retrying'),
    maybeNotWorthRetrying: vscode.l10n.t('may not be worth retrying'),
    inputLineUnreadable: vscode.l10n.t('unreadable line in the original file'),
    inputLineIncomplete: vscode.l10n.t('no endpoint or payload in the original file'),
    inputLineRepeated: vscode.l10n.t('request ID repeated in the original file'),
    repeated: vscode.l10n.t('request ID repeated in the results'),
    notInInput: vscode.l10n.t('rebuilt from the result because the original file lacks the request'),
    mayHaveResult: vscode.l10n.t('considered missing, but some results have no request ID'),
  };
  return texts[reason];
}

/** @returns a note as a line of the log, which is not translated. */
export function retryNoteText({ reason, isInFile, requestId, line, inputLine, count }: RetryNote): string {
  const which = [
    requestId === undefined ? undefined : displayText(requestId),
    line === undefined ? undefined : `results line ${line + 1}`,
    inputLine === undefined ? undefined : `original line ${inputLine + 1}`,
    count === undefined ? undefined : `${count} requests`,
  ].filter((part) => part !== undefined);
  return `${isInFile ? 'exported' : 'left out'}: ${which.join(', ')}: ${reasonText(reason)}`;
}

/** @returns the result of an export, with warnings. */
export function exportedText(retry: RetryFile): string {
  const { length } = retry.requests;
  const first = length === 1 ? vscode.l10n.t('1 request exported.') : vscode.l10n.t('{0} requests exported.', length);
  return [first, ...warnings(retry)].join(' ');
}

export function nothingToExportText(retry: RetryFile): string {
  return [vscode.l10n.t('No requests exported.'), ...warnings(retry)].join(' ');
}

function warnings({ requests, notes, sizeProblems, inputFit }: RetryFile): string[] {
  const texts: string[] = [];
  if (inputFit === 'not') {
    texts.push(vscode.l10n.t('The original file is of another batch: none of its request IDs is in the results.'));
  }
  for (const isInFile of [false, true]) {
    const counts = new Map<RetryReason, number>();
    for (const { reason, count = 1 } of notes.filter((note) => note.isInFile === isInFile)) {
      counts.set(reason, (counts.get(reason) ?? 0) + count);
    }
    if (counts.size > 0) {
      const list = [...counts]
        .map(([reason, count]) => vscode.l10n.t('{0} ({1})', reasonText(reason), count))
        .join('; ');
      texts.push(isInFile ? vscode.l10n.t('Check: {0}.', list) : vscode.l10n.t('Left out: {0}.', list));
    }
  }
  if (requests.length > 0 && sizeProblems.includes('tooFewLines')) {
    texts.push(
      vscode.l10n.t(
        'A batch needs at least {0} requests: add more to the file, or send these one by one with POST /v2/generate.',
        batchFileLimits.minLines,
      ),
    );
  }
  if (sizeProblems.includes('tooManyLines') || sizeProblems.includes('tooManyBytes')) {
    texts.push(
      vscode.l10n.t(
        'A batch can have at most {0} requests and {1} MB: split the file.',
        batchFileLimits.maxLines,
        batchFileLimits.maxBytes / 1_000_000,
      ),
    );
  }
  return texts;
}
