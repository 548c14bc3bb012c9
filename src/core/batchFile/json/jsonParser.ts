import type { Span } from '../rules/diagnostics';

/** A value of a JSON text and where it stands. */
export interface JsonNode extends Span {
  end: number;
  readonly kind: 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';
  /** Of an object, as written: a name may come twice. */
  readonly properties: JsonProperty[];
  /** Of an array. */
  readonly items: JsonNode[];
}

export interface JsonProperty {
  readonly name: string;
  /** The name with its quotes. */
  readonly key: Span;
  readonly value: JsonNode;
}

/** What a reader expects next. */
export type Expecting = 'value' | 'firstItem' | 'item' | 'firstKey' | 'key' | 'colon' | 'comma' | 'nothing';

/** How far a reader came. What is wrong is told from this. */
export interface ReaderState {
  readonly text: string;
  readonly pos: number;
  readonly expecting: Expecting;
  /** The objects and arrays that are open, outermost first. */
  readonly open: readonly JsonNode[];
  /** The last key, comma, colon or value before `pos`. */
  readonly last: Span;
  readonly lastKey: Span;
}

/**
 * Reads a JSON text exactly as `JSON.parse` does, with the places of everything in it, or up to the first character at
 * which it is none. Nesting costs no stack, as it costs `JSON.parse` none.
 */
export function readJson(text: string): { readonly root: JsonNode } | { readonly stop: ReaderState } {
  const reader = new JsonReader(text);
  if (text.length <= typicalLength) {
    lastRead.reader = reader;
  }
  const root = reader.read();
  return root === undefined ? { stop: reader } : { root };
}

/** What is read of a text of so many characters may stay in memory. */
export const typicalLength = 10_000;

/** One is kept, so that the engine keeps what it has compiled for such objects. */
const lastRead: { reader?: JsonReader } = {};

class JsonReader implements ReaderState {
  pos = 0;
  expecting: Expecting = 'value';
  readonly open: JsonNode[] = [];
  last: Span = { start: 0, end: 0 };
  lastKey: Span = { start: 0, end: 0 };
  private root: JsonNode | undefined;

  constructor(readonly text: string) {}

  /** @returns nothing where it came to a stop; `pos` and the rest then say where and at what. */
  read(): JsonNode | undefined {
    for (;;) {
      this.skipSpace();
      if (this.expecting === 'nothing') {
        return this.pos === this.text.length ? this.root : undefined;
      }
      if (this.pos === this.text.length || !this.step()) {
        return undefined;
      }
    }
  }

  private skipSpace(): void {
    this.pos = endOfSpace(this.text, this.pos);
  }

  private step(): boolean {
    const character = this.text[this.pos];
    const container = this.open.at(-1);
    switch (this.expecting) {
      case 'firstKey':
      case 'key':
        return character === '"' ? this.key() : this.expecting === 'firstKey' && this.close('object');
      case 'colon':
        return character === ':' && this.mark('value');
      case 'firstItem':
        return this.close('array') || this.value();
      case 'value':
      case 'item':
        return this.value();
      case 'comma':
        if (character === ',') {
          return this.mark(container?.kind === 'object' ? 'key' : 'item');
        }
        return container !== undefined && this.close(container.kind);
      case 'nothing':
        return false;
    }
  }

  /** Takes a colon or a comma. */
  private mark(next: Expecting): true {
    this.last = { start: this.pos, end: this.pos + 1 };
    this.pos += 1;
    this.expecting = next;
    return true;
  }

  private key(): boolean {
    const end = endOfString(this.text, this.pos);
    if (end === undefined) {
      return false;
    }
    this.last = this.lastKey = { start: this.pos, end };
    this.pos = end;
    this.expecting = 'colon';
    return true;
  }

