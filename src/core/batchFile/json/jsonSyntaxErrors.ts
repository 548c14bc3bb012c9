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
import { endOfSoundPart, endOfSpace, matchAt, readJson, type ReaderState } from './jsonParser';

/**
 * Says in what way a text stopped being JSON, at the very character. A repair is offered only where reading gets past
 * that place with it.
 */
export function jsonSyntaxError(stop: ReaderState): Diagnostic {
  const fault = isInQuotes(stop) ? faultInString(stop) : faultBetween(stop);
  return { ...fault, fixes: fault.fixes.filter((fix) => getsFurther(stop, fix)) };
}

function getsFurther({ text, pos }: ReaderState, fix: Fix): boolean {
  const repaired = applyFix(text, fix);
  const again = readJson(repaired);
  // Counted from the end, since the repair moved what comes after it.
  return 'root' in again || repaired.length - again.stop.pos < text.length - pos;
}

const isInQuotes = ({ text, pos, expecting }: ReaderState): boolean =>
  text[pos] === '"' && expecting !== 'colon' && expecting !== 'comma' && expecting !== 'nothing';

function faultInString({ text, pos: start }: ReaderState): Diagnostic {
  const at = endOfSoundPart(text, start);
  const character = text[at];
  if (character === undefined || (character === '\\' && at + 1 === text.length)) {
    return fault('jsonUnterminatedString', { start, end: text.length });
  }
  if (character === '\\') {
    const escape = matchAt(/\\(?:u[\da-fA-F]{0,4}|.)/suy, text, at) ?? character;
    const span = { start: at, end: at + escape.length };
    const sound = escape === "\\'" ? "'" : escape.startsWith('\\u') ? undefined : `\\${escape}`;
    return fault('jsonBadEscape', span, {
      value: escape,
      fix: sound === undefined ? undefined : replacement('replaceText', span, sound),
    });
  }
  const span = { start: at, end: at + 1 };
  const escaped = JSON.stringify(character).slice(1, -1);
  return fault('jsonControlCharacter', span, { value: escaped, fix: replacement('replaceText', span, escaped) });
}

function faultBetween(stop: ReaderState): Diagnostic {
  const { text, pos } = stop;
  const character = text[pos];
  if (character === undefined) {
    return unexpectedEnd(stop);
  }
  if (character === '#' || /^\/[/*]/.test(text.slice(pos, pos + 2))) {
    return comment(stop);
  }
  switch (stop.expecting) {
    case 'nothing':
      return afterTheEnd(stop);
    case 'colon':
      return noColon(stop);
    case 'comma':
      return noComma(stop);
    case 'firstKey':
    case 'key':
      return noKey(stop);
    case 'firstItem':
    case 'item':
    case 'value':
      return noValue(stop);
  }
}

function unexpectedEnd({ text, pos, open, expecting, last }: ReaderState): Diagnostic {
  // There is nothing to point at after the end.
  const start = Math.max(0, last.end - 1);
  const brackets = [...open].reverse().map(({ kind }) => (kind === 'object' ? '}' : ']'));
  const closing = shorten(brackets.join(''));
  const isBetween = expecting === 'comma' || expecting === 'firstKey' || expecting === 'firstItem';
  return fault('jsonUnexpectedEnd', last.end === 0 ? { start: 0, end: text.length } : { start, end: last.end }, {
    expected: closing === '' ? [] : [closing],
    fix: isBetween ? replacement('insertText', { start: pos, end: pos }, brackets.join('')) : undefined,
  });
}

function comment(stop: ReaderState): Diagnostic {
  const { text, pos, expecting } = stop;
  const closing = text.startsWith('/*', pos) ? text.indexOf('*/', pos + 2) : -1;
  const span = { start: pos, end: closing === -1 ? endOfText(text, pos) : closing + 2 };
  // What follows `//` may be the rest of the request.
  const isOnlyComment = closing !== -1 || expecting === 'nothing';
  return fault('jsonComment', span, { fix: isOnlyComment ? removal(text, span) : undefined });
}

function afterTheEnd({ text, pos }: ReaderState): Diagnostic {
  const span = { start: pos, end: endOfText(text, pos) };
  const rest = text.slice(span.start, span.end);
  if (/^,?\s*\{/.test(rest)) {
    return fault('jsonSecondObject', span, { value: shorten(rest) });
  }
  const isNoise = /^[\s,;.\]}\ufeff\u200b\u00a0]*$/.test(rest);
  return fault('jsonTextAfter', span, { value: shorten(rest), fix: isNoise ? removal(text, span) : undefined });
}

function noColon(stop: ReaderState): Diagnostic {
  const { text, pos, lastKey } = stop;
  const value = text.slice(lastKey.start, lastKey.end);
  if (/[,}\]]/.test(text[pos] ?? '')) {
    return fault('jsonMissingValue', lastKey, { value });
  }
  const sign = matchAt(/=>?/y, text, pos);
  return fault('jsonMissingColon', lastKey, {
    value,
    fix:
      sign === undefined
        ? replacement('insertText', { start: lastKey.end, end: lastKey.end }, ':')
        : replacement('replaceText', { start: pos, end: pos + sign.length }, ':'),
  });
}

