import { type Clock, timeIsUp, withTimeLimit } from '../common/clock';
import { asError } from '../common/errors';
import { type Disposable, Emitter } from '../common/emitter';
import type { Log } from '../common/log';
import { parseKeyText } from './keyText';

/** The keyring, as VS Code's `SecretStorage` gives it, bound to the one entry that we own. */
export interface Keyring {
  get(): PromiseLike<string | undefined>;
  store(value: string): PromiseLike<void>;
  delete(): PromiseLike<void>;
}

/** Where the key in use comes from. A `session` key is one that the keyring would not keep. */
export type KeySource = 'stored' | 'session' | 'environment';

export type KeyState =
  | { readonly kind: 'reading' }
  /** `keyringSilent`: the keyring did not answer, so a stored key may exist that we can't see. */
  | { readonly kind: 'none'; readonly keyringSilent: boolean }
  | { readonly kind: 'key'; readonly key: string; readonly source: KeySource };

export interface ApiKeysHost {
  keyring: Keyring;
  /** The value of `SYNC_API_KEY`, the official client's variable. Never copied into the keyring. */
  environmentKey: string | undefined;
  clock: Clock;
  log: Log;
  /** Called with every key that is met, before it is used, so that no log line can hold it. */
  onKey: (key: string) => void;
}

/** What the keyring said it holds; `known` is false where it refused or did not answer. */
type Reading = { readonly known: true; readonly stored: string | undefined } | { readonly known: false };

/** Milliseconds after which a keyring that says nothing is no longer waited for. Some wait for a password dialog. */
const keyringLimitMs = 5_000;

/**
 * The API key: which one is in use, where it is kept, and when it changes.
 *
 * Keyrings refuse, forget, answer late or never (VS Code tells at most by one notification of its own), and their
 * change event comes twice, not at all, without a change, or in the middle of storing. So values are compared, what was
 * stored is read back, no wait is without a limit, an answer that comes late is still taken unless something newer is
 * known, and a key in use stays in use until the keyring positively says otherwise.
 */
export class ApiKeys implements Disposable {
  private current: KeyState = { kind: 'reading' };
  private readonly environmentKey: string | undefined;
  /** A key that the keyring would not keep, and the value that it holds in its stead. */
  private session: { readonly key: string; readonly inKeyring: string | undefined } | undefined;
  /** A value that was removed, though the keyring may still hold it. */
  private removed: string | undefined;
  /** What the keyring was last known to hold. */
  private lastStored: string | undefined;
  private reads = 0;
  private writes = 0;
  private readonly changes = new Emitter<KeyState>();
  /** Fires when another key is in use, or none any more; never for a repetition of what was known. */
  readonly onDidChange = this.changes.event;

  constructor(private readonly host: ApiKeysHost) {
    this.environmentKey = readEnvironmentKey(host);
  }

  get state(): KeyState {
    return this.current;
  }

  /** The state as soon as the keyring has been read, or has been waited for long enough. */
  settled(): Promise<KeyState> {
    if (this.current.kind !== 'reading') {
      return Promise.resolve(this.current);
    }
    return new Promise((resolve) => {
      const subscription = this.onDidChange((state) => {
        subscription.dispose();
        resolve(state);
      });
    });
  }

  /** Sees to it that the text is masked wherever it could show, before it is used for anything. */
  mask(key: string): void {
    this.host.onKey(key);
  }

  /** Reads the keyring, at the start and whenever it says that it changed. Never fails, never waits for ever. */
  async read(): Promise<void> {
    const turn = ++this.reads;
    const writes = this.writes;
    const take = (reading: Reading): void => {
      // Not if a newer reading is under way, nor if the key was set or removed meanwhile.
      if (turn === this.reads && writes === this.writes) {
        this.take(reading);
      }
    };
    const reading = this.readKeyring();
    const answer = await withTimeLimit(this.host.clock, keyringLimitMs, reading);
    if (answer === timeIsUp) {
      this.host.log.warn(`The keyring did not answer within ${keyringLimitMs / 1_000} s.`);
      take({ known: false });
      void reading.then(take);
      return;
    }
    take(answer);
  }

