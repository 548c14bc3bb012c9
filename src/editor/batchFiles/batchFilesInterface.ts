import type * as vscode from 'vscode';
import type { BatchFileLimits } from '../../core/batchFile/schema/limits';
import type { Disposable } from '../../core/common/emitter';
import type { Log } from '../../core/common/log';

/** The features for batch files. Loaded when the first batch file opens or a command needs them. */
export interface BatchFiles extends Disposable {
  /** True if the document looks like a batch file or is marked as one. */
  isBatchFile(document: vscode.TextDocument): boolean;
  /** Treats the document as a batch file, whatever it looks like, because the user ran a command on it. */
  markAsBatchFile(document: vscode.TextDocument): void;
  /** Checks the current text of the document, saved or not. */
  check(document: vscode.TextDocument): CheckedFile;
  /** Opens the Problems view and goes to the first error, or else the first problem, of the document. */
  showProblems(document: vscode.TextDocument): Promise<void>;
  /**
   * Shows the server's errors as diagnostics with their own source. They move with their lines. An edit of the line or the
   * next call removes them.
   */
  setServerErrors(document: vscode.TextDocument, serverErrors: readonly ServerError[]): void;
  /** Asks for the source of a new batch file and opens it as an unsaved document. */
  newFile(): Promise<void>;
  /** Shows the request at the cursor as a read-only text with several lines. */
  showRequest(): Promise<void>;
}

/** An error of the server about one line. */
export interface ServerError {
  /** From 0, in the document. */
  readonly line: number;
  readonly message: string;
}

/** The result of a check. Submissions send exactly these lines. */
export interface CheckedFile {
  readonly version: number;
  /** The lines that are not blank, without line breaks and byte order mark. */
  readonly requests: readonly RequestLine[];
  readonly errors: number;
  readonly warnings: number;
}

export interface RequestLine {
  /** From 0, in the document. */
  readonly line: number;
  readonly text: string;
}

/** What the features for batch files need from the rest of the extension. */
export interface BatchFilesHost {
  log: Log;
  readLimits: () => BatchFileLimits;
  onDidChangeLimits: (listener: () => void) => Disposable;
  /** The names of the known models. */
  models: () => readonly string[];
  onDidChangeModels: (listener: () => void) => Disposable;
  /** Called when the user works on a batch file, so that the list of models can be refreshed. */
  onUse: () => void;
  /** Called when the active editor changes. */
  setIsBatchFile: (isBatchFile: boolean) => void;
}
