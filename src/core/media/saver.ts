import type { BatchClient } from '../api/client';
import type { Download } from '../api/http/download';
import { ApiError, type ApiErrorReason } from '../api/http/errors';
import { type Clock, orAborted, sleep } from '../common/clock';
import { asError } from '../common/errors';
import type { Log } from '../common/log';
import { FolderError, type FolderErrorReason, type MediaFolder, type MediaWriter } from './folder';
import type { MediaItem } from './items';
import { FolderManifest } from './folderManifest';
import { isSafeName } from './names';
import { findPartFile, removePartRecord, recordPartFile, type PartFile, hadPartFile } from './parts';

export interface MediaSaverHost {
  readonly client: Pick<BatchClient, 'openMedia' | 'renewMedia'>;
  readonly folder: MediaFolder;
  readonly clock: Clock;
  /** Already redacting. */
  readonly log: Log;
}

/** What to do about a file that is there already and is none that was saved here before. */
export type ConflictAnswer = 'skip' | 'overwrite' | 'keepBoth';

export interface MediaJob {
  readonly batchId: string;
  /** See `mediaItems`. */
  readonly items: readonly MediaItem[];
  readonly signal: AbortSignal;
  /** Asked of one file at a time. */
  readonly decide: (conflict: { readonly item: MediaItem; readonly bytes: number }) => Promise<ConflictAnswer>;
  /** Called often. */
  readonly onProgress?: (progress: MediaProgress) => void;
}

export interface MediaProgress {
  /** Files that came to an end, well or badly. */
  readonly filesDone: number;
  readonly filesTotal: number;
  /** That came over the network so far. */
  readonly bytes: number;
}

export interface SavedMedia {
  readonly item: MediaItem;
  /** Of the file in the folder: another one than the item's where both were to be kept. */
  readonly name: string;
  readonly bytes: number;
}

export interface MediaFailure {
  readonly item: MediaItem;
  readonly error: ApiError | FolderError;
}

/** How it came out. Every item is in one of the lists. */
export interface MediaReport {
  readonly saved: readonly SavedMedia[];
  /** Were there already, whole, from an earlier run. */
  readonly kept: readonly SavedMedia[];
  /** Left out because a file has their name. */
  readonly skipped: readonly MediaItem[];
  /** In the order of the items. Their items are what to try again with. */
  readonly failures: readonly MediaFailure[];
  /** Not come to because it was cancelled. What came of them so far is gone on with the next time. */
  readonly unsaved: readonly MediaItem[];
  readonly isCancelled: boolean;
  /** The file that lists everything; nothing where it could not be written. */
  readonly manifest: string | undefined;
}

const atOnce = 3;
/** Tries of one file after a connection that broke off in its middle. */
const mostResumes = 2;
const firstDelayMs = 1_000;
const mostCopies = 1_000;

/** A new link may be good where the old one is not. */
const renewable: ReadonlySet<ApiErrorReason> = new Set(['expired', 'gone', 'linkRefused']);
const offline: ReadonlySet<ApiErrorReason> = new Set(['connection', 'dns', 'tls', 'proxy', 'timeout']);
/** The next file would meet the same. */
const hopeless: ReadonlySet<FolderErrorReason> = new Set(['diskFull', 'notWritable', 'noFolder']);

/**
 * Saves videos into a folder, a few at a time, beside a manifest of what they are.
 *
 * A file gets its name when it is complete, and until then is a `.part` file that the next run goes on with, if the
 * server still has the same file. Files of an earlier run are known by the manifest and their size, and are not loaded
 * again. Nothing else in the folder is touched, unless `decide` says so. An expired link is renewed once. Whatever fails
 * leaves what is there as it is.
 *
 * Never fails: see the report. Where the disk is full, the folder can't be written to, or nothing can be reached any more,
 * the files that are left and are not there yet fail with the same error and without being tried.
 */
export async function saveMedia(host: MediaSaverHost, job: MediaJob): Promise<MediaReport> {
  return new Saving(host, job).run();
}

