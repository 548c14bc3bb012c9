import { parseJson } from '../../common/json';
import { tokenAt } from './tokenizer';

/** Deeper levels stay on one line: batch files don't have them, and their indentation would outgrow the text. */
const maxDepth = 32;

/**
 * Formats a line with one field per line and two spaces per level. Changes only white space: numbers, escapes and the order
 * of the fields stay as they are.
 * @returns undefined if the text is not JSON.
 */
export function formatLine(text: string): string | undefined {
  if (parseJson(text) === undefined) {
    return undefined;
  }
  const pieces: string[] = [];
  let depth = 0;
  let previous = '';
  for (let token = tokenAt(text, 0); token !== undefined; token = tokenAt(text, token.end)) {
    const piece = text.slice(token.start, token.end);
    const isClosing = piece === '}' || piece === ']';
    if (isClosing) {
      depth -= 1;
    }
    const isEmpty = isClosing && (previous === '{' || previous === '[');
    const isNewLine = previous === '{' || previous === '[' || previous === ',' || isClosing;
    // The brackets of a level belong to the level above.
    if (isNewLine && !isEmpty && depth + (isClosing ? 1 : 0) <= maxDepth) {
      pieces.push('\n', '  '.repeat(depth));
    }
    pieces.push(piece === ':' ? ': ' : piece);
    if (piece === '{' || piece === '[') {
      depth += 1;
    }
    previous = piece;
  }
  return pieces.join('');
}
