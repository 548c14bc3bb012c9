/** The server's message about one line of a batch file. */
export interface ErrorLine {
  /** From 1, in the file that was sent. */
  readonly line: number;
  /** Without the line number, if the message begins with it. */
  readonly message: string;
}

/** A batch has at most 500 lines (documented). */
const maxLines = 1_000;
/** If a text names several lines, each gets the text, up to this length. */
const maxMessageLength = 1_000;

/** `Line 3`, `row 3`, `record #3`: counted from 1 (inferred). Not `line 3 column 7`, a position in the JSON of one line. */
const counted = String.raw`\b(?:line|row|record)(?: ?(?:number|no\.?|#|:))? ?(\d{1,7})\b(?!,? ?(?:col|char|pos))`;
/** `rows[2]`, `rows.2`: counted from 0 (documented: line N is `rows[N-1]`). */
const indexed = String.raw`\brows(?:\[(\d{1,7})\]|\.(\d{1,7})\b)`;
const mention = new RegExp(`${counted}|${indexed}`, 'gi');
/** `lines 3, 5 and 7`. A single number after `lines` is more likely a limit. */
const listed = /\b(?:lines|rows|records):? (\d{1,7}(?:(?:,|,? and| &) ?\d{1,7})+)\b/gi;
/**
 * A mention at the beginning of the text or of a sentence, followed by the message. The look-ahead is outside of the
 * look-behind for speed: inside, it would scan a whole word at each position.
 */
const heading = new RegExp(String.raw`(?:(?<=^|[;.] )|(?<=, )(?=[a-z]+ \d+:))(?:${counted}|${indexed})`, 'gi');
/** The separator between a heading and its message. After a space alone, the heading is part of the sentence. */
const afterHeading = /^(?: ?: ?|\.(?=\S)| ?[-\u2013\u2014] )/;

/**
 * Finds the lines of a batch file that a refusal names. Some refusals have a field with the line number (documented). The
 * others name it in the message (documented), in a format that is not documented. So this is best effort: treat the result
 * as a hint. The numbers may be outside of the file.
 *
 * @param messages The server's messages; one text may have several lines.
 * @param lineNumber The field, if present. Then the whole message is about this line.
 */
export function findLines(messages: readonly string[], lineNumber?: number): ErrorLine[] {
  if (lineNumber !== undefined && Number.isSafeInteger(lineNumber) && lineNumber > 0) {
    return [{ line: lineNumber, message: messages.join('; ') }];
  }
  const found = new Map<string, ErrorLine>();
  for (const text of messages.flatMap((message) => message.split(/[\r\n\u2028\u2029]/))) {
    // Collapse white space, which would slow down the patterns.
    for (const { line, message } of linesOfText(text.replace(/\s+/g, ' ').trim())) {
      if (line > 0 && found.size < maxLines) {
        found.set(`${line} ${message}`, { line, message });
      }
    }
  }
  return [...found.values()];
}

function linesOfText(text: string): ErrorLine[] {
  const headings = [...text.matchAll(heading)];
  const beforeHeadings = text.slice(0, headings[0]?.index);
  const mentioned = [...listedNumbers(beforeHeadings), ...Array.from(beforeHeadings.matchAll(mention), numberOf)];
  const about = beforeHeadings.slice(0, maxMessageLength).trim();
  return [
    ...[...new Set(mentioned)].map((line) => ({ line, message: about })),
    ...headings.map((match, index) => {
      const part = text.slice(match.index, headings[index + 1]?.index).replace(/[;,]? ?$/, '');
      const rest = part.slice(match[0].length);
      const separator = afterHeading.exec(rest)?.[0] ?? '';
      const message = separator === '' ? '' : rest.slice(separator.length);
      return { line: numberOf(match), message: message === '' ? part : message };
    }),
  ];
}

function listedNumbers(text: string): number[] {
  return [...text.matchAll(listed)].flatMap(([, numbers = '']) => numbers.match(/\d+/g) ?? []).map(Number);
}

/** The line number of a match of {@link mention}, from 1. */
function numberOf([, line, index, dotIndex]: RegExpMatchArray): number {
  return line === undefined ? Number(index ?? dotIndex) + 1 : Number(line);
}