  /**
   * Takes a new key into use and tries to keep it.
   * @param key as {@link parseKeyText} gives it.
   * @returns `stored`, or `session` when the keyring refused, forgot or did not answer: the key then lasts until the
   * window closes.
   */
  async set(key: string): Promise<'stored' | 'session'> {
    this.host.onKey(key);
    const turn = this.beginWrite();
    const readBack = await this.keep(key);
    const isKept = readBack.known && readBack.stored === key;
    if (turn === this.writes) {
      // Whatever was read while the key was being stored may be about the time before.
      this.writes++;
      const inKeyring = readBack.known ? readBack.stored : this.lastStored;
      this.removed = undefined;
      this.session = isKept ? undefined : { key, inKeyring };
      this.take(readBack);
    }
    return isKept ? 'stored' : 'session';
  }

  /**
   * Forgets the key.
   * @throws {Error} when the keyring refuses or does not answer; the key is then out of use in this window only.
   */
  async remove(): Promise<void> {
    const turn = this.beginWrite();
    this.removed = this.lastStored;
    this.session = undefined;
    this.take({ known: true, stored: undefined });
    const outcome = await withTimeLimit(this.host.clock, keyringLimitMs, this.host.keyring.delete());
    if (outcome === timeIsUp) {
      throw new Error('the keyring did not answer');
    }
    if (turn === this.writes) {
      this.removed = undefined;
    }
  }

  dispose(): void {
    this.changes.dispose();
  }

  private beginWrite(): number {
    return ++this.writes;
  }

  /** Stores the key. @returns what the keyring then says it holds. */
  private async keep(key: string): Promise<Reading> {
    const attempt = async (): Promise<Reading> => {
      try {
        await this.host.keyring.store(key);
      } catch (error) {
        this.host.log.warn(`The keyring refused to keep the API key: ${asError(error).message}`);
      }
      return this.readKeyring();
    };
    const readBack = await withTimeLimit(this.host.clock, keyringLimitMs, attempt());
    return readBack === timeIsUp ? { known: false } : readBack;
  }

  private async readKeyring(): Promise<Reading> {
    try {
      const stored = await this.host.keyring.get();
      const parsed = parseKeyText(stored ?? '');
      return { known: true, stored: 'key' in parsed ? parsed.key : undefined };
    } catch (error) {
      this.host.log.warn(`The keyring could not be read: ${asError(error).message}`);
      return { known: false };
    }
  }

  private take(reading: Reading): void {
    if (reading.known) {
      this.lastStored = reading.stored;
    }
    const next = this.choose(reading);
    if (next.kind === 'key') {
      this.host.onKey(next.key);
    }
    if (sameState(this.current, next)) {
      return;
    }
    this.current = next;
    this.changes.fire(next);
  }

  private choose(reading: Reading): KeyState {
    const stored = reading.known && reading.stored !== this.removed ? reading.stored : undefined;
    if (this.session !== undefined && (stored === undefined || stored === this.session.inKeyring)) {
      return { kind: 'key', key: this.session.key, source: 'session' };
    }
    if (stored !== undefined) {
      this.session = undefined;
      return { kind: 'key', key: stored, source: 'stored' };
    }
    if (!reading.known && this.current.kind === 'key') {
      return this.current;
    }
    if (this.environmentKey !== undefined) {
      return { kind: 'key', key: this.environmentKey, source: 'environment' };
    }
    return { kind: 'none', keyringSilent: !reading.known };
  }
}

function readEnvironmentKey({ environmentKey, log }: ApiKeysHost): string | undefined {
  if (environmentKey === undefined || environmentKey.trim() === '') {
    return undefined;
  }
  const parsed = parseKeyText(environmentKey);
  if ('key' in parsed) {
    return parsed.key;
  }
  log.warn('The environment variable SYNC_API_KEY holds no usable API key and is ignored.');
  return undefined;
}

function sameState(a: KeyState, b: KeyState): boolean {
  if (a.kind === 'key' && b.kind === 'key') {
    return a.key === b.key && a.source === b.source;
  }
  if (a.kind === 'none' && b.kind === 'none') {
    return a.keyringSilent === b.keyringSilent;
  }
  return a.kind === b.kind;
}
