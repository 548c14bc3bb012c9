/** Milliseconds for a test that tries many inputs, with room for a slow machine. */
const limitMs = 60_000;

/** A test that tries many inputs. */
export function itAlways(name: string, test: () => void | Promise<void>): void {
  it(name, test).timeout(limitMs);
}
