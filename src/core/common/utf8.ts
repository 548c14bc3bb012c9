const encoder = new TextEncoder();
/** Longer texts are encoded into a new array. */
const scratch = new Uint8Array(16_384);

/** The length of a text in UTF-8, in bytes. */
export function utf8Length(text: string): number {
  return 3 * text.length <= scratch.length ? encoder.encodeInto(text, scratch).written : encoder.encode(text).length;
}
