import * as vscode from 'vscode';
import type { ColumnField, RowIssue, RowIssueCode } from '../../../core/batchFile/newFile/columns';
import type { CsvIssue } from '../../../core/batchFile/newFile/csv';
import type { UnpairedReason, UnpairedUrl } from '../../../core/batchFile/newFile/mediaUrls';
import { displayText } from '../../../core/common/displayText';
import { requestsText } from '../../shared/counts';
import { sizeText } from '../../results/text/results';

/** A field of a request, as the label of a row. */
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
      return vscode.l10n.t('Text to be spoken');
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

/** A column by its head, or by its number where it has none. @param column from 0. */
export function columnText(headers: readonly string[], column: number): string {
  const header = displayText(headers[column]?.trim() ?? '', 60);
  return header === '' ? vscode.l10n.t('Column {0}', column + 1) : header;
}

/** What was made, and how much was left out of it. */
export function createdText(requests: number, leftOut: number, noted: number): string {
  const parts = [vscode.l10n.t('{0} created. The file is not saved yet.', requestsText(requests))];
  if (leftOut > 0) {
    parts.push(leftOut === 1 ? vscode.l10n.t('1 was left out.') : vscode.l10n.t('{0} were left out.', leftOut));
  }
  if (noted > 0) {
    parts.push(vscode.l10n.t('{0} should be looked at.', noted));
  }
  return parts.join(' ');
}

export function nothingCreatedText(leftOut: number): string {
  return leftOut === 0
    ? vscode.l10n.t('There is nothing to make requests of.')
    : vscode.l10n.t('No request could be made: all {0} were left out.', leftOut);
}

export function noUrlsText(): string {
  return vscode.l10n.t(
    'There are no URLs there. Put the URLs of videos and audios into the clipboard or an editor, one a line.',
  );
}

export function tooLargeTableText(size: number, most: number): string {
  return vscode.l10n.t('The file has {0}, which is too much for a table: {1} at most.', sizeText(size), sizeText(most));
}

export function noRowsText(): string {
  return vscode.l10n.t('The table has no rows: its first line are the heads of the columns.');
}

/** What was said about rows, as a text of its own, a line for each. */
export function rowProblemLines(
  headers: readonly string[],
  notes: readonly CsvIssue[],
  problems: readonly RowIssue[],
): string[] {
  return [
    ...problems.filter(({ isInFile }) => !isInFile).map((problem) => rowLine(headers, problem)),
    ...problems.filter(({ isInFile }) => isInFile).map((problem) => rowLine(headers, problem)),
    ...notes.map(({ row, code }) => vscode.l10n.t('Row {0}: {1}', row, csvNoteText(code))),
  ];
}

function rowLine(headers: readonly string[], { row, code, isInFile, column }: RowIssue): string {
  const what = column === undefined ? rowProblemText(code) : `${columnText(headers, column)}: ${rowProblemText(code)}`;
  return isInFile ? vscode.l10n.t('Row {0}: {1}', row, what) : vscode.l10n.t('Row {0} was left out: {1}', row, what);
}

function rowProblemText(code: RowIssueCode): string {
  switch (code) {
    case 'noVideo':
      return vscode.l10n.t('it has neither a video nor an image');
    case 'noAudio':
      return vscode.l10n.t('it has neither an audio nor a text');
    case 'noVoice':
      return vscode.l10n.t('it has a text, and no voice for it');
    case 'repeatedId':
      return vscode.l10n.t('the request ID is that of an earlier row, and got a number');
    case 'notUrl':
      return vscode.l10n.t('this is no web address');
    case 'imageIgnored':
      return vscode.l10n.t('the image was left out, since there is a video');
    case 'textIgnored':
      return vscode.l10n.t('the text was left out, since there is an audio');
    case 'assetIdIgnored':
      return vscode.l10n.t('the asset ID was left out, since there is a URL');
    case 'notNumber':
      return vscode.l10n.t('this is no number, and was left out');
    case 'outputNameChanged':
      return vscode.l10n.t('characters that are not allowed were replaced in the name');
    case 'outputNameLeftOut':
      return vscode.l10n.t('the name has no characters that are allowed, and was left out');
  }
}

function csvNoteText(code: CsvIssue['code']): string {
  switch (code) {
    case 'ragged':
      return vscode.l10n.t('it has more or fewer cells than the head');
    case 'openQuote':
      return vscode.l10n.t('a quote is not closed, so a cell has all the rest of the file');
    case 'textAfterQuote':
      return vscode.l10n.t('a cell goes on after its closing quote');
  }
}

/** What was said about URLs, a line for each. */
export function unpairedLines(unpaired: readonly UnpairedUrl[]): string[] {
  return unpaired.map(({ url, reason }) =>
    vscode.l10n.t('{0} was left out: {1}', displayText(url, 500), unpairedText(reason)),
  );
}

function unpairedText(reason: UnpairedReason): string {
  switch (reason) {
    case 'noPartner':
      return vscode.l10n.t('nothing in the list goes with it');
    case 'ambiguous':
      return vscode.l10n.t('several others could go with it');
    case 'unknownKind':
      return vscode.l10n.t('it is neither a video nor an image nor an audio');
    case 'notUrl':
      return vscode.l10n.t('it is no web address');
    case 'repeated':
      return vscode.l10n.t('it is in the list twice');
  }
}
