import type { Clock } from '../common/clock';
import { decodeManifest, encodeManifest, type ManifestEntry, withoutSignature } from './manifest';
import { FolderError, type MediaFolder } from './folder';
import type { MediaItem } from './items';
import { mediaNames } from './names';

const mostNames = 20;

/** The manifest of one batch in one folder: what earlier runs left, and what this one adds. */
export class FolderManifest {
  private readonly entries = new Map<string, ManifestEntry>();
  /** What this run has set, by key, and what was there instead. */
  private readonly replaced = new Map<string, ManifestEntry | undefined>();
  private writing: Promise<void> | undefined;
  private next: Promise<void> | undefined;

  private constructor(
    private readonly folder: MediaFolder,
    private readonly clock: Clock,
    private readonly batchId: string,
    readonly name: string,
    entries: readonly ManifestEntry[],
  ) {
    this.take(entries);
  }

  /**
   * Reads the one that is there. A file of its name that is none, or of another batch, is left alone.
   * @throws {FolderError} also where such files have all the names that it may have.
   */
  static async open(folder: MediaFolder, clock: Clock, batchId: string): Promise<FolderManifest> {
    // What a folder holds of several batches must not have one manifest that each of them writes anew.
    const [named = ''] = mediaNames([{ requestId: batchId, line: 0, outputUrl: '' }]);
    const base = named.replace(/\.[^.]*$/, '');
    for (let count = 1; count <= mostNames; count++) {
      const name = `${base}.manifest${count === 1 ? '' : `-${count}`}.json`;
      const text = await folder.readText(name);
      const manifest = text === undefined ? undefined : decodeManifest(text);
      const isFree = text === undefined && (await folder.stat(name)) === undefined;
      if (isFree || manifest?.batchId === batchId) {
        return new FolderManifest(folder, clock, batchId, name, manifest?.requests ?? []);
      }
    }
    throw new FolderError('nameTaken', 'other files have every name for the list of what is saved');
  }

  /** What is noted of an item. */
  of(item: MediaItem): ManifestEntry | undefined {
    return this.entries.get(keyOf(item.requestId, withoutSignature(item.url)));
  }

  /** Notes how an item came out. It is on the disk after the next {@link write}. */
  set(item: MediaItem, outcome: Pick<ManifestEntry, 'outcome' | 'file' | 'bytes' | 'error'>): void {
    const url = withoutSignature(item.url);
    const { requestId } = item;
    const key = keyOf(requestId, url);
    if (!this.replaced.has(key)) {
      this.replaced.set(key, this.entries.get(key));
    }
    this.entries.set(key, { ...(requestId === undefined ? {} : { requestId }), url, ...outcome });
  }

  /** Resolves when all that was noted before is on the disk. Several at once are one. @throws {FolderError} */
  write(): Promise<void> {
    if (this.writing === undefined) {
      this.writing = this.writeNow().finally(() => {
        this.writing = undefined;
      });
      return this.writing;
    }
    // What is being written may not have the newest: one more time for all who came meanwhile.
    this.next ??= this.writing
      .catch(() => undefined)
      .then(() => {
        this.next = undefined;
        return this.write();
      });
    return this.next;
  }

  private async writeNow(): Promise<void> {
    const { batchId, clock } = this;
    // Another run in the same folder may have written it meanwhile.
    const there = decodeManifest((await this.folder.readText(this.name)) ?? '');
    if (there?.batchId === batchId) {
      this.take(there.requests);
    }
    const text = encodeManifest({ batchId, savedAt: clock.now(), requests: [...this.entries.values()] });
    await this.folder.writeText(this.name, text);
  }

  /** Takes over what the file says, but for what this run has set: that is newer, unless another run saved the video. */
  private take(entries: readonly ManifestEntry[]): void {
    for (const entry of entries) {
      const key = keyOf(entry.requestId, entry.url);
      const wasSaved = [this.entries.get(key), this.replaced.get(key)].some((known) => known?.outcome === 'saved');
      if (!this.replaced.has(key) || (entry.outcome === 'saved' && !wasSaved)) {
        this.entries.set(key, entry);
      }
    }
  }
}

function keyOf(requestId: string | undefined, url: string | undefined): string {
  return JSON.stringify([requestId ?? null, url ?? null]);
}
