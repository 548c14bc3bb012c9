const timePattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/;

/**
 * Reads a time of the API: ISO 8601 (documented examples: UTC with `Z`, in whole seconds). A time without an offset is read
 * as UTC (inferred), never as local time.
 * @returns milliseconds since 1970; undefined if the value is not such a time, or is before 1970.
 */
export function parseApiTime(value: unknown): number | undefined {
  if (typeof value !== 'string') {
    return undefined;
  }
  const match = timePattern.exec(value);
  const at = match === null ? NaN : Date.parse(match[1] === undefined ? `${value}Z` : value);
  return at >= 0 ? at : undefined;
}
