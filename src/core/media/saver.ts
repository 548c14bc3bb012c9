import { ApiError, type ApiErrorReason } from '../api/http/errors';
import { orAborted } from '../common/clock';
import { asError } from '../common/errors';
import { FolderError, type FolderErrorReason } from './folder';
import type { MediaItem } from './items';
import { ManifestFile } from './manifest';
import { isSafeName } from './names';
import { type MediaSaverHost, PartDownloader } from './partDownloader';
import { isRenamedPart, removePartRecord } from './parts';

/** What to do about an existing file that the extension did not save. */
export type ConflictAnswer = 'skip' | 'overwrite' | 'keepBoth';

export interface MediaJob {
  readonly batchId: string;
  /** See `mediaItems`. */
  readonly items: readonly MediaItem[];
  readonly signal: AbortSignal;
  /** Called for one file at a time. `bytes`: the size of the existing file. */
  readonly decide: (conflict: { readonly item: MediaItem; readonly bytes: number }) => Promise<ConflictAnswer>;
  /** Called often. */
  readonly onProgress?: (progress: MediaProgress) => void;
}

export interface MediaProgress {
  /** Number of files that were saved, skipped, failed or cancelled. */
  readonly filesDone: number;
  readonly filesTotal: number;
  /** Number of bytes that were received from the network. */
  readonly bytes: number;
}

export interface SavedMedia {
  readonly item: MediaItem;
  /** The name of the file. Differs from the name of the item if both files were kept. */
  readonly name: string;
  readonly bytes: number;
}

export interface MediaFailure {
  readonly item: MediaItem;
  readonly error: ApiError | FolderError;
}

/** The result of saving media. Each item is in one of the lists, which have the order of the items. */
export interface MediaReport {
  readonly saved: readonly SavedMedia[];
  /** Saved completely by an earlier run. */
  readonly alreadySaved: readonly SavedMedia[];
  /** Left out because another file has their name. */
  readonly skipped: readonly MediaItem[];
  readonly failures: readonly MediaFailure[];
  /** Not finished because the user cancelled. The next run resumes them. */
  readonly unsaved: readonly MediaItem[];
  readonly isCancelled: boolean;
  /** The name of the manifest, or undefined if it could not be written. */
  readonly manifest: string | undefined;
}

const maxConcurrent = 3;
const maxCopies = 1_000;

const offlineReasons: ReadonlySet<ApiErrorReason> = new Set(['connection', 'dns', 'tls', 'proxy', 'timeout']);
/** Errors of the folder that every other file would meet too. */
const fatalFolderReasons: ReadonlySet<FolderErrorReason> = new Set(['diskFull', 'notWritable', 'noFolder']);

/**
 * Saves videos to a folder, a few at a time, with a manifest that lists them.
 *
 * A file is downloaded to a `.part` file and renamed when it is complete. The next run resumes part files, if the server
 * still has the same video, and does not download complete files again: the manifest lists their names and sizes. Other
 * files in the folder are not touched unless `decide` says so. An expired link is renewed once.
 *
 * Never rejects: see the report. If the disk is full, the folder is not writable or the network is down, the remaining
 * files fail with that error without being tried.
 */
export async function saveMedia(host: MediaSaverHost, job: MediaJob): Promise<MediaReport> {
  return new MediaSaver(host, job).run();
}

type Outcome =
  | ({ readonly kind: 'saved' | 'alreadySaved' } & Omit<SavedMedia, 'item'>)
  | { readonly kind: 'skipped' | 'unsaved' }
  | { readonly kind: 'failed'; readonly error: ApiError | FolderError };

class MediaSaver {
  private readonly outcomes = new Map<MediaItem, Outcome>();
  private readonly usedNames: Set<string>;
  private readonly downloader: PartDownloader;
  private manifest: ManifestFile | undefined;
  private lastQuestion: Promise<unknown> = Promise.resolve();
  private bytes = 0;
  /** The error because of which the remaining files are not tried. */
  private fatalError: ApiError | FolderError | undefined;
  private offlineFailuresInARow = 0;

  constructor(
    private readonly host: MediaSaverHost,
    private readonly job: MediaJob,
  ) {
    this.usedNames = new Set(job.items.map(({ name }) => name.toLowerCase()));
    this.downloader = new PartDownloader(host, job.batchId, job.signal, (bytes) => {
      this.bytes += bytes;
      this.reportProgress();
    });
  }

