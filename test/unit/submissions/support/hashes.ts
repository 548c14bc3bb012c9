import { createHash } from 'node:crypto';

/** Lets hashes be ready in the same turn, and not when a thread has had time: so that every run goes the same way. */
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

/** SHA-256 of a text, by other means than the code under test. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
