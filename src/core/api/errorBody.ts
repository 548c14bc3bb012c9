import * as v from 'valibot';
import { parseJson } from '../json';
import { displayText } from '../security/displayText';

const optionalText = v.fallback(v.optional(v.string()), undefined);

/**
 * The API's error body: `{"statusCode": 429, "errorCode": "...", "message": "...", "error": "..."}`. The official
 * client's types have `message` as a string or a list of strings; the newer pages add the optional `errorCode` and
 * `suggestion`. Every part may be missing.
 */
const errorBody = v.object({
  message: v.fallback(v.optional(v.union([v.string(), v.array(v.string())])), undefined),
  errorCode: optionalText,
  error_code: optionalText,
  suggestion: optionalText,
  error: optionalText,
});

const longestMessage = 500;

/**
 * What an error answer says for people, on one line, and its stable code. Anything but the documented JSON gives
 * nothing. Redacted before it is cut to length: a part of a key would no longer be recognised.
 */
export function parseErrorBody(
  text: string,
  redact: (text: string) => string,
): { message?: string; errorCode?: string } {
  const parsed = v.safeParse(errorBody, parseJson(text));
  if (!parsed.success) {
    return {};
  }
  const { message, suggestion, error } = parsed.output;
  const said = [Array.isArray(message) ? message.join('; ') : (message ?? error), suggestion]
    .filter((part) => part !== undefined && part.trim() !== '')
    .join(' ');
  const errorCode = parsed.output.errorCode ?? parsed.output.error_code;
  return {
    ...(said === '' ? {} : { message: displayText(redact(said), longestMessage) }),
    ...(errorCode === undefined ? {} : { errorCode: displayText(redact(errorCode)) }),
  };
}