  async run(): Promise<MediaReport> {
    const { folder, clock } = this.host;
    const { items, batchId } = this.job;
    try {
      this.manifest = await ManifestFile.open(folder, clock, batchId);
    } catch (error) {
      this.fatalError = asFolderError(error);
    }
    const queue = [...items];
    const worker = async (): Promise<void> => {
      for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
        this.setOutcome(item, await this.process(item));
      }
    };
    await Promise.all(Array.from({ length: Math.min(maxConcurrent, items.length) }, worker));
    return this.report(await this.writeManifest(), this.isCancelled());
  }

  private report(manifest: string | undefined, isCancelled: boolean): MediaReport {
    const saved: SavedMedia[] = [];
    const alreadySaved: SavedMedia[] = [];
    const skipped: MediaItem[] = [];
    const failures: MediaFailure[] = [];
    const unsaved: MediaItem[] = [];
    for (const item of this.job.items) {
      const outcome = this.outcomes.get(item) ?? { kind: 'unsaved' };
      if (outcome.kind === 'failed') {
        failures.push({ item, error: outcome.error });
      } else if ('name' in outcome) {
        const list = outcome.kind === 'saved' ? saved : alreadySaved;
        list.push({ item, name: outcome.name, bytes: outcome.bytes });
      } else {
        (outcome.kind === 'skipped' ? skipped : unsaved).push(item);
      }
    }
    return { saved, alreadySaved, skipped, failures, unsaved, isCancelled, manifest };
  }

  private setOutcome(item: MediaItem, outcome: Outcome): void {
    this.outcomes.set(item, outcome);
    const entry = this.manifest?.get(item);
    if (outcome.kind === 'failed') {
      // The fatal error may be of another file. Then an earlier run may have saved this one: keep its entry.
      if (outcome.error !== this.fatalError || entry?.outcome !== 'saved') {
        this.manifest?.set(item, { outcome: 'failed', error: outcome.error.message });
      }
    } else if (entry === undefined) {
      // Saved files have an entry, see `recordSaved`.
      this.manifest?.set(item, { outcome: 'unsaved' });
    }
    this.reportProgress();
  }

  private reportProgress(): void {
    this.job.onProgress?.({
      filesDone: this.outcomes.size,
      filesTotal: this.job.items.length,
      bytes: this.bytes,
    });
  }

  private isCancelled(): boolean {
    return this.job.signal.aborted;
  }

  /** Saves a file, unless there is a reason not to try. Never rejects. */
  private async process(item: MediaItem): Promise<Outcome> {
    if (this.isCancelled()) {
      return { kind: 'unsaved' };
    }
    if (this.fatalError !== undefined) {
      // To find an existing file needs neither network nor disk space.
      const existing = await this.findSaved(item).catch(() => undefined);
      return existing ?? { kind: 'failed', error: this.fatalError };
    }
    try {
      const outcome = await this.save(item);
      this.offlineFailuresInARow = 0;
      return outcome;
    } catch (thrown) {
      if (this.isCancelled()) {
        return { kind: 'unsaved' };
      }
      const error = thrown instanceof ApiError ? thrown : asFolderError(thrown);
      this.host.log.warn(`Could not save a video: ${error.message}`);
      if (this.isFatal(error)) {
        this.fatalError ??= error;
      }
      return { kind: 'failed', error };
    }
  }

  private isFatal(error: ApiError | FolderError): boolean {
    if (error instanceof FolderError) {
      return fatalFolderReasons.has(error.reason);
    }
    this.offlineFailuresInARow = offlineReasons.has(error.reason) ? this.offlineFailuresInARow + 1 : 0;
    return this.offlineFailuresInARow >= maxConcurrent;
  }

  private async save(item: MediaItem): Promise<Outcome> {
    const { folder } = this.host;
    const existing = await this.findSaved(item);
    if (existing !== undefined) {
      return existing;
    }
    let name = item.name;
    let part: string | undefined;
    for (;;) {
      let isReplacing = false;
      const conflict = await folder.stat(name);
      if (conflict !== undefined) {
        const answer = await this.decide(item, conflict.bytes);
        if (answer === 'skip') {
          await this.dropPart(part);
          return { kind: 'skipped' };
        }
        if (answer === 'overwrite') {
          isReplacing = true;
        } else {
          name = await this.freeName(item.name);
        }
      }
      part ??= await this.downloader.download(item, name);
      const { bytes } = (await folder.stat(part)) ?? { bytes: 0 };
      try {
        await folder.rename(part, name, isReplacing);
      } catch (thrown) {
        const error = asFolderError(thrown);
        if (error.reason === 'nameTaken' && !isReplacing) {
          // A file with this name appeared during the download: ask about it.
          continue;
        }
        // Not fatal: it may be this one file that is locked.
        this.host.log.warn(`Could not rename a part file: ${error.message}`);
        return { kind: 'failed', error };
      }
      await this.recordSaved(item, name, bytes, part);
      return { kind: 'saved', name, bytes };
    }
  }

  /**
   * Adds a complete file to the manifest, then deletes the record of its part file. In this order, one of the two always
   * knows the file.
   */
  private async recordSaved(item: MediaItem, file: string, bytes: number, part: string): Promise<void> {
    this.manifest?.set(item, { outcome: 'saved', file, bytes });
    if ((await this.writeManifest()) !== undefined) {
      await this.quietly(() => removePartRecord(this.host.folder, part));
    }
  }

  private async dropPart(part: string | undefined): Promise<void> {
    const { folder } = this.host;
    if (part !== undefined) {
      await this.quietly(() => folder.remove(part));
      await this.quietly(() => removePartRecord(folder, part));
    }
  }

  /** Finds the file of an earlier run, by its name and size. */
  private async findSaved(item: MediaItem): Promise<Outcome | undefined> {
    const { folder } = this.host;
    const entry = this.manifest?.get(item);
    if (entry?.outcome === 'saved' && entry.file !== undefined && entry.bytes !== undefined) {
      const file = await folder.stat(entry.file);
      if (file?.isFile === true && file.bytes === entry.bytes) {
        return { kind: 'alreadySaved', name: entry.file, bytes: file.bytes };
      }
    }
    const file = await folder.stat(item.name);
    if (file?.isFile === true && (await isRenamedPart(folder, this.job.batchId, item, item.name, file.bytes))) {
      await this.recordSaved(item, item.name, file.bytes, `${item.name}.part`);
      return { kind: 'alreadySaved', name: item.name, bytes: file.bytes };
    }
    return undefined;
  }

  /** Asks about a conflict, after the questions before it are answered. */
  private decide(item: MediaItem, bytes: number): Promise<ConflictAnswer> {
    const answer = this.lastQuestion.then(() => {
      this.job.signal.throwIfAborted();
      return orAborted(this.job.decide({ item, bytes }), this.job.signal);
    });
    this.lastQuestion = answer.catch(() => undefined);
    return answer;
  }

  private async freeName(name: string): Promise<string> {
    const [, base = name, extension = ''] = /^(.+?)(\.[^.]*)?$/.exec(name) ?? [];
    // Ten characters have at least ten bytes: enough room for the number.
    const short = isSafeName(`${base} (${maxCopies})${extension}`) ? base : Array.from(base).slice(0, -10).join('');
    for (let count = 2; count < maxCopies; count++) {
      const candidate = `${short} (${count})${extension}`;
      if (!this.usedNames.has(candidate.toLowerCase()) && (await this.host.folder.stat(candidate)) === undefined) {
        this.usedNames.add(candidate.toLowerCase());
        return candidate;
      }
    }
    throw new FolderError('nameTaken', `there are ${maxCopies} files with this name`);
  }

  /** @returns the name of the manifest, or undefined if it could not be written. */
  private async writeManifest(): Promise<string | undefined> {
    const { manifest } = this;
    return manifest && (await this.quietly(() => manifest.write().then(() => manifest.name)));
  }

  /** Logs an error instead of throwing it. */
  private async quietly<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.host.log.warn(`Saving media: ${asError(error).message}`);
      return undefined;
    }
  }
}

function asFolderError(thrown: unknown): FolderError {
  return thrown instanceof FolderError ? thrown : new FolderError('other', asError(thrown).message);
}
