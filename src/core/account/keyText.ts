/** Why a text can't be an API key. */
export type KeyTextFault = 'empty' | 'lineBreak' | 'characters' | 'tooLong';

const longestKey = 4096;

/**
 * Checks what a person typed or pasted as an API key. The shape of keys is not documented, so nothing is refused but
 * what can't stand in an HTTP header: line breaks, control characters, and anything outside visible ASCII.
 * @returns the key without the blanks around it, or the reason why it can't be one.
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
  if (key.length > longestKey) {
    return { fault: 'tooLong' };
  }
  return { key };
}
