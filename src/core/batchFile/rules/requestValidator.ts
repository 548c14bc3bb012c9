import { isRecord } from '../../common/json';
import {
  type DiagnosticCode,
  type DiagnosticDetails,
  diagnosticSeverities,
  type DiagnosticSeverity,
  shorten,
} from './diagnostics';
import {
  batchEndpoint,
  type Field,
  fieldsByPath,
  type FieldType,
  type InputType,
  inputTypes,
  type ValidationContext,
  type Path,
  pathText,
  requestField,
} from '../schema/requestSchema';
import { didYouMean } from './suggest';
import { isHttps, urlProblem } from './urlReach';

/** A repair, before it is known where things stand in the text. */
export type RequestFix =
  | { readonly kind: 'replaceValue'; readonly value: string | number | boolean }
  /** Of the field itself. */
  | { readonly kind: 'renameField'; readonly name: string }
  /** Of a field of the object. */
  | { readonly kind: 'renameChild'; readonly from: string; readonly name: string }
  | { readonly kind: 'addField'; readonly name: string; readonly value: string }
  | { readonly kind: 'removeField' };

/** Something to say about a request, before it is known where that stands in the text. */
export interface RequestDiagnostic {
  readonly code: DiagnosticCode;
  readonly path: Path;
  /** What of it is pointed at. Of an object that lacks something: its name, or its bracket where it has none. */
  readonly at: 'key' | 'value' | 'object';
  readonly details: DiagnosticDetails;
  readonly fixes: readonly RequestFix[];
}

/** More of one severity than anybody reads. A hostile line could have a hundred thousand. */
const maxDiagnostics = 1000;

/** Held apart from the pattern, which is slow where it has to count. */
const maxUsualIdLength = 128;

/** The way to where a validator is: one for all of them, as deep as the table of fields, since no two are under way at once. */
const steps: (string | number)[] = [];

/** What a check of a request finds, and how many keys and characters it has. */
export class RequestValidator {
  readonly diagnostics: RequestDiagnostic[] = [];
  /** The keys of all objects, as far as there is nothing to say about the request. */
  keys = 0;
  /** How many steps of `steps` lead to where the validator is. */
  private depth = 0;
  private counts: Record<DiagnosticSeverity, number> | undefined;

  constructor(private readonly context: ValidationContext) {}

  /** Holds each value against the table of fields. */
  request(value: Readonly<Record<string, unknown>>): void {
    this.object(value, requestField);
  }

  add(
    code: DiagnosticCode,
    path: Path,
    {
      at = 'value',
      fixes = [],
      ...details
    }: DiagnosticDetails & { at?: RequestDiagnostic['at']; fixes?: readonly RequestFix[] } = {},
  ): void {
    const severity = diagnosticSeverities[code];
    this.counts ??= { error: 0, warning: 0, information: 0 };
    this.counts[severity] += 1;
    if (this.counts[severity] <= maxDiagnostics) {
      const place = { path: shorten(pathText(path)), field: shorten(tablePath(path)) };
      this.diagnostics.push({ code, path: [...path], at, details: { ...place, ...details }, fixes });
    }
  }

  private get path(): Path {
    return steps.slice(0, this.depth);
  }

  private addHere(code: DiagnosticCode, extra: Parameters<RequestValidator['add']>[2] = {}): void {
    this.add(code, this.path, extra);
  }

  private object(value: Readonly<Record<string, unknown>>, field: Field): void {
    const { fields } = field;
    if (fields === undefined) {
      this.countKeysIn(value);
      return;
    }
    const input = field === inputItemField ? knownInputType(value['type']) : undefined;
    const at = this.depth;
    this.depth += 1;
    let meant: Map<string, string> | undefined;
    let lacking = field.required.length;
    // Read by index and not by name by the engine, as long as no function in addHere uses `value`.
    for (const name in value) {
      const its = value[name];
      this.keys += 1;
      const child = fields.get(name);
      steps[at] = name;
      if (child !== undefined) {
        lacking -= child.isRequired ? 1 : 0;
        this.field(its, child, input);
      } else {
        const other = this.unknownField(name, value, fields, meant);
        if (other !== undefined) {
          meant = (meant ?? new Map<string, string>()).set(other, name);
        }
      }
    }
    this.depth = at;
    if (lacking > 0) {
      this.allMissing(value, field, meant);
    }
  }

