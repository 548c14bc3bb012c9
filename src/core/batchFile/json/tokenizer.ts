import type { Span } from '../rules/diagnostics';

/** A piece of a text between white space, in UTF-16 units. */
export interface Token extends Span {
  /** `other`: a number, a literal, or characters that JSON does not allow there. */
  readonly kind: 'punctuation' | 'string' | 'comment' | 'other';
  /** For a string that is not valid JSON: the offset of the first error, or of the end of the text. */
  readonly errorAt?: number;
}

/**
 * Finds the token that starts at an offset, or at the first character after it that is not JSON white space. Works on any
 * text, so the parser, the formatter and completion in broken lines all use it.
 * @returns undefined at the end of the text.
 */
export function tokenAt(text: string, offset: number): Token | undefined {
  let start = offset;
  while (isSpace(text.charCodeAt(start))) {
    start += 1;
  }
  const character = text[start];
  if (character === undefined) {
    return undefined;
  }
  if ('{}[],:'.includes(character)) {
    return { kind: 'punctuation', start, end: start + 1 };
  }
  if (character === '"') {
    return stringAt(text, start);
  }
  const comment = character === '/' ? matchAt(commentPattern, text, start) : undefined;
  if (comment !== undefined) {
    return { kind: 'comment', start, end: start + comment.length };
  }
  return { kind: 'other', start, end: start + (matchAt(otherPattern, text, start) ?? character).length };
}

/** Matches a sticky pattern at an offset. */
export function matchAt(pattern: RegExp, text: string, offset: number): string | undefined {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0];
}

const commentPattern = /\/\/.*|\/\*[^]*?(?:\*\/|$)/y;
/** The second alternative matches white space that JSON does not allow. */
const otherPattern = /[^\s{}[\],:"]+|\s/y;
const escapePattern = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
}

/** A loop instead of a pattern: a pattern runs out of stack in strings of a megabyte. */
function stringAt(text: string, start: number): Token {
  let errorAt: number | undefined;
  let end = start + 1;
  while (end < text.length) {
    const code = text.charCodeAt(end);
    if (code === 0x22) {
      end += 1;
      return errorAt === undefined ? { kind: 'string', start, end } : { kind: 'string', start, end, errorAt };
    }
    const length = code === 0x5c ? matchAt(escapePattern, text, end)?.length : code < 0x20 ? undefined : 1;
    if (length === undefined) {
      errorAt ??= end;
    }
    end += length ?? (code === 0x5c ? 2 : 1);
  }
  return { kind: 'string', start, end: text.length, errorAt: errorAt ?? text.length };
}