type Outcome =
  | { readonly kind: 'saved' | 'kept'; readonly name: string; readonly bytes: number }
  | { readonly kind: 'skipped' | 'unsaved' }
  | { readonly kind: 'failed'; readonly error: ApiError | FolderError };

class Saving {
  private readonly outcomes = new Map<MediaItem, Outcome>();
  private readonly takenNames: Set<string>;
  private manifest: FolderManifest | undefined;
  private deciding: Promise<unknown> = Promise.resolve();
  private bytes = 0;
  /** What keeps all further files from being tried. */
  private obstacle: ApiError | FolderError | undefined;
  private failuresInARow = 0;

  constructor(
    private readonly host: MediaSaverHost,
    private readonly job: MediaJob,
  ) {
    this.takenNames = new Set(job.items.map(({ name }) => name.toLowerCase()));
  }

  async run(): Promise<MediaReport> {
    const { folder, clock } = this.host;
    const { items, batchId, signal } = this.job;
    try {
      this.manifest = await FolderManifest.open(folder, clock, batchId);
    } catch (error) {
      this.obstacle = folderErrorOf(error);
    }
    const waiting = [...items];
    const worker = async (): Promise<void> => {
      for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
        this.note(item, await this.outcomeOf(item));
      }
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
    return this.report(await this.writeManifest(), signal.aborted);
  }

  private report(manifest: string | undefined, isCancelled: boolean): MediaReport {
    const saved: SavedMedia[] = [];
    const kept: SavedMedia[] = [];
    const skipped: MediaItem[] = [];
    const failures: MediaFailure[] = [];
    const unsaved: MediaItem[] = [];
    for (const item of this.job.items) {
      const outcome = this.outcomes.get(item) ?? { kind: 'unsaved' };
      switch (outcome.kind) {
        case 'saved':
        case 'kept':
          (outcome.kind === 'saved' ? saved : kept).push({ item, name: outcome.name, bytes: outcome.bytes });
          break;
        case 'failed':
          failures.push({ item, error: outcome.error });
          break;
        case 'skipped':
          skipped.push(item);
          break;
        case 'unsaved':
          unsaved.push(item);
          break;
      }
    }
    return { saved, kept, skipped, failures, unsaved, isCancelled, manifest };
  }

  private note(item: MediaItem, outcome: Outcome): void {
    this.outcomes.set(item, outcome);
    switch (outcome.kind) {
      case 'failed':
        // An obstacle says nothing about this one: what was saved before stays known.
        if (outcome.error !== this.obstacle || this.manifest?.of(item)?.outcome !== 'saved') {
          this.manifest?.set(item, { outcome: 'failed', error: outcome.error.message });
        }
        break;
      case 'skipped':
      case 'unsaved':
        if (this.manifest?.of(item) === undefined) {
          this.manifest?.set(item, { outcome: 'unsaved' });
        }
        break;
      case 'saved':
      case 'kept':
        // Noted before, while the note of its part was still there.
        break;
    }
    this.tell();
  }

  private tell(): void {
    this.job.onProgress?.({
      filesDone: this.outcomes.size,
      filesTotal: this.job.items.length,
      bytes: this.bytes,
    });
  }

  private isCancelled(): boolean {
    return this.job.signal.aborted;
  }

  /** Saves one file. Never fails. */
  private async outcomeOf(item: MediaItem): Promise<Outcome> {
    if (this.isCancelled()) {
      return { kind: 'unsaved' };
    }
    if (this.obstacle !== undefined) {
      // What is there needs no network, and no room.
      const kept = await this.findKept(item).catch(() => undefined);
      return kept ?? { kind: 'failed', error: this.obstacle };
    }
    try {
      const outcome = await this.save(item);
      this.failuresInARow = 0;
      return outcome;
    } catch (thrown) {
      if (this.isCancelled()) {
        return { kind: 'unsaved' };
      }
      const error = thrown instanceof ApiError ? thrown : folderErrorOf(thrown);
      this.host.log.warn(`Could not save a video: ${error.message}`);
      if (error instanceof ApiError) {
        this.failuresInARow = offline.has(error.reason) ? this.failuresInARow + 1 : 0;
        if (this.failuresInARow >= atOnce) {
          this.obstacle ??= error;
        }
      }
      return { kind: 'failed', error };
    }
  }

