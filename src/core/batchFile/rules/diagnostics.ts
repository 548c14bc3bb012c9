/** A place in one line, in UTF-16 units from the start of the line; `end` is after the last. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** `error`: the API is documented to refuse it. Everything that is only inferred is less. */
export type DiagnosticSeverity = 'error' | 'warning' | 'information';

/**
 * How severe each finding is. This is the only place that decides it: an error stands for a documented rule that the
 * API refuses a request for (a line that is no JSON among them), a warning for what is most likely a mistake or what will
 * most likely fail, an information for what is good to know. Unknown fields, values and models may be newer than this
 * table, so they are never errors.
 */
export const diagnosticSeverities = {
  // The text of the line is no JSON.
  jsonUnexpectedEnd: 'error',
  jsonUnterminatedString: 'error',
  jsonMissingComma: 'error',
  jsonTrailingComma: 'error',
  jsonExtraComma: 'error',
  jsonMissingColon: 'error',
  jsonMissingValue: 'error',
  jsonWrongQuotes: 'error',
  jsonInnerQuote: 'error',
  jsonUnquotedKey: 'error',
  jsonUnquotedValue: 'error',
  jsonComment: 'error',
  jsonBadEscape: 'error',
  jsonControlCharacter: 'error',
  jsonBadNumber: 'error',
  jsonWrongBracket: 'error',
  jsonSecondObject: 'error',
  jsonTextAfter: 'error',
  jsonUnexpectedCharacter: 'error',
  // The line as a whole.
  notAnObject: 'error',
  blankLine: 'warning',
  lineTooLong: 'warning',
  duplicateField: 'warning',
  moreFindings: 'information',
  // Fields.
  missingField: 'error',
  wrongType: 'error',
  nullValue: 'warning',
  emptyString: 'error',
  emptyOptional: 'warning',
  unknownField: 'warning',
  misplacedField: 'warning',
  removedField: 'warning',
  deprecatedField: 'information',
  fieldNotForInput: 'warning',
  // Values.
  wrongEndpoint: 'error',
  unknownModel: 'warning',
  unknownValue: 'warning',
  numberOutOfRange: 'error',
  unusualNumber: 'warning',
  hugeNumber: 'warning',
  notAnInteger: 'error',
  wrongLength: 'error',
  textTooLong: 'error',
  badOutputFileName: 'error',
  unusualId: 'information',
  requestIdSpaces: 'warning',
  unusualRequestId: 'information',
  duplicateRequestId: 'error',
  // URLs.
  urlInvalid: 'error',
  urlSpaces: 'error',
  urlUnescaped: 'warning',
  urlScheme: 'error',
  urlNotPublic: 'warning',
  urlCredentials: 'warning',
  urlSharePage: 'information',
  webhookNotHttps: 'warning',
  // What goes together.
  missingVisual: 'error',
  severalVisuals: 'error',
  missingSound: 'error',
  severalSounds: 'error',
  soundsWithText: 'warning',
  missingSource: 'error',
  severalSources: 'warning',
  imageNotForModel: 'error',
  optionNotForModel: 'warning',
  needlessOption: 'information',
  soundIgnored: 'information',
  soundWithDialogueEdit: 'warning',
  // Segments.
  missingRefId: 'error',
  unknownRefId: 'error',
  duplicateRefId: 'warning',
  unusedRefId: 'information',
  emptyTimeRange: 'warning',
  unpairedTimes: 'error',
  overlappingSegments: 'warning',
  // The file.
  tooFewLines: 'warning',
  tooManyLines: 'warning',
  tooManyBytes: 'warning',
  bom: 'warning',
} as const satisfies Record<string, DiagnosticSeverity>;

/** One for each rule. */
export type DiagnosticCode = keyof typeof diagnosticSeverities;

/** The codes of a line that `JSON.parse` refuses; such a line has exactly one of them. */
export type JsonSyntaxErrorCode = Extract<DiagnosticCode, `json${string}`>;

/** Why a host can't be reached from elsewhere. */
export type PrivateHost = 'loopback' | 'privateNetwork' | 'linkLocal' | 'localName' | 'reserved';

/** What the sentence about a finding names. Which of these a code has is said in `findings.ts`'s users and tests. */
export interface DiagnosticDetails {
  /** Where it is in this line: `payload.input[0].url`. Empty or missing for the whole line. */
  readonly path?: string;
  /** The entry of the table of fields it is about: `payload.input[].url`. */
  readonly field?: string;
  /** What was found, cut to a length that can be shown. */
  readonly value?: string;
  /** The JSON type that was found. */
  readonly found?: string;
  /** What may stand there instead, or did you mean. */
  readonly expected?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly count?: number;
  /** The other party: another path, a model, an ID. */
  readonly other?: string;
  readonly host?: PrivateHost;
}

/**
 * - `replaceValue`, `renameField`, `addField`, `removeField`: `value` is the new value, the name, or what is added.
 * - `insertText`, `replaceText`, `removeText`: repairs of the JSON text; `value` is what is put in, or taken away.
 * - `deleteLine`: has no edits; the editor deletes the line with its line break.
 * - `removeBom`: takes the byte order mark away.
 */
export type FixKind =
  | 'replaceValue'
  | 'renameField'
  | 'addField'
  | 'removeField'
  | 'insertText'
  | 'replaceText'
  | 'removeText'
  | 'deleteLine'
  | 'removeBom';

export interface Edit {
  readonly span: Span;
  readonly text: string;
}

/** A repair of one line. Its edits don't overlap and all refer to the text before the first of them. */
export interface Fix {
  readonly kind: FixKind;
  readonly edits: readonly Edit[];
  readonly value?: string;
}

export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: DiagnosticSeverity;
  /** Never empty, except in an empty line. */
  readonly span: Span;
  readonly details: DiagnosticDetails;
  /** Another place that belongs to it: the first use of a request ID. */
  readonly related?: { readonly line: number; readonly span: Span };
  /** Repairs that are certain. */
  readonly fixes: readonly Fix[];
}

/** A finding with the severity of its code. */
export function diagnostic(
  code: DiagnosticCode,
  span: Span,
  details: DiagnosticDetails = {},
  fixes: readonly Fix[] = [],
): Diagnostic {
  return { code, severity: diagnosticSeverities[code], span, details, fixes };
}

/** A line with the edits of a fix made in it. */
export function applyFix(text: string, { edits }: Fix): string {
  return [...edits]
    .sort((a, b) => b.span.start - a.span.start)
    .reduce(
      (result, { span, text: inserted }) => result.slice(0, span.start) + inserted + result.slice(span.end),
      text,
    );
}

const longestShown = 100;

/** A text cut to a length that can be shown; never through a surrogate pair. */
export function shorten(text: string): string {
  if (text.length <= longestShown) {
    return text;
  }
  return `${text.slice(0, longestShown - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
