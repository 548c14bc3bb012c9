/** Small files that all windows of the user share. They are outside of any workspace. */
export interface SharedFiles {
  /**
   * @returns the text of a file; undefined if there is no such file.
   * @throws {Error} if the file exists but can't be read.
   */
  read(name: string): Promise<string | undefined>;
  /** Writes a file atomically: a reader sees the old text or the new text. */
  write(name: string, text: string): Promise<void>;
  /**
   * Updates a file while it is locked for other windows.
   * @param change Gets the current text and returns the new text, or undefined to keep the file.
   * @throws {Error} if another window holds the lock for too long, or the file can't be written.
   */
  update(name: string, change: (text: string | undefined) => string | undefined): Promise<void>;
  /** Deletes a file if it exists. */
  remove(name: string): Promise<void>;
}
