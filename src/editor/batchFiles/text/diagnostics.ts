import * as vscode from 'vscode';
import type {
  Diagnostic,
  DiagnosticCode,
  DiagnosticDetails,
  Fix,
  PrivateHost,
} from '../../../core/batchFile/rules/diagnostics';
import { displayText } from '../../../core/common/displayText';
import { wholeText } from '../../shared/counts';
import { sizeText } from '../../results/text/results';

/** What is wrong, as a sentence or two that also say what to do. Text of the file in it is fit to be shown. */
export function diagnosticText({ code, details }: Pick<Diagnostic, 'code' | 'details'>): string {
  return sentences[code](shown(details));
}

/** What a repair does, as the label of a command. */
export function fixText({ kind, value = '' }: Fix): string {
  const text = displayText(value, 60);
  switch (kind) {
    case 'replaceValue':
      return vscode.l10n.t('Change to {0}', text);
    case 'renameField':
      return vscode.l10n.t('Rename to “{0}”', text);
    case 'addField':
      return vscode.l10n.t('Add “{0}”', text);
    case 'removeField':
      return vscode.l10n.t('Remove “{0}”', text);
    case 'insertText':
      return vscode.l10n.t('Insert {0}', text);
    case 'replaceText':
      return vscode.l10n.t('Replace by {0}', text);
    case 'removeText':
      return text.trim() === '' ? vscode.l10n.t('Remove it') : vscode.l10n.t('Remove {0}', text);
    case 'deleteLine':
      return vscode.l10n.t('Delete the line');
    case 'removeBom':
      return vscode.l10n.t('Remove the byte order mark');
  }
}

/** The same repair for all places that need it. */
export function fixAllLikeText(count: number): string {
  return vscode.l10n.t('Repair all {0} problems like this one in the file', count);
}

export function fixAllText(): string {
  return vscode.l10n.t('Repair all problems in the file that have a certain repair');
}

/** Where a request ID that comes again was before. */
export function firstUseText(): string {
  return vscode.l10n.t('The first request with this ID');
}

/** In place of what the editor would not show. */
export function moreProblemsText(shownCount: number, all: number): string {
  return vscode.l10n.t(
    'There are more problems: {0} of {1} are shown, errors first. More come up as these are solved.',
    shownCount,
    all,
  );
}

/** The details of a finding, with nothing in them that could disturb a sentence. */
interface Shown {
  readonly path: string;
  readonly value: string;
  readonly found: string;
  /** Joined, with "or" in the last place. */
  readonly expected: string;
  readonly hasExpected: boolean;
  readonly min: number;
  readonly max: number;
  readonly hasMin: boolean;
  readonly hasMax: boolean;
  readonly count: number;
  readonly other: string;
  readonly host: PrivateHost | undefined;
}

const mostNamed = 12;

function shown({ path, value, found, expected = [], min, max, count, other, host }: DiagnosticDetails): Shown {
  const named = expected.slice(0, mostNamed).map((each) => displayText(each, 60));
  return {
    path: displayText(path ?? ''),
    value: displayText(value ?? ''),
    found: typeText(found ?? ''),
    expected: alternatives(named.length < expected.length ? [...named, '…'] : named),
    hasExpected: named.length > 0,
    min: min ?? 0,
    max: max ?? 0,
    hasMin: min !== undefined,
    hasMax: max !== undefined,
    count: count ?? 0,
    other: displayText(other ?? ''),
    host,
  };
}

function typeText(type: string): string {
  switch (type) {
    case 'string':
      return vscode.l10n.t('a text');
    case 'number':
      return vscode.l10n.t('a number');
    case 'boolean':
      return vscode.l10n.t('true or false');
    case 'object':
      return vscode.l10n.t('an object');
    case 'array':
      return vscode.l10n.t('a list');
    case 'null':
      return vscode.l10n.t('null');
    default:
      return type;
  }
}

function typesText(types: string): string {
  return types.replace(/\b(?:string|number|boolean|object|array)\b/g, typeText);
}

// Made once: making one takes longer than a sentence, and a file can have a thousand of these.
let listFormat: Intl.ListFormat | undefined;

