/**
 * A few small files that all windows of one user share. The host keeps them out of every workspace.
 */
export interface SharedFiles {
  /**
   * The text of a file; nothing where there is none.
   * @throws {Error} when there is one that can't be read.
   */
  read(name: string): Promise<string | undefined>;
  /** Writes a file as a whole: a reader sees the old text or the new one. */
  write(name: string, text: string): Promise<void>;
  /**
   * Changes a file while no other window does.
   * @param change gets the text as it is and gives the text to be, or nothing to leave it.
   * @throws {Error} when another window holds the file for too long, or it can't be written.
   */
  update(name: string, change: (text: string | undefined) => string | undefined): Promise<void>;
  /** Deletes a file, if it is there. */
  remove(name: string): Promise<void>;
}