  private allMissing(
    value: Readonly<Record<string, unknown>>,
    { required }: Field,
    meant: ReadonlyMap<string, string> | undefined,
  ): void {
    for (const name of required.filter((each) => !Object.hasOwn(value, each))) {
      this.missing(name, meant?.get(name));
    }
  }

  private missing(name: string, instead: string | undefined): void {
    const field = fieldsByPath.get(tablePath([...this.path, name]));
    const fixes: RequestFix[] =
      instead !== undefined
        ? [{ kind: 'renameChild', from: instead, name }]
        : name === 'endpoint'
          ? [{ kind: 'addField', name, value: batchEndpoint }]
          : [];
    this.addHere('missingField', {
      at: 'object',
      path: pathText([...this.path, name]),
      field: field?.path ?? '',
      value: name,
      fixes,
    });
  }

  /** @returns the field that was meant, where that is clear, and no name before it meant the same. */
  private unknownField(
    name: string,
    siblings: Readonly<Record<string, unknown>>,
    fields: ReadonlyMap<string, Field>,
    meantBefore: ReadonlyMap<string, string> | undefined,
  ): string | undefined {
    const free = [...fields].filter(
      ([each, { lifecycle }]) => lifecycle !== 'removed' && !Object.hasOwn(siblings, each),
    );
    const meant = didYouMean(
      name,
      free.map(([each]) => each),
    );
    const value = shorten(name);
    if (meant !== undefined) {
      const isFirst = meantBefore?.has(meant) !== true;
      this.addHere('unknownField', {
        at: 'key',
        value,
        expected: [meant],
        fixes: isFirst ? [{ kind: 'renameField', name: meant }] : [],
      });
      return isFirst ? meant : undefined;
    }
    const elsewhere = homePaths.get(name);
    if (elsewhere !== undefined) {
      this.addHere('misplacedField', { at: 'key', value, other: elsewhere });
    } else {
      this.addHere('unknownField', { at: 'key', value });
    }
    return undefined;
  }

  private field(value: unknown, field: Field, input: InputType | undefined): void {
    const { lifecycle, inputs } = field;
    // To compare what is a text or nothing with a text is slow, and most fields have no lifecycle.
    if (lifecycle !== undefined) {
      if (lifecycle === 'removed') {
        this.addHere('removedField', { at: 'key', value: field.name, fixes: [{ kind: 'removeField' }] });
        return;
      }
      if (lifecycle === 'deprecated') {
        this.addHere('deprecatedField', { at: 'key', value: field.name });
      }
    }
    if (input !== undefined && inputs !== undefined && !inputs.includes(input)) {
      this.addHere('fieldNotForInput', { at: 'key', value: field.name, other: input, expected: inputs });
      this.countKeysIn(value);
      return;
    }
    this.value(value, field);
  }

  private value(value: unknown, field: Field): void {
    const { accepts } = field;
    if (typeof value === 'string' && accepts.string) {
      this.text(value, field);
    } else if (typeof value === 'number' && accepts.number) {
      this.number(value, field);
    } else if (Array.isArray(value) && accepts.array) {
      this.array(value, field);
    } else if (isRecord(value) && accepts.object) {
      this.object(value, field);
    } else {
      const type = typeOf(value);
      if (!accepts[type]) {
        this.wrongType(value, type, field);
      }
    }
  }

  private wrongType(value: unknown, type: FieldType, field: Field): void {
    const isOptional = !(field.isRequired ?? false) && field.name !== '[]';
    if (value === null && isOptional) {
      this.addHere('nullValue', {
        at: 'value',
        value: 'null',
        expected: field.types,
        fixes: [{ kind: 'removeField' }],
      });
      return;
    }
    const other = convertedValue(value, field);
    this.addHere('wrongType', {
      found: type,
      expected: field.types,
      ...(isRecord(value) || Array.isArray(value) ? {} : { value: shorten(String(value)) }),
      fixes: other === undefined ? [] : [{ kind: 'replaceValue', value: other }],
    });
  }

