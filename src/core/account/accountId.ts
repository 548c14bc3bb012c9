import { sha256OfText } from '../common/hash';

/**
 * A name for the batches of one key at one address, under which things about them are kept: another account never sees
 * them. A hash, from which the key can't be found.
 * @returns 32 hexadecimal digits.
 */
export async function accountIdOf(baseUrl: string, key: string): Promise<string> {
  return (await sha256OfText(`${baseUrl}\n${key}`)).slice(0, 32);
}
