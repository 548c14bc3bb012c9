import * as vscode from 'vscode';
import { errorsText, requestsText, warningsText } from '../../shared/counts';
import { asError } from '../../../core/common/errors';
import { displayText } from '../../../core/common/displayText';
import { withoutIcons } from '../../shared/plainText';
import { sizeText } from '../../results/text/results';

/** What a check has counted. */
export interface Counts {
  readonly requests: number;
  readonly errors: number;
  readonly warnings: number;
}

/** "2 errors, 1 warning"; nothing where there are none. */
export function problemsText({ errors, warnings }: Omit<Counts, 'requests'>): string {
  const texts = [...(errors === 0 ? [] : [errorsText(errors)]), ...(warnings === 0 ? [] : [warningsText(warnings)])];
  return texts.join(', ');
}

/** "24 requests · 2 errors, 1 warning". */
export function summaryText(counts: Counts): string {
  const problems = problemsText(counts);
  return `${requestsText(counts.requests)} · ${problems === '' ? vscode.l10n.t('no problems') : problems}`;
}

export function checkingText(): string {
  return vscode.l10n.t('Checking…');
}

/** What is said where a check found nothing. */
export function soundText(requests: number): string {
  return vscode.l10n.t('{0}, no problems', requestsText(requests));
}

/** What is said where a check found something. */
export function unsoundText(name: string, counts: Counts): string {
  return vscode.l10n.t(
    '{0}: {1} in {2}.',
    displayText(baseName(name)),
    problemsText(counts),
    requestsText(counts.requests),
  );
}

export function noRequestsText(name: string): string {
  return vscode.l10n.t('There are no requests in {0}.', displayText(baseName(name)));
}

// What can't be used as a batch file. Names are paths, or what else stands for them.

export function directoryText(name: string): string {
  return vscode.l10n.t('{0} is a folder. Choose a batch file.', displayText(baseName(name)));
}

export function notAFileText(name: string): string {
  return vscode.l10n.t(
    '{0} can’t be used as a batch file: it is a document that can’t be changed. Save it as a file first.',
    displayText(baseName(name)),
  );
}

export function tooLargeText(name: string, size: number, most: number): string {
  return vscode.l10n.t(
    '{0} has {1}. VS Code does not hand files over {2} to extensions, and a batch file has 5 MB at most: split it into smaller files first.',
    displayText(baseName(name)),
    sizeText(size),
    sizeText(most),
  );
}

export function notOpenedText(name: string, error: unknown): string {
  return vscode.l10n.t(
    '{0} could not be opened: {1}',
    displayText(baseName(name)),
    displayText(asError(error).message, 500),
  );
}

function baseName(path: string): string {
  return path.replace(/^.*[/\\]/, '') || path;
}

// The request at the cursor.

export function noRequestAtCursorText(): string {
  return vscode.l10n.t('Put the cursor into a line of a batch file first.');
}

/** The name of the tab that shows a request of a file. */
export function requestTabText(fileName: string): string {
  return vscode.l10n.t('{0} – request', fileName);
}

/** Which request is shown. @param line from 0. */
export function shownRequestText(line: number, requestId: string | undefined): string {
  return requestId === undefined
    ? vscode.l10n.t('Line {0}', line + 1)
    : vscode.l10n.t('Line {0} · {1}', line + 1, withoutIcons(displayText(requestId, 80)));
}

export function goToLineText(): string {
  return vscode.l10n.t('Go to the line');
}

// The lenses over the first line.

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
    validate: vscode.l10n.t('Check the file on this computer'),
    dryRun: vscode.l10n.t('Have sync.so check the file without making a batch of it'),
    estimateCost: vscode.l10n.t('Ask sync.so what the requests will cost'),
    submit: vscode.l10n.t('Make a batch of the file, after a question'),
  };
}