  /** What may be countKeysIn. Nesting costs no stack. */
  private countKeysIn(value: unknown): void {
    const open = [value];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (Array.isArray(next)) {
        for (const item of next) {
          open.push(item);
        }
      } else if (isRecord(next)) {
        for (const name in next) {
          this.keys += 1;
          open.push(next[name]);
        }
      }
    }
  }

  private array(values: readonly unknown[], field: Field): void {
    const { length, items } = field;
    if (length !== undefined && values.length !== length) {
      this.addHere('wrongLength', { count: values.length, min: length, max: length });
    }
    if (items === undefined) {
      this.countKeysIn(values);
      return;
    }
    const at = this.depth;
    this.depth += 1;
    for (let index = 0; index < values.length; index++) {
      steps[at] = index;
      this.value(values[index], items);
    }
    this.depth = at;
  }

  private number(value: number, { min, max, isRangeInferred, isInteger }: Field): void {
    // `1e999`, which JSON.parse accepts.
    if (!Number.isFinite(value)) {
      this.addHere('hugeNumber');
      return;
    }
    if ((min !== undefined && value < min) || (max !== undefined && value > max)) {
      this.addHere(isRangeInferred ? 'unusualNumber' : 'numberOutOfRange', {
        value: String(value),
        ...(min !== undefined && { min }),
        ...(max !== undefined && { max }),
      });
    }
    if (isInteger && !Number.isInteger(value)) {
      this.addHere('notAnInteger', { value: String(value) });
    }
  }

  private text(value: string, field: Field): void {
    const { format, values, maxLength } = field;
    // What is empty is the wrong one of several values, where they are known.
    if (value === '' && values === undefined) {
      // Only of a name it is documented that it can't be empty: of others it is not known whether they then count as left out.
      this.addHere(field.isRequired || format === 'outputFileName' ? 'emptyString' : 'emptyOptional', { value });
    } else if (format !== undefined) {
      this.formatted(value, format);
    } else if (values !== undefined && !values.includes(value)) {
      const meant = didYouMean(value, values);
      this.addHere('unknownValue', { value: shorten(value), expected: values, ...suggested(meant) });
    } else if (maxLength !== undefined && value.length > maxLength) {
      // Whether characters are counted as addHere is not documented: what may be an error is counted in the lesser way.
      const count = lengthOf(value);
      if (count > maxLength) {
        this.addHere('textTooLong', { count, max: maxLength });
      }
    }
  }

  private formatted(value: string, format: NonNullable<Field['format']>): void {
    switch (format) {
      case 'endpoint':
        if (value !== batchEndpoint) {
          this.addHere('wrongEndpoint', {
            value: shorten(value),
            expected: [batchEndpoint],
            fixes: replaceWith(batchEndpoint),
          });
        }
        return;
      case 'model': {
        const { models } = this.context;
        if (!models.includes(value)) {
          const suggestion = didYouMean(value, models);
          this.addHere('unknownModel', { value: shorten(value), expected: models, ...suggested(suggestion) });
        }
        return;
      }
      case 'requestId':
        if (value.length > maxUsualIdLength || !/^[\w.-]+$/.test(value)) {
          this.requestId(value);
        }
        return;
      case 'mediaUrl':
      case 'webhookUrl':
        this.url(value, format);
        return;
      case 'outputFileName':
        if (!/^[\w-]{1,255}$/.test(value)) {
          const base = value.replace(/\.mp4$/i, '');
          const isSound = /^[\w-]{1,255}$/.test(base);
          this.addHere('badOutputFileName', {
            value: shorten(value),
            max: 255,
            fixes: isSound ? replaceWith(base) : [],
          });
        }
        return;
      case 'uuid':
        if (!/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(value)) {
          this.addHere('unusualId', { value: shorten(value) });
        }
    }
  }

  /** Nothing is documented about the form of request IDs but that they are unique. */
  private requestId(value: string): void {
    const without = value.trim();
    if (without !== value) {
      this.addHere('requestIdSpaces', { value: shorten(value), fixes: without === '' ? [] : replaceWith(without) });
    } else {
      this.addHere('unusualRequestId', { value: shorten(value), count: value.length, max: maxUsualIdLength });
    }
  }

  private url(value: string, format: 'mediaUrl' | 'webhookUrl'): void {
    const problem = urlProblem(value);
    if (problem === undefined) {
      // Deliveries are documented as HTTPS POST.
      if (format === 'webhookUrl' && !isHttps(value)) {
        this.addHere('webhookNotHttps', { value: shorten(value) });
      }
      return;
    }
    const shown = shorten(value);
    switch (problem.kind) {
      case 'invalid':
        this.addHere('urlInvalid', { value: shown });
        return;
      case 'spaces':
        this.addHere('urlSpaces', { value: shown, fixes: replaceWith(problem.without) });
        return;
      case 'unescaped':
        this.addHere('urlUnescaped', { value: shown, fixes: replaceWith(problem.escaped) });
        return;
      case 'scheme':
        this.addHere('urlScheme', { value: `${shorten(problem.scheme)}:`, expected: ['https:', 'http:'] });
        return;
      case 'notPublic':
        this.addHere('urlNotPublic', { value: shorten(problem.hostname), host: problem.host });
        return;
      case 'credentials':
        this.addHere('urlCredentials');
        return;
      case 'sharePage':
        this.addHere('urlSharePage', { value: problem.hostname });
        return;
    }
  }
}

