const timePattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/;

/**
 * Reads a time of the API: ISO 8601. The documented examples are UTC with `Z`, in whole seconds; one without an offset is
 * taken as UTC too, and never as the time of whatever machine this is.
 * @returns milliseconds since 1970, or nothing where it is no such time, or an earlier one.
 */
export function parseApiTime(value: unknown): number | undefined {
  if (typeof value !== 'string') {
    return undefined;
  }
  const at = value.length === 20 && value.endsWith('Z') ? parseWholeSeconds(value) : NaN;
  return at >= 0 ? at : parseAnyForm(value);
}

function parseAnyForm(text: string): number | undefined {
  const match = timePattern.exec(text);
  const at = match === null ? NaN : Date.parse(match[1] === undefined ? `${text}Z` : text);
  return at >= 0 ? at : undefined;
}

/**
 * The documented form, `2026-11-24T08:01:12Z`: several times as fast as `Date.parse`, which for thousands of batches is
 * most of the work of reading them.
 * @returns `NaN` for anything that may be another form, or none.
 */
function parseWholeSeconds(text: string): number {
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 7);
  const day = digits(text, 8, 10);
  const hour = digits(text, 11, 13);
  const minute = digits(text, 14, 16);
  const second = digits(text, 17, 19);
  const isInForm =
    text[4] === '-' && text[7] === '-' && text[10] === 'T' && text[13] === ':' && text[16] === ':' && year >= 1970;
  // Days 29 to 31 are left to the slow way, which knows the months.
  const isInRange = month >= 1 && month <= 12 && day >= 1 && day <= 28 && hour <= 23 && minute <= 59 && second <= 59;
  return isInForm && isInRange ? Date.UTC(year, month - 1, day, hour, minute, second) : NaN;
}

/** The number in some places of a text, or `NaN` where one of them is no digit. */
function digits(text: string, from: number, to: number): number {
  let number = 0;
  for (let place = from; place < to; place++) {
    const digit = text.charCodeAt(place) - 48;
    if (digit < 0 || digit > 9) {
      return NaN;
    }
    number = number * 10 + digit;
  }
  return number;
}
