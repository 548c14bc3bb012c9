const firstLineCount = 5;
/** Later keys are ignored: a single line can be very long. */
const maxSearchLength = 100_000;

const requestKeys = ['request_id', 'endpoint', 'payload'].map(keyPattern);
const resultKey = keyPattern('response');

/**
 * Whether a text is a batch file, told from its first lines: one of the first five that are not blank is an object, or
 * meant to be one, with at least two of the keys of a request. Result files have `response` instead (documented).
 */
export function looksLikeBatchFile(firstLines: readonly string[]): boolean {
  return firstLines
    .filter((line) => line.trim() !== '')
    .slice(0, firstLineCount)
    .some((line) => looksLikeRequest(line.slice(0, maxSearchLength)));
}

function looksLikeRequest(line: string): boolean {
  return (
    /^[\s\ufeff]*\{/.test(line) && !resultKey.test(line) && requestKeys.filter((key) => key.test(line)).length >= 2
  );
}

/** The name before a colon, in quotes of any kind or none. What is escaped within a text is no key. */
function keyPattern(name: string): RegExp {
  return new RegExp(`(?:["'“”]${name}["'“”]|[{,]\\s*${name})\\s*:`);
}
