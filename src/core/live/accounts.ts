import type { BatchStore } from '../batches/store';
import { asError, type Clock } from '../clock';
import { type Disposable, Emitter } from '../events';
import type { Log } from '../log';
import { accountOf } from './account';
import { type BatchNote, noNote, Notes } from './notes';
import type { SharedFiles } from './sharedFiles';
import { Turns } from './turns';

export interface AccountsHost {
  files: SharedFiles;
  /** Names this window, unlike any other. */
  window: string;
  store: BatchStore;
  clock: Clock;
  log: Log;
}

/** What is kept about the batches of one key at one address. */
export interface Account {
  /** See {@link accountOf}. */
  readonly id: string;
  readonly turns: Turns;
  readonly notes: Notes;
}

/** The account in use. Changing it brings back its last list and the person's notes. */
export class Accounts implements Disposable {
  private account: (Account & Disposable) | undefined;
  private ready = false;
  private settling: Promise<void> = Promise.resolve();
  private count = 0;
  private readonly changes = new Emitter<void>();
  /** Fires when another account is ready, or none is any more, and when the notes of the one in use change. */
  readonly onDidChange = this.changes.event;

  constructor(private readonly host: AccountsHost) {}

  /** The account in use; nothing while it is being made ready. */
  get current(): Account | undefined {
    return this.account;
  }

  /** It is settled which account is in use, if any: its last list is there, and it can be asked about. */
  get isReady(): boolean {
    return this.ready;
  }

  /** What the person has noted about a batch. */
  noteOf(id: string): BatchNote {
    return this.account?.notes.of(id) ?? noNote;
  }

  /** Resolves when what was last taken into use is ready. */
  settled(): Promise<void> {
    return this.settling;
  }

  /** Takes another account into use, or none. Never fails. */
  use(access: { readonly baseUrl: string; readonly key: string } | undefined): Promise<void> {
    this.settling = this.change(access);
    return this.settling;
  }

  /**
   * Deletes the stored list of an account. Names that the person gave stay: they come back with the key.
   * @returns whether that was possible. Never fails.
   */
  async forget(account: Account): Promise<boolean> {
    try {
      await account.turns.forget();
      return true;
    } catch (error) {
      this.host.log.warn(`The stored list could not be deleted: ${asError(error).message}`);
      return false;
    }
  }

  dispose(): void {
    this.count++;
    this.account?.dispose();
    this.changes.dispose();
  }

  private async change(access: { readonly baseUrl: string; readonly key: string } | undefined): Promise<void> {
    const turn = ++this.count;
    this.account?.dispose();
    this.account = undefined;
    this.ready = false;
    if (access !== undefined) {
      const { files, window, clock, log, store } = this.host;
      const id = await accountOf(access.baseUrl, access.key);
      const notes = new Notes(files, id);
      const turns = new Turns(files, id, window, clock, log);
      const [list] = await Promise.all([turns.stored(), notes.read()]);
      if (turn !== this.count) {
        return;
      }
      const subscription = notes.onDidChange(() => this.changes.fire());
      this.account = { id, turns, notes, dispose: () => subscription.dispose() };
      if (list !== undefined) {
        store.restore(list);
      }
    }
    this.ready = true;
    this.changes.fire();
  }
}