  private value(): boolean {
    const start = this.pos;
    const character = this.text[start];
    if (character === '{' || character === '[') {
      const node = this.add(character === '{' ? 'object' : 'array', start + 1);
      this.open.push(node);
      this.expecting = character === '{' ? 'firstKey' : 'firstItem';
      return true;
    }
    if (character === '"') {
      const end = endOfString(this.text, start);
      return end !== undefined && this.scalar('string', end);
    }
    const literal = /[-\w]/.test(character ?? '') ? matchAt(plainValue, this.text, start) : undefined;
    if (literal === undefined) {
      return false;
    }
    const kind = literal === 'null' ? 'null' : literal === 'true' || literal === 'false' ? 'boolean' : 'number';
    return this.scalar(kind, start + literal.length);
  }

  private scalar(kind: JsonNode['kind'], end: number): true {
    this.add(kind, end);
    this.expecting = this.open.length === 0 ? 'nothing' : 'comma';
    return true;
  }

  private add(kind: JsonNode['kind'], end: number): JsonNode {
    const node: JsonNode = {
      kind,
      start: this.pos,
      end,
      properties: kind === 'object' ? [] : none,
      items: kind === 'array' ? [] : none,
    };
    const container = this.open.at(-1);
    if (container === undefined) {
      this.root = node;
    } else if (container.kind === 'array') {
      container.items.push(node);
    } else {
      container.properties.push({ name: stringAt(this.text, this.lastKey), key: this.lastKey, value: node });
    }
    this.last = node;
    this.pos = end;
    return node;
  }

  /** Closes the object or array, where this is its bracket. */
  private close(kind: JsonNode['kind']): boolean {
    const container = this.open.at(-1);
    if (container === undefined || this.text[this.pos] !== (kind === 'object' ? '}' : ']')) {
      return false;
    }
    this.open.pop();
    this.pos += 1;
    container.end = this.pos;
    this.last = container;
    this.expecting = this.open.length === 0 ? 'nothing' : 'comma';
    return true;
  }
}

/** Of a value that has no parts; never added to. */
const none: never[] = [];

/** A number, or one of the three words. The word after it must end there, or it is another. */
const plainValue = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.$+-])/y;

/** What a sticky pattern finds at a place. */
export function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** The first place from there on that is not what JSON takes for white space. */
export function endOfSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && isSpace(text.charCodeAt(at))) {
    at += 1;
  }
  return at;
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
}

/** The end of the string that starts there; nothing where it is not a sound one. */
function endOfString(text: string, start: number): number | undefined {
  const end = endOfSoundPart(text, start);
  return text[end] === '"' ? end + 1 : undefined;
}

/** From the quote at its start, the first place of a string that can't be within it: its end, or what is wrong with it. */
export function endOfSoundPart(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === 0x22 || code < 0x20) {
      break;
    }
    const length = code === 0x5c ? matchAt(escape, text, at)?.length : 1;
    if (length === undefined) {
      break;
    }
    at += length;
  }
  return at;
}

const escape = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;

/** The string between its quotes, with what is escaped in it read. */
export function stringAt(text: string, { start, end }: Span): string {
  const inner = text.slice(start + 1, end - 1);
  return inner.includes('\\') ? (JSON.parse(text.slice(start, end)) as string) : inner;
}

/** No fewer than the keys of a sound JSON text: the colons in it that may stand after one, which that of `https://` can't. */
export function maxKeys(text: string): number {
  let count = 0;
  for (let at = text.indexOf(':'); at !== -1; at = text.indexOf(':', at + 1)) {
    count += text.charCodeAt(at + 1) === 0x2f ? 0 : 1;
  }
  return count;
}

/** How many keys the objects of a sound JSON text have together, those that come twice counted twice. */
export function countKeys(text: string): number {
  let count = 0;
  for (let quote = text.indexOf('"'); quote !== -1;) {
    let end = text.indexOf('"', quote + 1);
    while (isEscaped(text, end)) {
      end = text.indexOf('"', end + 1);
    }
    const next = endOfSpace(text, end + 1);
    if (text.charCodeAt(next) === 0x3a) {
      count += 1;
    }
    quote = text.indexOf('"', next);
  }
  return count;
}

/** Whether an odd number of backslashes stands before it. */
function isEscaped(text: string, at: number): boolean {
  let before = at - 1;
  while (text.charCodeAt(before) === 0x5c) {
    before -= 1;
  }
  return (at - before) % 2 === 0;
}
