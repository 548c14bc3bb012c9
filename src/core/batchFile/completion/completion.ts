import { parseJson } from '../../common/json';
import { tokenAt } from '../json/tokenizer';
import { maxLineLength } from '../rules/checkLine';
import type { Span } from '../rules/diagnostics';
import {
  anyType,
  batchEndpoint,
  imageModels,
  inputTypes,
  requestField,
  type Field,
  type ValidationContext,
} from '../schema/requestSchema';

/** Something that can be put at a place in a line. */
export interface Completion {
  /**
   * `field`: a field, or the frame of an object or array; `insert` is a snippet with `$1`, `$2`... to fill in.
   * `value`: a whole value; `insert` is plain JSON, with its quotes.
   */
  readonly kind: 'field' | 'value';
  /** In the table of fields: `payload.input[].url`; empty for a whole request. */
  readonly path: string;
  /** The text in the list: the field's name, or the value without its quotes. */
  readonly label: string;
  readonly insert: string;
  /** What it accepts the place of: with the quotes, where there are some. The offset is in it or at its borders. */
  readonly span: Span;
}

/** A field of a line. */
export interface FieldPlace {
  /** In the table of fields, where that knows it: `payload.input[].url`, `payload.options.sync_mode`. */
  readonly path: string;
  /** What was pointed at: the key or the value, with its quotes. */
  readonly span: Span;
  /** The value where it is a text, a number, true, false or null. */
  readonly value?: unknown;
}

/**
 * What can be put at a place in a line, which may be broken JSON: the fields that are not there yet, required ones first;
 * known values; frames of inputs, segments and, in an empty line, of a whole request. Never throws.
 * @param offset in UTF-16 units, from the start of the line.
 */
export function completionsAt(text: string, offset: number, { models }: ValidationContext): Completion[] {
  if (text.length > maxLineLength) {
    return [];
  }
  const line = readLine(text);
  if (line.tokens.length === 0) {
    const start = text.startsWith('\ufeff') ? Math.min(offset, 1) : 0;
    return framesAt(requestField, undefined, { start, end: text.length }, '');
  }
  const place = placeAt(line, offset);
  if (place === undefined) {
    return [];
  }
  if (place.kind === 'key') {
    return fieldsAt(line, place);
  }
  const { slot, span, end } = place;
  const field = fieldOf(slot);
  const values = field === undefined ? [] : valuesOf(field, line, models);
  return [
    ...values.map((value): Completion => {
      const label = typeof value === 'string' ? value : JSON.stringify(value);
      return { kind: 'value', path: pathOf(slot), label, insert: `${JSON.stringify(value)}${end}`, span };
    }),
    ...(field === undefined ? [] : framesAt(field, modelOf(line), span, end)),
  ];
}

/**
 * The field whose key or value, other than an object or array, is at a place; nothing elsewhere. The line may be broken
 * JSON. Never throws.
 * @param offset in UTF-16 units, from the start of the line.
 */
export function fieldAt(text: string, offset: number): FieldPlace | undefined {
  if (text.length > maxLineLength) {
    return undefined;
  }
  const token = readLine(text).tokens.find(({ start, end }) => start <= offset && offset < end);
  if (token === undefined || token.role === 'sign' || token.slot.container === undefined) {
    return undefined;
  }
  const { container, key = '' } = token.slot;
  const value = token.role === 'value' ? scalarOf(token.text) : container.values.get(key);
  const span = { start: token.start, end: token.end };
  return { path: pathOf(token.slot), span, ...(value === undefined ? {} : { value }) };
}

// Reading a line that may be broken.

/** An object or array. */
interface Container {
  readonly isArray: boolean;
  /** Nothing where the table does not know it. */
  readonly field: Field | undefined;
  readonly path: string;
  readonly keys: Set<string>;
  /** The values of an object that are no objects or arrays. */
  readonly values: Map<string, unknown>;
  readonly objects: Map<string, Container>;
  /** The objects and arrays in an array. */
  readonly items: Container[];
}

/** Where a value is: nowhere for the line's own value, in an array, or at a key, which may be missing yet. */
interface Slot {
  readonly container: Container | undefined;
  readonly key?: string | undefined;
}

