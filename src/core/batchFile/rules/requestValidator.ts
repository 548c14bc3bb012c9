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

/** A fix whose position in the text is not determined yet. */
export type RequestFix =
  | { readonly kind: 'replaceValue'; readonly value: string | number | boolean }
  /** Renames the field itself. */
  | { readonly kind: 'renameField'; readonly name: string }
  /** Renames a field of the object. */
  | { readonly kind: 'renameChild'; readonly from: string; readonly name: string }
  | { readonly kind: 'addField'; readonly name: string; readonly value: string }
  | { readonly kind: 'removeField' };

/** A diagnostic whose position in the text is not determined yet; `locate.ts` determines it. */
export interface RequestDiagnostic {
  readonly code: DiagnosticCode;
  readonly path: Path;
  /** The part to underline. `object`: its key, or its first bracket if it has no key. */
  readonly at: 'key' | 'value' | 'object';
  readonly details: DiagnosticDetails;
  readonly fixes: readonly RequestFix[];
}

/** The limit per severity. A hostile line could have a hundred thousand. */
const maxDiagnostics = 1000;

const maxUsualIdLength = 128;

/** Checks a parsed request against the schema. Collects diagnostics and counts keys. */
export class RequestValidator {
  readonly diagnostics: RequestDiagnostic[] = [];
  /** The number of keys in all objects. Complete only if there are no diagnostics. */
  keys = 0;
  /** The text has at least so many characters, without its repeated fields. Comparing lengths is faster than counting keys. */
  minLength = 0;
  /** The path of the current value. */
  private readonly path: (string | number)[] = [];
  private counts: Record<DiagnosticSeverity, number> | undefined;

  constructor(private readonly context: ValidationContext) {}

  /** Checks each value against the schema. */
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
    let meant: Map<string, string> | undefined;
    let lacking = field.required.length;
    for (const name in value) {
      const its = value[name];
      this.keys += 1;
      this.minLength += name.length + '"":'.length;
      const child = fields.get(name);
      this.path.push(name);
      if (child !== undefined) {
        lacking -= child.isRequired ? 1 : 0;
        this.field(its, child, input);
      } else {
        const other = this.unknownField(name, value, fields, meant);
        if (other !== undefined) {
          meant = (meant ?? new Map<string, string>()).set(other, name);
        }
      }
      this.path.pop();
    }
    if (lacking > 0) {
      this.addMissingFields(value, field, meant);
    }
  }

  private addMissingFields(
    value: Readonly<Record<string, unknown>>,
    { required }: Field,
    meant: ReadonlyMap<string, string> | undefined,
  ): void {
    for (const name of required.filter((each) => !Object.hasOwn(value, each))) {
      this.addMissingField(name, meant?.get(name));
    }
  }

  private addMissingField(name: string, instead: string | undefined): void {
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

  /** @returns the field that was probably meant, unless an earlier unknown field means the same one. */
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
    if (lifecycle === 'removed') {
      this.addHere('removedField', { at: 'key', value: field.name, fixes: [{ kind: 'removeField' }] });
      return;
    }
    if (lifecycle === 'deprecated') {
      this.addHere('deprecatedField', { at: 'key', value: field.name });
    }
    if (input !== undefined && inputs !== undefined && !inputs.includes(input)) {
      this.addHere('fieldNotForInput', { at: 'key', value: field.name, other: input, expected: inputs });
      this.countKeysIn(value);
      return;
    }
    this.value(value, field);
  }

  private value(value: unknown, field: Field): void {
    const type = typeOf(value);
    // With the comma or bracket that follows it.
    this.minLength += typeof value === 'string' ? value.length + '"",'.length : '1,'.length;
    if (!field.types.includes(type)) {
      this.wrongType(value, type, field);
    } else if (typeof value === 'string') {
      this.text(value, field);
    } else if (typeof value === 'number') {
      this.number(value, field);
    } else if (Array.isArray(value)) {
      this.array(value, field);
    } else if (isRecord(value)) {
      this.object(value, field);
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

  /** Counts the keys in a value that the schema does not describe. Does not recurse. */
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
    for (let index = 0; index < values.length; index++) {
      this.path.push(index);
      this.value(values[index], items);
      this.path.pop();
    }
  }

  private number(value: number, { min, max, isRangeInferred, isInteger }: Field): void {
    // JSON.parse reads `1e999` as infinity.
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
    // An empty string is an unknown value if the values are known.
    if (value === '' && values === undefined) {
      // Only required fields and file names must not be empty (documented). Other empty fields may count as missing (unknown).
      this.addHere(field.isRequired || format === 'outputFileName' ? 'emptyString' : 'emptyOptional', { value });
    } else if (format !== undefined) {
      this.formatted(value, format);
    } else if (values !== undefined && !values.includes(value)) {
      const meant = didYouMean(value, values);
      this.addHere('unknownValue', { value: shorten(value), expected: values, ...suggested(meant) });
    } else if (maxLength !== undefined && value.length > maxLength) {
      // How the API counts characters is not documented. This uses the smaller count to avoid false errors.
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
          const isValid = /^[\w-]{1,255}$/.test(base);
          this.addHere('badOutputFileName', {
            value: shorten(value),
            max: 255,
            fixes: isValid ? replaceWith(base) : [],
          });
        }
        return;
      case 'uuid':
        if (!/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(value)) {
          this.addHere('unusualId', { value: shorten(value) });
        }
    }
  }

  /** The documentation only requires that request IDs are unique. */
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
      // Webhooks are sent as HTTPS POST (documented).
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

/** The path of each field whose name occurs only once in the schema. */
const homePaths: ReadonlyMap<string, string> = (() => {
  const found = new Map<string, string | undefined>();
  for (const { name, path, lifecycle } of fieldsByPath.values()) {
    if (name !== '[]' && lifecycle !== 'removed') {
      found.set(name, found.has(name) ? undefined : path);
    }
  }
  return new Map([...found].flatMap(([name, path]) => (path === undefined ? [] : [[name, path]])));
})();

/** Converts a path in a line to a path in the schema. */
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

/** The items of `input`. Their type decides which fields they can have. */
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

/** Converts a value that only has wrong or missing quotes. */
function convertedValue(value: unknown, { types, format }: Field): string | number | boolean | undefined {
  if (typeof value === 'string') {
    // A longer text has more digits than a number can hold.
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

/** Counts characters; a surrogate pair is one. */
function lengthOf(text: string): number {
  return text.length - (text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0);
}
