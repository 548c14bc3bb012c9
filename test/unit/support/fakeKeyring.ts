import type { Keyring } from '../../../src/core/account/apiKeys';

/**
 * How a keyring takes a call: as it should; with an error; saying yes and doing nothing; or not before the test lets
 * it, if ever.
 */
export type Manner = 'works' | 'refuses' | 'forgets' | 'waits';

/** A keyring with the problems of real ones. The test handles its change events. */
export class FakeKeyring implements Keyring {
  getting: Manner = 'works';
  storing: Manner = 'works';
  deleting: Manner = 'works';
  readonly calls: string[] = [];
  /** Called for every write that a real keyring would report, including forgotten ones. */
  onDidChange: () => void = () => undefined;
  private readonly waiting: (() => void)[] = [];

  constructor(public value?: string) {}

  async get(): Promise<string | undefined> {
    this.calls.push('get');
    // A late answer contains the value at the time of the call.
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

  /** Answers the waiting calls, the oldest first. */
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
