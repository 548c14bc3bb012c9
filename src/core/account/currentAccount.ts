import type { BatchStore } from '../batches/store';
import type { Clock } from '../common/clock';
import { asError } from '../common/errors';
import { type Disposable, Emitter } from '../common/emitter';
import type { Log } from '../common/log';
import { accountIdOf } from './accountId';
import { BatchMetadata, type MetadataEntry, noMetadata } from './batchMetadata';
import type { SharedFiles } from './sharedFiles';
import { RefreshLease } from '../batches/refresh/lease';

export interface CurrentAccountHost {
  files: SharedFiles;
  /** The unique name of this window. */
  window: string;
  store: BatchStore;
  clock: Clock;
  log: Log;
}

/** The stored data of the account of one key at one base URL. */
export interface Account {
  /** See {@link accountIdOf}. */
  readonly id: string;
  readonly lease: RefreshLease;
  readonly metadata: BatchMetadata;
}

/** The account in use. Changing it restores the account's last list, names and subscriptions. */
export class CurrentAccount implements Disposable {
  private account: Account | undefined;
  private ready = false;
  private switching: Promise<void> = Promise.resolve();
  private switches = 0;
  private readonly changes = new Emitter<void>();
  /** Fires when an account is ready or no account is in use, and when the metadata of the account in use changes. */
  readonly onDidChange = this.changes.event;

  constructor(private readonly host: CurrentAccountHost) {}

  /** The account in use; undefined while it is loading. */
  get current(): Account | undefined {
    return this.account;
  }

  /** False while an account is loading. True also if no account is in use. */
  get isReady(): boolean {
    return this.ready;
  }

  /** The user's data about a batch. */
  metadataOf(id: string): MetadataEntry {
    return this.account?.metadata.of(id) ?? noMetadata;
  }

  /** Resolves when the account in use is ready. */
  settled(): Promise<void> {
    return this.switching;
  }

  /** Switches to another account, or to none. Never fails. */
  use(session: { readonly baseUrl: string; readonly key: string } | undefined): Promise<void> {
    return (this.switching = this.change(session));
  }

  /**
   * Deletes the stored list of an account. Names and subscriptions stay: they are back when the key is set again.
   * @returns false if that failed. Never throws.
   */
  async deleteList(account: Account): Promise<boolean> {
    try {
      await account.lease.delete();
      return true;
    } catch (error) {
      this.host.log.warn(`The stored list could not be deleted: ${asError(error).message}`);
      return false;
    }
  }

  dispose(): void {
    this.switches++;
    this.account?.metadata.dispose();
    this.changes.dispose();
  }

  private async change(session: { readonly baseUrl: string; readonly key: string } | undefined): Promise<void> {
    const number = ++this.switches;
    this.account?.metadata.dispose();
    this.account = undefined;
    this.ready = false;
    if (session !== undefined) {
      const { files, window, clock, log, store } = this.host;
      const id = await accountIdOf(session.baseUrl, session.key);
      const metadata = new BatchMetadata(files, id);
      const lease = new RefreshLease(files, id, window, clock, log);
      const [list] = await Promise.all([lease.storedList(), metadata.read()]);
      if (number !== this.switches) {
        // Another switch is newer.
        return;
      }
      metadata.onDidChange(() => this.changes.fire());
      this.account = { id, lease, metadata };
      if (list !== undefined) {
        store.restore(list);
      }
    }
    this.ready = true;
    this.changes.fire();
  }
}
