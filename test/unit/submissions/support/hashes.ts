import { createHash } from 'node:crypto';

/** Makes hashing synchronous instead of using a thread, so that every run has the same order. */
export function useQuickHashes(): void {
  before(() => {
    Object.defineProperty(crypto.subtle, 'digest', {
      configurable: true,
      value: (_algorithm: string, bytes: Uint8Array) =>
        Promise.resolve(new Uint8Array(createHash('sha256').update(bytes).digest()).buffer),
    });
  });
  after(() => {
    Reflect.deleteProperty(crypto.subtle, 'digest');
  });
}

/** SHA-256 of a text, independent of the code under test. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
