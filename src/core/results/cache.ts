import type { Download } from '../api/http/download';
import type { Clock } from '../common/clock';
import { asError } from '../common/errors';
import { sha256OfText } from '../common/hash';
import type { Log } from '../common/log';

/** The folder of the cache, shared by all windows of a user. Names are relative, with forward slashes. */
export interface ResultCacheFolder {
  /** Lists all files, at any depth. */
  list(): Promise<CacheEntry[]>;
  /** @returns undefined if there is no such file. */
  stat(name: string): Promise<CacheEntry | undefined>;
  /** Creates a new file, and its parent folders. Rejects if the file exists. */
  create(name: string): Promise<CacheFileWriter>;
  /** Replaces a file that has the new name. */
  rename(from: string, to: string): Promise<void>;
  /** Reads up to `length` bytes from `start`. @returns undefined if there is no such file. */
  read(name: string, start: number, length: number): Promise<{ bytes: Uint8Array; entry: CacheEntry } | undefined>;
  /** Sets `usedAt` without changing `changedAt`. */
  touch(name: string, usedAt: number): Promise<void>;
  /** Deletes a file, or a folder with its contents. */
  remove(name: string): Promise<void>;
}

export interface CacheEntry {
  readonly name: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly changedAt: number;
  /** Milliseconds since 1970. */
  readonly usedAt: number;
}

export interface CacheFileWriter {
  write(bytes: Uint8Array): Promise<void>;
  /** Resolves when all bytes are on the disk. */
  close(): Promise<void>;
}

export interface ResultCacheHost {
  readonly folder: ResultCacheFolder;
  /** A unique name of this window. */
  readonly window: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Maximum size of all files together, in bytes. */
  readonly maxBytes?: number;
}

/** A result file in the cache. */
export interface CachedFile {
  /** The size in bytes. */
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly cachedAt: number;
  /**
   * Reads up to `length` bytes from `start`: fewer only at the end of the file.
   * @returns undefined if the file was deleted or replaced since.
   */
  read(start: number, length: number): Promise<Uint8Array | undefined>;
}

/** Writes a file to the cache. End it with `complete` or `discard`. Its methods never reject. */
export interface CacheWriter {
  /** Appends bytes. If that fails, the file is not cached. */
  write(bytes: Uint8Array): Promise<void>;
  /** Puts the complete file in the cache. @returns whether that succeeded. */
  complete(): Promise<boolean>;
  /** Drops the incomplete file. Does nothing after `complete`. */
  discard(): Promise<void>;
}

const defaultMaxBytes = 200 * 1024 * 1024;

/** A part file that has not been written to for this long is from a window that was killed. */
const stalePartMs = 24 * 60 * 60 * 1_000;

/**
 * Result files, byte for byte, so that they outlive the copy on the server (how long that exists is not documented).
 * Each account has a folder, because no account may see the results of another. An error of the file system means that a
 * file is not cached, nothing worse.
 *
 * A window writes to its own part file and renames it when it is complete. So a visible file is always complete, and
 * two windows that load the same results do not conflict.
 */
export class ResultCache {
  private partCount = 0;
  /** The open writers. A file that is being written while its account is deleted must not appear afterwards. */
  private readonly writers = new Set<{ account: string; isForgotten: boolean }>();

  constructor(private readonly host: ResultCacheHost) {}

  /**
   * Finds the cached results of a batch, and marks them as used now. Never rejects.
   * @param account The ID of the account.
   * @returns undefined if they are not cached.
   */
  async find(account: string, batchId: string): Promise<CachedFile | undefined> {
    const { folder, clock } = this.host;
    const name = await fileName(account, batchId);
    const found = await this.quietly(() => folder.stat(name));
    if (found === undefined) {
      return undefined;
    }
    await this.quietly(() => folder.touch(name, clock.now()));
    const read = async (start: number, length: number): Promise<Uint8Array | undefined> => {
      const part = await this.quietly(() => folder.read(name, start, length));
      const isSame = part?.entry.bytes === found.bytes && part.entry.changedAt === found.changedAt;
      const expected = Math.max(0, Math.min(length, found.bytes - start));
      return isSame && part.bytes.byteLength === expected ? part.bytes : undefined;
    };
    return { bytes: found.bytes, cachedAt: found.changedAt, read };
  }

