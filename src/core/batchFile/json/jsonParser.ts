import type { Span } from '../rules/diagnostics';
import { matchAt, type Token, tokenAt } from './tokenizer';

/** A value in a JSON text and its position. */
export interface JsonNode extends Span {
  end: number;
  readonly kind: 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';
  /** The fields of an object in the order of the text; a name can occur more than once. */
  readonly properties: JsonProperty[];
  /** The items of an array. */
  readonly items: JsonNode[];
}

export interface JsonProperty {
  readonly name: string;
  /** The name with its quotes. */
  readonly key: Span;
  readonly value: JsonNode;
}

/** What the parser accepts next. */
export type Expected = 'value' | 'firstItem' | 'item' | 'firstKey' | 'key' | 'colon' | 'comma' | 'nothing';

/** The state of the parser when it met the first character that is not valid JSON. */
export interface ParserState {
  readonly text: string;
  /** The start of `token`, or the length of the text. */
  readonly offset: number;
  /** The token that the parser does not accept; undefined if the text ends too early. */
  readonly token: Token | undefined;
  readonly expected: Expected;
  /** The objects and arrays that are open, outermost first. */
  readonly open: readonly JsonNode[];
  /** The last key, comma, colon or value before `offset`. */
  readonly last: Span;
  readonly lastKey: Span;
}

/**
 * Parses a JSON text as strictly as `JSON.parse` does and keeps all positions. Does not recurse, so deep nesting does not
 * overflow the stack.
 */
export function parseJsonTree(text: string): { readonly root: JsonNode } | { readonly error: ParserState } {
  const parser = new JsonParser(text);
  if (text.length <= maxCachedLength) {
    lastParser.value = parser;
  }
  const root = parser.parse();
  return root === undefined ? { error: parser } : { root };
}

/** Longer texts are not kept in memory. */
export const maxCachedLength = 10_000;

/** Keeps one parser alive, so that V8 keeps the optimized code; see `lastChecked` in `checkLine.ts`. */
const lastParser: { value?: JsonParser } = {};

class JsonParser implements ParserState {
  offset = 0;
  token: Token | undefined;
  expected: Expected = 'value';
  readonly open: JsonNode[] = [];
  last: Span = { start: 0, end: 0 };
  lastKey: Span = { start: 0, end: 0 };
  private root: JsonNode | undefined;

  constructor(readonly text: string) {}

  /** @returns undefined if the text is not JSON; the fields then describe where and why. */
  parse(): JsonNode | undefined {
    for (;;) {
      this.token = tokenAt(this.text, this.offset);
      this.offset = this.token?.start ?? this.text.length;
      if (this.token === undefined) {
        return this.expected === 'nothing' ? this.root : undefined;
      }
      if (!this.accept(this.token)) {
        return undefined;
      }
    }
  }

  private accept(token: Token): boolean {
    const character = this.text[token.start];
    switch (this.expected) {
      case 'firstKey':
        return this.acceptClosing('object') || this.acceptKey(token);
      case 'key':
        return this.acceptKey(token);
      case 'colon':
        return character === ':' && this.acceptSeparator(token, 'value');
      case 'firstItem':
        return this.acceptClosing('array') || this.acceptValue(token);
      case 'value':
      case 'item':
        return this.acceptValue(token);
      case 'comma': {
        const kind = this.open.at(-1)?.kind ?? 'null';
        return character === ','
          ? this.acceptSeparator(token, kind === 'object' ? 'key' : 'item')
          : this.acceptClosing(kind);
      }
      case 'nothing':
        return false;
    }
  }

  private acceptSeparator(token: Token, next: Expected): true {
    this.last = token;
    this.offset = token.end;
    this.expected = next;
    return true;
  }

  private acceptKey(token: Token): boolean {
    if (token.kind !== 'string' || token.errorAt !== undefined) {
      return false;
    }
    this.lastKey = token;
    return this.acceptSeparator(token, 'colon');
  }

  private acceptValue({ kind, start, end, errorAt }: Token): boolean {
    const character = this.text[start];
    if (character === '{' || character === '[') {
      this.open.push(this.add(character === '{' ? 'object' : 'array', end));
      this.expected = character === '{' ? 'firstKey' : 'firstItem';
      return true;
    }
    if (kind === 'string') {
      return errorAt === undefined && this.addScalar('string', end);
    }
    const literal = kind === 'other' ? matchAt(literalPattern, this.text, start) : undefined;
    if (literal === undefined) {
      return false;
    }
    const type = literal === 'null' ? 'null' : literal === 'true' || literal === 'false' ? 'boolean' : 'number';
    return this.addScalar(type, start + literal.length);
  }

  private addScalar(kind: JsonNode['kind'], end: number): true {
    this.add(kind, end);
    this.expected = this.open.length === 0 ? 'nothing' : 'comma';
    return true;
  }

  private add(kind: JsonNode['kind'], end: number): JsonNode {
    const properties = kind === 'object' ? [] : none;
    const node: JsonNode = { kind, start: this.offset, end, properties, items: kind === 'array' ? [] : none };
    const container = this.open.at(-1);
    if (container === undefined) {
      this.root = node;
    } else if (container.kind === 'array') {
      container.items.push(node);
    } else {
      const { start, end: keyEnd } = this.lastKey;
      const key = this.text.slice(start, keyEnd);
      const name = key.includes('\\') ? (JSON.parse(key) as string) : key.slice(1, -1);
      container.properties.push({ name, key: this.lastKey, value: node });
    }
    this.last = node;
    this.offset = end;
    return node;
  }

  private acceptClosing(kind: JsonNode['kind']): boolean {
    const container = this.open.at(-1);
    if (container === undefined || this.text[this.offset] !== (kind === 'object' ? '}' : ']')) {
      return false;
    }
    this.open.pop();
    this.offset += 1;
    container.end = this.offset;
    this.last = container;
    this.expected = this.open.length === 0 ? 'nothing' : 'comma';
    return true;
  }
}

/** Shared by all values without parts; never changed. */
const none: never[] = [];

/** A number or one of the three literals. The lookahead rejects `truer`, `01` and `1.2.3`. */
const literalPattern = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.$+-])/y;
