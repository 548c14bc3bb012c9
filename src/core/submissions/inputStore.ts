import { sha256 } from '../common/hash';
import { isSettled, type Submission } from './submission';

/** Files of a folder of the extension's own. */
export interface InputFolder {
  /** Nothing where there is no such file. @throws {Error} when it can't be read. */
  read(name: string): Promise<Uint8Array | undefined>;
  /** Writes a file so that it is on the disk, whole, when the promise resolves. @throws {Error} when that fails. */
  write(name: string, bytes: Uint8Array): Promise<void>;
  remove(name: string): Promise<void>;
  list(): Promise<readonly InputFile[]>;
}

export interface InputFile {
  readonly name: string;
  readonly bytes: number;
  /** When it was written, in milliseconds since 1970. */
  readonly at: number;
}

/** An input this new may be that of a submission which another window is about to write down. In milliseconds. */
const newForMs = 60 * 60_000;

/** Bytes that the inputs of settled submissions may take up together. */
const mostSettledBytes = 200 * 1024 * 1024;

/** The copy of what was to be sent is not there any more, or is not what it was: nothing can be sent from it. */
export class InputMissingError extends Error {
  override readonly name = 'InputGone';
}

/**
 * The exact bytes of what is sent, by their hash: so that a submission goes on as it was agreed to, whatever has become of
 * the file, and so that failed requests can be taken from what was really sent.
 */
export class InputStore {
  constructor(private readonly folder: InputFolder) {}

  /**
   * Keeps an input.
   * @returns its hash, see {@link sha256}.
   * @throws {Error} when it can't be written.
   */
  async keep(input: Uint8Array): Promise<string> {
    const hash = await sha256(input);
    // Written anew where it is there already: one that looks old could be deleted by another window before the submission
    // is written down, see `newForMs`.
    await this.folder.write(nameOf(hash), input);
    return hash;
  }

  /**
   * The bytes that have this hash.
   * @throws {InputMissingError} when they are not there or not the same any more; {Error} when they can't be read.
   */
  async read(hash: string): Promise<Uint8Array> {
    const input = await this.folder.read(nameOf(hash));
    if (input === undefined || (await sha256(input)) !== hash) {
      throw new InputMissingError('the copy of what was to be sent is gone');
    }
    return input;
  }

  /**
   * Deletes what no submission needs, and of what settled ones may still want as much as goes over the limit.
   * @param now in milliseconds since 1970.
   */
  async prune(submissions: readonly Submission[], now: number): Promise<void> {
    const all = await this.folder.list();
    const files = new Map(all.map(({ name, bytes }) => [name, bytes]));
    const needed = new Set<string>();
    const wanted = new Set<string>();
    for (const submission of [...submissions].sort((a, b) => b.createdAt - a.createdAt)) {
      for (const { hash } of submission.parts) {
        (isSettled(submission) ? wanted : needed).add(nameOf(hash));
      }
    }
    let room = mostSettledBytes;
    for (const name of wanted) {
      const bytes = files.get(name) ?? 0;
      if (!needed.has(name) && bytes <= room) {
        room -= bytes;
        needed.add(name);
      }
    }
    await this.removeBut(all, needed, now);
  }

  /** Deletes the inputs of settled submissions. What is still to be sent stays. */
  async forget(submissions: readonly Submission[]): Promise<void> {
    const settled = submissions.filter(isSettled).flatMap(({ parts }) => parts);
    const needed = new Set(submissions.filter((each) => !isSettled(each)).flatMap(hashesOf));
    for (const { hash } of settled) {
      if (!needed.has(hash)) {
        await this.folder.remove(nameOf(hash));
      }
    }
  }

  private async removeBut(files: readonly InputFile[], needed: ReadonlySet<string>, now: number): Promise<void> {
    for (const { name, at } of files) {
      if (!needed.has(name) && at < now - newForMs) {
        await this.folder.remove(name);
      }
    }
  }
}

function hashesOf({ parts }: Submission): string[] {
  return parts.map(({ hash }) => hash);
}

function nameOf(hash: string): string {
  return `${hash}.jsonl`;
}
