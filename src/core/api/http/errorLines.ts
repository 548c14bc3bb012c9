/** What the server says of one line of a batch file. */
export interface ErrorLine {
  /** Counted from 1, in the file as it was sent. */
  readonly line: number;
  /** What it says of it, without the number where that stands at the beginning. */
  readonly message: string;
}

/** More lines than these are not taken out of one answer: a batch has 500 at most (documented). */
const mostLines = 1_000;
/** Of a text that names many lines at once, each gets this many characters. */
const longestMessage = 1_000;

/** `Line 3`, `row 3`, `record #3`: counted from 1 (inferred). Not `line 3 column 7`, a place in the JSON of one line. */
const counted = String.raw`\b(?:line|row|record)(?: ?(?:number|no\.?|#|:))? ?(\d{1,7})\b(?!,? ?(?:col|char|pos))`;
/** `rows[2]`, `rows.2`: counted from 0 (documented: line N is `rows[N-1]`). */
const indexed = String.raw`\brows(?:\[(\d{1,7})\]|\.(\d{1,7})\b)`;
const mention = new RegExp(`${counted}|${indexed}`, 'gi');
/** `lines 3, 5 and 7`. A single number after `lines` is more likely a limit. */
const listed = /\b(?:lines|rows|records):? (\d{1,7}(?:(?:,|,? and| &) ?\d{1,7})+)\b/gi;
/**
 * A mention that begins what is said: at the beginning of the text, or where something else has come to its end. The look
 * ahead is not inside of that behind, where it would be tried at every place, and go through the whole word each time.
 */
const heading = new RegExp(String.raw`(?:(?<=^|[;.] )|(?<=, )(?=[a-z]+ \d+:))(?:${counted}|${indexed})`, 'gi');
/** What stands between a heading and what is said. Where it is only a blank, the heading is a part of the sentence. */
const afterHeading = /^(?: ?: ?|\.(?=\S)| ?[-\u2013\u2014] )/;

/**
 * Finds the lines of a batch file that a refusal names. Only for some refusals there is a field with the line's number
 * (documented); all others name it somewhere in the message (documented), in a form that is not documented: best
 * effort, and no more than a hint. The numbers may lie outside of the file.
 *
 * @param messages what the server says; one text may have several lines.
 * @param lineNumber the field, where there is one. It is trusted, and all of the message then belongs to it.
 */
export function linesNamedIn(messages: readonly string[], lineNumber?: number): ErrorLine[] {
  if (lineNumber !== undefined && Number.isSafeInteger(lineNumber) && lineNumber > 0) {
    return [{ line: lineNumber, message: messages.join('; ') }];
  }
  const found = new Map<string, ErrorLine>();
  for (const text of messages.flatMap((message) => message.split(/[\r\n\u2028\u2029]/))) {
    // One blank is as good as many, and keeps the patterns from trying them all.
    for (const { line, message } of linesOfText(text.replace(/\s+/g, ' ').trim())) {
      if (line > 0 && found.size < mostLines) {
        found.set(`${line} ${message}`, { line, message });
      }
    }
  }
  return [...found.values()];
}

function linesOfText(text: string): ErrorLine[] {
  const headings = [...text.matchAll(heading)];
  const before = text.slice(0, headings[0]?.index);
  const mentioned = [...listedNumbers(before), ...Array.from(before.matchAll(mention), numberOf)];
  const about = before.slice(0, longestMessage).trim();
  return [
    ...[...new Set(mentioned)].map((line) => ({ line, message: about })),
    ...headings.map((match, index) => {
      const said = text.slice(match.index, headings[index + 1]?.index).replace(/[;,]? ?$/, '');
      const rest = said.slice(match[0].length);
      const separator = afterHeading.exec(rest)?.[0] ?? '';
      const message = separator === '' ? '' : rest.slice(separator.length);
      return { line: numberOf(match), message: message === '' ? said : message };
    }),
  ];
}

function listedNumbers(text: string): number[] {
  return [...text.matchAll(listed)].flatMap(([, numbers = '']) => numbers.match(/\d+/g) ?? []).map(Number);
}

function numberOf([, line, index, place]: RegExpMatchArray): number {
  return line === undefined ? Number(index ?? place) + 1 : Number(line);
}
