import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import type { InputFile, InputFolder } from '../core/submissions/inputStore';

/** {@link InputFolder} on a disk. Nobody else on the machine can read what is in it. */
export class DiskInputFolder implements InputFolder {
  private writes = 0;

  constructor(
    private readonly folder: string,
    /** Names this window, unlike any other. */
    private readonly window: string,
  ) {}

  async read(name: string): Promise<Uint8Array | undefined> {
    try {
      return await fs.readFile(path.join(this.folder, name));
    } catch (error) {
      throwUnlessMissing(error);
      return undefined;
    }
  }

  async write(name: string, bytes: Uint8Array): Promise<void> {
    await fs.mkdir(this.folder, { recursive: true, mode: 0o700 });
    const part = path.join(this.folder, `${name}.${this.window}-${++this.writes}.part`);
    try {
      // To the disk itself: it must still be there when the machine goes down while the request is on its way.
      await fs.writeFile(part, bytes, { mode: 0o600, flush: true });
      await fs.rename(part, path.join(this.folder, name));
    } catch (error) {
      await fs.rm(part, { force: true });
      throw error;
    }
  }

  async remove(name: string): Promise<void> {
    await fs.rm(path.join(this.folder, name), { force: true });
  }

  async list(): Promise<InputFile[]> {
    try {
      const names = await fs.readdir(this.folder);
      return await Promise.all(
        names.map(async (name) => {
          const { size, mtimeMs } = await fs.stat(path.join(this.folder, name));
          return { name, bytes: size, at: mtimeMs };
        }),
      );
    } catch (error) {
      // Another window may just have deleted one of them.
      throwUnlessMissing(error);
      return [];
    }
  }
}

function throwUnlessMissing(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) {
    throw error;
  }
}