/** Where a name that stands in a wrong object belongs, where it has one place only. */
const homePaths: ReadonlyMap<string, string> = (() => {
  const found = new Map<string, string | undefined>();
  for (const { name, path, lifecycle } of fieldsByPath.values()) {
    if (name !== '[]' && lifecycle !== 'removed') {
      found.set(name, found.has(name) ? undefined : path);
    }
  }
  return new Map([...found].flatMap(([name, path]) => (path === undefined ? [] : [[name, path]])));
})();

/** The place in the table that belongs to a place in a line. */
function tablePath(path: Path): string {
  return pathText(path).replace(/\[\d+\]/g, '[]');
}

export function typeOf(value: unknown): FieldType {
  const type = typeof value;
  if (type === 'string' || type === 'number' || type === 'boolean') {
    return type;
  }
  return value === null ? 'null' : Array.isArray(value) ? 'array' : 'object';
}

/** The items of `input`, whose fields depend on their type. */
const inputItemField = fieldsByPath.get('payload.input[]');

export function knownInputType(value: unknown): InputType | undefined {
  return (inputTypes as readonly unknown[]).includes(value) ? (value as InputType) : undefined;
}

function suggested(suggestion: string | undefined): { suggestion?: string; fixes?: RequestFix[] } {
  return suggestion === undefined ? {} : { suggestion, fixes: replaceWith(suggestion) };
}

function replaceWith(value: string | undefined): RequestFix[] {
  return value === undefined ? [] : [{ kind: 'replaceValue', value }];
}

/** A value that has only its quotes too many or too few. */
function convertedValue(value: unknown, { types, format }: Field): string | number | boolean | undefined {
  if (typeof value === 'string') {
    // What is longer has more digits than a number keeps.
    const isNumber = types.includes('number') && value.length < 30 && /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(value);
    if (isNumber) {
      const digits = value.includes('.') ? value.replace(/\.?0+$/, '') : value;
      return String(Number(value)) === digits ? Number(value) : undefined;
    }
    return types.includes('boolean') && (value === 'true' || value === 'false') ? value === 'true' : undefined;
  }
  const isWholeNumber = typeof value === 'number' && Number.isSafeInteger(value);
  return isWholeNumber && types.includes('string') && format === 'requestId' ? String(value) : undefined;
}

/** Characters as a person counts them, pairs of surrogates as one. */
function lengthOf(text: string): number {
  return text.length - (text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0);
}
