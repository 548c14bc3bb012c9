import type { Keyring } from '../../../src/core/account/apiKeys';

/**
 * How a keyring takes a call: as it should; with an error; saying yes and doing nothing; or not before the test lets
 * it, if ever.
 */
export type Manner = 'works' | 'refuses' | 'forgets' | 'waits';

/** A keyring with the faults of real ones, and a change event that the test wires up. */
export class FakeKeyring implements Keyring {
  getting: Manner = 'works';
  storing: Manner = 'works';
  deleting: Manner = 'works';
  readonly calls: string[] = [];
  /** Told of every write that a real one would tell of, a forgotten one included. */
  onDidChange: () => void = () => undefined;
  private readonly waiting: (() => void)[] = [];

  constructor(public value?: string) {}

  async get(): Promise<string | undefined> {
    this.calls.push('get');
    // What is answered late is what was there when it was asked.
    const seen = this.value;
    await this.take(this.getting);
    return seen;
  }

  async store(value: string): Promise<void> {
    this.calls.push('store');
    const manner = this.storing;
    await this.take(manner);
    if (manner !== 'forgets') {
      this.value = value;
    }
    this.onDidChange();
  }

  async delete(): Promise<void> {
    this.calls.push('delete');
    const manner = this.deleting;
    await this.take(manner);
    if (manner !== 'forgets') {
      this.value = undefined;
    }
    this.onDidChange();
  }

  /** Answers the calls that wait, the oldest first. */
  release(): void {
    for (const answer of this.waiting.splice(0)) {
      answer();
    }
  }

  private take(manner: Manner): Promise<void> {
    switch (manner) {
      case 'works':
      case 'forgets':
        return Promise.resolve();
      case 'refuses':
        return Promise.reject(new Error('the keyring is locked'));
      case 'waits':
        return new Promise((resolve) => this.waiting.push(resolve));
    }
  }
}
