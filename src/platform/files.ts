/** File operations that the folders in `platform/` share. */
import * as fs from 'node:fs/promises';
import * as path from 'node:path';

/**
 * The path of a file in a folder.
 * @param name May contain `/`.
 * @throws {Error} if the name leads out of the folder.
 */
export function pathIn(folder: string, name: string): string {
  if (name.split(/[\\/]/).some((part) => part === '' || part === '.' || part === '..')) {
    throw new Error(`not a file name: ${name}`);
  }
  return path.join(folder, name);
}

/** @returns undefined if the file does not exist. */
export function undefinedIfMissing<T>(work: Promise<T>): Promise<T | undefined> {
  return undefinedOn(['ENOENT'], work);
}

/** @returns undefined if the work fails with one of these codes. */
export async function undefinedOn<T>(codes: readonly string[], work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (codes.includes(codeOf(error) ?? '')) {
      return undefined;
    }
    throw error;
  }
}

export interface WriteOptions {
  /** Permissions, as in `fs.open`. */
  readonly mode?: number;
  /** Flush to the disk, so that the file survives a power failure. */
  readonly isFlushed: boolean;
}

interface ReplaceOptions extends WriteOptions {
  readonly temporary: string;
  readonly check?: (() => Promise<void>) | undefined;
}

/**
 * Creates a file. If writing fails, no file is left.
 * @throws {Error} `EEXIST` if the file exists.
 */
export async function createFile(
  file: string,
  content: string | Uint8Array,
  { mode, isFlushed }: WriteOptions,
): Promise<void> {
  const handle = await fs.open(file, 'wx', mode);
  try {
    try {
      await handle.writeFile(content);
    } finally {
      await (isFlushed ? closeFlushed(handle) : handle.close());
    }
  } catch (error) {
    await fs.rm(file, { force: true });
    throw error;
  }
}

/**
 * Writes a file atomically: a reader sees the old content or the new content.
 * @param temporary The path of a temporary file in the same folder.
 * @param check Runs just before the file is replaced; if it throws, the old file stays.
 */
export async function replaceFile(
  file: string,
  content: string | Uint8Array,
  { temporary, check, ...options }: ReplaceOptions,
): Promise<void> {
  await createFile(temporary, content, options);
  try {
    await check?.();
    await fs.rename(temporary, file);
  } catch (error) {
    await fs.rm(temporary, { force: true });
    throw error;
  }
  if (options.isFlushed) {
    await flushFolder(path.dirname(file));
  }
}

/** Codes of file systems that can't flush a file or a folder. */
const unsupported = ['EINVAL', 'ENOTSUP', 'ENOSYS', 'EPERM', 'EACCES', 'EISDIR'];

/** Flushes a file to the disk and closes it. A full disk may be reported only now. */
export async function closeFlushed(handle: fs.FileHandle): Promise<void> {
  try {
    await undefinedOn(unsupported, handle.sync());
  } finally {
    await handle.close();
  }
}

/** Makes the new name of a file survive a power failure too, if the system supports that. Windows does not. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await undefinedOn(unsupported, fs.open(folder, 'r'));
  if (handle !== undefined) {
    await closeFlushed(handle);
  }
}

/** The system's error code, such as `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
