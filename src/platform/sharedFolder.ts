import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import type { SharedFiles } from '../core/account/sharedFiles';

/** A lock that stays as it is for this long was left behind by a window that was killed: others renew theirs. */
const staleLockMs = 5_000;
const renewLockMs = 1_000;
const longestWaitMs = 8_000;
const retryMs = 15;
/** Windows says EPERM or EACCES of a file that is just being deleted; elsewhere that is a folder one may not write to. */
const takenCodes = process.platform === 'win32' ? ['EEXIST', 'EPERM', 'EACCES'] : ['EEXIST'];

/** {@link SharedFiles} in a folder. */
export class DiskSharedFiles implements SharedFiles {
  private writes = 0;
  private locks = 0;

  constructor(
    private readonly folder: string,
    /** Names this window, unlike any other. */
    private readonly window: string,
  ) {}

  /** Nothing only where there is no file. One that can't be read is there all the same, and must not be written over. */
  async read(name: string): Promise<string | undefined> {
    try {
      return await fs.readFile(this.pathOf(name), 'utf8');
    } catch (error) {
      if (isCode(error, 'ENOENT')) {
        return undefined;
      }
      throw error;
    }
  }

  async write(name: string, text: string): Promise<void> {
    await this.replace(name, text, () => Promise.resolve());
  }

  async update(name: string, change: (text: string | undefined) => string | undefined): Promise<void> {
    const lock = await this.lock(`${name}.lock`);
    try {
      const changed = change(await this.read(name));
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
    // By a clock that nobody sets: times of files are compared with each other only.
    const deadline = performance.now() + longestWaitMs;
    /** The lock of another window, and since when it has been seen to stay as it is. */
    let seen: { readonly state: string | undefined; readonly since: number } | undefined;
    for (;;) {
      try {
        await createWith(file, token);
        return lockOf(file, token);
      } catch (error) {
        if (!isCode(error, ...takenCodes) || performance.now() > deadline) {
          throw error;
        }
      }
      const state = await stateOf(file);
      const now = performance.now();
      if (state === undefined || state !== seen?.state) {
        seen = { state, since: now };
      }
      if (now - seen.since > staleLockMs) {
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

/** Creates a file that must not exist yet, or leaves none: on a full disk it would be there, and empty. */
async function createWith(file: string, text: string): Promise<void> {
  const handle = await fs.open(file, 'wx', 0o600);
  try {
    try {
      await handle.writeFile(text);
    } finally {
      await handle.close();
    }
  } catch (error) {
    await fs.rm(file, { force: true });
    throw error;
  }
}

/** Who holds a lock, and when it was last renewed; nothing where it is gone. */
async function stateOf(file: string): Promise<string | undefined> {
  try {
    return `${(await fs.stat(file)).mtimeMs} ${await fs.readFile(file, 'utf8')}`;
  } catch {
    return undefined;
  }
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
