import * as fs from 'node:fs/promises';
import type { InputFile, InputFolder } from '../core/submissions/inputStore';
import { pathIn, replaceFile, undefinedIfMissing } from './files';

/** {@link InputFolder} on a disk. Only the user can read its files. */
export class DiskInputFolder implements InputFolder {
  private writes = 0;

  constructor(
    private readonly folder: string,
    /** The unique name of this window. */
    private readonly window: string,
  ) {}

  async read(name: string): Promise<Uint8Array | undefined> {
    return undefinedIfMissing(fs.readFile(this.pathOf(name)));
  }

  async write(name: string, bytes: Uint8Array): Promise<void> {
    await fs.mkdir(this.folder, { recursive: true, mode: 0o700 });
    // Flushed: the file must survive a power failure while the request is on its way.
    await replaceFile(this.pathOf(name), bytes, {
      temporary: this.pathOf(`${name}.${this.window}-${++this.writes}.part`),
      mode: 0o600,
      isFlushed: true,
    });
  }

  async remove(name: string): Promise<void> {
    await fs.rm(this.pathOf(name), { force: true });
  }

  async list(): Promise<InputFile[]> {
    const names = (await undefinedIfMissing(fs.readdir(this.folder))) ?? [];
    const files = names.map(async (name) => {
      // Another window may have deleted it in the meantime.
      const stats = await undefinedIfMissing(fs.stat(this.pathOf(name)));
      return stats === undefined ? undefined : { name, bytes: stats.size, at: stats.mtimeMs };
    });
    return (await Promise.all(files)).filter((file) => file !== undefined);
  }

  private pathOf(name: string): string {
    return pathIn(this.folder, name);
  }
}
