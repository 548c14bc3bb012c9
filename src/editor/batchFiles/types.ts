import type * as vscode from 'vscode';
import type { BatchFileLimits } from '../../core/batchFile/schema/limits';
import type { Disposable } from '../../core/common/emitter';
import type { Log } from '../../core/common/log';

/** What is known of batch files, loaded when the first one is opened or a command needs it. */
export interface BatchFiles extends Disposable {
  /** True where the document looks like a batch file, or the person has said that it is one. */
  isBatchFile(document: vscode.TextDocument): boolean;
  /** From now on the document is a batch file, whatever it looks like: the person has said so. */
  markAsBatchFile(document: vscode.TextDocument): void;
  /** Checks the text that the document has at this moment, saved or not. */
  check(document: vscode.TextDocument): CheckedFile;
  /** Goes to the first problem of the document, an error if it has one, and shows it in the Problems view. */
  showProblems(document: vscode.TextDocument): Promise<void>;
  /**
   * Shows what the server said about lines of the document as diagnostics with a source of their own. They go with the
   * lines when the text is edited, and each ends when its line is changed or another verdict comes.
   */
  setServerErrors(document: vscode.TextDocument, serverErrors: readonly ServerError[]): void;
  /** Starts a batch file: asks from what, and opens it unsaved. */
  newFile(): Promise<void>;
  /** Shows the request in the line at the cursor as a text of many lines that can't be changed. */
  showRequest(): Promise<void>;
}

/** What the server said about one line. */
export interface ServerError {
  /** From 0, in the document. */
  readonly line: number;
  readonly message: string;
}

/** A text that was checked, with what was found: what is sent is made of these very lines. */
export interface CheckedFile {
  readonly version: number;
  /** The request lines, blank ones left out, each without its line end; the byte order mark left out. */
  readonly requests: readonly RequestLine[];
  readonly errors: number;
  readonly warnings: number;
}

export interface RequestLine {
  /** From 0, in the document. */
  readonly line: number;
  readonly text: string;
}

/** What the parts about batch files need from outside. */
export interface BatchFilesHost {
  log: Log;
  readLimits: () => BatchFileLimits;
  onDidChangeLimits: (listener: () => void) => Disposable;
  /** The names of the models that may be used, as far as known. */
  models: () => readonly string[];
  onDidChangeModels: (listener: () => void) => Disposable;
  /** Somebody works on a batch file: the time to ask which models there are. */
  onUse: () => void;
  /** The editor in front shows a batch file, or not any more. */
  setIsBatchFile: (isBatchFile: boolean) => void;
}
