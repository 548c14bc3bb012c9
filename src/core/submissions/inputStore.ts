import { sha256 } from '../common/hash';
import { InputMissingError } from './errors';
import { isSettled, type Submission } from './submission';

/** A folder of the extension. */
export interface InputFolder {
  /** @returns undefined if there is no such file. @throws {Error} if it can't be read. */
  read(name: string): Promise<Uint8Array | undefined>;
  /** Writes a file atomically; it is on the disk when the promise resolves. @throws {Error} if that fails. */
  write(name: string, bytes: Uint8Array): Promise<void>;
  remove(name: string): Promise<void>;
  list(): Promise<readonly InputFile[]>;
}

export interface InputFile {
  readonly name: string;
  readonly bytes: number;
  /** Time of the last write, in milliseconds since 1970. */
  readonly at: number;
}

/** Another window may be about to add the submission of an input that is newer than this, in milliseconds. */
const minAgeToPruneMs = 60 * 60_000;

/** The total size limit for the inputs of settled submissions. */
const maxSettledBytes = 200 * 1024 * 1024;

/**
 * Stores the exact bytes that are sent, by their hash: a submission resumes with what the user agreed to even if the file
 * has changed, and failed requests can be exported from what was really sent.
 */
export class InputStore {
  constructor(private readonly folder: InputFolder) {}

  /**
   * Stores an input.
   * @returns its hash, see {@link sha256}.
   * @throws {Error} if it can't be written.
   */
  async add(input: Uint8Array): Promise<string> {
    const hash = await sha256(input);
    // Written even if it exists: another window could delete an old file before the submission is added, see
    // `minAgeToPruneMs`.
    await this.folder.write(nameOf(hash), input);
    return hash;
  }

  /**
   * Reads the bytes that have this hash.
   * @throws {InputMissingError} if they are missing or have changed; {Error} if they can't be read.
   */
  async read(hash: string): Promise<Uint8Array> {
    const input = await this.folder.read(nameOf(hash));
    if (input === undefined || (await sha256(input)) !== hash) {
      throw new InputMissingError('the stored copy of the input is missing');
    }
    return input;
  }

  /**
   * Deletes the inputs that no submission needs, and the oldest ones of settled submissions above the size limit.
   * @param now In milliseconds since 1970.
   */
  async prune(submissions: readonly Submission[], now: number): Promise<void> {
    const all = await this.folder.list();
    const files = new Map(all.map(({ name, bytes }) => [name, bytes]));
    const needed = new Set<string>();
    const useful = new Set<string>();
    for (const submission of [...submissions].sort((a, b) => b.createdAt - a.createdAt)) {
      for (const { hash } of submission.parts) {
        (isSettled(submission) ? useful : needed).add(nameOf(hash));
      }
    }
    let room = maxSettledBytes;
    for (const name of useful) {
      const bytes = files.get(name) ?? 0;
      if (!needed.has(name) && bytes <= room) {
        room -= bytes;
        needed.add(name);
      }
    }
    for (const { name, at } of all) {
      if (!needed.has(name) && at < now - minAgeToPruneMs) {
        await this.folder.remove(name);
      }
    }
  }

  /** Deletes the inputs of settled submissions. Inputs that are still to be sent stay. */
  async deleteSettled(submissions: readonly Submission[]): Promise<void> {
    const needed = new Set(submissions.filter((each) => !isSettled(each)).flatMap(hashesOf));
    for (const hash of submissions.filter(isSettled).flatMap(hashesOf)) {
      if (!needed.has(hash)) {
        await this.folder.remove(nameOf(hash));
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
