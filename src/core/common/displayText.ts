/**
 * Makes a text from outside safe to show on one line. Replaces control characters and those that change the reading
 * direction, because they can disguise a text. Cuts long texts.
 */
export function displayText(text: string, maxLength = 200): string {
  const visible = text.replace(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/gu, '\ufffd');
  // Do not cut in the middle of a surrogate pair.
  return visible.length > maxLength ? `${visible.slice(0, maxLength - 1).replace(/[\ud800-\udbff]$/, '')}…` : visible;
}
