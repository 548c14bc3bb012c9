import type * as vscode from 'vscode';
import { BatchFileCheck, type BatchFileSummary } from '../../core/batchFile/rules/batchFileCheck';
import type { BatchFileLimits } from '../../core/batchFile/schema/limits';
import type { Disposable } from '../../core/common/emitter';
import type { RequestLine } from './types';
import type { LineEdit } from './lineEdits';

/** How long, in milliseconds, other work of the extension host waits for a slice of a check at most, by and large. */
const sliceMs = 8;
/** What is checked between two looks at the clock, in characters. */
const stepCharacters = 16_000;
/** An edit of more than this is checked in slices too. */
const maxLinesAtOnce = 500;
const maxCharactersAtOnce = 200_000;
/** After the last key, in milliseconds. */
const quietMs = 120;

export interface OpenFileOptions {
  readonly document: vscode.TextDocument;
  readonly limits: BatchFileLimits;
  readonly models: readonly string[];
  /** All of the text has been checked, and what was found may be shown. */
  readonly onChecked: (file: OpenFile) => void;
}

/**
 * A batch file that is open, and the check of it, which follows the edits. Its text is checked in slices, from the first
 * line on; an edit of lines that were not checkedLines yet costs nothing.
 */
export class OpenFile implements Disposable {
  readonly document: vscode.TextDocument;
  private readonly onChecked: (file: OpenFile) => void;
  private limits: BatchFileLimits;
  private models: readonly string[];
  private check: BatchFileCheck;
  /** The lines of the document that the check has, from the first on. */
  private checkedLines = 0;
  private slice: NodeJS.Immediate | undefined;
  private quiet: NodeJS.Timeout | undefined;

  constructor({ document, limits, models, onChecked }: OpenFileOptions) {
    this.document = document;
    this.limits = limits;
    this.models = models;
    this.onChecked = onChecked;
    this.check = this.newCheck();
    this.scheduleSlice();
  }

  /** Whether the check knows the text as it is. */
  get isChecked(): boolean {
    return this.checkedLines === this.document.lineCount;
  }

  /** The check of the whole text; what is left to do of it is done at once. */
  get checked(): BatchFileCheck {
    this.finish();
    return this.check;
  }

  get summary(): BatchFileSummary {
    return this.checked.summary;
  }

  /** Takes over what an event said, in the moment of the event. */
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

  /** Other models: all is checked again, in slices. */
  setModels(models: readonly string[]): void {
    this.models = models;
    this.restart();
    this.scheduleCheck();
  }

  /** Shows at once what would be shown a little scheduleCheck. */
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

  /** Lines of the document, unless they are too many to be checked in one go. */
  private linesIfFew(from: number, count: number): string[] | undefined {
    if (count > maxLinesAtOnce || from + count > this.document.lineCount) {
      return undefined;
    }
    const texts: string[] = [];
    let characters = 0;
    for (let line = from; line < from + count; line += 1) {
      const { text } = this.document.lineAt(line);
      characters += text.length;
      // One long line has to be checked in one go anyway.
      if (characters > maxCharactersAtOnce && count > 1) {
        return undefined;
      }
      texts.push(text);
    }
    return texts;
  }

  /** What was edited is shown when the person pauses. */
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

/** The requests of a document as it is: what is sent of it. */
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