function noComma(stop: ReaderState): Diagnostic {
  const { text, pos, last } = stop;
  const character = text[pos] ?? '';
  if (/[\]}]/.test(character)) {
    return fault(
      'jsonWrongBracket',
      { start: pos, end: pos + 1 },
      { value: character, expected: expectedBracket(stop) },
    );
  }
  const isGluedToString = pos === last.end && text[pos - 1] === '"';
  if (isGluedToString && /[\p{L}\p{N}]/u.test(characterAt(text, pos))) {
    return fault('jsonInnerQuote', { start: pos - 1, end: pos }, { value: '"' });
  }
  if (/["'{[\w-]/.test(character)) {
    return fault(
      'jsonMissingComma',
      { start: pos, end: pos + 1 },
      {
        fix: replacement('insertText', { start: last.end, end: last.end }, ','),
      },
    );
  }
  return unexpectedCharacter(stop);
}

function noKey(stop: ReaderState): Diagnostic {
  const { text, pos } = stop;
  const character = text[pos] ?? '';
  if (character === ']') {
    return fault('jsonWrongBracket', { start: pos, end: pos + 1 }, { value: character, expected: ['}'] });
  }
  const found = commaFault(stop) ?? wrongQuotes(stop);
  if (found !== undefined) {
    return found;
  }
  const word = matchAt(/[\p{L}\p{N}_$][\p{L}\p{N}_$-]*/uy, text, pos);
  if (word === undefined) {
    return unexpectedCharacter(stop);
  }
  const span = { start: pos, end: pos + word.length };
  const isKey = text[endOfSpace(text, span.end)] === ':';
  return fault('jsonUnquotedKey', span, {
    value: shorten(word),
    fix: isKey ? replacement('replaceText', span, `"${word}"`) : undefined,
  });
}

function noValue(stop: ReaderState): Diagnostic {
  const { text, pos, expecting, last } = stop;
  const character = text[pos] ?? '';
  if (expecting === 'value' && /[,}\]]/.test(character) && last.end > 0) {
    return fault(
      'jsonMissingValue',
      { start: stop.lastKey.start, end: last.end },
      {
        value: shorten(text.slice(stop.lastKey.start, stop.lastKey.end)),
      },
    );
  }
  if (expecting !== 'value' && character === '}') {
    return fault('jsonWrongBracket', { start: pos, end: pos + 1 }, { value: character, expected: [']'] });
  }
  const found = commaFault(stop) ?? wrongQuotes(stop) ?? badNumber(stop);
  if (found !== undefined) {
    return found;
  }
  const word = matchAt(/[\p{L}_$][\p{L}\p{N}_$./:+-]*/uy, text, pos);
  if (word === undefined) {
    return unexpectedCharacter(stop);
  }
  const span = { start: pos, end: pos + word.length };
  const sound = soundWords.get(word.toLowerCase());
  return fault('jsonUnquotedValue', span, {
    value: shorten(word),
    fix: sound === undefined ? undefined : replacement('replaceText', span, sound),
  });
}

/** What Python and others write for JSON's own words. */
const soundWords: ReadonlyMap<string, string> = new Map([
  ['true', 'true'],
  ['false', 'false'],
  ['null', 'null'],
  ['none', 'null'],
]);

