import * as vscode from 'vscode';
import type {
  Diagnostic,
  DiagnosticCode,
  DiagnosticDetails,
  Fix,
  PrivateHost,
} from '../../../core/batchFile/rules/diagnostics';
import { displayText } from '../../../core/common/displayText';
import { formatNumber } from '../../shared/counts';
import { sizeText } from '../../results/text/results';

/** The text of a diagnostic. Text from the file is made safe to show. */
export function diagnosticText({ code, details, related }: Pick<Diagnostic, 'code' | 'details' | 'related'>): string {
  return texts[code](displayDetails(details, related));
}

/** The label of a quick fix. */
export function fixText({ kind, value = '' }: Fix): string {
  const text = displayText(value, 60);
  const labels: Readonly<Record<Fix['kind'], string>> = {
    replaceValue: vscode.l10n.t('Change to {0}', text),
    renameField: vscode.l10n.t('Rename to “{0}”', text),
    addField: vscode.l10n.t('Add “{0}”', text),
    removeField: vscode.l10n.t('Remove “{0}”', text),
    insertText: vscode.l10n.t('Insert {0}', text),
    replaceText: vscode.l10n.t('Replace with {0}', text),
    removeText: text.trim() === '' ? vscode.l10n.t('Remove the white space') : vscode.l10n.t('Remove {0}', text),
    deleteLine: vscode.l10n.t('Delete the line'),
    removeBom: vscode.l10n.t('Remove the byte order mark'),
  };
  return labels[kind];
}

/** The label of the quick fix for all diagnostics with the same code. @param count at least 2. */
export function fixAllLikeText(count: number): string {
  return count === 2 ? vscode.l10n.t('Fix both occurrences') : vscode.l10n.t('Fix all {0} occurrences', count);
}

/** Replaces the diagnostics that VS Code would not show. */
export function moreProblemsText(shownCount: number, all: number): string {
  return vscode.l10n.t(
    'Showing {0} of {1} problems, errors first. Fix these to see the others.',
    formatNumber(shownCount),
    formatNumber(all),
  );
}

const maxNamed = 12;

type DisplayDetails = ReturnType<typeof displayDetails>;

/** @returns the details of a diagnostic as texts that are safe to show, without text for what is missing. */
function displayDetails(
  { path, value, found, expected = [], suggestion, min, max, count, other, host }: DiagnosticDetails,
  related: Diagnostic['related'],
) {
  const named = expected.slice(0, maxNamed).map((each) => displayText(each, 60));
  return {
    path: displayText(path ?? ''),
    value: displayText(value ?? ''),
    found: found ?? '',
    /** A list in words: "a, b, or c". */
    expected: alternatives(named.length < expected.length ? [...named, '…'] : named),
    hasExpected: named.length > 0,
    suggestion: displayText(suggestion ?? '', 60),
    min,
    max,
    count: count ?? 0,
    other: displayText(other ?? ''),
    host,
    /** The line with the first use of a request ID, from 1. */
    firstLine: (related?.line ?? 0) + 1,
  };
}

// Cached, because creating one takes longer than formatting, and a file can have a thousand diagnostics.
let listFormat: Intl.ListFormat | undefined;

/** "a, b, or c". */
function alternatives(items: readonly string[]): string {
  if (items.length < 2) {
    return items.join('');
  }
  listFormat ??= new Intl.ListFormat(vscode.env.language, { type: 'disjunction' });
  return listFormat.format(items);
}

function unexpectedText({ value, hasExpected, expected }: DisplayDetails): string {
  return hasExpected
    ? vscode.l10n.t('Unexpected {0}: expected {1}.', value, expected)
    : vscode.l10n.t('Unexpected {0}.', value);
}

function unknownFieldText({ value, hasExpected, expected }: DisplayDetails): string {
  return hasExpected
    ? vscode.l10n.t('Unknown field “{0}”. Did you mean {1}?', value, expected)
    : vscode.l10n.t('Unknown field “{0}”.', value);
}

function unknownModelText({ value, suggestion, hasExpected, expected }: DisplayDetails): string {
  if (suggestion !== '') {
    return vscode.l10n.t('Unknown model “{0}”. Did you mean {1}?', value, suggestion);
  }
  return hasExpected
    ? vscode.l10n.t('Unknown model “{0}”. Known models: {1}.', value, expected)
    : vscode.l10n.t('Unknown model “{0}”.', value);
}

