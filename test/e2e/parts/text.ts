/** Makes a text a regular expression that matches it word for word. */
export function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** The beginning of the line above a list, as a part of a regular expression: with the day where midnight has passed since. */
export const asOf = String.raw`As of (?:\w+ \d+, \d+, )?\d+:\d\d [AP]M`;
