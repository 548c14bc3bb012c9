import * as v from 'valibot';
import { parseApiTime } from '../api/resources/time';
import type { Clock } from '../common/clock';
import { parseJson } from '../common/json';
import { FolderError, type MediaFolder } from './folder';
import type { MediaItem } from './items';
import { isSafeName, mediaNames } from './names';

/** The outcome of saving a video. `unsaved`: not tried, or not finished. */
export const mediaOutcomes = ['saved', 'failed', 'unsaved'] as const;
export type MediaOutcome = (typeof mediaOutcomes)[number];

export interface ManifestEntry {
  readonly requestId?: string;
  /** The name of the file, which is in the folder of the manifest. */
  readonly file?: string;
  /** The URL of the video, without the signature in its query. */
  readonly url?: string;
  /** The size of the complete file, in bytes. */
  readonly bytes?: number;
  readonly outcome: MediaOutcome;
  /** Why the video was not saved. */
  readonly error?: string;
}

/** The contents of the JSON file that lists the saved media of a batch. */
export interface MediaManifest {
  readonly batchId: string;
  /** Milliseconds since 1970. ISO 8601 in the file. */
  readonly savedAt: number;
  readonly requests: readonly ManifestEntry[];
}

const maxNames = 20;

/** The manifest file of a batch in a folder. Merges the entries of earlier and simultaneous runs with those of this run. */
export class ManifestFile {
  private readonly entries = new Map<string, ManifestEntry>();
  /** The keys that this run has set, with the entries that they replaced. */
  private readonly replaced = new Map<string, ManifestEntry | undefined>();
  private writing: Promise<void> | undefined;
  private nextWrite: Promise<void> | undefined;

  private constructor(
    private readonly folder: MediaFolder,
    private readonly clock: Clock,
    private readonly batchId: string,
    readonly name: string,
    entries: readonly ManifestEntry[],
  ) {
    this.merge(entries);
  }

  /**
   * Reads the manifest of the batch, or prepares a new one. Other files are left alone, even if they have its name.
   * @throws {FolderError} also if other files have all possible names.
   */
  static async open(folder: MediaFolder, clock: Clock, batchId: string): Promise<ManifestFile> {
    // A manifest for each batch: runs of several batches in one folder must not overwrite each other's manifest.
    const [fileName = ''] = mediaNames([{ requestId: batchId, line: 0, outputUrl: '' }]);
    const base = fileName.replace(/\.[^.]*$/, '');
    for (let count = 1; count <= maxNames; count++) {
      const name = `${base}.manifest${count === 1 ? '' : `-${count}`}.json`;
      const text = await folder.readText(name);
      const manifest = text === undefined ? undefined : decodeManifest(text);
      const isFree = text === undefined && (await folder.stat(name)) === undefined;
      if (isFree || manifest?.batchId === batchId) {
        return new ManifestFile(folder, clock, batchId, name, manifest?.requests ?? []);
      }
    }
    throw new FolderError('nameTaken', 'other files have all names that the manifest can have');
  }

  /** @returns the entry of an item, if there is one. */
  get(item: MediaItem): ManifestEntry | undefined {
    return this.entries.get(keyOf(item.requestId, withoutSignature(item.url)));
  }

  /** Sets the entry of an item. {@link write} saves it. */
  set(item: MediaItem, outcome: Pick<ManifestEntry, 'outcome' | 'file' | 'bytes' | 'error'>): void {
    const url = withoutSignature(item.url);
    const { requestId } = item;
    const key = keyOf(requestId, url);
    if (!this.replaced.has(key)) {
      this.replaced.set(key, this.entries.get(key));
    }
    this.entries.set(key, { ...(requestId === undefined ? {} : { requestId }), url, ...outcome });
  }

  /** Resolves when all entries that were set before are on the disk. Combines simultaneous calls. @throws {FolderError} */
  write(): Promise<void> {
    if (this.writing === undefined) {
      this.writing = this.writeNow().finally(() => {
        this.writing = undefined;
      });
      return this.writing;
    }
    // The current write may lack the newest entries, so write once more for all calls that come meanwhile.
    this.nextWrite ??= this.writing
      .catch(() => undefined)
      .then(() => {
        this.nextWrite = undefined;
        return this.write();
      });
    return this.nextWrite;
  }

  private async writeNow(): Promise<void> {
    const { batchId, clock } = this;
    // A simultaneous run may have written the file meanwhile.
    const current = decodeManifest((await this.folder.readText(this.name)) ?? '');
    if (current?.batchId === batchId) {
      this.merge(current.requests);
    }
    const text = encodeManifest({ batchId, savedAt: clock.now(), requests: [...this.entries.values()] });
    await this.folder.writeText(this.name, text);
  }

  /** Adds the entries of the file. Entries of this run are newer and stay, unless another run saved the video. */
  private merge(entries: readonly ManifestEntry[]): void {
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

/**
 * Removes everything from a URL that grants access: query, fragment, user name and password.
 * @returns an empty text if it is not an `http:` or `https:` URL, because it may then contain anything.
 */
export function withoutSignature(url: string): string {
  const [plain = ''] = url.split(/[?#]/, 1);
  return /^https?:\/\//i.test(plain) ? plain.replace(/^(https?:\/\/)[^/\\]*@/i, '$1') : '';
}

/** Writes a manifest as indented JSON. Removes signatures from URLs, in case a caller did not. */
export function encodeManifest({ batchId, savedAt, requests }: MediaManifest): string {
  const entries = requests.map(({ requestId, file, url, bytes, outcome, error }) => ({
    requestId,
    file,
    url: url === undefined ? undefined : withoutSignature(url),
    bytes,
    outcome,
    error,
  }));
  const manifest = { version: 1, batchId, savedAt: new Date(savedAt).toISOString(), requests: entries };
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}

const manifestSchema = v.object({
  version: v.literal(1),
  batchId: v.pipe(v.string(), v.minLength(1)),
  savedAt: v.unknown(),
  requests: v.array(v.unknown()),
});
const optionalText = v.fallback(v.optional(v.pipe(v.string(), v.minLength(1))), undefined);
const entrySchema = v.object({
  requestId: optionalText,
  // The saver looks for a file of this name, which must not lead to another folder.
  file: v.fallback(v.optional(v.pipe(v.string(), v.check(isSafeName))), undefined),
  url: optionalText,
  bytes: v.fallback(v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))), undefined),
  outcome: v.picklist(mediaOutcomes),
  error: optionalText,
});

/**
 * Reads a manifest that the user may have edited. Ignores invalid entries, and invalid fields of valid entries.
 * @returns undefined if the text is not a manifest, or is one of a later version.
 */
export function decodeManifest(text: string): MediaManifest | undefined {
  const parsed = v.safeParse(manifestSchema, parseJson(text.replace(/^\ufeff/, '')));
  if (!parsed.success) {
    return undefined;
  }
  const { batchId, savedAt, requests } = parsed.output;
  return {
    batchId,
    savedAt: parseApiTime(savedAt) ?? 0,
    requests: requests.flatMap((value): ManifestEntry[] => {
      const read = v.safeParse(entrySchema, value);
      return read.success ? [withoutUndefined(read.output)] : [];
    }),
  };
}

function withoutUndefined({ outcome, ...fields }: v.InferOutput<typeof entrySchema>): ManifestEntry {
  return { ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)), outcome };
}
