import { type Clock, timedOut, withTimeLimit } from '../common/clock';
import { asError } from '../common/errors';
import { type Disposable, Emitter } from '../common/emitter';
import type { Log } from '../common/log';
import { parseKeyText } from './keyText';

/** The entry of the API key in VS Code's `SecretStorage`. */
export interface Keyring {
  get(): PromiseLike<string | undefined>;
  store(value: string): PromiseLike<void>;
  delete(): PromiseLike<void>;
}

/** Where the key in use comes from. `session`: the keyring did not store it, so it lasts until the window closes. */
export type KeySource = 'stored' | 'session' | 'environment';

export type KeyState =
  | { readonly kind: 'reading' }
  /** `keyringSilent`: the keyring did not answer, so there may be a stored key. */
  | { readonly kind: 'none'; readonly keyringSilent: boolean }
  | { readonly kind: 'key'; readonly key: string; readonly source: KeySource };

export interface ApiKeysHost {
  keyring: Keyring;
  /** The value of `SYNC_API_KEY`, the official client's variable. Never copied to the keyring. */
  environmentKey: string | undefined;
  clock: Clock;
  log: Log;
  /** Called with every key before it is used, so that it never appears in the log. */
  onKey: (key: string) => void;
}

/** The content of the keyring; `known` is false if the keyring failed or did not answer. */
type KeyringContent = { readonly known: true; readonly stored: string | undefined } | { readonly known: false };

/** Timeout of the keyring. Some keyrings show a password dialog first. */
const keyringTimeoutMs = 5_000;

/**
 * The API key in use: where it comes from, and when it changes.
 *
 * Keyrings may fail, forget a value, or answer late or never (VS Code shows at most one notification). Their change event
 * may come twice, never, without a change, or while a value is being stored. So this class compares values, reads back
 * what it stored, and limits every wait. It accepts a late answer unless there is a newer one, and uses the key in use
 * until the keyring definitely contains another one, or none.
 */
export class ApiKeys implements Disposable {
  private current: KeyState = { kind: 'reading' };
  private readonly environmentKey: string | undefined;
  /** A key that the keyring did not store, and the value in the keyring at that time. */
  private session: { readonly key: string; readonly inKeyring: string | undefined } | undefined;
  /** A removed value that the keyring may still contain. */
  private removed: string | undefined;
  /** The last known value in the keyring. */
  private lastStored: string | undefined;
  private reads = 0;
  private writes = 0;
  private readonly changes = new Emitter<KeyState>();
  /** Fires when the state changes. */
  readonly onDidChange = this.changes.event;

  constructor(private readonly host: ApiKeysHost) {
    this.environmentKey = readEnvironmentKey(host);
  }

  get state(): KeyState {
    return this.current;
  }

  /** The state once the keyring has answered, or after a timeout. */
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

  /** Masks a key in the log and in error texts. Call it before using the key. */
  mask(key: string): void {
    this.host.onKey(key);
  }

  /** Reads the keyring: at the start, and after each of its change events. Never fails, and has a timeout. */
  async read(): Promise<void> {
    const number = ++this.reads;
    const { writes } = this;
    const applyIfCurrent = (content: KeyringContent): void => {
      // Ignore it if a newer read is running, or the key was set or removed in the meantime.
      if (number === this.reads && writes === this.writes) {
        this.apply(content);
      }
    };
    const reading = this.readKeyring();
    const answer = await withTimeLimit(this.host.clock, keyringTimeoutMs, reading);
    if (answer === timedOut) {
      this.host.log.warn(`The keyring did not answer within ${keyringTimeoutMs / 1_000} s.`);
      applyIfCurrent({ known: false });
      void reading.then(applyIfCurrent);
      return;
    }
    applyIfCurrent(answer);
  }

  /**
   * Uses a new key and tries to store it.
   * @param key From {@link parseKeyText}.
   * @returns `session` if the keyring did not store the key. It then lasts until the window closes.
   */
  async set(key: string): Promise<'stored' | 'session'> {
    this.host.onKey(key);
    const number = ++this.writes;
    const readBack = await this.store(key);
    const isStored = readBack.known && readBack.stored === key;
    if (number === this.writes) {
      // Ignore reads that began while the key was being stored: they may have seen the old value.
      this.writes++;
      const inKeyring = readBack.known ? readBack.stored : this.lastStored;
      this.removed = undefined;
      this.session = isStored ? undefined : { key, inKeyring };
      this.apply(readBack);
    }
    return isStored ? 'stored' : 'session';
  }

  /**
   * Removes the key.
   * @throws {Error} if the keyring fails or does not answer. Then only this window stops using the key.
   */
  async remove(): Promise<void> {
    const number = ++this.writes;
    this.removed = this.lastStored;
    this.session = undefined;
    this.apply({ known: true, stored: undefined });
    const outcome = await withTimeLimit(this.host.clock, keyringTimeoutMs, this.host.keyring.delete());
    if (outcome === timedOut) {
      throw new Error('the keyring did not answer');
    }
    if (number === this.writes) {
      this.removed = undefined;
    }
  }

  dispose(): void {
    this.changes.dispose();
  }

  /** Stores the key. @returns what the keyring contains then. */
  private async store(key: string): Promise<KeyringContent> {
    const attempt = async (): Promise<KeyringContent> => {
      try {
        await this.host.keyring.store(key);
      } catch (error) {
        this.host.log.warn(`The keyring did not store the API key: ${asError(error).message}`);
      }
      return this.readKeyring();
    };
    const readBack = await withTimeLimit(this.host.clock, keyringTimeoutMs, attempt());
    return readBack === timedOut ? { known: false } : readBack;
  }

  private async readKeyring(): Promise<KeyringContent> {
    try {
      const stored = await this.host.keyring.get();
      const parsed = parseKeyText(stored ?? '');
      return { known: true, stored: 'key' in parsed ? parsed.key : undefined };
    } catch (error) {
      this.host.log.warn(`The keyring could not be read: ${asError(error).message}`);
      return { known: false };
    }
  }

  private apply(content: KeyringContent): void {
    if (content.known) {
      this.lastStored = content.stored;
    }
    const next = this.nextState(content);
    if (next.kind === 'key') {
      this.host.onKey(next.key);
    }
    if (JSON.stringify(next) !== JSON.stringify(this.current)) {
      this.current = next;
      this.changes.fire(next);
    }
  }

  private nextState(content: KeyringContent): KeyState {
    const stored = content.known && content.stored !== this.removed ? content.stored : undefined;
    if (this.session !== undefined && (stored === undefined || stored === this.session.inKeyring)) {
      return { kind: 'key', key: this.session.key, source: 'session' };
    }
    if (stored !== undefined) {
      this.session = undefined;
      return { kind: 'key', key: stored, source: 'stored' };
    }
    if (!content.known && this.current.kind === 'key') {
      return this.current;
    }
    if (this.environmentKey !== undefined) {
      return { kind: 'key', key: this.environmentKey, source: 'environment' };
    }
    return { kind: 'none', keyringSilent: !content.known };
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
  log.warn('The environment variable SYNC_API_KEY does not contain a valid API key and is ignored.');
  return undefined;
}
