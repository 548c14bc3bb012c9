import * as v from 'valibot';
import { parseJson } from '../../common/json';
import { displayText } from '../../common/displayText';
import { type ErrorLine, linesNamedIn } from './errorLines';

const optionalText = v.fallback(v.optional(v.string()), undefined);

/**
 * The API's error body: `{"statusCode": 429, "errorCode": "...", "message": "...", "error": "..."}`. The official
 * client's types have `message` as a string or a list of strings; the newer pages add the optional `errorCode`,
 * `suggestion`, and `lineNumber` for some refusals of a batch file. Every part may be missing.
 */
const errorBody = v.object({
  message: v.fallback(v.optional(v.union([v.string(), v.array(v.string())])), undefined),
  errorCode: optionalText,
  error_code: optionalText,
  suggestion: optionalText,
  lineNumber: v.fallback(v.optional(v.number()), undefined),
  error: optionalText,
});

const longestMessage = 500;
/** A refusal may name each of 500 lines. */
const longestWholeMessage = 200_000;
/** And may be a list of what is wrong with each. */
const mostMessages = 10_000;

/** What an error answer says. All texts are redacted, on one line, and fit to be shown. */
export interface ErrorBody {
  readonly message?: string;
  /** All of the message, where that had to be cut. */
  readonly wholeMessage?: string;
  readonly errorCode?: string;
  /** What is said of single lines of a batch file; at least one. They are looked for in all of the message. */
  readonly lines?: readonly ErrorLine[];
}

/**
 * Reads what an error answer says for people, its stable code, and the lines of a batch file that it names. Anything but
 * the documented JSON gives nothing. Redacted before it is cut to length: a part of a key would no longer be recognised.
 */
export function parseErrorBody(text: string, redact: (text: string) => string): ErrorBody {
  const parsed = v.safeParse(errorBody, parseJson(text), { abortEarly: true });
  if (!parsed.success) {
    return {};
  }
  const { message, suggestion, error } = parsed.output;
  const messages = (Array.isArray(message) ? message.slice(0, mostMessages) : [message ?? error ?? '']).map(redact);
  const said = [messages.join('; '), redact(suggestion ?? '')].filter((part) => part.trim() !== '').join(' ');
  const shown = displayText(said, longestMessage);
  const whole = displayText(said, longestWholeMessage);
  const kept = upTo(longestWholeMessage, messages);
  const lines = linesNamedIn(kept, parsed.output.lineNumber).map(({ line, message: about }) => ({
    line,
    message: displayText(about, longestMessage),
  }));
  const errorCode = parsed.output.errorCode ?? parsed.output.error_code;
  return {
    ...(said === '' ? {} : { message: shown }),
    ...(whole === shown ? {} : { wholeMessage: whole }),
    ...(lines.length === 0 ? {} : { lines }),
    ...(errorCode === undefined ? {} : { errorCode: displayText(redact(errorCode)) }),
  };
}

/** The texts as far as they are no longer than this together. */
function upTo(longest: number, texts: readonly string[]): string[] {
  let left = longest;
  const kept: string[] = [];
  for (const text of texts) {
    if (left <= 0) {
      break;
    }
    kept.push(text.slice(0, left));
    left -= text.length;
  }
  return kept;
}
