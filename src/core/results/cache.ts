import type { Download } from '../api/http/download';
import type { Clock } from '../common/clock';
import { asError } from '../common/errors';
import { sha256OfText } from '../common/hash';
import type { Log } from '../common/log';

/** A folder of this extension's own, which all windows of one user share. Names are relative, with forward slashes. */
export interface ResultCacheFolder {
  /** All files, at any depth. */
  list(): Promise<CacheEntry[]>;
  /** Nothing where there is no such file. */
  stat(name: string): Promise<CacheEntry | undefined>;
  /** A file that was not there before, with the folders above it. */
  create(name: string): Promise<CacheFileWriter>;
  /** In place of what has that name, if anything. */
  rename(from: string, to: string): Promise<void>;
  /** Up to `length` bytes from `start` on, and what the file is like now; nothing where there is none. */
  read(name: string, start: number, length: number): Promise<{ bytes: Uint8Array; entry: CacheEntry } | undefined>;
  /** Sets `usedAt` and leaves `changedAt`. */
  touch(name: string, usedAt: number): Promise<void>;
  /** A file, or a folder with all that is in it. */
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
  /** All is on the disk. */
  close(): Promise<void>;
}

export interface ResultCacheHost {
  readonly folder: ResultCacheFolder;
  /** Names this window, unlike any other. */
  readonly window: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Bytes of all kept files together. */
  readonly maxBytes?: number;
}

/** A kept result file. */
export interface CachedFile {
  readonly bytes: number;
  /** When it was kept, in milliseconds since 1970. */
  readonly cachedAt: number;
  /**
   * Up to `length` bytes from `start` on: fewer only at the end of the file.
   * @returns nothing where the file is not there any more, or is not the same one.
   */
  read(start: number, length: number): Promise<Uint8Array | undefined>;
}

/** Takes the bytes of a file that is to be kept, in their order. Ends with `complete` or `discard`. */
export interface CacheWriter {
  /** Never fails: what can't be written is not kept. */
  write(bytes: Uint8Array): Promise<void>;
  /** All bytes came: from now on the file is there. @returns whether it is. Never fails. */
  complete(): Promise<boolean>;
  /** Not all bytes came, or they are not wanted. Never fails. Does nothing after `complete`. */
  discard(): Promise<void>;
}

export const maxCacheBytes = 200 * 1024 * 1024;

/** A part file that was not written to for so long was left behind by a window that was killed. */
const staleMs = 24 * 60 * 60 * 1_000;

/**
 * Result files as they came from the server, kept so that they outlive its copy: how long it keeps them is not
 * documented. By account, since another account must never see them. Where something fails there is less to read, and
 * nothing worse.
 *
 * A file is written under the name of a part that is this window's own, and gets its name when it is complete; so a file
 * that can be seen is whole, and two windows that load the same results do not disturb each other.
 */
export class ResultCache {
  private count = 0;
  /** What is being written when something is forgotten must not come back. */
  private readonly open = new Set<{ account: string; isForgotten: boolean }>();

  constructor(private readonly host: ResultCacheHost) {}

  /**
   * The kept results of a batch; nothing where there are none. Counts as a use of them. Never fails.
   * @param account see `accountOf`.
   */
  async find(account: string, batchId: string): Promise<CachedFile | undefined> {
    const { folder, clock } = this.host;
    const name = await nameOf(account, batchId);
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

  /** Begins to keep the results of a batch. Never fails. */
  async keep(account: string, batchId: string): Promise<CacheWriter> {
    const { folder, window } = this.host;
    const name = await nameOf(account, batchId);
    const part = `${name}.${window}-${++this.count}.part`;
    const state = { account, isForgotten: false };
    let bytes = 0;
    let writer = await this.quietly(() => folder.create(part));
    this.open.add(state);
    const stop = async (): Promise<void> => {
      this.open.delete(state);
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
        const isKept =
          ended !== undefined &&
          !state.isForgotten &&
          (await this.succeeds(async () => {
            await ended.close();
            await folder.rename(part, name);
          }));
        if (!isKept) {
          await stop();
          return false;
        }
        writer = undefined;
        this.open.delete(state);
        await this.quietly(() => this.makeRoom(name));
        return true;
      },
      discard: stop,
    };
  }

  /**
   * Hands on what a download brings, and keeps it once all of it came. Whoever reads stops, or fails, or is cancelled:
   * then nothing is kept.
   */
  async *keepWhileReading(account: string, batchId: string, download: Download): AsyncGenerator<Uint8Array, void> {
    const keeping = await this.keep(account, batchId);
    try {
      for await (const chunk of download.chunks) {
        await keeping.write(chunk);
        yield chunk;
      }
      await keeping.complete();
    } finally {
      await keeping.discard();
      download.close();
    }
  }

  /** Deletes all that is kept of one account. @returns whether that was possible. Never fails. */
  forget(account: string): Promise<boolean> {
    return this.forgetWhere(
      (one) => one === account,
      () => this.host.folder.remove(checked(account)),
    );
  }

  /** Deletes all that is kept. @returns whether that was possible. Never fails. */
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

  private async forgetWhere(concerns: (account: string) => boolean, remove: () => Promise<void>): Promise<boolean> {
    for (const state of this.open) {
      state.isForgotten ||= concerns(state.account);
    }
    return this.succeeds(remove);
  }

  private get maxBytes(): number {
    return this.host.maxBytes ?? maxCacheBytes;
  }

  /** Deletes what was not used for longest until the rest fits, but never the newest one, and parts that nobody writes. */
  private async makeRoom(newest: string): Promise<void> {
    const { folder, clock } = this.host;
    const all = await folder.list();
    const isPart = ({ name }: CacheEntry): boolean => name.endsWith('.part');
    for (const { name } of all.filter((entry) => isPart(entry) && clock.now() - entry.changedAt > staleMs)) {
      await this.quietly(() => folder.remove(name));
    }
    const lastUse = ({ usedAt, changedAt }: CacheEntry): number => Math.max(usedAt, changedAt);
    const kept = all.filter((entry) => !isPart(entry)).sort((a, b) => lastUse(a) - lastUse(b));
    let bytes = kept.reduce((sum, entry) => sum + entry.bytes, 0);
    for (const entry of kept) {
      if (bytes <= this.maxBytes) {
        return;
      }
      if (entry.name !== newest && (await this.succeeds(() => folder.remove(entry.name)))) {
        bytes -= entry.bytes;
      }
    }
  }

  private async quietly<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.host.log.warn(`Kept results: ${asError(error).message}`);
      return undefined;
    }
  }

  private async succeeds(work: () => Promise<void>): Promise<boolean> {
    return (await this.quietly(() => work().then(() => true))) ?? false;
  }
}

/** An ID may hold anything, and so never is a name itself. */
async function nameOf(account: string, batchId: string): Promise<string> {
  // Halves of characters would all become the same one in UTF-8, and make IDs alike that are not.
  const hash = await sha256OfText(JSON.stringify(batchId));
  return `${checked(account)}/${hash}.jsonl`;
}

function checked(account: string): string {
  if (!/^[0-9a-f]{8,64}$/.test(account)) {
    throw new Error('not the name of an account');
  }
  return account;
}
