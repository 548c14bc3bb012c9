import * as vscode from 'vscode';
import { errorsText, requestsText, warningsText } from '../../shared/counts';
import { asError } from '../../../core/common/errors';
import { displayText } from '../../../core/common/displayText';
import { withoutIcons } from '../../shared/plainText';
import { sizeText } from '../../results/text/results';

/** The result of a check. */
export interface Counts {
  readonly requests: number;
  readonly errors: number;
  readonly warnings: number;
}

/** "24 requests · 2 errors, 1 warning". */
export function summaryText({ requests, errors, warnings }: Counts): string {
  if (errors > 0 && warnings > 0) {
    return vscode.l10n.t('{0} · {1}, {2}', requestsText(requests), errorsText(errors), warningsText(warnings));
  }
  if (errors + warnings === 0) {
    return vscode.l10n.t('{0} · no problems', requestsText(requests));
  }
  return vscode.l10n.t('{0} · {1}', requestsText(requests), errors > 0 ? errorsText(errors) : warningsText(warnings));
}

export function checkingText(): string {
  return vscode.l10n.t('Checking…');
}

/** The result of *Validate Batch File* for a file with problems. */
export function invalidText(name: string, counts: Counts): string {
  return vscode.l10n.t('{0}: {1}', displayText(baseName(name)), summaryText(counts));
}

export function noRequestsText(name: string): string {
  return vscode.l10n.t('There are no requests in {0}.', displayText(baseName(name)));
}

// Files that can't be used as a batch file. Names are paths.

export function directoryText(name: string): string {
  return vscode.l10n.t('{0} is a folder. Choose a batch file.', displayText(baseName(name)));
}

export function notAFileText(name: string): string {
  return vscode.l10n.t(
    '{0} can’t be used as a batch file because it is read-only. Save it as a file first.',
    displayText(baseName(name)),
  );
}

export function tooLargeText(name: string, size: number, max: number): string {
  return vscode.l10n.t(
    '{0} is too large ({1}). VS Code does not give files over {2} to extensions, and a batch file can have at most 5 MB. Split it into smaller files.',
    displayText(baseName(name)),
    sizeText(size),
    sizeText(max),
  );
}

export function notOpenedText(name: string, error: unknown): string {
  return vscode.l10n.t('Can’t open {0}: {1}', displayText(baseName(name)), displayText(asError(error).message, 500));
}

function baseName(path: string): string {
  return path.replace(/^.*[/\\]/, '') || path;
}

// The request at the cursor.

export function noRequestAtCursorText(): string {
  return vscode.l10n.t('Put the cursor in a line of a batch file first.');
}

/** The title of the tab that shows a request. */
export function requestTabText(fileName: string): string {
  return vscode.l10n.t('{0} – request', fileName);
}

/** Names the request that a tab shows. @param line from 0. */
export function shownRequestText(line: number, requestId: string | undefined): string {
  return requestId === undefined
    ? vscode.l10n.t('Line {0}', line + 1)
    : vscode.l10n.t('Line {0} · {1}', line + 1, withoutIcons(displayText(requestId, 80)));
}

export function goToLineText(): string {
  return vscode.l10n.t('Go to this line');
}

// The CodeLenses above the first line.

export function lensLabels() {
  return {
    validate: vscode.l10n.t('Validate'),
    dryRun: vscode.l10n.t('Dry Run'),
    estimateCost: vscode.l10n.t('Estimate Cost'),
    submit: vscode.l10n.t('Submit…'),
  };
}

export function lensTooltips() {
  return {
    toProblems: vscode.l10n.t('Go to the first problem'),
    validate: vscode.l10n.t('Check the file on your computer'),
    dryRun: vscode.l10n.t('Let sync.so check the file without creating a batch'),
    estimateCost: vscode.l10n.t('Ask sync.so what the requests cost'),
    submit: vscode.l10n.t('Create a batch from the file. You are asked first.'),
  };
}
