import * as vscode from 'vscode';
import type { ColumnField, RowIssue, RowIssueCode } from '../../../core/batchFile/newFile/columns';
import type { CsvIssue } from '../../../core/batchFile/newFile/csv';
import type { UnpairedReason, UnpairedUrl } from '../../../core/batchFile/newFile/mediaUrls';
import { displayText } from '../../../core/common/displayText';
import { formatNumber } from '../../shared/counts';

/** The label of a field in the column picker. */
export function columnFieldText(field: ColumnField): string {
  const texts: Readonly<Record<ColumnField, string>> = {
    requestId: vscode.l10n.t('Request ID'),
    video: vscode.l10n.t('Video URL'),
    videoAssetId: vscode.l10n.t('Video asset ID'),
    image: vscode.l10n.t('Image URL'),
    imageAssetId: vscode.l10n.t('Image asset ID'),
    audio: vscode.l10n.t('Audio URL'),
    audioAssetId: vscode.l10n.t('Audio asset ID'),
    text: vscode.l10n.t('Text to speak'),
    voice: vscode.l10n.t('Voice ID'),
    model: vscode.l10n.t('Model'),
    outputFileName: vscode.l10n.t('Output file name'),
    syncMode: vscode.l10n.t('Sync mode'),
    temperature: vscode.l10n.t('Temperature'),
    webhookUrl: vscode.l10n.t('Webhook URL'),
    projectId: vscode.l10n.t('Project ID'),
  };
  return texts[field];
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

/** One line for each issue: skipped rows first. */
export function rowIssueLines(
  headers: readonly string[],
  csvIssues: readonly CsvIssue[],
  issues: readonly RowIssue[],
): string[] {
  const texts = issueTexts();
  const line = ({ row, code, isInFile, column }: RowIssue): string => {
    if (!isInFile) {
      return vscode.l10n.t('Row {0} was skipped. {1}', row, texts[code]);
    }
    return column === undefined
      ? vscode.l10n.t('Row {0}: {1}', row, texts[code])
      : vscode.l10n.t('Row {0}, {1}: {2}', row, columnText(headers, column), texts[code]);
  };
  return [
    ...[...issues].sort((a, b) => Number(a.isInFile) - Number(b.isInFile)).map(line),
    ...csvIssues.map(({ row, code }) => vscode.l10n.t('Row {0}: {1}', row, texts[code])),
  ];
}

function issueTexts(): Readonly<Record<RowIssueCode | CsvIssue['code'], string>> {
  return {
    noVideo: vscode.l10n.t('It has no video or image.'),
    noAudio: vscode.l10n.t('It has no audio or text.'),
    noVoice: vscode.l10n.t('It has a text but no voice.'),
    repeatedId: vscode.l10n.t('An earlier row has the same request ID. A number was added.'),
    notUrl: vscode.l10n.t('This is not a web address.'),
    imageIgnored: vscode.l10n.t('The image was ignored because the row has a video.'),
    textIgnored: vscode.l10n.t('The text was ignored because the row has an audio.'),
    assetIdIgnored: vscode.l10n.t('The asset ID was ignored because the row has a URL.'),
    notNumber: vscode.l10n.t('This is not a number and was ignored.'),
    outputNameChanged: vscode.l10n.t('Characters that are not allowed in the name were replaced.'),
    outputNameLeftOut: vscode.l10n.t('The name was ignored because it has no allowed characters.'),
    ragged: vscode.l10n.t('The number of cells differs from the header.'),
    openQuote: vscode.l10n.t('A quote is not closed, so one cell contains the rest of the file.'),
    textAfterQuote: vscode.l10n.t('A cell has text after its closing quote.'),
  };
}

/** One line for each URL that is in no request. */
export function unpairedLines(unpaired: readonly UnpairedUrl[]): string[] {
  const texts = unpairedTexts();
  return unpaired.map(({ url, reason }) => vscode.l10n.t('{0} was skipped. {1}', displayText(url, 500), texts[reason]));
}

function unpairedTexts(): Readonly<Record<UnpairedReason, string>> {
  return {
    noPartner: vscode.l10n.t('Nothing in the list matches it.'),
    ambiguous: vscode.l10n.t('Several files in the list match it.'),
    unknownKind: vscode.l10n.t('It is not a video, image or audio file.'),
    notUrl: vscode.l10n.t('It is not a web address.'),
    repeated: vscode.l10n.t('It is in the list twice.'),
  };
}
