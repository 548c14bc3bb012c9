import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import type { SharedFiles } from '../core/live/sharedFiles';

/** A lock this old was left behind by a window that was killed: none is held for longer than a moment. */
const staleLockMs = 5_000;
const renewLockMs = 1_000;
const longestWaitMs = 8_000;
const retryMs = 15;

/** {@link SharedFiles} in a folder. */
export class SharedFolder implements SharedFiles {
  private writes = 0;
  private locks = 0;

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
    await this.replace(name, text, () => Promise.resolve());
  }

  async update(name: string, change: (text: string | undefined) => string | undefined): Promise<void> {
    const lock = await this.lock(`${name}.lock`);
    try {
      const changed = change(await this.existing(name));
      if (changed !== undefined) {
        // Both before and after: a window that was held up for long in between must not believe that nobody came in.
        await this.replace(name, changed, lock.check);
        await lock.check();
      }
    } finally {
      await lock.release();
    }
  }

  async remove(name: string): Promise<void> {
    await fs.rm(this.pathOf(name), { force: true });
  }

  /** Nothing only where there is no file. One that can't be read is there all the same, and must not be written over. */
  private async existing(name: string): Promise<string | undefined> {
    try {
      return await fs.readFile(this.pathOf(name), 'utf8');
    } catch (error) {
      if (isCode(error, 'ENOENT')) {
        return undefined;
      }
      throw error;
    }
  }

  /** The text is on the disk itself when this resolves, so that it outlives a power cut. */
  private async replace(name: string, text: string, check: () => Promise<void>): Promise<void> {
    await fs.mkdir(this.folder, { recursive: true });
    const part = this.pathOf(`${name}.${this.window}-${++this.writes}.part`);
    try {
      await writeThrough(part, text);
      await check();
      await fs.rename(part, this.pathOf(name));
    } catch (error) {
      await fs.rm(part, { force: true });
      throw error;
    }
    await flushFolder(this.folder);
  }

  /** Creating a file that must not exist yet is the one thing that only one process can do. */
  private async lock(name: string): Promise<Lock> {
    await fs.mkdir(this.folder, { recursive: true });
    const file = this.pathOf(name);
    const token = `${this.window}-${++this.locks}`;
    for (const deadline = Date.now() + longestWaitMs; ;) {
      try {
        await fs.writeFile(file, token, { flag: 'wx', mode: 0o600 });
        return lockOf(file, token);
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

interface Lock {
  /** @throws {Error} where another window holds it, because this one had held it for so long that it seemed dead. */
  readonly check: () => Promise<void>;
  readonly release: () => Promise<void>;
}

function lockOf(file: string, token: string): Lock {
  // A slow disk is no death. Fails where the lock is gone, which `check` finds too.
  const renewing = setInterval(() => void touch(file), renewLockMs);
  const isOurs = async (): Promise<boolean> => (await fs.readFile(file, 'utf8').catch(() => '')) === token;
  return {
    check: async () => {
      if (!(await isOurs())) {
        throw new Error(`another window has taken ${file}`);
      }
    },
    release: async () => {
      clearInterval(renewing);
      if (await isOurs()) {
        await fs.rm(file, { force: true });
      }
    },
  };
}

async function touch(file: string): Promise<void> {
  const now = new Date();
  await fs.utimes(file, now, now).catch(() => undefined);
}

/** By hand: Node before 20.10 takes the option `flush` of `writeFile`, and does nothing about it. */
async function writeThrough(file: string, text: string): Promise<void> {
  const handle = await fs.open(file, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** So that the new name of a file outlives a power cut too, where the system can do that: Windows can't. */
async function flushFolder(folder: string): Promise<void> {
  try {
    const handle = await fs.open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!isCode(error, 'EPERM', 'EACCES', 'EISDIR', 'EINVAL', 'ENOTSUP')) {
      throw error;
    }
  }
}

function isCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