/** "a, b, or c". */
function alternatives(texts: readonly string[]): string {
  if (texts.length < 2) {
    return texts.join('');
  }
  listFormat ??= new Intl.ListFormat(vscode.env.language, { type: 'disjunction' });
  return listFormat.format(texts);
}

const didYouMean = ({ hasExpected, expected }: Shown): string =>
  hasExpected ? ` ${vscode.l10n.t('Did you mean “{0}”?', expected)}` : '';

const knownOnes = ({ hasExpected, expected }: Shown): string =>
  hasExpected ? ` ${vscode.l10n.t('Known: {0}.', expected)}` : '';

function range({ hasMin, min, hasMax, max }: Shown): string {
  if (hasMin && hasMax) {
    return vscode.l10n.t('from {0} to {1}', min, max);
  }
  return hasMin ? vscode.l10n.t('at least {0}', min) : vscode.l10n.t('at most {0}', max);
}

function hostText(host: PrivateHost | undefined): string {
  switch (host) {
    case 'loopback':
      return vscode.l10n.t('it is this computer');
    case 'linkLocal':
    case 'privateNetwork':
      return vscode.l10n.t('it is in a private network');
    case 'reserved':
      return vscode.l10n.t('no server has such an address');
    case 'localName':
    case undefined:
      return vscode.l10n.t('it is a name of a local network');
  }
}