/** A comma where something has to stand first, or after the last one. */
function commaFault({ text, pos, expecting, last }: ReaderState): Diagnostic | undefined {
  const character = text[pos] ?? '';
  if (/[\]}]/.test(character) && (expecting === 'key' || expecting === 'item')) {
    return fault('jsonTrailingComma', last, { fix: removal(text, last) });
  }
  const span = { start: pos, end: pos + 1 };
  return character === ',' ? fault('jsonExtraComma', span, { fix: removal(text, span) }) : undefined;
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

function wrongQuotes({ text, pos }: ReaderState): Diagnostic | undefined {
  const quote = text[pos] ?? '';
  const closing = closingQuotes[quote];
  if (closing === undefined) {
    return undefined;
  }
  let end = pos + 1;
  while (end < text.length && text[end] !== closing && !(quote !== "'" && quote !== '`' && text[end] === '"')) {
    end += text[end] === '\\' ? 2 : 1;
  }
  if (end >= text.length) {
    return fault('jsonWrongQuotes', { start: pos, end: pos + 1 }, { value: quote });
  }
  const inner = text
    .slice(pos + 1, end)
    .replace(/\\(['`])/g, '$1')
    .replace(/\\.|"/gsu, (part) => (part === '"' ? '\\"' : part));
  const span = { start: pos, end: end + 1 };
  return fault('jsonWrongQuotes', span, { value: quote, fix: replacement('replaceText', span, `"${inner}"`) });
}

function badNumber({ text, pos }: ReaderState): Diagnostic | undefined {
  const number = matchAt(/[-+.]*\d[\w.+-]*|[-+.]+(?=[\s,\]}]|$)|[-+](?:Infinity|NaN)/y, text, pos);
  if (number === undefined) {
    return undefined;
  }
  const span = { start: pos, end: pos + number.length };
  // A leading zero may be part of an ID, and other notations are no plain numbers.
  const isPlain = /^[-+]?(?:\.\d+|(?:0|[1-9]\d*)(?:\.\d*)?)$/.test(number);
  return fault('jsonBadNumber', span, {
    value: shorten(number),
    fix: isPlain ? replacement('replaceText', span, soundNumber(number)) : undefined,
  });
}

/** With all of its digits: `+1.` is `1`, `-.5` is `-0.5`. */
function soundNumber(number: string): string {
  return number
    .replace(/^\+/, '')
    .replace(/^-?(?=\.)/, '$&0')
    .replace(/\.$/, '');
}

function unexpectedCharacter(stop: ReaderState): Diagnostic {
  const { text, pos } = stop;
  const character = characterAt(text, pos);
  const span = { start: pos, end: pos + character.length };
  const isInvisible = /^[\s\p{Cf}\p{Cc}]$/u.test(character);
  return fault('jsonUnexpectedCharacter', span, {
    value: isInvisible ? codePoint(character) : character,
    expected: expectedSigns(stop),
    fix: isInvisible || character === ';' ? removal(text, span, codePoint(character)) : undefined,
  });
}

function expectedSigns(stop: ReaderState): readonly string[] {
  switch (stop.expecting) {
    case 'colon':
      return [':'];
    case 'comma':
      return [',', ...expectedBracket(stop)];
    case 'firstKey':
      return ['"', '}'];
    case 'key':
      return ['"'];
    case 'value':
      return stop.open.length === 0 ? ['{'] : [];
    case 'firstItem':
    case 'item':
    case 'nothing':
      return [];
  }
}

const expectedBracket = ({ open }: ReaderState): readonly string[] => [open.at(-1)?.kind === 'object' ? '}' : ']'];

const characterAt = (text: string, at: number): string => String.fromCodePoint(text.codePointAt(at) ?? 0);

/** `U+00A0`, for what can't be seen. */
const codePoint = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

/** Without the white space at the end, where there is more than that. */
const endOfText = (text: string, from: number): number => Math.max(text.trimEnd().length, from + 1);

function replacement(kind: FixKind, span: Span, text: string): Fix {
  return { kind, edits: [{ span, text }], value: shorten(text) };
}

function removal(text: string, span: Span, shown = shorten(text.slice(span.start, span.end))): Fix {
  return { kind: 'removeText', edits: [{ span, text: '' }], value: shown };
}

function fault(
  code: JsonSyntaxErrorCode,
  span: Span,
  { fix, ...details }: { value?: string; expected?: readonly string[]; fix?: Fix | undefined } = {},
): Diagnostic {
  return diagnostic(code, span, details, fix === undefined ? [] : [fix]);
}
