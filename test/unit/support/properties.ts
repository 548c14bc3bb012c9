/** The timeout of a test with many inputs, in milliseconds, for slow machines too. */
const limitMs = 60_000;

/** A test with many inputs. */
export function itAlways(name: string, test: () => void | Promise<void>): void {
  it(name, test).timeout(limitMs);
}
