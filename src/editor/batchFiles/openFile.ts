import type * as vscode from 'vscode';
import { BatchFileCheck } from '../../core/batchFile/rules/batchFileCheck';
import type { BatchFileLimits } from '../../core/batchFile/schema/limits';
import type { Disposable } from '../../core/common/emitter';
import type { RequestLine } from './batchFilesInterface';
import type { LineEdit } from './lineEdits';

/** The time that a slice of a check blocks the extension host, in milliseconds. */
const sliceMs = 8;
/** The number of characters to check before looking at the clock. */
const stepCharacters = 16_000;
/** Larger edits are checked in slices. */
const maxLinesAtOnce = 500;
const maxCharactersAtOnce = 200_000;
/** The delay after the last keystroke, in milliseconds. */
const quietMs = 120;

/**
 * An open batch file and its check. Checks the text in slices, starting at the first line, and then follows the edits. An
 * edit of lines that are not checked yet costs nothing.
 */
export class OpenFile implements Disposable {
  private check: BatchFileCheck;
  /** The number of lines that have been checked, starting at the first line. */
  private checkedLines = 0;
  private slice: NodeJS.Immediate | undefined;
  private quiet: NodeJS.Timeout | undefined;

  /** @param onChecked Called when the whole text has been checked. */
  constructor(
    readonly document: vscode.TextDocument,
    private limits: BatchFileLimits,
    private models: readonly string[],
    private readonly onChecked: (file: OpenFile) => void,
  ) {
    this.check = this.newCheck();
    this.scheduleSlice();
  }

  /** True if the check covers the whole current text. */
  get isChecked(): boolean {
    return this.checkedLines === this.document.lineCount;
  }

  /** The check of the whole text. Finishes the check first if necessary. */
  get checked(): BatchFileCheck {
    this.finish();
    return this.check;
  }

  /** Applies the edits of a change event. Call it while the event is handled. */
  change(edits: readonly LineEdit[]): void {
    for (const edit of [...edits].reverse()) {
      this.applyEdit(edit);
    }
    if (this.checkedLines > this.document.lineCount) {
      this.restart();
    }
    this.scheduleCheck();
  }

  setLimits(limits: BatchFileLimits): void {
    this.limits = limits;
    this.check.setLimits(limits);
    this.scheduleCheck();
  }

  /** Checks the whole text again, in slices. */
  setModels(models: readonly string[]): void {
    this.models = models;
    this.restart();
    this.scheduleCheck();
  }

  /** Reports the result now instead of after the delay. */
  showNow(): void {
    this.stop();
    this.finish();
    this.onChecked(this);
  }

  dispose(): void {
    this.stop();
  }

  private finish(): void {
    while (!this.isChecked) {
      this.checkNextLines();
    }
  }

  private newCheck(): BatchFileCheck {
    return new BatchFileCheck({ limits: this.limits, context: { models: this.models } });
  }

  private restart(): void {
    this.check = this.newCheck();
    this.checkedLines = 0;
  }

  private applyEdit({ line, removed, newLine, inserted }: LineEdit): void {
    if (line >= this.checkedLines) {
      return;
    }
    const texts = line + removed > this.checkedLines ? undefined : this.linesIfFew(newLine, inserted);
    if (texts === undefined) {
      this.check.change(line, this.checkedLines - line, []);
      this.checkedLines = line;
    } else {
      this.check.change(line, removed, texts);
      this.checkedLines += inserted - removed;
    }
  }

  /** Returns lines of the document, or undefined if they are too many to check at once. */
  private linesIfFew(from: number, count: number): string[] | undefined {
    if (count > maxLinesAtOnce || from + count > this.document.lineCount) {
      return undefined;
    }
    const texts: string[] = [];
    let characters = 0;
    for (let line = from; line < from + count; line += 1) {
      const { text } = this.document.lineAt(line);
      characters += text.length;
      // A single line can't be split, however long it is.
      if (characters > maxCharactersAtOnce && count > 1) {
        return undefined;
      }
      texts.push(text);
    }
    return texts;
  }

  /** Waits until the user stops typing. */
  private scheduleCheck(): void {
    this.stop();
    this.quiet = setTimeout(() => {
      this.quiet = undefined;
      this.scheduleSlice();
    }, quietMs);
  }

  private scheduleSlice(): void {
    this.slice = setImmediate(() => {
      const start = performance.now();
      while (!this.isChecked && performance.now() - start < sliceMs) {
        this.checkNextLines();
      }
      if (!this.isChecked) {
        this.scheduleSlice();
        return;
      }
      this.slice = undefined;
      this.onChecked(this);
    });
  }

  private checkNextLines(): void {
    const texts: string[] = [];
    const { lineCount } = this.document;
    for (let characters = 0; characters < stepCharacters && this.checkedLines + texts.length < lineCount;) {
      const { text } = this.document.lineAt(this.checkedLines + texts.length);
      characters += text.length + 1;
      texts.push(text);
    }
    this.check.change(this.checkedLines, 0, texts);
    this.checkedLines += texts.length;
  }

  private stop(): void {
    clearTimeout(this.quiet);
    clearImmediate(this.slice);
    this.quiet = undefined;
    this.slice = undefined;
  }
}

/** The requests in the current text of a document, as a submission sends them. */
export function requestLinesOf(document: vscode.TextDocument): RequestLine[] {
  const requests: RequestLine[] = [];
  for (let line = 0; line < document.lineCount; line += 1) {
    const { text } = document.lineAt(line);
    const request = line === 0 && text.startsWith('\ufeff') ? text.slice(1) : text;
    if (request.trim() !== '') {
      requests.push({ line, text: request });
    }
  }
  return requests;
}
