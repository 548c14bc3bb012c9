/** Why a folder does not take a file, in the words that the editor needs to choose a text. */
export type FolderErrorReason =
  | 'diskFull' // or the quota is used up
  | 'notWritable' // no permission, or a read-only disk
  | 'noFolder' // the folder is gone, or something else has its place
  | 'nameTaken' // something has that name already
  | 'other';

/** A file could not be written. `message` is English and meant for the log. */
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

/** The folder that a person picked for media. Names are those of files right in it. Everything throws {@link FolderError}. */
export interface MediaFolder {
  /** What has this name; nothing where nothing has. A link is no file, whatever it leads to. */
  stat(name: string): Promise<{ readonly bytes: number; readonly isFile: boolean } | undefined>;
  /**
   * Opens a file to write. From 0 it is a new one: `nameTaken` where something has that name. Else it is one that is
   * there and has just so many bytes: `other` where it has not, since somebody else may be writing it.
   */
  open(name: string, from: number): Promise<MediaWriter>;
  /** Gives a file its name, in place of another one only where it is said so: else `nameTaken`. */
  rename(from: string, to: string, isReplacing: boolean): Promise<void>;
  /** Deletes a file, if it is there. */
  remove(name: string): Promise<void>;
  /** A small text; nothing where there is no such file. */
  readText(name: string): Promise<string | undefined>;
  /** Writes a small text as a whole: a reader sees the old one or the new one. */
  writeText(name: string, text: string): Promise<void>;
}

/** A file that is being written. */
export interface MediaWriter {
  write(bytes: Uint8Array): Promise<void>;
  /** Closes it, with all that was written on the disk. */
  close(): Promise<void>;
}
