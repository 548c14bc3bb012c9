import * as v from 'valibot';
import { type Disposable, Emitter } from '../common/emitter';
import { parseJson } from '../common/json';
import type { SharedFiles } from './sharedFiles';

/** What a person has noted about the batches of an account. The API has no place for it. */
export interface StoredMetadata {
  /** Names by batch ID. */
  readonly names: Readonly<Record<string, string>>;
  /** IDs of the batches whose end the person wants to be told of. */
  readonly marked: readonly string[];
  /** IDs of the batches whose end was told, by whichever window. The newest last. */
  readonly told: readonly string[];
}

/** What is noted about one batch. */
export interface MetadataEntry {
  readonly name: string | undefined;
  /** The person asked to be told when it ends. */
  readonly isSubscribed: boolean;
}

export const noMetadata: MetadataEntry = { name: undefined, isSubscribed: false };

const noNotes: StoredMetadata = { names: {}, marked: [], told: [] };

const ids = v.fallback(v.array(v.string()), []);
const storedNotes = v.object({ names: v.fallback(v.record(v.string(), v.string()), {}), marked: ids, told: ids });

/** Older ones are forgotten: they can only repeat if a batch ends twice. */
const mostTold = 1_000;
export const maxNameLength = 100;

/** The notes about the batches of one account, shared by all windows of the user. */
export class BatchMetadata implements Disposable {
  private current = noNotes;
  private updates = 0;
  private readonly changes = new Emitter<void>();
  readonly onDidChange = this.changes.event;

  constructor(
    private readonly files: SharedFiles,
    private readonly account: string,
  ) {}

  of(id: string): MetadataEntry {
    const { names, marked } = this.current;
    return { name: Object.hasOwn(names, id) ? names[id] : undefined, isSubscribed: marked.includes(id) };
  }

  get subscribed(): ReadonlySet<string> {
    return new Set(this.current.marked);
  }

  /** Reads what other windows have noted. Never fails: what can't be read now stays as it was. */
  async read(): Promise<void> {
    const { updates } = this;
    let text: string | undefined;
    try {
      text = await this.files.read(this.fileName);
    } catch {
      return;
    }
    // What was noted here meanwhile is newer.
    if (updates === this.updates) {
      this.take(parseNotes(text));
    }
  }

  /**
   * Gives a batch a name, or takes it away with an empty one.
   * @throws {Error} when it can't be kept.
   */
  async rename(id: string, name: string): Promise<void> {
    await this.update((notes) => {
      const others = Object.entries(notes.names).filter(([known]) => known !== id);
      const names = Object.fromEntries(name === '' ? others : [...others, [id, name]]);
      return { ...notes, names };
    });
  }

  /**
   * Notes that the person wants to be told when a batch ends, or does not any more.
   * @throws {Error} when it can't be kept.
   */
  async setSubscribed(id: string, isSubscribed: boolean): Promise<void> {
    await this.update((notes) => {
      const others = notes.marked.filter((known) => known !== id);
      return { ...notes, marked: isSubscribed ? [...others, id] : others };
    });
  }

  /**
   * Takes it on this window to tell of the ends of batches.
   * @returns the IDs that no other window has told of. They are not marked any more.
   */
  async claimNotifications(ended: readonly string[]): Promise<readonly string[]> {
    let ours: string[] = [];
    await this.update((notes) => {
      const told = new Set(notes.told);
      ours = ended.filter((id) => !told.has(id));
      return {
        ...notes,
        marked: notes.marked.filter((id) => !ended.includes(id)),
        told: [...notes.told, ...ours].slice(-mostTold),
      };
    });
    return ours;
  }

  dispose(): void {
    this.changes.dispose();
  }

  private async update(change: (notes: StoredMetadata) => StoredMetadata): Promise<void> {
    let changed = this.current;
    await this.files.update(this.fileName, (text) => {
      changed = change(parseNotes(text));
      return JSON.stringify(changed);
    });
    this.updates++;
    this.take(changed);
  }

  private take(notes: StoredMetadata): void {
    const isSame = JSON.stringify(notes) === JSON.stringify(this.current);
    this.current = notes;
    if (!isSame) {
      this.changes.fire();
    }
  }

  private get fileName(): string {
    return `notes-${this.account}.json`;
  }
}

function parseNotes(text: string | undefined): StoredMetadata {
  const parsed = v.safeParse(storedNotes, parseJson(text));
  return parsed.success ? parsed.output : noNotes;
}