function unknownValueText({ value, suggestion, hasExpected, expected }: DisplayDetails): string {
  if (suggestion !== '') {
    return vscode.l10n.t('Unknown value “{0}”. Did you mean {1}?', value, suggestion);
  }
  return hasExpected
    ? vscode.l10n.t('Unknown value “{0}”. Known values: {1}.', value, expected)
    : vscode.l10n.t('Unknown value “{0}”.', value);
}

function numberOutOfRangeText({ path, value, min, max }: DisplayDetails): string {
  if (min !== undefined && max !== undefined) {
    return vscode.l10n.t('“{0}” must be from {1} to {2}, but is {3}.', path, min, max, value);
  }
  return min !== undefined
    ? vscode.l10n.t('“{0}” must be at least {1}, but is {2}.', path, min, value)
    : vscode.l10n.t('“{0}” must be at most {1}, but is {2}.', path, max ?? 0, value);
}

function unusualNumberText({ path, value, min, max }: DisplayDetails): string {
  if (min !== undefined && max !== undefined) {
    return vscode.l10n.t('“{0}” is usually from {1} to {2}, but is {3}.', path, min, max, value);
  }
  return min !== undefined
    ? vscode.l10n.t('“{0}” is usually at least {1}, but is {2}.', path, min, value)
    : vscode.l10n.t('“{0}” is usually at most {1}, but is {2}.', path, max ?? 0, value);
}

function urlNotPublicText({ value, host = 'localName' }: DisplayDetails): string {
  const privateNetwork = vscode.l10n.t('sync.so can’t reach {0}: the address is in a private network.', value);
  const reasons: Readonly<Record<PrivateHost, string>> = {
    loopback: vscode.l10n.t('sync.so can’t reach {0}: that is your own computer.', value),
    linkLocal: privateNetwork,
    privateNetwork,
    reserved: vscode.l10n.t('sync.so can’t reach {0}: the address is reserved.', value),
    localName: vscode.l10n.t('sync.so can’t reach {0}: the name belongs to a local network.', value),
  };
  return reasons[host];
}

