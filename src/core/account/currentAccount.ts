import type { BatchStore } from '../batches/store';
import type { Clock } from '../common/clock';
import { asError } from '../common/errors';
import { type Disposable, Emitter } from '../common/emitter';
import type { Log } from '../common/log';
import { accountIdOf } from './accountId';
import { type MetadataEntry, noMetadata, BatchMetadata } from './batchMetadata';
import type { SharedFiles } from './sharedFiles';
import { RefreshLease } from '../batches/refresh/lease';

export interface CurrentAccountHost {
  files: SharedFiles;
  /** Names this window, unlike any other. */
  window: string;
  store: BatchStore;
  clock: Clock;
  log: Log;
}

/** What is kept about the batches of one key at one address. */
export interface Account {
  /** See {@link accountIdOf}. */
  readonly id: string;
  readonly lease: RefreshLease;
  readonly metadata: BatchMetadata;
}

/** The account in use. Changing it brings back its last list and the person's notes. */
export class CurrentAccount implements Disposable {
  private account: (Account & Disposable) | undefined;
  private ready = false;
  private settling: Promise<void> = Promise.resolve();
  private count = 0;
  private readonly changes = new Emitter<void>();
  /** Fires when another account is ready, or none is any more, and when the notes of the one in use change. */
  readonly onDidChange = this.changes.event;

  constructor(private readonly host: CurrentAccountHost) {}

  /** The account in use; nothing while it is being made ready. */
  get current(): Account | undefined {
    return this.account;
  }

  /** It is settled which account is in use, if any: its last list is there, and it can be asked about. */
  get isReady(): boolean {
    return this.ready;
  }

  /** What the person has noted about a batch. */
  metadataOf(id: string): MetadataEntry {
    return this.account?.metadata.of(id) ?? noMetadata;
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
      const id = await accountIdOf(access.baseUrl, access.key);
      const metadata = new BatchMetadata(files, id);
      const lease = new RefreshLease(files, id, window, clock, log);
      const [list] = await Promise.all([lease.storedList(), metadata.read()]);
      if (turn !== this.count) {
        return;
      }
      const subscription = metadata.onDidChange(() => this.changes.fire());
      this.account = { id, lease, metadata, dispose: () => subscription.dispose() };
      if (list !== undefined) {
        store.restore(list);
      }
    }
    this.ready = true;
    this.changes.fire();
  }
}
