import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import type { CacheEntry, CacheFileWriter, ResultCacheFolder } from '../core/results/cache';
import { closeFlushed, pathIn, undefinedOn } from './files';

/** A file, or a folder above it, does not exist. */
const missing = ['ENOENT', 'ENOTDIR'];

/** {@link ResultCacheFolder} on a disk. Only the user can read its files. */
export class DiskResultCacheFolder implements ResultCacheFolder {
  constructor(private readonly top: string) {}

  async list(): Promise<CacheEntry[]> {
    const found = await undefinedOn(missing, fs.readdir(this.top, { recursive: true, withFileTypes: true }));
    const entries = (found ?? [])
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(this.top, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
      .map((name) => this.stat(name));
    return (await Promise.all(entries)).filter((entry) => entry !== undefined);
  }

  async stat(name: string): Promise<CacheEntry | undefined> {
    const stats = await undefinedOn(missing, fs.lstat(this.pathOf(name)));
    return stats?.isFile() ? entryOf(name, stats) : undefined;
  }

  async create(name: string): Promise<CacheFileWriter> {
    const file = this.pathOf(name);
    await fs.mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    const handle = await fs.open(file, 'wx', 0o600);
    return {
      write: (bytes) => handle.writeFile(bytes),
      close: () => closeFlushed(handle),
    };
  }

  async rename(from: string, to: string): Promise<void> {
    await fs.rename(this.pathOf(from), this.pathOf(to));
  }

  async read(
    name: string,
    start: number,
    length: number,
  ): Promise<{ bytes: Uint8Array; entry: CacheEntry } | undefined> {
    const handle = await undefinedOn(missing, fs.open(this.pathOf(name), 'r'));
    if (handle === undefined) {
      return undefined;
    }
    try {
      const entry = entryOf(name, await handle.stat());
      const bytes = Buffer.alloc(Math.max(0, Math.min(length, entry.bytes - start)));
      let filled = 0;
      while (filled < bytes.length) {
        const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, start + filled);
        if (bytesRead === 0) {
          break;
        }
        filled += bytesRead;
      }
      return { bytes: bytes.subarray(0, filled), entry };
    } finally {
      await handle.close();
    }
  }

  async touch(name: string, usedAt: number): Promise<void> {
    const { mtime } = await fs.stat(this.pathOf(name));
    await fs.utimes(this.pathOf(name), new Date(usedAt), mtime);
  }

  async remove(name: string): Promise<void> {
    // Windows refuses to delete a file while another window reads it, so try again a moment later.
    await fs.rm(this.pathOf(name), { recursive: true, force: true, maxRetries: 3, retryDelay: 50 });
  }

  private pathOf(name: string): string {
    return pathIn(this.top, name);
  }
}

function entryOf(
  name: string,
  stats: { readonly size: number; readonly mtimeMs: number; readonly atimeMs: number },
): CacheEntry {
  // In whole milliseconds: `touch` writes the time of the last change back without fractions.
  return { name, bytes: stats.size, changedAt: Math.round(stats.mtimeMs), usedAt: Math.round(stats.atimeMs) };
}