/** One text for each code. A code without a text does not compile. */
const texts: Readonly<Record<DiagnosticCode, (details: DisplayDetails) => string>> = {
  // Syntax errors.
  jsonUnexpectedEnd: ({ hasExpected, expected }) =>
    hasExpected
      ? vscode.l10n.t('The line ends too early: {0} is missing. A request must be on one line.', expected)
      : vscode.l10n.t('The line ends too early. A request must be on one line.'),
  jsonUnterminatedString: () => vscode.l10n.t('This string has no closing quote (").'),
  jsonMissingComma: () => vscode.l10n.t('A comma is missing before this.'),
  jsonTrailingComma: () => vscode.l10n.t('JSON does not allow a trailing comma.'),
  jsonExtraComma: () => vscode.l10n.t('There is nothing before this comma.'),
  jsonMissingColon: ({ value }) => vscode.l10n.t('A colon is missing after {0}.', value),
  jsonMissingValue: ({ value }) => vscode.l10n.t('{0} has no value.', value),
  jsonWrongQuotes: () => vscode.l10n.t('JSON allows straight double quotes (") only.'),
  jsonInnerQuote: () => vscode.l10n.t('The string ends at this quote. Write \\" for a quote in a string.'),
  jsonUnquotedKey: ({ value }) => vscode.l10n.t('The name {0} must be in double quotes.', value),
  jsonUnquotedValue: ({ value }) => vscode.l10n.t('{0} is not a JSON value. Put strings in double quotes.', value),
  jsonComment: () => vscode.l10n.t('JSON does not allow comments.'),
  jsonBadEscape: ({ value }) => vscode.l10n.t('Invalid escape sequence {0}. Write \\\\ for a backslash.', value),
  jsonControlCharacter: ({ value }) => vscode.l10n.t('Write this character as {0} in a string.', value),
  jsonBadNumber: ({ value }) => vscode.l10n.t('{0} is not a valid JSON number.', value),
  jsonWrongBracket: unexpectedText,
  jsonSecondObject: () => vscode.l10n.t('A second request starts here. Put each request on its own line.'),
  jsonTextAfter: () => vscode.l10n.t('There is text after the end of the request.'),
  jsonUnexpectedCharacter: unexpectedText,
  // The line as a whole.
  notAnObject: ({ found }) => vscode.l10n.t('A request must be a JSON object in braces, but this is: {0}.', found),
  blankLine: () => vscode.l10n.t('Blank line. Blank lines are not submitted.'),
  lineTooLong: ({ count, max }) =>
    vscode.l10n.t(
      'The line is too long to check: {0} characters, the limit is {1}.',
      formatNumber(count),
      formatNumber(max ?? 0),
    ),
  duplicateField: ({ value }) => vscode.l10n.t('Duplicate field “{0}”. Only the last one counts.', value),
  moreDiagnostics: ({ count }) =>
    count === 1
      ? vscode.l10n.t('This line has 1 more problem.')
      : vscode.l10n.t('This line has {0} more problems.', formatNumber(count)),
  // Fields.
  missingField: ({ path }) => vscode.l10n.t('“{0}” is missing.', path),
  wrongType: ({ path, found, expected }) =>
    vscode.l10n.t('Incorrect type of “{0}”: expected {1}, found {2}.', path, expected, found),
  nullValue: ({ path, expected }) =>
    vscode.l10n.t('“{0}” is null. Remove it or give it a value of type {1}.', path, expected),
  emptyString: ({ path }) => vscode.l10n.t('“{0}” is empty.', path),
  emptyOptional: ({ path }) => vscode.l10n.t('“{0}” is empty. Remove it if it has no value.', path),
  unknownField: unknownFieldText,
  misplacedField: ({ value, other }) => vscode.l10n.t('“{0}” has no effect here. Move it to {1}.', value, other),
  removedField: ({ value }) => vscode.l10n.t('“{0}” is no longer documented and probably has no effect.', value),
  deprecatedField: ({ value }) => vscode.l10n.t('“{0}” is deprecated. Use “payload.segments”.', value),
  fieldNotForInput: ({ value, other, expected }) =>
    vscode.l10n.t('“{0}” is for inputs of type {1}, not {2}.', value, expected, other),
  // Values.
  wrongEndpoint: ({ expected }) => vscode.l10n.t('The endpoint of a batch request must be {0}.', expected),
  unknownModel: unknownModelText,
  unknownValue: unknownValueText,
  numberOutOfRange: numberOutOfRangeText,
  unusualNumber: unusualNumberText,
  hugeNumber: ({ path }) => vscode.l10n.t('“{0}” is too large for most programs to read.', path),
  notAnInteger: ({ path, value }) => vscode.l10n.t('“{0}” must be a whole number, but is {1}.', path, value),
  wrongLength: ({ path, count, min }) =>
    vscode.l10n.t('“{0}” must have exactly {1} items, but has {2}.', path, min ?? 0, count),
  textTooLong: ({ path, count, max }) =>
    vscode.l10n.t(
      '“{0}” is too long: {1} characters, the limit is {2}.',
      path,
      formatNumber(count),
      formatNumber(max ?? 0),
    ),
  badOutputFileName: ({ max }) =>
    vscode.l10n.t(
      'An output file name can have letters, digits, “_” and “-”, no file extension, and at most {0} characters.',
      max ?? 0,
    ),
  unusualId: ({ value }) => vscode.l10n.t('“{0}” does not look like a project ID.', value),
  requestIdSpaces: () => vscode.l10n.t('The request ID starts or ends with white space.'),
  unusualRequestId: ({ max }) =>
    vscode.l10n.t(
      'Unusual request ID. IDs with up to {0} letters, digits, “.”, “_” and “-” work everywhere.',
      max ?? 0,
    ),
  duplicateRequestId: ({ value, firstLine }) =>
    vscode.l10n.t('Duplicate request ID “{0}” (first on line {1}).', value, firstLine),
  // URLs.
  urlInvalid: () => vscode.l10n.t('sync.so can’t load this URL. A URL starts with https: or http:.'),
  urlSpaces: () => vscode.l10n.t('The URL starts or ends with white space.'),
  urlUnescaped: () => vscode.l10n.t('Escape white space, control characters, quotes, “<”, “>” and “\\” in the URL.'),
  urlScheme: ({ value }) => vscode.l10n.t('sync.so can’t load {0} URLs. Use https: or http:.', value),
  urlNotPublic: urlNotPublicText,
  urlCredentials: () => vscode.l10n.t('The URL contains a user name or password. Use a signed URL instead.'),
  urlSharePage: ({ value }) =>
    vscode.l10n.t('This looks like a page on {0} that shows a file. Use a link to the file.', value),
  webhookNotHttps: () => vscode.l10n.t('A webhook URL must start with https:.'),
  // Combinations of fields.
  missingVisual: () => vscode.l10n.t('“input” has no video (or image, for sync-3).'),
  severalVisuals: ({ count }) =>
    vscode.l10n.t('“input” has {0} videos or images, but a request can have only one.', count),
  missingSound: () => vscode.l10n.t('“input” has no audio or text.'),
  severalSounds: ({ count }) =>
    vscode.l10n.t('“input” has {0} audio inputs. Only requests with “segments” can have more than one.', count),
  soundsWithText: ({ count }) =>
    vscode.l10n.t(
      '“input” has {0} audio or text inputs. Probably only requests with “segments” can have more than one.',
      count,
    ),
  missingSource: ({ value }) => vscode.l10n.t('An input of type {0} needs “url” or “assetId”.', value),
  severalSources: () => vscode.l10n.t('This input has “url” and “assetId”. Use only one of them.'),
  imageNotForModel: ({ other, expected }) => vscode.l10n.t('Only {0} supports images; {1} does not.', expected, other),
  optionNotForModel: ({ value, other, hasExpected, expected }) =>
    hasExpected
      ? vscode.l10n.t('“{0}” is for {1}; {2} does not use it.', value, expected, other)
      : vscode.l10n.t('{1} does not use “{0}”.', value, other),
  needlessOption: ({ value, other }) => vscode.l10n.t('“{0}” is always on for {1}.', value, other),
  soundIgnored: () => vscode.l10n.t('sync.so ignores this: “dubParams” translates the audio of the video.'),
  soundWithDialogueEdit: ({ value }) =>
    vscode.l10n.t('A request with “dialogueEdit” can’t have an input of type {0}.', value),
  // Segments.
  missingRefId: ({ value }) => vscode.l10n.t('An input of type {0} needs a “refId” that “segments” can use.', value),
  unknownRefId: ({ value, hasExpected, expected }) =>
    hasExpected
      ? vscode.l10n.t('No input has the “refId” “{0}”. Known values: {1}.', value, expected)
      : vscode.l10n.t('No input has the “refId” “{0}”.', value),
  duplicateRefId: ({ value }) => vscode.l10n.t('Duplicate “refId” “{0}”.', value),
  unusedRefId: ({ value }) => vscode.l10n.t('No segment uses “{0}”.', value),
  emptyTimeRange: ({ value, other }) => vscode.l10n.t('The end ({0}) must be after the start ({1}).', value, other),
  unpairedTimes: ({ value, other }) => vscode.l10n.t('“{0}” also needs “{1}”.', value, other),
  overlappingSegments: ({ other }) => vscode.l10n.t('This segment starts before {0} ends.', other),
  // The file.
  tooFewLines: ({ count, min }) =>
    vscode.l10n.t(
      'A batch needs at least {0} requests by default. Requests in this file: {1}.',
      formatNumber(min ?? 0),
      formatNumber(count),
    ),
  tooManyLines: ({ count, max }) =>
    vscode.l10n.t(
      'A batch can have at most {0} requests by default. This file has {1} and is submitted as several batches.',
      formatNumber(max ?? 0),
      formatNumber(count),
    ),
  tooManyBytes: ({ count, max }) =>
    vscode.l10n.t(
      'A batch file can have at most {0}. This file has {1} and is submitted as several batches.',
      sizeText(max ?? 0),
      sizeText(count),
    ),
  bom: () => vscode.l10n.t('The file starts with a byte order mark, which is not submitted.'),
};