type Expected = 'key' | 'colon' | 'value' | 'comma' | 'nothing';

interface Token extends Span {
  readonly text: string;
  readonly role: 'key' | 'value' | 'sign';
  /** Where it is. For a key: where its value will be. */
  readonly slot: Slot;
  /** What can come after it, and where. */
  readonly next: { readonly expected: Expected; readonly slot: Slot };
}

interface Line {
  readonly tokens: readonly Token[];
  readonly root: Container | undefined;
}

/** Reads any text, broken JSON too. Does not recurse, so deep nesting does not overflow the stack. */
function readLine(text: string): Line {
  const tokens: Token[] = [];
  const open: Slot[] = [];
  const opened = { '{': 0, '[': 0 };
  let root: Container | undefined;
  let slot: Slot = { container: undefined };
  let expected: Expected = 'value';
  for (let next = tokenAt(text, 0); next !== undefined; next = tokenAt(text, next.end)) {
    const { kind, start, end } = next;
    const token = text.slice(start, end);
    if (kind === 'comment' || token.trim() === '') {
      continue;
    }
    let role: Token['role'] = 'sign';
    let at = slot;
    if (token === '{' || token === '[') {
      const container = enter(slot, token === '[', expected);
      root ??= container;
      open.push(slot);
      opened[token] += 1;
      slot = { container };
      expected = container.isArray ? 'value' : 'key';
    } else if (token === '}' || token === ']') {
      const opening = token === '}' ? '{' : '[';
      if (opened[opening] > 0) {
        // What was not closed before ends here, too.
        let isFound = false;
        while (!isFound) {
          const isArray = slot.container?.isArray === true;
          isFound = isArray === (opening === '[');
          opened[isArray ? '[' : '{'] -= 1;
          slot = open.pop() ?? { container: undefined };
        }
        expected = slot.container === undefined ? 'nothing' : 'comma';
      }
    } else if (token === ',') {
      slot = { container: slot.container };
      expected = slot.container === undefined ? 'nothing' : slot.container.isArray ? 'value' : 'key';
    } else if (token === ':') {
      expected = expected === 'colon' ? 'value' : expected;
    } else if (slot.container?.isArray === false && expected !== 'value' && expected !== 'colon') {
      role = 'key';
      const key = keyOf(token);
      slot.container.keys.add(key);
      slot = { container: slot.container, key };
      at = slot;
      expected = 'colon';
    } else {
      role = 'value';
      if (slot.key !== undefined) {
        slot.container?.values.set(slot.key, scalarOf(token));
      }
      expected = slot.container === undefined ? 'nothing' : 'comma';
    }
    tokens.push({ start, end, text: token, role, slot: at, next: { expected, slot } });
  }
  return { tokens, root };
}

function enter(slot: Slot, isArray: boolean, expected: Expected): Container {
  const { container: outer, key } = slot;
  const container: Container = {
    isArray,
    field: expected === 'value' ? fieldOf(slot) : undefined,
    path: pathOf(slot),
    keys: new Set(),
    values: new Map(),
    objects: new Map(),
    items: [],
  };
  outer?.items.push(container);
  if (key !== undefined) {
    outer?.objects.set(key, container);
  }
  return container;
}

function fieldOf({ container, key }: Slot): Field | undefined {
  if (container === undefined) {
    return requestField;
  }
  return container.isArray ? container.field?.items : container.field?.fields?.get(key ?? '');
}

function pathOf({ container, key }: Slot): string {
  if (container === undefined) {
    return '';
  }
  if (container.isArray) {
    return `${container.path}[]`;
  }
  return container.path === '' ? (key ?? '') : `${container.path}.${key ?? ''}`;
}

function keyOf(token: string): string {
  const key = parseJson(token);
  return typeof key === 'string' ? key : token.replace(/^"|"$/g, '');
}

function scalarOf(token: string): unknown {
  return parseJson(token);
}

// Where something can be put.

/** A place for a key or a value, and what has to come after what is put there. */
interface OpenPlace {
  readonly kind: 'key' | 'value';
  readonly slot: Slot;
  readonly span: Span;
  /** A comma where something follows that would need one. */
  readonly end: '' | ',';
  /** The key that is there, with its value behind it. */
  readonly keyWithValue?: string;
}

