/**
 * Text from outside, made fit to be shown on one line: control characters and those that turn the reading direction
 * are replaced, since with them a text can pretend to be another one, and what is too long is cut.
 */
export function displayText(text: string, longest = 200): string {
  const visible = text.replace(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/gu, '\ufffd');
  // Not in the middle of a character that takes two places.
  return visible.length > longest ? `${visible.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '')}…` : visible;
}
