import { isRecord, parseJson } from '../../common/json';
import {
  type Diagnostic,
  diagnostic,
  diagnosticSeverities,
  type DiagnosticSeverity,
  shorten,
  type Span,
} from './diagnostics';
import { locate, removeField, fixOf } from './locate';
import { jsonSyntaxError } from '../json/jsonSyntaxErrors';
import { type JsonNode, type JsonProperty, maxCachedLength, parseJsonTree } from '../json/jsonParser';
import { checkPayload } from './payloadRules';
import { defaultValidationContext, type ValidationContext, withStep } from '../schema/requestSchema';
import { type RequestDiagnostic, RequestValidator, typeOf } from './requestValidator';

/** The result of the check of one line. */
export interface LineCheck {
  /** Sorted by position. Does not include duplicate request IDs and blank lines, which depend on other lines. */
  readonly diagnostics: readonly Diagnostic[];
  /** Undefined if the line is not an object or its request ID is not a string or empty. */
  readonly requestId?: string | undefined;
  /** The request ID with its quotes; determined on first access. */
  readonly requestIdSpan?: Span | undefined;
  readonly isBlank: boolean;
}

/** Longer lines are not checked. A file of 5 MB must have at least 20 lines. */
export const maxLineLength = 1_000_000;

/** Includes the diagnostic that says that there are more. */
export const maxDiagnosticsPerLine = 51;

/**
 * Checks one line of a batch file.
 *
 * Costs little more than `JSON.parse` for a valid line, because it determines positions only for diagnostics.
 * @param text the line without its line break.
 */
export function checkLine(text: string, context: ValidationContext = defaultValidationContext): LineCheck {
  return checkParsedLine(text, parseLine(text), context);
}

/** Parses a line. @returns undefined if it is too long or not JSON. */
export function parseLine(text: string): unknown {
  return text.length > maxLineLength ? undefined : parseJson(text);
}

/** Checks a line that was parsed before. @param request the result of {@link parseLine} */
export function checkParsedLine(text: string, request: unknown, context: ValidationContext): LineCheck {
  if (text.length > maxLineLength) {
    const whole = { start: 0, end: text.length };
    return new CheckedLine(text, [diagnostic('lineTooLong', whole, { count: text.length, max: maxLineLength })]);
  }
  if (request === undefined) {
    return new CheckedLine(text, isBlank(text) ? noDiagnostics : [syntaxErrorOf(text)]);
  }
  if (!isRecord(request)) {
    const details = { found: typeOf(request), expected: ['object'] };
    return new CheckedLine(text, [diagnostic('notAnObject', trimmed(text), details)]);
  }
  const validator = new RequestValidator(context);
  if (text.length <= maxCachedLength) {
    lastChecked.request = request;
    lastChecked.validator = validator;
  }
  validator.request(request);
  const { request_id: requestId, payload } = request;
  if (isRecord(payload)) {
    checkPayload(payload, validator);
  }
  const isValid =
    validator.diagnostics.length === 0 &&
    (text.length - validator.minLength < minFieldLength || validator.keys === maxKeyCount(text));
  return new CheckedLine(
    text,
    isValid ? noDiagnostics : locatedDiagnostics(text, validator.diagnostics),
    typeof requestId === 'string' && requestId !== '' ? requestId : undefined,
  );
}

/** The length of the shortest field with its comma, `"":1,`. A line with less space left has no repeated field. */
const minFieldLength = 5;

/**
 * Counts the colons after a quote or white space, which are at least as many as the keys of a JSON text. Only rare strings,
 * such as `\":`, add to the count. JSON.parse keeps one of several fields with the same name, so an equal count proves that
 * no field is repeated.
 */
function maxKeyCount(text: string): number {
  let count = 0;
  for (let colon = text.indexOf(':'); colon !== -1; colon = text.indexOf(':', colon + 1)) {
    count += text.charCodeAt(colon - 1) <= quoteCode ? 1 : 0;
  }
  return count;
}

/** All white space of JSON has lower codes. */
const quoteCode = 0x22;

/**
 * Keeps one request and validator alive. V8 discards the code optimized for objects of one shape when it collects the last
 * of them, and without this a check takes three times as long after each collection.
 */
const lastChecked: { request?: unknown; validator?: RequestValidator } = {};

/** Shared by all valid lines. */
const noDiagnostics: readonly Diagnostic[] = [];

