import * as fs from 'node:fs/promises';
import { constants } from 'node:fs';
import { asError } from '../core/common/errors';
import { FolderError, type FolderErrorReason, type MediaFolder, type MediaWriter } from '../core/media/folder';
import { closeFlushed, codeOf, pathIn, replaceFile, undefinedIfMissing } from './files';

/** {@link MediaFolder} on a disk. Creates the folder if it does not exist. Never follows a link in it. */
export class DiskMediaFolder implements MediaFolder {
  private writes = 0;

  constructor(private readonly folder: string) {}

  stat(name: string): Promise<{ bytes: number; isFile: boolean } | undefined> {
    return withFolderErrors(async () => {
      const stats = await undefinedIfMissing(fs.lstat(this.pathOf(name)));
      return stats === undefined ? undefined : { bytes: stats.size, isFile: stats.isFile() };
    });
  }

  open(name: string, from: number): Promise<MediaWriter> {
    return withFolderErrors(async () => {
      await this.create();
      const flags = constants.O_WRONLY | (from === 0 ? constants.O_CREAT | constants.O_EXCL : noFollow);
      const handle = await fs.open(this.pathOf(name), flags).catch((error: unknown) => {
        // The folder exists, so the file is missing.
        throw codeOf(error) === 'ENOENT' ? new FolderError('other', asError(error).message, 'ENOENT') : error;
      });
      try {
        // Do not truncate a longer file: something else is writing it, and would leave a hole.
        const { size } = await handle.stat();
        if (size !== from) {
          throw new FolderError('other', `the file has ${size} bytes instead of ${from}: something else is writing it`);
        }
      } catch (error) {
        await handle.close();
        throw error;
      }
      let at = from;
      return {
        write: (bytes) =>
          withFolderErrors(async () => {
            for (let done = 0; done < bytes.byteLength;) {
              const { bytesWritten } = await handle.write(bytes, done, bytes.byteLength - done, at);
              done += bytesWritten;
              at += bytesWritten;
            }
          }),
        close: () => withFolderErrors(() => closeFlushed(handle)),
      };
    });
  }

  rename(from: string, to: string, isReplacing: boolean): Promise<void> {
    return withFolderErrors(async () => {
      const [source, target] = [this.pathOf(from), this.pathOf(to)];
      if (isReplacing) {
        await fs.rename(source, target);
        return;
      }
      try {
        // Fails if the name is taken, unlike `rename`.
        await fs.link(source, target);
      } catch (error) {
        if (codeOf(error) === 'EEXIST' || (await undefinedIfMissing(fs.lstat(source))) === undefined) {
          throw error;
        }
        // The file system has no hard links: reserve the name with an empty file, then replace that.
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
    return withFolderErrors(() => fs.rm(this.pathOf(name), { force: true }));
  }

  readText(name: string): Promise<string | undefined> {
    return withFolderErrors(async () => {
      const stats = await undefinedIfMissing(fs.lstat(this.pathOf(name)));
      return stats?.isFile() && stats.size <= maxTextBytes ? await fs.readFile(this.pathOf(name), 'utf8') : undefined;
    });
  }

  writeText(name: string, text: string): Promise<void> {
    return withFolderErrors(async () => {
      await this.create();
      const temporary = this.pathOf(`${name}.${process.pid}-${++this.writes}.tmp`);
      await replaceFile(this.pathOf(name), text, { temporary, isFlushed: false });
    });
  }

  private async create(): Promise<void> {
    try {
      await fs.mkdir(this.folder, { recursive: true });
    } catch (error) {
      const code = codeOf(error);
      throw code === 'EEXIST' ? new FolderError('noFolder', asError(error).message, code) : error;
    }
  }

  private pathOf(name: string): string {
    return pathIn(this.folder, name);
  }
}

const maxTextBytes = 64 * 1024 * 1024;
/** Windows has no such flag, and only administrators can create links. */
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

/** Turns the system's errors into {@link FolderError}. */
async function withFolderErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FolderError) {
      throw error;
    }
    const code = codeOf(error);
    throw new FolderError((code === undefined ? undefined : reasons[code]) ?? 'other', asError(error).message, code);
  }
}
