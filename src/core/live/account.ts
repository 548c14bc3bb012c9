/**
 * A name for the batches of one key at one address, under which things about them are kept: another account never sees
 * them. A hash, from which the key can't be found.
 * @returns 32 hexadecimal digits.
 */
export async function accountOf(baseUrl: string, key: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`${baseUrl}\n${key}`));
  return Array.from(new Uint8Array(hash).slice(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
