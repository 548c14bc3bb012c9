import * as fs from 'node:fs/promises';
import { constants } from 'node:fs';
import * as path from 'node:path';
import { FolderError, type FolderErrorReason, type MediaFolder, type MediaWriter } from '../core/media/folder';
import { closeSynced } from './closing';

/** {@link MediaFolder} on a disk. It is made where it is not there, and no link in it is ever followed. */
export class DiskMediaFolder implements MediaFolder {
  private texts = 0;

  constructor(private readonly folder: string) {}

  stat(name: string): Promise<{ bytes: number; isFile: boolean } | undefined> {
    return named(async () => {
      const stats = await fs.lstat(this.pathOf(name)).catch(nothingIfMissing);
      return stats === undefined ? undefined : { bytes: stats.size, isFile: stats.isFile() };
    });
  }

  open(name: string, from: number): Promise<MediaWriter> {
    return named(async () => {
      await this.make();
      const flags = constants.O_WRONLY | (from === 0 ? constants.O_CREAT | constants.O_EXCL : noFollow);
      const handle = await fs.open(this.pathOf(name), flags).catch((error: unknown) => {
        // The folder was there a moment ago: it is the file that is not.
        throw codeOf(error) === 'ENOENT' ? new FolderError('other', messageOf(error), 'ENOENT') : error;
      });
      try {
        // Not cut to it: what is longer by now is being written by somebody else, who would leave a hole.
        const { size } = await handle.stat();
        if (size !== from) {
          throw new FolderError('other', `the part has ${size} bytes and not ${from}: something else writes it`);
        }
      } catch (error) {
        await handle.close();
        throw error;
      }
      let at = from;
      return {
        write: (bytes) =>
          named(async () => {
            for (let done = 0; done < bytes.byteLength;) {
              const { bytesWritten } = await handle.write(bytes, done, bytes.byteLength - done, at);
              done += bytesWritten;
              at += bytesWritten;
            }
          }),
        close: () => named(() => closeSynced(handle)),
      };
    });
  }

  rename(from: string, to: string, isReplacing: boolean): Promise<void> {
    return named(async () => {
      const [source, target] = [this.pathOf(from), this.pathOf(to)];
      if (isReplacing) {
        await fs.rename(source, target);
        return;
      }
      try {
        // A second name for it is refused where the name is taken; to rename would not be.
        await fs.link(source, target);
      } catch (error) {
        if (codeOf(error) === 'EEXIST' || (await fs.lstat(source).catch(nothingIfMissing)) === undefined) {
          throw error;
        }
        // A disk that knows no second names: the name is taken by an empty file that is then replaced.
        await (await fs.open(target, 'wx')).close();
        try {
          await fs.rename(source, target);
        } catch (renaming) {
          await fs.rm(target, { force: true });
          throw renaming;
        }
        return;
      }
      await fs.rm(source);
    });
  }

  remove(name: string): Promise<void> {
    return named(() => fs.rm(this.pathOf(name), { force: true }));
  }

  readText(name: string): Promise<string | undefined> {
    return named(async () => {
      const stats = await fs.lstat(this.pathOf(name)).catch(nothingIfMissing);
      return stats?.isFile() && stats.size <= longestText ? await fs.readFile(this.pathOf(name), 'utf8') : undefined;
    });
  }

  writeText(name: string, text: string): Promise<void> {
    return named(async () => {
      await this.make();
      const draft = this.pathOf(`${name}.${process.pid}-${++this.texts}.tmp`);
      try {
        await fs.writeFile(draft, text, { flag: 'wx' });
        await fs.rename(draft, this.pathOf(name));
      } catch (error) {
        await fs.rm(draft, { force: true });
        throw error;
      }
    });
  }

  private async make(): Promise<void> {
    try {
      await fs.mkdir(this.folder, { recursive: true });
    } catch (error) {
      const code = codeOf(error);
      throw code === 'EEXIST' ? new FolderError('noFolder', messageOf(error), code) : error;
    }
  }

  private pathOf(name: string): string {
    return path.join(this.folder, name);
  }
}

const longestText = 64 * 1024 * 1024;
/** Windows has no such flag, and no links that anybody may make. */
const noFollow = (constants as { O_NOFOLLOW?: number }).O_NOFOLLOW ?? 0;

const reasons: Readonly<Record<string, FolderErrorReason>> = {
  ENOSPC: 'diskFull',
  EDQUOT: 'diskFull',
  EACCES: 'notWritable',
  EPERM: 'notWritable',
  EROFS: 'notWritable',
  ENOENT: 'noFolder',
  ENOTDIR: 'noFolder',
  EEXIST: 'nameTaken',
};

async function named<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FolderError) {
      throw error;
    }
    const code = codeOf(error);
    throw new FolderError((code === undefined ? undefined : reasons[code]) ?? 'other', messageOf(error), code);
  }
}

function nothingIfMissing(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') {
    throw error;
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