class CheckedLine implements LineCheck {
  private requestIdSpanCache: Span | undefined;

  constructor(
    private readonly text: string,
    readonly diagnostics: readonly Diagnostic[],
    readonly requestId?: string,
  ) {}

  get isBlank(): boolean {
    return isBlank(this.text);
  }

  get requestIdSpan(): Span | undefined {
    if (this.requestId !== undefined && this.requestIdSpanCache === undefined) {
      const read = parseJsonTree(this.text);
      this.requestIdSpanCache = 'root' in read ? locate(read.root, ['request_id'], 'value') : undefined;
    }
    return this.requestIdSpanCache;
  }
}

/** True if a line is empty or has only white space. */
export function isBlank(text: string): boolean {
  return text.trim() === '';
}

function syntaxErrorOf(text: string): Diagnostic {
  const read = parseJsonTree(text);
  // The parser agrees with JSON.parse. If it ever does not, the line must not pass as valid.
  return 'error' in read ? jsonSyntaxError(read.error) : diagnostic('jsonUnexpectedCharacter', trimmed(text));
}

function locatedDiagnostics(text: string, problems: readonly RequestDiagnostic[]): readonly Diagnostic[] {
  const read = parseJsonTree(text);
  if ('error' in read) {
    return [jsonSyntaxError(read.error)];
  }
  const { root } = read;
  const ranked = [...problems, ...duplicateFields(text, root)].sort(
    (a, b) => ranks[diagnosticSeverities[a.code]] - ranks[diagnosticSeverities[b.code]],
  );
  const isTooMany = ranked.length >= maxDiagnosticsPerLine;
  const found = (isTooMany ? ranked.slice(0, maxDiagnosticsPerLine - 1) : ranked).map((each) =>
    'span' in each ? each : located(root, each),
  );
  found.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  return isTooMany
    ? [...found, diagnostic('moreDiagnostics', trimmed(text), { count: ranked.length - found.length })]
    : found;
}

const ranks: Readonly<Record<DiagnosticSeverity, number>> = { error: 0, warning: 1, information: 2 };

function located(root: JsonNode, { code, path, at, details, fixes }: RequestDiagnostic): Diagnostic {
  const edits = fixes.flatMap((fix) => fixOf(root, path, fix) ?? []);
  return diagnostic(code, locate(root, path, at), details, edits);
}

/** An object or array whose fields are still to be checked. */
interface Nested {
  readonly node: JsonNode;
  /** Shortened, so that deep nesting does not make it long. */
  readonly path: string;
}

/** Finds fields whose name occurs before in the same object. JSON.parse uses the last one. Does not recurse. */
function duplicateFields(text: string, root: JsonNode): Diagnostic[] {
  const found: Diagnostic[] = [];
  const open: Nested[] = [{ node: root, path: '' }];
  for (let next = open.pop(); next !== undefined && found.length < maxDuplicates; next = open.pop()) {
    const { node: holder, path } = next;
    const last = new Map<string, JsonProperty>();
    for (const property of holder.properties) {
      const { name, value } = property;
      const before = last.get(name);
      if (before !== undefined) {
        found.push(duplicateField(text, next, property, before));
      }
      last.set(name, property);
      if (isNested(value)) {
        open.push({ node: value, path: shorten(withStep(path, name)) });
      }
    }
    holder.items.forEach((node, index) => {
      if (isNested(node)) {
        open.push({ node, path: shorten(withStep(path, index)) });
      }
    });
  }
  return found;
}

/** More than a line shows. */
const maxDuplicates = 1000;

const isNested = ({ kind }: JsonNode): boolean => kind === 'object' || kind === 'array';

/** @param before the previous field with the same name, which takes its place if it is removed. */
function duplicateField(text: string, holder: Nested, property: JsonProperty, before: JsonProperty): Diagnostic {
  const { name, key, value } = property;
  const textOf = ({ start, end }: Span): string => text.slice(start, end);
  const isSame = textOf(value) === textOf(before.value);
  const path = shorten(withStep(holder.path, name));
  const fixes = isSame ? [removeField(holder.node, property)] : [];
  return diagnostic('duplicateField', key, { path, value: shorten(name) }, fixes);
}

/** The span of a line without leading and trailing white space. */
function trimmed(text: string): Span {
  const start = text.length - text.trimStart().length;
  const end = text.trimEnd().length;
  return start < end ? { start, end } : { start: 0, end: text.length };
}
