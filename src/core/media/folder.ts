/** Why a file could not be written to a folder. */
export type FolderErrorReason =
  | 'diskFull' // or the quota is exceeded
  | 'notWritable' // no permission, or a read-only disk
  | 'noFolder' // the folder is gone, or its path is not a folder
  | 'nameTaken' // something else has that name
  | 'other';

/** A file could not be written. `message` is for the log, and is not translated. */
export class FolderError extends Error {
  override readonly name = 'FolderError';

  constructor(
    readonly reason: FolderErrorReason,
    message: string,
    /** The system's error code, such as `ENOSPC`. */
    readonly code?: string,
  ) {
    super(message);
  }
}

/** A folder that the user picked for media. Names have no path. All methods throw {@link FolderError}. */
export interface MediaFolder {
  /** @returns undefined if nothing has this name. A symbolic link does not count as a file. */
  stat(name: string): Promise<{ readonly bytes: number; readonly isFile: boolean } | undefined>;
  /**
   * Opens a file to write at an offset in bytes. At 0, creates the file: fails with `nameTaken` if the name exists. At
   * another offset, appends to the file: fails with `other` if its size is not that offset, because something else may be
   * writing to it.
   */
  open(name: string, from: number): Promise<MediaWriter>;
  /** Renames a file. Unless `isReplacing`, fails with `nameTaken` if the new name exists. */
  rename(from: string, to: string, isReplacing: boolean): Promise<void>;
  /** Deletes a file if it exists. */
  remove(name: string): Promise<void>;
  /** Reads a small text file. @returns undefined if it does not exist. */
  readText(name: string): Promise<string | undefined>;
  /** Writes a small text file atomically. */
  writeText(name: string, text: string): Promise<void>;
}

/** An open file. */
export interface MediaWriter {
  write(bytes: Uint8Array): Promise<void>;
  /** Resolves when all bytes are on the disk. */
  close(): Promise<void>;
}
