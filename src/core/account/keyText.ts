/** Why a text is not a valid API key. */
export type KeyTextFault = 'empty' | 'lineBreak' | 'characters' | 'tooLong';

const maxKeyLength = 4096;

/**
 * Checks an API key that the user typed or pasted. The format of keys is not documented, so this refuses only what an HTTP
 * header can't contain: line breaks, control characters, and characters outside visible ASCII.
 * @returns the key without surrounding white space, or the reason why it is not valid.
 */
export function parseKeyText(text: string): { key: string } | { fault: KeyTextFault } {
  const key = text.trim();
  if (key === '') {
    return { fault: 'empty' };
  }
  if (/[\r\n]/.test(key)) {
    return { fault: 'lineBreak' };
  }
  if (!/^[\x21-\x7e]+$/.test(key)) {
    return { fault: 'characters' };
  }
  if (key.length > maxKeyLength) {
    return { fault: 'tooLong' };
  }
  return { key };
}
