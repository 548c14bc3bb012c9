import type { SharedFiles } from '../../../../src/core/account/sharedFiles';
import type { InputFile, InputFolder } from '../../../../src/core/submissions/inputStore';
import type { FakeClock } from '../../support/fakeClock';
import { Life, never } from './life';

/**
 * The result of a write: `full`: nothing is written; `failsLate`: it is written, but reports an error; `diesBefore` and
 * `diesAfter`: the window dies before or after it.
 */
export type Write = 'works' | 'full' | 'failsLate' | 'diesBefore' | 'diesAfter';

/** An error of the disk. */
export class DiskError extends Error {
  override readonly name = 'DiskError';
}

/** The disk, which outlives every window. */
export class Disk {
  readonly texts = new Map<string, string>();
  readonly inputs = new Map<string, { bytes: Uint8Array; at: number }>();
  /** Called just before each write. If it throws, the write fails. */
  onWrite: (window: string, before: string | undefined, after: string) => void = () => undefined;

  constructor(readonly clock: FakeClock) {}
}

/** The disk as one window uses it. Every call ends a turn later, so that windows interleave. */
export class WindowDisk {
  /** The results of the next writes; all later ones work. */
  writes: Write[] = [];
  /** How many writes failed. */
  faults = 0;

  constructor(
    private readonly disk: Disk,
    private readonly window: string,
    private readonly life = new Life(),
  ) {}

  readonly files: SharedFiles = {
    read: async (name) => {
      await this.life.turn();
      return this.disk.texts.get(name);
    },
    write: (name, text) => this.files.update(name, () => text),
    update: async (name, change) => {
      await this.life.turn();
      const before = this.disk.texts.get(name);
      const after = change(before);
      if (after !== undefined) {
        await this.written(() => {
          this.disk.onWrite(this.window, before, after);
          this.disk.texts.set(name, after);
        });
      }
    },
    remove: async (name) => {
      await this.life.turn();
      this.disk.texts.delete(name);
    },
  };

  readonly folder: InputFolder = {
    read: async (name) => {
      await this.life.turn();
      return this.disk.inputs.get(name)?.bytes.slice();
    },
    write: async (name, bytes) => {
      await this.life.turn();
      await this.written(() => this.disk.inputs.set(name, { bytes: bytes.slice(), at: this.disk.clock.now() }));
    },
    remove: async (name) => {
      await this.life.turn();
      this.disk.inputs.delete(name);
    },
    list: async () => {
      await this.life.turn();
      return [...this.disk.inputs].map(([name, { bytes, at }]): InputFile => ({ name, bytes: bytes.length, at }));
    },
  };

  private async written(write: () => void): Promise<void> {
    const how = this.writes.shift() ?? 'works';
    this.faults += how === 'works' ? 0 : 1;
    if (how === 'diesBefore') {
      this.life.die();
      await never;
    }
    if (how === 'full') {
      throw new DiskError('ENOSPC: no space left on device');
    }
    write();
    if (how === 'diesAfter') {
      this.life.die();
    }
    await this.life.turn();
    if (how === 'failsLate') {
      throw new DiskError('EIO: i/o error');
    }
  }
}
