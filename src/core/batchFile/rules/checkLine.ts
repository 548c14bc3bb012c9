import { isRecord } from '../../common/json';
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
import { type JsonNode, type JsonProperty, parseJsonTree } from '../json/jsonParser';
import { checkPayload } from './payloadRules';
import { defaultValidationContext, type ValidationContext, withStep } from '../schema/requestSchema';
import { type RequestDiagnostic, RequestValidator, typeOf } from './requestValidator';

/** What is known of one line. */
export interface LineCheck {
  /** By their place. Repeated request IDs and blank lines are seen only among the other lines, and not here. */
  readonly diagnostics: readonly Diagnostic[];
  /** Where the line is an object that has one that is not empty. */
  readonly requestId?: string | undefined;
  /** The request ID with its quotes; found when asked for. */
  readonly requestIdSpan?: Span | undefined;
  /** Where the line is an object whose payload names one, known or not. */
  readonly model?: string | undefined;
  readonly isBlank: boolean;
}

/** A line of more characters than this is not looked into: whole files of 5 MB have at least 20 lines. */
export const maxLineLength = 1_000_000;

/** How many findings a line has at most, with the one that says that there are more. */
export const maxDiagnosticsPerLine = 51;

/**
 * Says what is to be said about one line of a batch file, given without its line break.
 *
 * Costs little more than `JSON.parse` where there is nothing to say: places are looked for only where there is.
 */
export function checkLine(text: string, context: ValidationContext = defaultValidationContext): LineCheck {
  return checkParsed(text, parsed(text), context);
}

/**
 * Says it of several lines. A few are parsed before they are looked into: to go from the one to the other with each line
 * would take a tenth longer (`npm run bench`).
 */
export function checkLines(
  texts: readonly string[],
  context: ValidationContext = defaultValidationContext,
): LineCheck[] {
  const checks: LineCheck[] = [];
  while (checks.length < texts.length) {
    const values: unknown[] = [];
    const from = checks.length;
    for (let characters = 0; values.length < linesAtOnce && characters < charactersAtOnce;) {
      const text = texts[from + values.length];
      if (text === undefined) {
        break;
      }
      characters += text.length;
      values.push(parsed(text));
    }
    values.forEach((value, index) => checks.push(checkParsed(texts[from + index] ?? '', value, context)));
  }
  return checks;
}

const linesAtOnce = 16;
/** What was parsed is several times as large as its text. */
const charactersAtOnce = 100_000;