/** One sentence for each rule; a rule without one does not compile. */
const sentences: Readonly<Record<DiagnosticCode, (about: Shown) => string>> = {
  // The text of the line is no JSON.
  jsonUnexpectedEnd: ({ hasExpected, expected }) =>
    hasExpected
      ? vscode.l10n.t('The line ends too early: {0} is missing. A request is one line.', expected)
      : vscode.l10n.t('The line ends too early. A request is one line.'),
  jsonUnterminatedString: () => vscode.l10n.t('This text has no closing quote (").'),
  jsonMissingComma: () => vscode.l10n.t('A comma is missing before this.'),
  jsonTrailingComma: () => vscode.l10n.t('JSON has no comma after the last one.'),
  jsonExtraComma: () => vscode.l10n.t('There is nothing before this comma.'),
  jsonMissingColon: ({ value }) => vscode.l10n.t('A colon is missing after {0}.', value),
  jsonMissingValue: ({ value }) => vscode.l10n.t('{0} has no value.', value),
  jsonWrongQuotes: () => vscode.l10n.t('JSON takes straight double quotes (") only.'),
  jsonInnerQuote: () => vscode.l10n.t('The text ends at this quote. Write \\" where a quote belongs to the text.'),
  jsonUnquotedKey: ({ value }) => vscode.l10n.t('The name {0} must be in double quotes.', value),
  jsonUnquotedValue: ({ value }) => vscode.l10n.t('{0} is no JSON value. A text must be in double quotes.', value),
  jsonComment: () => vscode.l10n.t('JSON has no comments.'),
  jsonBadEscape: ({ value }) => vscode.l10n.t('{0} means nothing in JSON. Write \\\\ for a backslash.', value),
  jsonControlCharacter: ({ value }) => vscode.l10n.t('This character must be written as {0} in a text.', value),
  jsonBadNumber: ({ value }) => vscode.l10n.t('{0} is no number that JSON knows.', value),
  jsonWrongBracket: ({ value, hasExpected, expected }) =>
    hasExpected
      ? vscode.l10n.t('{0} closes nothing here: {1} is expected.', value, expected)
      : vscode.l10n.t('{0} closes nothing here.', value),
  jsonSecondObject: () => vscode.l10n.t('A second request begins here: each must be on a line of its own.'),
  jsonTextAfter: () => vscode.l10n.t('There is text after the end of the request.'),
  jsonUnexpectedCharacter: ({ value, hasExpected, expected }) =>
    hasExpected
      ? vscode.l10n.t('{0} can’t stand here: {1} is expected.', value, expected)
      : vscode.l10n.t('{0} can’t stand here.', value),
  // The line as a whole.
  notAnObject: ({ found }) => vscode.l10n.t('A request is an object in braces, and this is {0}.', found),
  blankLine: () => vscode.l10n.t('The line is blank. Blank lines are left out when the file is sent.'),
  lineTooLong: ({ count, max }) =>
    vscode.l10n.t('The line is not checked: it has {0} characters, more than {1}.', wholeText(count), wholeText(max)),
  duplicateField: ({ value }) => vscode.l10n.t('“{0}” is here twice: only the last one counts.', value),
  moreFindings: ({ count }) => vscode.l10n.t('This line has {0} more problems.', wholeText(count)),
  // Fields.
  missingField: ({ path }) => vscode.l10n.t('“{0}” is missing.', path),
  wrongType: ({ path, found, expected }) =>
    vscode.l10n.t('“{0}” must be {1}, and this is {2}.', path, typesText(expected), found),
  nullValue: ({ path, expected }) =>
    vscode.l10n.t('“{0}” is null. Leave it out, or give it a value ({1}).', path, typesText(expected)),
  emptyString: ({ path }) => vscode.l10n.t('“{0}” is empty.', path),
  emptyOptional: ({ path }) => vscode.l10n.t('“{0}” is empty. Leave it out where it has no value.', path),
  unknownField: (about) => vscode.l10n.t('“{0}” is not a field that is known here.', about.value) + didYouMean(about),
  misplacedField: ({ value, other }) => vscode.l10n.t('“{0}” has no effect here: it belongs at {1}.', value, other),
  removedField: ({ value }) => vscode.l10n.t('“{0}” is no longer documented, and most likely has no effect.', value),
  deprecatedField: ({ value }) => vscode.l10n.t('“{0}” is deprecated. Use “payload.segments”.', value),
  fieldNotForInput: ({ value, other, expected }) =>
    vscode.l10n.t('“{0}” is for inputs of type {1}, not for {2}.', value, expected, other),
  // Values.
  wrongEndpoint: ({ expected }) => vscode.l10n.t('A batch takes requests to {0} only.', expected),
  unknownModel: (about) =>
    vscode.l10n.t('“{0}” is not a model that is known for this API key.', about.value) + knownOnes(about),
  unknownValue: (about) => vscode.l10n.t('“{0}” is not a value that is known here.', about.value) + knownOnes(about),
  numberOutOfRange: (about) =>
    vscode.l10n.t('“{0}” must be {1}, and this is {2}.', about.path, range(about), about.value),
  unusualNumber: (about) =>
    vscode.l10n.t('“{0}” is usually {1}, and this is {2}.', about.path, range(about), about.value),
  hugeNumber: ({ path }) => vscode.l10n.t('“{0}” is a larger number than computers can usually hold.', path),
  notAnInteger: ({ path, value }) => vscode.l10n.t('“{0}” must be a whole number, and this is {1}.', path, value),
  wrongLength: ({ path, count, min }) =>
    vscode.l10n.t('“{0}” must have exactly {1} items, and has {2}.', path, min, count),
  textTooLong: ({ path, count, max }) =>
    vscode.l10n.t('“{0}” must have at most {1} characters, and has {2}.', path, wholeText(max), wholeText(count)),
  badOutputFileName: ({ max }) =>
    vscode.l10n.t(
      'A name of an output file has letters, digits, “_” and “-” only, no ending, and at most {0} characters.',
      max,
    ),
  unusualId: ({ value }) => vscode.l10n.t('“{0}” does not look like an ID of a project.', value),
  requestIdSpaces: () => vscode.l10n.t('The request ID begins or ends with white space.'),
  unusualRequestId: ({ max }) =>
    vscode.l10n.t(
      'The request ID is unusual: up to {0} letters, digits, “.”, “_” and “-” are sure to work everywhere.',
      max,
    ),
  duplicateRequestId: ({ value }) =>
    vscode.l10n.t('The request ID “{0}” is in this file before. Each must be there once.', value),
  // URLs.
  urlInvalid: () => vscode.l10n.t('This is not a URL that sync.so could load: those begin with https: or http:.'),
  urlSpaces: () => vscode.l10n.t('The URL begins or ends with white space.'),
  urlUnescaped: () =>
    vscode.l10n.t(
      'The URL has white space, control characters, quotes, “<”, “>” or “\\” in it, which must be escaped.',
    ),
  urlScheme: ({ value }) => vscode.l10n.t('sync.so can’t load {0} addresses: it takes https: or http:.', value),
  urlNotPublic: ({ value, host }) => vscode.l10n.t('sync.so can’t reach {0}: {1}.', value, hostText(host)),
  urlCredentials: () => vscode.l10n.t('There is a user name or a password in the URL. Use a signed URL instead.'),
  urlSharePage: ({ value }) =>
    vscode.l10n.t('This looks like the page on {0} that shows a file, not like the file itself.', value),
  webhookNotHttps: () => vscode.l10n.t('Webhooks are called at https: addresses.'),
  // What goes together.
  missingVisual: () => vscode.l10n.t('“input” has no video (or an image, for sync-3).'),
  severalVisuals: ({ count }) => vscode.l10n.t('“input” has {0} videos or images: a request takes one.', count),
  missingSound: () => vscode.l10n.t('“input” has no audio and no text.'),
  severalSounds: ({ count }) =>
    vscode.l10n.t('“input” has {0} audios: several are for requests with “segments” only.', count),
  soundsWithText: ({ count }) =>
    vscode.l10n.t('“input” has {0} audios and texts: several are likely for requests with “segments” only.', count),
  missingSource: ({ value }) => vscode.l10n.t('This {0} needs a “url” or an “assetId”.', value),
  severalSources: () => vscode.l10n.t('There is a “url” and an “assetId”: one of them is enough.'),
  imageNotForModel: ({ other, expected }) => vscode.l10n.t('Images are for {0}, not for {1}.', expected, other),
  optionNotForModel: ({ value, other, hasExpected, expected }) =>
    hasExpected
      ? vscode.l10n.t('“{0}” is for {1}: {2} does not use it.', value, expected, other)
      : vscode.l10n.t('{1} does not use “{0}”.', value, other),
  needlessOption: ({ value, other }) => vscode.l10n.t('{1} does by itself what “{0}” asks for.', value, other),
  soundIgnored: () => vscode.l10n.t('This is not used: with “dubParams” the sound of the video itself is translated.'),
  soundWithDialogueEdit: ({ value }) => vscode.l10n.t('A request with “dialogueEdit” has no {0}.', value),
  // Segments.
  missingRefId: ({ value }) => vscode.l10n.t('This {0} needs a “refId”, by which “segments” can name it.', value),
  unknownRefId: (about) => vscode.l10n.t('No input has the “refId” “{0}”.', about.value) + knownOnes(about),
  duplicateRefId: ({ value }) => vscode.l10n.t('Another input has the “refId” “{0}”, too.', value),
  unusedRefId: ({ value }) => vscode.l10n.t('No segment uses “{0}”.', value),
  emptyTimeRange: ({ value, other }) => vscode.l10n.t('The end ({0}) is not after the start ({1}).', value, other),
  unpairedTimes: ({ value, other }) => vscode.l10n.t('“{0}” needs “{1}”: they come as a pair.', value, other),
  overlappingSegments: ({ other }) => vscode.l10n.t('This segment begins before {0} ends.', other),
  // The file.
  tooFewLines: ({ count, min }) =>
    vscode.l10n.t(
      'A batch has at least {0} requests by default, and this file has {1}.',
      wholeText(min),
      wholeText(count),
    ),
  tooManyLines: ({ count, max }) =>
    vscode.l10n.t(
      'A batch has at most {0} requests by default, and this file has {1}. It is submitted as several batches.',
      wholeText(max),
      wholeText(count),
    ),
  tooManyBytes: ({ count, max }) =>
    vscode.l10n.t(
      'A batch file has at most {0}, and this one has {1}. It is submitted as several batches.',
      sizeText(max),
      sizeText(count),
    ),
  bom: () => vscode.l10n.t('The file begins with a byte order mark, which is left out when it is sent.'),
};
