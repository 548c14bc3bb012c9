import * as vscode from 'vscode';
import type { ColumnField, RowIssue, RowIssueCode } from '../../../core/batchFile/newFile/columns';
import type { CsvIssue } from '../../../core/batchFile/newFile/csv';
import type { UnpairedReason, UnpairedUrl } from '../../../core/batchFile/newFile/mediaUrls';
import { displayText } from '../../../core/common/displayText';
import { formatNumber } from '../../shared/counts';
import { sizeText } from '../../results/text/results';

/** The label of a field in the column picker. */
export function columnFieldText(field: ColumnField): string {
  switch (field) {
    case 'requestId':
      return vscode.l10n.t('Request ID');
    case 'video':
      return vscode.l10n.t('Video URL');
    case 'videoAssetId':
      return vscode.l10n.t('Video asset ID');
    case 'image':
      return vscode.l10n.t('Image URL');
    case 'imageAssetId':
      return vscode.l10n.t('Image asset ID');
    case 'audio':
      return vscode.l10n.t('Audio URL');
    case 'audioAssetId':
      return vscode.l10n.t('Audio asset ID');
    case 'text':
      return vscode.l10n.t('Text to speak');
    case 'voice':
      return vscode.l10n.t('Voice ID');
    case 'model':
      return vscode.l10n.t('Model');
    case 'outputFileName':
      return vscode.l10n.t('Output file name');
    case 'syncMode':
      return vscode.l10n.t('Sync mode');
    case 'temperature':
      return vscode.l10n.t('Temperature');
    case 'webhookUrl':
      return vscode.l10n.t('Webhook URL');
    case 'projectId':
      return vscode.l10n.t('Project ID');
  }
}

/** The header of a column, or its number if it has no header. @param column from 0. */
export function columnText(headers: readonly string[], column: number): string {
  const header = displayText(headers[column]?.trim() ?? '', 60);
  return header === '' ? vscode.l10n.t('Column {0}', column + 1) : header;
}

/** "Create 25 requests". */
export function createRequestsText(count: number): string {
  return count === 1 ? vscode.l10n.t('Create 1 request') : vscode.l10n.t('Create {0} requests', formatNumber(count));
}

/** The result of *New Batch File…*. @param rowsToCheck rows that were used, but have an issue. */
export function createdText(requests: number, skipped: number, rowsToCheck: number): string {
  return [
    requests === 1
      ? vscode.l10n.t('1 request created. The file is not saved yet.')
      : vscode.l10n.t('{0} requests created. The file is not saved yet.', formatNumber(requests)),
    ...(skipped === 0 ? [] : [skippedText(skipped)]),
    ...(rowsToCheck === 0 ? [] : [rowsToCheckText(rowsToCheck)]),
  ].join(' ');
}

function skippedText(count: number): string {
  return count === 1
    ? vscode.l10n.t('1 item was skipped.')
    : vscode.l10n.t('{0} items were skipped.', formatNumber(count));
}

function rowsToCheckText(count: number): string {
  return count === 1 ? vscode.l10n.t('Check 1 row.') : vscode.l10n.t('Check {0} rows.', formatNumber(count));
}

/** @param isAudioMissing all items were skipped because they have no audio and no text. */
export function nothingCreatedText(skipped: number, isAudioMissing: boolean): string {
  if (isAudioMissing) {
    return skipped === 1
      ? vscode.l10n.t('No requests created: the only row has no audio URL or text.')
      : vscode.l10n.t('No requests created: none of the {0} rows has an audio URL or text.', formatNumber(skipped));
  }
  return skipped === 1
    ? vscode.l10n.t('No requests created: the only item was skipped.')
    : vscode.l10n.t('No requests created: all {0} items were skipped.', formatNumber(skipped));
}

export function noUrlsText(): string {
  return vscode.l10n.t(
    'No URLs found. Copy the URLs of your video and audio files to the clipboard or an editor, one per line.',
  );
}

export function tooLargeTableText(size: number, max: number): string {
  return vscode.l10n.t('The file is too large ({0}). A table can have at most {1}.', sizeText(size), sizeText(max));
}

export function noRowsText(): string {
  return vscode.l10n.t('The table has no rows. Its first line must contain the column names.');
}

/** One line for each issue: skipped rows first. */
export function rowIssueLines(
  headers: readonly string[],
  csvIssues: readonly CsvIssue[],
  issues: readonly RowIssue[],
): string[] {
  return [
    ...issues.filter(({ isInFile }) => !isInFile).map((issue) => rowLine(headers, issue)),
    ...issues.filter(({ isInFile }) => isInFile).map((issue) => rowLine(headers, issue)),
    ...csvIssues.map(({ row, code }) => vscode.l10n.t('Row {0}: {1}', row, csvIssueText(code))),
  ];
}

function rowLine(headers: readonly string[], { row, code, isInFile, column }: RowIssue): string {
  const text = rowIssueText(code);
  if (!isInFile) {
    return vscode.l10n.t('Row {0} was skipped. {1}', row, text);
  }
  return column === undefined
    ? vscode.l10n.t('Row {0}: {1}', row, text)
    : vscode.l10n.t('Row {0}, {1}: {2}', row, columnText(headers, column), text);
}

function rowIssueText(code: RowIssueCode): string {
  switch (code) {
    case 'noVideo':
      return vscode.l10n.t('It has no video or image.');
    case 'noAudio':
      return vscode.l10n.t('It has no audio or text.');
    case 'noVoice':
      return vscode.l10n.t('It has a text but no voice.');
    case 'repeatedId':
      return vscode.l10n.t('An earlier row has the same request ID. A number was added.');
    case 'notUrl':
      return vscode.l10n.t('This is not a web address.');
    case 'imageIgnored':
      return vscode.l10n.t('The image was ignored because the row has a video.');
    case 'textIgnored':
      return vscode.l10n.t('The text was ignored because the row has an audio.');
    case 'assetIdIgnored':
      return vscode.l10n.t('The asset ID was ignored because the row has a URL.');
    case 'notNumber':
      return vscode.l10n.t('This is not a number and was ignored.');
    case 'outputNameChanged':
      return vscode.l10n.t('Characters that are not allowed in the name were replaced.');
    case 'outputNameLeftOut':
      return vscode.l10n.t('The name was ignored because it has no allowed characters.');
  }
}

function csvIssueText(code: CsvIssue['code']): string {
  switch (code) {
    case 'ragged':
      return vscode.l10n.t('The number of cells differs from the header.');
    case 'openQuote':
      return vscode.l10n.t('A quote is not closed, so one cell contains the rest of the file.');
    case 'textAfterQuote':
      return vscode.l10n.t('A cell has text after its closing quote.');
  }
}

/** One line for each URL that is in no request. */
export function unpairedLines(unpaired: readonly UnpairedUrl[]): string[] {
  return unpaired.map(({ url, reason }) =>
    vscode.l10n.t('{0} was skipped. {1}', displayText(url, 500), unpairedText(reason)),
  );
}

function unpairedText(reason: UnpairedReason): string {
  switch (reason) {
    case 'noPartner':
      return vscode.l10n.t('Nothing in the list matches it.');
    case 'ambiguous':
      return vscode.l10n.t('Several files in the list match it.');
    case 'unknownKind':
      return vscode.l10n.t('It is not a video, image or audio file.');
    case 'notUrl':
      return vscode.l10n.t('It is not a web address.');
    case 'repeated':
      return vscode.l10n.t('It is in the list twice.');
  }
}
