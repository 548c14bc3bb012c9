import {
  applyFix,
  type Diagnostic,
  diagnostic,
  type Fix,
  type FixKind,
  type JsonSyntaxErrorCode,
  shorten,
  type Span,
} from '../rules/diagnostics';
import { parseJsonTree, type ParserState } from './jsonParser';
import { matchAt, tokenAt } from './tokenizer';

/**
 * Describes the first syntax error of a line and offers a fix if the parser gets further with it.
 * @param error the state of the parser at the error.
 */
export function jsonSyntaxError(error: ParserState): Diagnostic {
  const { token, expected } = error;
  const isString = token?.kind === 'string' && expected !== 'colon' && expected !== 'comma' && expected !== 'nothing';
  const found = isString ? errorInString(error) : errorBetweenStrings(error);
  return { ...found, fixes: found.fixes.filter((fix) => getsFurther(error, fix)) };
}

function getsFurther({ text, offset }: ParserState, fix: Fix): boolean {
  const repaired = applyFix(text, fix);
  const result = parseJsonTree(repaired);
  // Counted from the end, because the fix moves the rest of the text.
  return 'root' in result || repaired.length - result.error.offset < text.length - offset;
}

function errorInString({ text, offset: start, token }: ParserState): Diagnostic {
  const at = token?.errorAt ?? text.length;
  const character = text[at];
  if (character === undefined || (character === '\\' && at + 1 === text.length)) {
    return syntaxError('jsonUnterminatedString', { start, end: text.length });
  }
  if (character === '\\') {
    const escape = matchAt(/\\(?:u[\da-fA-F]{0,4}|.)/suy, text, at) ?? character;
    const span = { start: at, end: at + escape.length };
    const valid = escape === "\\'" ? "'" : escape.startsWith('\\u') ? undefined : `\\${escape}`;
    return syntaxError('jsonBadEscape', span, {
      value: escape,
      fix: valid === undefined ? undefined : replacement('replaceText', span, valid),
    });
  }
  const span = { start: at, end: at + 1 };
  const escaped = JSON.stringify(character).slice(1, -1);
  return syntaxError('jsonControlCharacter', span, { value: escaped, fix: replacement('replaceText', span, escaped) });
}

function errorBetweenStrings(error: ParserState): Diagnostic {
  const { text, offset } = error;
  const character = text[offset];
  if (character === undefined) {
    return unexpectedEnd(error);
  }
  if (character === '#' || /^\/[/*]/.test(text.slice(offset, offset + 2))) {
    return comment(error);
  }
  switch (error.expected) {
    case 'nothing':
      return textAfterEnd(error);
    case 'colon':
      return missingColon(error);
    case 'comma':
      return missingComma(error);
    case 'firstKey':
    case 'key':
      return missingKey(error);
    case 'firstItem':
    case 'item':
    case 'value':
      return missingValue(error);
  }
}

function unexpectedEnd({ text, offset, open, expected, last }: ParserState): Diagnostic {
  // The span can't be empty, so it is the last character.
  const start = Math.max(0, last.end - 1);
  const brackets = [...open].reverse().map(({ kind }) => (kind === 'object' ? '}' : ']'));
  const closing = shorten(brackets.join(''));
  const isBetween = expected === 'comma' || expected === 'firstKey' || expected === 'firstItem';
  return syntaxError('jsonUnexpectedEnd', last.end === 0 ? { start: 0, end: text.length } : { start, end: last.end }, {
    expected: closing === '' ? [] : [closing],
    fix: isBetween ? replacement('insertText', emptySpan(offset), brackets.join('')) : undefined,
  });
}

function comment(error: ParserState): Diagnostic {
  const { text, offset, expected } = error;
  const closing = text.startsWith('/*', offset) ? text.indexOf('*/', offset + 2) : -1;
  const span = { start: offset, end: closing === -1 ? endOfText(text, offset) : closing + 2 };
  // The text after `//` may be the rest of the request.
  const isOnlyComment = closing !== -1 || expected === 'nothing';
  return syntaxError('jsonComment', span, { fix: isOnlyComment ? removal(text, span) : undefined });
}

function textAfterEnd({ text, offset }: ParserState): Diagnostic {
  const span = { start: offset, end: endOfText(text, offset) };
  const rest = text.slice(span.start, span.end);
  if (/^,?\s*\{/.test(rest)) {
    return syntaxError('jsonSecondObject', span, { value: shorten(rest) });
  }
  const isNoise = /^[\s,;.\]}\ufeff\u200b\u00a0]*$/.test(rest);
  return syntaxError('jsonTextAfter', span, { value: shorten(rest), fix: isNoise ? removal(text, span) : undefined });
}

function missingColon(error: ParserState): Diagnostic {
  const { text, offset, lastKey } = error;
  const value = text.slice(lastKey.start, lastKey.end);
  if (/[,}\]]/.test(text[offset] ?? '')) {
    return syntaxError('jsonMissingValue', lastKey, { value });
  }
  const sign = matchAt(/=>?/y, text, offset);
  return syntaxError('jsonMissingColon', lastKey, {
    value,
    fix:
      sign === undefined
        ? replacement('insertText', emptySpan(lastKey.end), ':')
        : replacement('replaceText', { start: offset, end: offset + sign.length }, ':'),
  });
}