function placeAt({ tokens }: Line, offset: number): OpenPlace | undefined {
  const index = tokens.findIndex(({ start, end, role }) => role !== 'sign' && start <= offset && offset <= end);
  const touched = tokens[index];
  // In front of a key there is room for another one.
  if (touched !== undefined && !(touched.role === 'key' && touched.start === offset)) {
    return placeOn(touched, tokens[index + 1], offset);
  }
  const following = tokens.find(({ start }) => start >= offset);
  const before = tokens.findLast(({ end }) => end <= offset);
  if (before === undefined) {
    return undefined;
  }
  const { expected, slot } = before.next;
  const here = { start: offset, end: offset };
  if (expected === 'key') {
    return { kind: 'key', slot, span: here, end: following?.role === 'key' ? ',' : '' };
  }
  if (expected !== 'value') {
    return undefined;
  }
  const isNext = following !== undefined && (following.role === 'value' || isOpening(following));
  if (slot.container?.isArray === true) {
    return { kind: 'value', slot, span: here, end: isNext ? ',' : '' };
  }
  if (isNext && isOpening(following)) {
    return undefined;
  }
  return { kind: 'value', slot, span: { start: offset, end: isNext ? following.end : offset }, end: '' };
}

function placeOn(token: Token, next: Token | undefined, offset: number): OpenPlace {
  const { start, slot } = token;
  const isUnclosed = token.text.startsWith('"') && (isOpenToTheEnd(token) || hasQuoteOfNext(token, next, offset));
  const span = { start, end: isUnclosed ? offset : token.end };
  if (token.role === 'value') {
    return { kind: 'value', slot, span, end: '' };
  }
  const following = isUnclosed ? token.text.slice(offset - start).trimStart() : (next?.text ?? '');
  if (following.startsWith(':')) {
    return { kind: 'key', slot, span, end: '', keyWithValue: slot.key ?? '' };
  }
  const isNext = !following.startsWith(',') && (next?.role === 'value' || next?.role === 'key');
  return { kind: 'key', slot, span, end: isNext ? ',' : '' };
}

/** What a quote that is not closed yet has taken in, up to the end of the line, is not a part of it. */
function isOpenToTheEnd({ text }: Token): boolean {
  return parseJson(text) === undefined && !/[^\\]"$/.test(text);
}

/** Nor is what it has taken in up to the first quote of what comes next: that then begins in the middle of a text. */
function hasQuoteOfNext({ start, end }: Token, next: Token | undefined, offset: number): boolean {
  return start < offset && offset < end && next?.start === end && next.role !== 'sign';
}

function isOpening({ text }: Token): boolean {
  return text === '{' || text === '[';
}

// What can be put there.

function fieldsAt(line: Line, { slot, span, end, keyWithValue }: OpenPlace): Completion[] {
  const { container } = slot;
  const fields = [...(container?.field?.fields?.values() ?? [])].filter(
    (field) => field.name === keyWithValue || isWanted(field, container, slot.key, modelOf(line)),
  );
  const required = fields.filter(({ isRequired }) => isRequired);
  const optional = fields.filter(({ isRequired }) => !isRequired);
  return [...required, ...optional].map((field) => {
    const name = JSON.stringify(field.name);
    const insert = keyWithValue === undefined ? numbered(`${name}:${frameOf(field)}${end}`) : name;
    return { kind: 'field', path: field.path, label: field.name, insert, span };
  });
}

/** Of these one is enough, and more are wrong. */
const alternatives: ReadonlyMap<string, string> = new Map([
  ['payload.input[].url', 'assetId'],
  ['payload.input[].assetId', 'url'],
]);

