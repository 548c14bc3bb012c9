const encoder = new TextEncoder();
const buffer = new Uint8Array(16_384);

/** The length of a text in UTF-8, in bytes. */
export function utf8Length(text: string): number {
  return 3 * text.length <= buffer.length ? encoder.encodeInto(text, buffer).written : encoder.encode(text).length;
}
