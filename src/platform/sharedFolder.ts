import * as fs from 'node:fs/promises';
import type { SharedFiles } from '../core/account/sharedFiles';
import { codeOf, createFile, pathIn, replaceFile, undefinedIfMissing } from './files';

/** A lock that does not change for this long belongs to a window that was killed: a living one renews its lock. */
const staleLockMs = 5_000;
const renewLockMs = 1_000;
const maxWaitMs = 8_000;
const retryMs = 15;
/** On Windows, EPERM and EACCES mean that the file is being deleted. Elsewhere they mean that the folder is read-only. */
const lockedCodes = process.platform === 'win32' ? ['EEXIST', 'EPERM', 'EACCES'] : ['EEXIST'];

/** {@link SharedFiles} in a folder. */
export class DiskSharedFiles implements SharedFiles {
  private writes = 0;
  private locks = 0;

  constructor(
    private readonly folder: string,
    /** The unique name of this window. */
    private readonly window: string,
  ) {}

  async read(name: string): Promise<string | undefined> {
    return undefinedIfMissing(fs.readFile(this.pathOf(name), 'utf8'));
  }

  async write(name: string, text: string, check?: () => Promise<void>): Promise<void> {
    await fs.mkdir(this.folder, { recursive: true });
    await replaceFile(this.pathOf(name), text, {
      temporary: this.pathOf(`${name}.${this.window}-${++this.writes}.part`),
      mode: 0o600,
      isFlushed: true,
      check,
    });
  }

  async update(name: string, change: (text: string | undefined) => string | undefined): Promise<void> {
    const lock = await this.lock(`${name}.lock`);
    try {
      const changed = change(await this.read(name));
      if (changed !== undefined) {
        // Check before and after: this window may have been suspended, and lost its lock, at any time.
        await this.write(name, changed, lock.check);
        await lock.check();
      }
    } finally {
      await lock.release();
    }
  }

  async remove(name: string): Promise<void> {
    await fs.rm(this.pathOf(name), { force: true });
  }

  /** Takes the lock by creating its file, which only one process can do. */
  private async lock(name: string): Promise<Lock> {
    await fs.mkdir(this.folder, { recursive: true });
    const file = this.pathOf(name);
    const token = `${this.window}-${++this.locks}`;
    // A monotonic clock. File times are only compared with each other.
    const deadline = performance.now() + maxWaitMs;
    /** The lock of another window, and since when it has not changed. */
    let seen: { readonly state: string | undefined; readonly since: number } | undefined;
    for (;;) {
      try {
        await createFile(file, token, { mode: 0o600, isFlushed: false });
        return lockOf(file, token);
      } catch (error) {
        if (!lockedCodes.includes(codeOf(error) ?? '') || performance.now() > deadline) {
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
    return pathIn(this.folder, name);
  }
}

interface Lock {
  /** @throws {Error} if another window took the lock because this window seemed dead. */
  readonly check: () => Promise<void>;
  readonly release: () => Promise<void>;
}

function lockOf(file: string, token: string): Lock {
  // Keeps the lock alive on a slow disk. Fails if the lock is gone, which `check` detects too.
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

/** The owner of a lock and its last renewal. @returns undefined if there is no lock. */
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