/** What a line holds; nothing where it is too long to be looked into, or no JSON. */
function parsed(text: string): unknown {
  if (text.length > maxLineLength) {
    return undefined;
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function checkParsed(text: string, value: unknown, context: ValidationContext): LineCheck {
  if (text.length > maxLineLength) {
    const whole = { start: 0, end: text.length };
    return new CheckedLine(text, [diagnostic('lineTooLong', whole, { count: text.length, max: maxLineLength })]);
  }
  if (value === undefined) {
    return isBlank(text) ? new CheckedLine(text, noDiagnostics) : new CheckedLine(text, [syntaxErrorOf(text)]);
  }
  if (!isRecord(value)) {
    return new CheckedLine(text, [
      diagnostic('notAnObject', trimmed(text), { found: typeOf(value), expected: ['object'] }),
    ]);
  }
  const validator = new RequestValidator(context);
  validator.request(value);
  const { request_id: requestId, payload } = value;
  if (isRecord(payload)) {
    checkPayload(payload, validator);
  }
  const isClean = validator.diagnostics.length === 0 && validator.keys === maxKeyCount(text);
  return new CheckedLine(
    text,
    isClean ? noDiagnostics : locatedDiagnostics(text, validator.diagnostics),
    typeof requestId === 'string' && requestId !== '' ? requestId : undefined,
    isRecord(payload) && typeof payload['model'] === 'string' ? payload['model'] : undefined,
  );
}

/**
 * Counts the quotes that a colon follows: no fewer than the keys of a JSON text. Only rare texts in strings, such as `\":`,
 * count in addition.
 */
function maxKeyCount(text: string): number {
  return text.match(/"\s*:/g)?.length ?? 0;
}

/** One for all lines that are sound. */
const noDiagnostics: readonly Diagnostic[] = [];

class CheckedLine implements LineCheck {
  /** Once it was asked for. */
  private idSpan: Span | undefined;

  constructor(
    private readonly text: string,
    readonly diagnostics: readonly Diagnostic[],
    readonly requestId?: string,
    readonly model?: string,
  ) {}

  get isBlank(): boolean {
    return isBlank(this.text);
  }

  get requestIdSpan(): Span | undefined {
    if (this.requestId !== undefined && this.idSpan === undefined) {
      const read = parseJsonTree(this.text);
      this.idSpan = 'root' in read ? locate(read.root, ['request_id'], 'value') : undefined;
    }
    return this.idSpan;
  }
}

/** Whether a line has nothing but white space. */
export function isBlank(text: string): boolean {
  return text.charCodeAt(0) !== 0x7b && text.trim() === '';
}

function syntaxErrorOf(text: string): Diagnostic {
  const read = parseJsonTree(text);
  // Reading agrees with JSON.parse, so the other case does not come up; if it did, the line must not pass for sound.
  return 'error' in read ? jsonSyntaxError(read.error) : diagnostic('jsonUnexpectedCharacter', trimmed(text));
}

function locatedDiagnostics(text: string, problems: readonly RequestDiagnostic[]): readonly Diagnostic[] {
  const read = parseJsonTree(text);
  if ('error' in read) {
    return [jsonSyntaxError(read.error)];
  }
  const { root } = read;
  const repeated = duplicateFields(text, root);
  const ranked = [...problems.map((problem) => ({ problem, ...problem })), ...repeated].sort(
    (a, b) => ranks[diagnosticSeverities[a.code]] - ranks[diagnosticSeverities[b.code]],
  );
  const isTooMany = ranked.length >= maxDiagnosticsPerLine;
  const found = (isTooMany ? ranked.slice(0, maxDiagnosticsPerLine - 1) : ranked).map((each) =>
    'problem' in each ? located(root, each.problem) : each,
  );
  found.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  return isTooMany
    ? [...found, diagnostic('moreDiagnostics', trimmed(text), { count: ranked.length - found.length })]
    : found;
}

const ranks: Readonly<Record<DiagnosticSeverity, number>> = { error: 0, warning: 1, information: 2 };

function located(root: JsonNode, { code, path, at, details, fixes }: RequestDiagnostic): Diagnostic {
  const fixes = fixes.flatMap((fix) => fixOf(root, path, fix) ?? []);
  return diagnostic(code, locate(root, path, at), details, fixes);
}

/** An object or array to look into. */
interface Nested {
  readonly node: JsonNode;
  /** Cut to a length that can be shown, so that no nesting makes it long. */
  readonly path: string;
}

/** Fields that their object has already: JSON takes the last one, and so the others are without effect. */
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

/** More than are shown. */
const maxDuplicates = 1000;

const isNested = ({ kind }: JsonNode): boolean => kind === 'object' || kind === 'array';

/** @param before the one before it of the same name, which takes its place where it is removed. */
function duplicateField(text: string, holder: Nested, property: JsonProperty, before: JsonProperty): Diagnostic {
  const { name, key, value } = property;
  const textOf = ({ start, end }: Span): string => text.slice(start, end);
  const isSame = textOf(value) === textOf(before.value);
  const path = shorten(withStep(holder.path, name));
  const fixes = isSame ? [removeField(holder.node, property)] : [];
  return diagnostic('duplicateField', key, { path, value: shorten(name) }, fixes);
}

/** The line without the white space around it. */
function trimmed(text: string): Span {
  const start = text.length - text.trimStart().length;
  const end = text.trimEnd().length;
  return start < end ? { start, end } : { start: 0, end: text.length };
}
