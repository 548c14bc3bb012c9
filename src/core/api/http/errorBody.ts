import * as v from 'valibot';
import { parseJson } from '../../common/json';
import { displayText } from '../../common/displayText';
import { type ErrorLine, findLines } from './errorLines';

const optionalText = v.fallback(v.optional(v.string()), undefined);

/**
 * The API's error body: `{"statusCode": 429, "errorCode": "...", "message": "...", "error": "..."}`. `message` is a string
 * or a list of strings (documented: the official client's types). Newer pages add the optional `errorCode`, `suggestion`,
 * and `lineNumber` for some refusals of a batch file (documented). Every part may be missing (inferred).
 */
const errorBody = v.object({
  message: v.fallback(v.optional(v.union([v.string(), v.array(v.string())])), undefined),
  errorCode: optionalText,
  error_code: optionalText,
  suggestion: optionalText,
  lineNumber: v.fallback(v.optional(v.number()), undefined),
  error: optionalText,
});

const maxMessageLength = 500;
/** A refusal may name each of 500 lines. */
const maxWholeMessageLength = 200_000;
/** A refusal may be a list with messages for each line. */
const maxMessages = 10_000;

/** The content of an error answer. All texts are redacted, on one line, and safe to show. */
export interface ErrorBody {
  readonly message?: string;
  /** The whole message, if `message` is cut. */
  readonly wholeMessage?: string;
  readonly errorCode?: string;
  /** Messages about single lines of a batch file, found in the whole message; at least one. */
  readonly lines?: readonly ErrorLine[];
}

/**
 * Reads the message of an error answer, its stable code, and the lines of a batch file that it names. Redacts before
 * cutting: a part of a key could not be recognized.
 * @returns an empty object if the text is not the documented JSON.
 */
export function parseErrorBody(body: string, redact: (text: string) => string): ErrorBody {
  const parsed = v.safeParse(errorBody, parseJson(body), { abortEarly: true });
  if (!parsed.success) {
    return {};
  }
  const { message, suggestion, error } = parsed.output;
  const messages = (Array.isArray(message) ? message.slice(0, maxMessages) : [message ?? error ?? '']).map(redact);
  const text = [messages.join('; '), redact(suggestion ?? '')].filter((part) => part.trim() !== '').join(' ');
  const shown = displayText(text, maxMessageLength);
  const whole = displayText(text, maxWholeMessageLength);
  const lines = findLines(cutTotal(maxWholeMessageLength, messages), parsed.output.lineNumber).map(
    ({ line, message: about }) => ({
      line,
      message: displayText(about, maxMessageLength),
    }),
  );
  const errorCode = parsed.output.errorCode ?? parsed.output.error_code;
  return {
    ...(text === '' ? {} : { message: shown }),
    ...(whole === shown ? {} : { wholeMessage: whole }),
    ...(lines.length === 0 ? {} : { lines }),
    ...(errorCode === undefined ? {} : { errorCode: displayText(redact(errorCode)) }),
  };
}

/** Cuts a list of texts to a total length. */
function cutTotal(maxLength: number, texts: readonly string[]): string[] {
  let left = maxLength;
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