function missingComma(error: ParserState): Diagnostic {
  const { text, offset, last } = error;
  const character = text[offset] ?? '';
  if (/[\]}]/.test(character)) {
    return syntaxError('jsonWrongBracket', oneCharacter(offset), {
      value: character,
      expected: expectedBracket(error),
    });
  }
  const isGluedToString = offset === last.end && text[offset - 1] === '"';
  if (isGluedToString && /[\p{L}\p{N}]/u.test(characterAt(text, offset))) {
    return syntaxError('jsonInnerQuote', { start: offset - 1, end: offset }, { value: '"' });
  }
  if (/["'{[\w-]/.test(character)) {
    return syntaxError('jsonMissingComma', oneCharacter(offset), {
      fix: replacement('insertText', emptySpan(last.end), ','),
    });
  }
  return unexpectedCharacter(error);
}

function missingKey(error: ParserState): Diagnostic {
  const { text, offset } = error;
  const character = text[offset] ?? '';
  if (character === ']') {
    return syntaxError('jsonWrongBracket', oneCharacter(offset), { value: character, expected: ['}'] });
  }
  const found = commaError(error) ?? wrongQuotes(error);
  if (found !== undefined) {
    return found;
  }
  const word = matchAt(/[\p{L}\p{N}_$][\p{L}\p{N}_$-]*/uy, text, offset);
  if (word === undefined) {
    return unexpectedCharacter(error);
  }
  const span = { start: offset, end: offset + word.length };
  const next = tokenAt(text, span.end);
  const isKey = next !== undefined && text[next.start] === ':';
  return syntaxError('jsonUnquotedKey', span, {
    value: shorten(word),
    fix: isKey ? replacement('replaceText', span, `"${word}"`) : undefined,
  });
}

function missingValue(error: ParserState): Diagnostic {
  const { text, offset, expected, last } = error;
  const character = text[offset] ?? '';
  if (expected === 'value' && /[,}\]]/.test(character) && last.end > 0) {
    return syntaxError(
      'jsonMissingValue',
      { start: error.lastKey.start, end: last.end },
      {
        value: shorten(text.slice(error.lastKey.start, error.lastKey.end)),
      },
    );
  }
  if (expected !== 'value' && character === '}') {
    return syntaxError('jsonWrongBracket', oneCharacter(offset), { value: character, expected: [']'] });
  }
  const found = commaError(error) ?? wrongQuotes(error) ?? badNumber(error);
  if (found !== undefined) {
    return found;
  }
  const word = matchAt(/[\p{L}_$][\p{L}\p{N}_$./:+-]*/uy, text, offset);
  if (word === undefined) {
    return unexpectedCharacter(error);
  }
  const span = { start: offset, end: offset + word.length };
  const valid = literals.get(word.toLowerCase());
  return syntaxError('jsonUnquotedValue', span, {
    value: shorten(word),
    fix: valid === undefined ? undefined : replacement('replaceText', span, valid),
  });
}

/** The literals as Python and other languages write them. */
const literals: ReadonlyMap<string, string> = new Map([
  ['true', 'true'],
  ['false', 'false'],
  ['null', 'null'],
  ['none', 'null'],
]);

/** A comma before a closing bracket, or without a value before it. */
function commaError({ text, offset, expected, last }: ParserState): Diagnostic | undefined {
  const character = text[offset] ?? '';
  if (/[\]}]/.test(character) && (expected === 'key' || expected === 'item')) {
    return syntaxError('jsonTrailingComma', last, { fix: removal(text, last) });
  }
  const span = oneCharacter(offset);
  return character === ',' ? syntaxError('jsonExtraComma', span, { fix: removal(text, span) }) : undefined;
}