  /** Starts writing the results of a batch. Never rejects. */
  async createWriter(account: string, batchId: string): Promise<CacheWriter> {
    const { folder, window } = this.host;
    const name = await fileName(account, batchId);
    const part = `${name}.${window}-${++this.partCount}.part`;
    const state = { account, isForgotten: false };
    let bytes = 0;
    let writer = await this.quietly(() => folder.create(part));
    this.writers.add(state);
    const stop = async (): Promise<void> => {
      this.writers.delete(state);
      const ended = writer;
      writer = undefined;
      if (ended !== undefined) {
        await this.quietly(() => ended.close());
        await this.quietly(() => folder.remove(part));
      }
    };
    return {
      write: async (chunk) => {
        bytes += chunk.byteLength;
        const current = writer;
        const isWritten =
          current !== undefined &&
          bytes <= this.maxBytes &&
          !state.isForgotten &&
          (await this.succeeds(() => current.write(chunk)));
        if (!isWritten) {
          await stop();
        }
      },
      complete: async () => {
        const ended = writer;
        const isCached =
          ended !== undefined &&
          !state.isForgotten &&
          (await this.succeeds(async () => {
            await ended.close();
            await folder.rename(part, name);
          }));
        if (!isCached) {
          await stop();
          return false;
        }
        writer = undefined;
        this.writers.delete(state);
        await this.quietly(() => this.evict(name));
        return true;
      },
      discard: stop,
    };
  }

  /**
   * Passes on the chunks of a download, and caches the file if all of it arrives. If the download fails or the reader
   * stops early, nothing is cached.
   */
  async *cacheWhileReading(account: string, batchId: string, download: Download): AsyncGenerator<Uint8Array, void> {
    const writer = await this.createWriter(account, batchId);
    try {
      for await (const chunk of download.chunks) {
        await writer.write(chunk);
        yield chunk;
      }
      await writer.complete();
    } finally {
      await writer.discard();
      download.close();
    }
  }

  /** Deletes the cached files of an account. @returns whether that succeeded. Never rejects. */
  forget(account: string): Promise<boolean> {
    return this.forgetWhere(
      (one) => one === account,
      () => this.host.folder.remove(folderName(account)),
    );
  }

  /** Deletes all cached files. @returns whether that succeeded. Never rejects. */
  forgetAll(): Promise<boolean> {
    return this.forgetWhere(
      () => true,
      async () => {
        const names = (await this.host.folder.list()).map(({ name }) => name.split('/', 1)[0] ?? name);
        for (const name of new Set(names)) {
          await this.host.folder.remove(name);
        }
      },
    );
  }

  private async forgetWhere(matches: (account: string) => boolean, remove: () => Promise<void>): Promise<boolean> {
    for (const writer of this.writers) {
      writer.isForgotten ||= matches(writer.account);
    }
    return this.succeeds(remove);
  }

  private get maxBytes(): number {
    return this.host.maxBytes ?? defaultMaxBytes;
  }

  /** Deletes stale part files, and the least recently used files until the rest fits, but never the newest file. */
  private async evict(newest: string): Promise<void> {
    const { folder, clock } = this.host;
    const all = await folder.list();
    const isPart = ({ name }: CacheEntry): boolean => name.endsWith('.part');
    for (const { name } of all.filter((entry) => isPart(entry) && clock.now() - entry.changedAt > stalePartMs)) {
      await this.quietly(() => folder.remove(name));
    }
    const lastUse = ({ usedAt, changedAt }: CacheEntry): number => Math.max(usedAt, changedAt);
    const files = all.filter((entry) => !isPart(entry)).sort((a, b) => lastUse(a) - lastUse(b));
    let bytes = files.reduce((sum, entry) => sum + entry.bytes, 0);
    for (const entry of files) {
      if (bytes <= this.maxBytes) {
        return;
      }
      if (entry.name !== newest && (await this.succeeds(() => folder.remove(entry.name)))) {
        bytes -= entry.bytes;
      }
    }
  }

  /** Logs an error instead of throwing it. */
  private async quietly<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.host.log.warn(`Result cache: ${asError(error).message}`);
      return undefined;
    }
  }

  private async succeeds(work: () => Promise<void>): Promise<boolean> {
    return (await this.quietly(() => work().then(() => true))) ?? false;
  }
}

/** A batch ID may contain any character, so the name of its file is a hash. */
async function fileName(account: string, batchId: string): Promise<string> {
  // JSON escapes unpaired surrogates. In UTF-8 they would all become the same bytes, and different IDs the same hash.
  const hash = await sha256OfText(JSON.stringify(batchId));
  return `${folderName(account)}/${hash}.jsonl`;
}

function folderName(account: string): string {
  if (!/^[0-9a-f]{8,64}$/.test(account)) {
    throw new Error('not an account ID');
  }
  return account;
}
