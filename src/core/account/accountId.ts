import { sha256OfText } from '../common/hash';

/**
 * The ID of the account of a key at a base URL. Stored data is separated by this ID. It is a hash, which does not reveal
 * the key.
 * @returns 32 hexadecimal digits.
 */
export async function accountIdOf(baseUrl: string, key: string): Promise<string> {
  return (await sha256OfText(`${baseUrl}\n${key}`)).slice(0, 32);
}
