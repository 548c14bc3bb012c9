import { createScanner } from 'jsonc-parser';
import { parseJson } from '../../common/json';

/** Deeper than this everything stays on one line: a batch has no such lines, and their margins would outgrow the text. */
const deepest = 32;

/**
 * One line of a file with a line for each field, two spaces a level. Nothing but white space changes: numbers, escapes and
 * the order of the fields are as they are written.
 * @returns nothing for what is no JSON.
 */
export function formatLine(text: string): string | undefined {
  if (parseJson(text) === undefined) {
    return undefined;
  }
  const pieces: string[] = [];
  let depth = 0;
  let before = '';
  for (const token of tokensOf(text)) {
    const isClosing = token === '}' || token === ']';
    if (isClosing) {
      depth -= 1;
    }
    const isEmpty = isClosing && (before === '{' || before === '[');
    const isBroken = before === '{' || before === '[' || before === ',' || isClosing;
    // The brackets of a level belong to the one above.
    if (isBroken && !isEmpty && depth + (isClosing ? 1 : 0) <= deepest) {
      pieces.push('\n', '  '.repeat(depth));
    }
    pieces.push(token === ':' ? ': ' : token);
    if (token === '{' || token === '[') {
      depth += 1;
    }
    before = token;
  }
  return pieces.join('');
}

/** The tokens as they are written. */
function* tokensOf(text: string): Generator<string> {
  const scanner = createScanner(text, true);
  for (;;) {
    scanner.scan();
    const start = scanner.getTokenOffset();
    if (start >= text.length) {
      return;
    }
    yield text.slice(start, scanner.getPosition());
  }
}
