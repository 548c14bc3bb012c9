import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import type { SharedFiles } from '../core/live/sharedFiles';

/** A lock this old was left behind by a window that was killed: none is held for longer than a moment. */
const staleLockMs = 5_000;
const longestWaitMs = 8_000;
const retryMs = 15;

/** {@link SharedFiles} in a folder. */
export class SharedFolder implements SharedFiles {
  private writes = 0;

  constructor(
    private readonly folder: string,
    /** Names this window, unlike any other. */
    private readonly window: string,
  ) {}

  async read(name: string): Promise<string | undefined> {
    try {
      return await fs.readFile(this.pathOf(name), 'utf8');
    } catch {
      return undefined;
    }
  }

  async write(name: string, text: string): Promise<void> {
    await fs.mkdir(this.folder, { recursive: true });
    const part = this.pathOf(`${name}.${this.window}-${++this.writes}.part`);
    try {
      await fs.writeFile(part, text, { mode: 0o600 });
      await fs.rename(part, this.pathOf(name));
    } catch (error) {
      await fs.rm(part, { force: true });
      throw error;
    }
  }

  async update(name: string, change: (text: string | undefined) => string | undefined): Promise<void> {
    const unlock = await this.lock(`${name}.lock`);
    try {
      const changed = change(await this.read(name));
      if (changed !== undefined) {
        await this.write(name, changed);
      }
    } finally {
      await unlock();
    }
  }

  async remove(name: string): Promise<void> {
    await fs.rm(this.pathOf(name), { force: true });
  }

  /** Creating a file that must not exist yet is the one thing that only one process can do. */
  private async lock(name: string): Promise<() => Promise<void>> {
    await fs.mkdir(this.folder, { recursive: true });
    const file = this.pathOf(name);
    for (const deadline = Date.now() + longestWaitMs; ;) {
      try {
        await fs.writeFile(file, this.window, { flag: 'wx', mode: 0o600 });
        return () => fs.rm(file, { force: true });
      } catch (error) {
        // Windows says EPERM or EACCES of a file that is just being deleted.
        if (!isCode(error, 'EEXIST', 'EPERM', 'EACCES') || Date.now() > deadline) {
          throw error;
        }
      }
      const { mtimeMs } = await fs.stat(file).catch(() => ({ mtimeMs: Date.now() }));
      if (Date.now() - mtimeMs > staleLockMs) {
        await fs.rm(file, { force: true });
      } else {
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
  }

  private pathOf(name: string): string {
    return path.join(this.folder, name);
  }
}

function isCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