const closingQuotes: Readonly<Record<string, string>> = {
  "'": "'",
  '`': '`',
  '“': '”',
  '”': '”',
  '„': '“',
  '‘': '’',
  '’': '’',
};

function wrongQuotes({ text, offset }: ParserState): Diagnostic | undefined {
  const quote = text[offset] ?? '';
  const closing = closingQuotes[quote];
  if (closing === undefined) {
    return undefined;
  }
  let end = offset + 1;
  while (end < text.length && text[end] !== closing && !(quote !== "'" && quote !== '`' && text[end] === '"')) {
    end += text[end] === '\\' ? 2 : 1;
  }
  if (end >= text.length) {
    return syntaxError('jsonWrongQuotes', oneCharacter(offset), { value: quote });
  }
  const inner = text
    .slice(offset + 1, end)
    .replace(/\\(['`])/g, '$1')
    .replace(/\\.|"/gsu, (part) => (part === '"' ? '\\"' : part));
  const span = { start: offset, end: end + 1 };
  return syntaxError('jsonWrongQuotes', span, { value: quote, fix: replacement('replaceText', span, `"${inner}"`) });
}

function badNumber({ text, offset }: ParserState): Diagnostic | undefined {
  const number = matchAt(/[-+.]*\d[\w.+-]*|[-+.]+(?=[\s,\]}]|$)|[-+](?:Infinity|NaN)/y, text, offset);
  if (number === undefined) {
    return undefined;
  }
  const span = { start: offset, end: offset + number.length };
  // No fix for a leading zero, which may be part of an ID, and for other notations.
  const isPlain = /^[-+]?(?:\.\d+|(?:0|[1-9]\d*)(?:\.\d*)?)$/.test(number);
  return syntaxError('jsonBadNumber', span, {
    value: shorten(number),
    fix: isPlain ? replacement('replaceText', span, validNumber(number)) : undefined,
  });
}

/** Keeps all digits: `+1.` becomes `1`, `-.5` becomes `-0.5`. */
function validNumber(number: string): string {
  return number
    .replace(/^\+/, '')
    .replace(/^-?(?=\.)/, '$&0')
    .replace(/\.$/, '');
}

function unexpectedCharacter(error: ParserState): Diagnostic {
  const { text, offset } = error;
  const character = characterAt(text, offset);
  const span = { start: offset, end: offset + character.length };
  const isInvisible = /^[\s\p{Cf}\p{Cc}]$/u.test(character);
  return syntaxError('jsonUnexpectedCharacter', span, {
    value: isInvisible ? codePoint(character) : character,
    expected: expectedSigns(error),
    fix: isInvisible || character === ';' ? removal(text, span, codePoint(character)) : undefined,
  });
}

function expectedSigns(error: ParserState): readonly string[] {
  switch (error.expected) {
    case 'colon':
      return [':'];
    case 'comma':
      return [',', ...expectedBracket(error)];
    case 'firstKey':
      return ['"', '}'];
    case 'key':
      return ['"'];
    case 'value':
      return error.open.length === 0 ? ['{'] : [];
    case 'firstItem':
    case 'item':
    case 'nothing':
      return [];
  }
}

const oneCharacter = (start: number): Span => ({ start, end: start + 1 });

const emptySpan = (start: number): Span => ({ start, end: start });

const expectedBracket = ({ open }: ParserState): readonly string[] => [open.at(-1)?.kind === 'object' ? '}' : ']'];

const characterAt = (text: string, at: number): string => String.fromCodePoint(text.codePointAt(at) ?? 0);

/** Names an invisible character: `U+00A0`. */
const codePoint = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

/** The end of the text without trailing white space, but at least one character after `from`. */
const endOfText = (text: string, from: number): number => Math.max(text.trimEnd().length, from + 1);

function replacement(kind: FixKind, span: Span, text: string): Fix {
  return { kind, edits: [{ span, text }], value: shorten(text) };
}

function removal(text: string, span: Span, shown = shorten(text.slice(span.start, span.end))): Fix {
  return { kind: 'removeText', edits: [{ span, text: '' }], value: shown };
}

function syntaxError(
  code: JsonSyntaxErrorCode,
  span: Span,
  { fix, ...details }: { value?: string; expected?: readonly string[]; fix?: Fix | undefined } = {},
): Diagnostic {
  return diagnostic(code, span, details, fix === undefined ? [] : [fix]);
}