/** Whether a field can be added to an object. @param ownKey the key that is being typed. */
function isWanted(
  { name, path, lifecycle, inputs, onlyModels, notModels, needlessFor }: Field,
  container: Container | undefined,
  ownKey: string | undefined,
  model: string | undefined,
): boolean {
  const has = (key: string): boolean => key !== ownKey && container?.keys.has(key) === true;
  const type = inputTypes.find((each) => each === container?.values.get('type'));
  const isForModel =
    model === undefined ||
    ((onlyModels ?? [model]).includes(model) &&
      !(notModels ?? []).includes(model) &&
      !(needlessFor ?? []).includes(model));
  return (
    isForModel &&
    !has(name) &&
    !has(alternatives.get(path) ?? '') &&
    lifecycle !== 'removed' &&
    lifecycle !== 'deprecated' &&
    (inputs === undefined || type === undefined || inputs.includes(type))
  );
}

function modelOf({ root }: Line): string | undefined {
  const model = root?.objects.get('payload')?.values.get('model');
  return typeof model === 'string' && model !== '' ? model : undefined;
}

function valuesOf(field: Field, line: Line, models: readonly string[]): (string | number | boolean | null)[] {
  if (field.format === 'model') {
    return [...models];
  }
  if (field.path === 'payload.segments[].audioInput.refId') {
    return refIdsOf(line);
  }
  // Of what may be anything nothing is more likely than the rest.
  if (field.types === anyType) {
    return [];
  }
  return [
    ...(field.values ?? []),
    ...(typeof field.default === 'number' ? [field.default] : []),
    ...(field.types.includes('boolean') && field.lifecycle === undefined ? [true, false] : []),
    ...(field.types.includes('null') && field.lifecycle === undefined ? [null] : []),
  ];
}

/** The IDs that the request's own inputs have. */
function refIdsOf({ root }: Line): string[] {
  const items = root?.objects.get('payload')?.objects.get('input')?.items ?? [];
  const ids = items.map(({ values }) => values.get('refId'));
  return [...new Set(ids.filter((id) => typeof id === 'string').filter((id) => id !== ''))];
}

/** Typical objects and arrays, with `$` where the user fills in a value. The first one is for the field. */
const frames: ReadonlyMap<string, readonly (readonly [label: string, frame: string])[]> = (() => {
  const inputs = {
    video: '{"type":"video","url":"$"}',
    audio: '{"type":"audio","url":"$"}',
    text: '{"type":"text","provider":{"name":"elevenlabs","voiceId":"$","script":"$"}}',
    image: '{"type":"image","url":"$"}',
  };
  const input = `[${inputs.video},${inputs.audio}]`;
  const payload = `{"model":"$","input":${input}}`;
  const segment = '{"startTime":$,"endTime":$,"audioInput":{"refId":"$"}}';
  return new Map<string, readonly (readonly [string, string])[]>([
    ['', [['request', `{"request_id":"$","endpoint":"${batchEndpoint}","payload":${payload}}`]]],
    ['payload', [['payload', payload]]],
    ['payload.input', [['input', input]]],
    ['payload.input[]', Object.entries(inputs)],
    ['payload.input[].provider', [['provider', '{"name":"elevenlabs","voiceId":"$","script":"$"}']]],
    ['payload.segments', [['segments', `[${segment}]`]]],
    ['payload.segments[]', [['segment', segment]]],
    ['payload.segments[].audioInput', [['audioInput', '{"refId":"$"}']]],
  ]);
})();

function framesAt({ path }: Field, model: string | undefined, span: Span, end: '' | ','): Completion[] {
  const usual = frames.get(path) ?? [];
  const isForModel = (label: string): boolean =>
    label !== 'image' || model === undefined || imageModels.includes(model);
  return usual
    .filter(([label]) => isForModel(label))
    .map(([label, frame]) => ({ kind: 'field', path, label, insert: numbered(`${frame}${end}`), span }));
}

/** What a new field has for its value. */
function frameOf({ path, types, values }: Field): string {
  const [usual] = frames.get(path) ?? [];
  if (usual !== undefined) {
    return usual[1];
  }
  if (values?.length === 1) {
    return JSON.stringify(values[0]);
  }
  const [type] = types === anyType ? [] : types;
  return type === 'string' ? '"$"' : type === 'object' ? '{$}' : type === 'array' ? '[$]' : '$';
}

function numbered(frame: string): string {
  let number = 0;
  return frame.replace(/\$/g, () => `$${(number += 1)}`);
}
