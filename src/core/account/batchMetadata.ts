import * as v from 'valibot';
import { type Disposable, Emitter } from '../common/emitter';
import { parseJson } from '../common/json';
import type { SharedFiles } from './sharedFiles';

/** The file with the user's data about the batches of an account. The API can't store it. The keys must not change. */
interface StoredMetadata {
  /** Names by batch ID. */
  readonly names: Readonly<Record<string, string>>;
  /** IDs of the batches whose end the user wants to be notified of. */
  readonly marked: readonly string[];
  /** IDs of the batches whose end some window has notified the user of. The newest last. */
  readonly told: readonly string[];
}

/** The user's data about one batch. */
export interface MetadataEntry {
  readonly name: string | undefined;
  /** The user wants to be notified when the batch ends. */
  readonly isSubscribed: boolean;
}

export const noMetadata: MetadataEntry = { name: undefined, isSubscribed: false };

const emptyFile: StoredMetadata = { names: {}, marked: [], told: [] };

const ids = v.fallback(v.array(v.string()), []);
const fileSchema = v.object({ names: v.fallback(v.record(v.string(), v.string()), {}), marked: ids, told: ids });

/** Older entries are dropped: they are needed only if a batch ends twice. */
const maxNotified = 1_000;
export const maxNameLength = 100;

/** The user's names and subscriptions for the batches of one account. All windows of the user share them. */
export class BatchMetadata implements Disposable {
  private stored = emptyFile;
  private updates = 0;
  private readonly changes = new Emitter<void>();
  readonly onDidChange = this.changes.event;

  constructor(
    private readonly files: SharedFiles,
    private readonly account: string,
  ) {}

  of(id: string): MetadataEntry {
    const { names, marked } = this.stored;
    return { name: Object.hasOwn(names, id) ? names[id] : undefined, isSubscribed: marked.includes(id) };
  }

  /** IDs of the batches that the user wants to be notified of. */
  get subscribed(): ReadonlySet<string> {
    return new Set(this.stored.marked);
  }

  /** Reads the changes of other windows. Never fails: if the file can't be read, nothing changes. */
  async read(): Promise<void> {
    const { updates } = this;
    let text: string | undefined;
    try {
      text = await this.files.read(this.fileName);
    } catch {
      return;
    }
    // An update of this window in the meantime is newer.
    if (updates === this.updates) {
      this.setStored(parseFile(text));
    }
  }

  /**
   * Names a batch. An empty name removes the name.
   * @throws {Error} if the name can't be stored.
   */
  async rename(id: string, name: string): Promise<void> {
    await this.update((file) => {
      const others = Object.entries(file.names).filter(([other]) => other !== id);
      const names = Object.fromEntries(name === '' ? others : [...others, [id, name]]);
      return { ...file, names };
    });
  }

  /**
   * Subscribes to the completion of a batch, or unsubscribes.
   * @throws {Error} if the subscription can't be stored.
   */
  async setSubscribed(id: string, isSubscribed: boolean): Promise<void> {
    await this.update((file) => {
      const others = file.marked.filter((other) => other !== id);
      return { ...file, marked: isSubscribed ? [...others, id] : others };
    });
  }

  /**
   * Claims the notifications about ended batches for this window, and removes their subscriptions.
   * @returns the IDs that no other window has claimed.
   * @throws {Error} if the claim can't be stored.
   */
  async claimNotifications(ended: readonly string[]): Promise<readonly string[]> {
    let claimed: string[] = [];
    await this.update((file) => {
      const notified = new Set(file.told);
      claimed = ended.filter((id) => !notified.has(id));
      return {
        ...file,
        marked: file.marked.filter((id) => !ended.includes(id)),
        told: [...file.told, ...claimed].slice(-maxNotified),
      };
    });
    return claimed;
  }

  dispose(): void {
    this.changes.dispose();
  }

  private async update(change: (file: StoredMetadata) => StoredMetadata): Promise<void> {
    let changed = this.stored;
    await this.files.update(this.fileName, (text) => {
      changed = change(parseFile(text));
      return JSON.stringify(changed);
    });
    this.updates++;
    this.setStored(changed);
  }

  private setStored(file: StoredMetadata): void {
    const isSame = JSON.stringify(file) === JSON.stringify(this.stored);
    this.stored = file;
    if (!isSame) {
      this.changes.fire();
    }
  }

  private get fileName(): string {
    return `notes-${this.account}.json`;
  }
}

function parseFile(text: string | undefined): StoredMetadata {
  const parsed = v.safeParse(fileSchema, parseJson(text));
  return parsed.success ? parsed.output : emptyFile;
}