  private async save(item: MediaItem): Promise<Outcome> {
    const { folder } = this.host;
    const kept = await this.findKept(item);
    if (kept !== undefined) {
      return kept;
    }
    let name = item.name;
    let part: string | undefined;
    for (;;) {
      let isReplacing = false;
      const there = await this.reaching(() => folder.stat(name));
      if (there !== undefined) {
        const answer = await this.decide(item, there.bytes);
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
      part ??= await this.load(item, name);
      const { bytes } = (await folder.stat(part)) ?? { bytes: 0 };
      try {
        await folder.rename(part, name, isReplacing);
      } catch (error) {
        if (!(error instanceof FolderError) || error.reason !== 'nameTaken' || isReplacing) {
          throw error;
        }
        // It came while the video was on its way: the person is to say what becomes of it.
        continue;
      }
      await this.noteSaved(item, name, bytes, part);
      return { kind: 'saved', name, bytes };
    }
  }

  /** The file is there. The note of its part goes only when the manifest knows the file: one of the two always does. */
  private async noteSaved(item: MediaItem, file: string, bytes: number, part: string): Promise<void> {
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

  /** The file of an earlier run, if it is there and has the size that it was noted with. */
  private async findKept(item: MediaItem): Promise<Outcome | undefined> {
    const { folder } = this.host;
    const entry = this.manifest?.of(item);
    const noted = entry?.outcome === 'saved' && entry.bytes !== undefined ? entry : undefined;
    if (noted?.file !== undefined) {
      const file = await this.reaching(() => folder.stat(noted.file ?? ''));
      if (file?.isFile === true && file.bytes === noted.bytes) {
        return { kind: 'kept', name: noted.file, bytes: file.bytes };
      }
    }
    const file = await this.reaching(() => folder.stat(item.name));
    if (file?.isFile === true && (await hadPartFile(folder, this.job.batchId, item, item.name, file.bytes))) {
      await this.noteSaved(item, item.name, file.bytes, `${item.name}.part`);
      return { kind: 'kept', name: item.name, bytes: file.bytes };
    }
    return undefined;
  }

  /** One question at a time. */
  private decide(item: MediaItem, bytes: number): Promise<ConflictAnswer> {
    const answer = this.deciding.then(() => {
      this.job.signal.throwIfAborted();
      return orAborted(this.job.decide({ item, bytes }), this.job.signal);
    });
    this.deciding = answer.catch(() => undefined);
    return answer;
  }

  private async freeName(name: string): Promise<string> {
    const [, base = name, extension = ''] = /^(.+?)(\.[^.]*)?$/.exec(name) ?? [];
    // Characters of up to four bytes: short enough for the longest name that there may be.
    const short = isSafeName(`${base} (${mostCopies})${extension}`) ? base : Array.from(base).slice(0, -10).join('');
    for (let count = 2; count < mostCopies; count++) {
      const candidate = `${short} (${count})${extension}`;
      if (!this.takenNames.has(candidate.toLowerCase()) && (await this.host.folder.stat(candidate)) === undefined) {
        this.takenNames.add(candidate.toLowerCase());
        return candidate;
      }
    }
    throw new FolderError('nameTaken', `there are ${mostCopies} files of this name`);
  }

  /** Loads a file to its end, under the name of a part, which is given back. */
  private async load(item: MediaItem, name: string): Promise<string> {
    const { clock, folder, log } = this.host;
    const { batchId, signal } = this.job;
    let url = item.url;
    const findPartOf = async (): Promise<PartFile> => {
      const part = await this.reaching(() => findPartFile(folder, batchId, item, name));
      if (part === undefined) {
        throw new FolderError('nameTaken', 'other files have every name for a part of this one');
      }
      return part;
    };
    for (let resumes = 0, isRenewed = false; ;) {
      const part = await findPartOf();
      if (part.version?.totalBytes === part.bytes && part.bytes > 0) {
        return part.name;
      }
      let download: Download;
      try {
        download = await this.open(url, part);
      } catch (error) {
        const renewed = isRenewed ? undefined : await this.renewed(item, url, error);
        if (renewed === undefined) {
          throw error;
        }
        isRenewed = true;
        url = renewed;
        continue;
      }
      try {
        await this.write(item, part, download);
        return part.name;
      } catch (error) {
        if (!(error instanceof ApiError) || error.reason !== 'cutOff' || resumes >= mostResumes) {
          throw error;
        }
        const delayMs = firstDelayMs * 2 ** resumes;
        log.info(`Going on with it in ${delayMs} ms: ${error.message}`);
        resumes++;
        await sleep(clock, delayMs, signal);
      } finally {
        download.close();
      }
    }
  }

  private open(url: string, { bytes, version }: PartFile): Promise<Download> {
    const resume = version === undefined || bytes === 0 ? undefined : { bytes, version };
    return this.host.client.openMedia(url, this.job.signal, resume);
  }

  /** A new link, where the error says that one may help and there is one. */
  private async renewed(item: MediaItem, oldUrl: string, error: unknown): Promise<string | undefined> {
    if (!(error instanceof ApiError) || !renewable.has(error.reason) || item.generationId === undefined) {
      return undefined;
    }
    const url = await this.host.client.renewMedia(item.generationId, oldUrl, this.job.signal);
    if (url === undefined) {
      throw new ApiError('gone', 'there is no link to the video any more', error.details);
    }
    return url;
  }

  /** Writes what comes into the part. What did come stays there, whatever happens. */
  private async write(item: MediaItem, part: PartFile, download: Download): Promise<void> {
    const { folder } = this.host;
    const { start, version } = download;
    if (version.totalBytes === 0) {
      throw new ApiError('wrongShape', 'the video is empty');
    }
    const writer = await this.reaching(async () => {
      if (start === 0) {
        await folder.remove(part.name);
        await recordPartFile(folder, this.job.batchId, item, part.name, version);
      }
      return folder.open(part.name, start);
    });
    let received = 0;
    await closing(writer, async () => {
      for await (const chunk of download.chunks) {
        await this.reaching(() => writer.write(chunk));
        received += chunk.byteLength;
        this.bytes += chunk.byteLength;
        this.tell();
      }
    });
    const written = await folder.stat(part.name);
    if (received === 0 && start === 0) {
      throw new ApiError('wrongShape', 'the video is empty');
    }
    if (written?.bytes !== start + received) {
      throw new FolderError('other', `${written?.bytes ?? 0} of ${start + received} bytes are in the file`);
    }
  }

  /** Does something in the folder. What would keep every other file from being written, too, is remembered. */
  private async reaching<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof FolderError && hopeless.has(error.reason)) {
        this.obstacle ??= error;
      }
      throw error;
    }
  }

  /** @returns the name of the manifest; nothing where it could not be written. */
  private async writeManifest(): Promise<string | undefined> {
    const { manifest } = this;
    return manifest && (await this.quietly(() => manifest.write().then(() => manifest.name)));
  }

  private async quietly<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.host.log.warn(`Saving media: ${asError(error).message}`);
      return undefined;
    }
  }
}

/** Closes a file whatever happens. That it can't be closed is a failure only where nothing else failed. */
async function closing(writer: MediaWriter, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    await writer.close().catch(() => undefined);
    throw error;
  }
  await writer.close();
}

function folderErrorOf(thrown: unknown): FolderError {
  return thrown instanceof FolderError ? thrown : new FolderError('other', asError(thrown).message);
}
