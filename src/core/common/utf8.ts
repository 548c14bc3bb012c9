const encoder = new TextEncoder();
/** What does not fit is encoded into bytes of its own. */
const scratch = new Uint8Array(16_384);

/** How many bytes a text takes in UTF-8. */
export function utf8Length(text: string): number {
  return 3 * text.length <= scratch.length ? encoder.encodeInto(text, scratch).written : encoder.encode(text).length;
}
