import type { SharedFiles } from '../../../src/core/account/sharedFiles';

/** Shared files in memory. Each call is asynchronous, so that calls of several windows interleave. */
export class MemoryFiles implements SharedFiles {
  readonly texts = new Map<string, string>();
  readonly calls: string[] = [];
  /** Writing fails, as in a read-only folder or on a full disk. */
  isReadOnly = false;
  /** The names of single files for which writing fails. */
  readonly unwritable = new Set<string>();
  /** The names of files that exist but can't be read. */
  readonly unreadable = new Set<string>();
  /** Called once, after the next `update` but before it resolves. */
  afterNextUpdate: (() => void) | undefined;

  async read(name: string): Promise<string | undefined> {
    this.calls.push(`read ${name}`);
    await Promise.resolve();
    if (this.unreadable.has(name)) {
      throw new Error('EMFILE: too many open files');
    }
    return this.texts.get(name);
  }

  async write(name: string, text: string): Promise<void> {
    this.calls.push(`write ${name}`);
    await this.permission(name);
    this.texts.set(name, text);
  }

  async update(name: string, change: (text: string | undefined) => string | undefined): Promise<void> {
    this.calls.push(`update ${name}`);
    await this.permission(name);
    const changed = change(this.texts.get(name));
    if (changed !== undefined) {
      this.texts.set(name, changed);
    }
    const { afterNextUpdate } = this;
    this.afterNextUpdate = undefined;
    afterNextUpdate?.();
  }

  async remove(name: string): Promise<void> {
    this.calls.push(`remove ${name}`);
    await this.permission(name);
    this.texts.delete(name);
  }

  private async permission(name: string): Promise<void> {
    await Promise.resolve();
    if (this.isReadOnly || this.unwritable.has(name)) {
      throw new Error('EROFS: read-only file system');
    }
  }
}
