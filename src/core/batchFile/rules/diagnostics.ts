/** A range in one line, in UTF-16 units from the start of the line; `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** `error`: the API refuses it (documented). Inferred rules are less severe. */
export type DiagnosticSeverity = 'error' | 'warning' | 'information';

/**
 * The severity of each diagnostic, decided only here. Error: the API refuses the request (documented); this includes lines
 * that are not JSON. Warning: probably a mistake, or will probably fail. Information: good to know. Unknown fields, values
 * and models can be newer than this table, so they are never errors.
 */
export const diagnosticSeverities = {
  // Syntax errors.
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
  moreDiagnostics: 'information',
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
  // Combinations of fields.
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

/** One code for each rule. */
export type DiagnosticCode = keyof typeof diagnosticSeverities;

/** The codes of a line that `JSON.parse` refuses. Such a line has exactly one diagnostic. */
export type JsonSyntaxErrorCode = Extract<DiagnosticCode, `json${string}`>;

/** Why the internet can't reach a host. */
export type PrivateHost = 'loopback' | 'privateNetwork' | 'linkLocal' | 'localName' | 'reserved';

/** The details that the text of a diagnostic names. `editor/batchFiles/text/diagnostics.ts` uses them. */
export interface DiagnosticDetails {
  /** The path in the line: `payload.input[0].url`. Empty or missing for the whole line. */
  readonly path?: string;
  /** The path in the schema: `payload.input[].url`. */
  readonly field?: string;
  /** The value in the line, shortened. */
  readonly value?: string;
  /** The JSON type of the value. */
  readonly found?: string;
  /** What is allowed instead, or the field that was probably meant. */
  readonly expected?: readonly string[];
  /** The known value that was probably meant. */
  readonly suggestion?: string;
  readonly min?: number;
  readonly max?: number;
  readonly count?: number;
  /** What the value conflicts with: another path, a model, an ID. */
  readonly other?: string;
  readonly host?: PrivateHost;
}

/**
 * - `replaceValue`, `renameField`, `addField`, `removeField`: `value` is the new value or the name of the field.
 * - `insertText`, `replaceText`, `removeText`: fix the JSON syntax; `value` is the inserted or removed text.
 * - `deleteLine`: has no edits; the editor deletes the line with its line break.
 * - `removeBom`: removes the byte order mark.
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

/** A fix of one line. Its edits don't overlap; all spans refer to the original text. */
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
  /** A related position: the first use of a request ID. */
  readonly related?: { readonly line: number; readonly span: Span };
  /** Fixes that are safe to apply. */
  readonly fixes: readonly Fix[];
}

/** Creates a diagnostic with the severity of its code. */
export function diagnostic(
  code: DiagnosticCode,
  span: Span,
  details: DiagnosticDetails = {},
  fixes: readonly Fix[] = [],
): Diagnostic {
  return { code, severity: diagnosticSeverities[code], span, details, fixes };
}

/** Applies a fix to a line. */
export function applyFix(text: string, { edits }: Fix): string {
  return [...edits]
    .sort((a, b) => b.span.start - a.span.start)
    .reduce(
      (result, { span, text: inserted }) => result.slice(0, span.start) + inserted + result.slice(span.end),
      text,
    );
}

const maxShownLength = 100;

/** Shortens a text for display. Never splits a surrogate pair. */
export function shorten(text: string): string {
  if (text.length <= maxShownLength) {
    return text;
  }
  return `${text.slice(0, maxShownLength - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
