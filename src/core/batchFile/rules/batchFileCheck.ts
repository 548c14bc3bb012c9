import { checkLine, checkParsedLine, type LineCheck, parseLine } from './checkLine';
import { type Diagnostic, diagnostic, type Fix, type Span } from './diagnostics';
import { type BatchFileLimits, type SizeProblem, sizeProblems } from '../schema/limits';
import { RequestIdIndex } from './requestIdIndex';
import type { ValidationContext } from '../schema/requestSchema';
import { utf8Length } from '../../common/utf8';

export interface BatchFileSummary {
  /** Does not include the empty line after the last line break. */
  readonly lines: number;
  /** Lines that are not blank. */
  readonly requests: number;
  /** UTF-8 bytes to submit: one LF per line, no blank lines and no byte order mark. */
  readonly bytes: number;
  /** Diagnostics of lines and of the file. */
  readonly errors: number;
  readonly warnings: number;
}

export interface LineDiagnostic {
  readonly line: number;
  readonly diagnostic: Diagnostic;
}

/**
 * Checks a batch file while the user edits it. After an edit it checks only the edited lines again. Counts and an index
 * cover what depends on other lines: duplicate IDs, blank lines and sizes.
 *
 * Lines have no line breaks. The text after the last line break, which is usually empty, is a line too.
 */
export class BatchFileCheck {
  private limits: BatchFileLimits;
  private readonly context: ValidationContext;
  private lines: Line[] = [];
  private readonly ids = new RequestIdIndex<Line>();
  private readonly totals = { bytes: 0, blanks: 0, errors: 0, warnings: 0 };

  constructor({ limits, context }: { readonly limits: BatchFileLimits; readonly context: ValidationContext }) {
    this.limits = limits;
    this.context = context;
  }

  /** Replaces all lines. */
  load(lines: readonly string[]): void {
    this.change(0, this.lines.length, lines);
  }

  /**
   * Replaces `removed` lines, starting at `line`, with `inserted`. Parses only the inserted lines.
   * @throws RangeError if the file does not have these lines.
   */
  change(line: number, removed: number, inserted: readonly string[]): void {
    if (line < 0 || removed < 0 || line + removed > this.lines.length) {
      throw new RangeError(
        `The file has ${this.lines.length} lines, so ${removed} lines can't be replaced from line ${line} on`,
      );
    }
    const added: Line[] = [];
    while (added.length < inserted.length) {
      const texts = inserted.slice(added.length, added.length + linesParsedAtOnce);
      const requests = texts.map(parseLine);
      for (const [index, text] of texts.entries()) {
        added.push(new Line(text, line + added.length, checkParsedLine(text, requests[index], this.context)));
      }
    }
    this.lines.slice(line, line + removed).forEach((each) => this.removeLine(each));
    this.lines = spliced(this.lines, line, removed, added);
    if (added.length !== removed) {
      this.lines.forEach((each, index) => (each.line = index));
    }
    added.forEach((each) => this.addLine(each));
    // A byte order mark counts as one only at the start of the file.
    this.recheckByteOrderMark(0);
    this.recheckByteOrderMark(line + added.length);
  }

  setLimits(limits: BatchFileLimits): void {
    this.limits = limits;
  }

  /** The diagnostics of one line, sorted by position. Empty if the line does not exist. */
  diagnosticsAt(line: number): readonly Diagnostic[] {
    const at = this.lines[line];
    return at === undefined ? [] : this.allDiagnosticsOf(at);
  }

  /** The diagnostics of all lines, computed on demand, so a caller can stop early. */
  *diagnostics(): Iterable<LineDiagnostic> {
    for (const line of this.lines) {
      for (const each of this.allDiagnosticsOf(line)) {
        yield { line: line.line, diagnostic: each };
      }
    }
  }

  /** Diagnostics about the whole file. Their position is in line 0. */
  fileDiagnostics(): readonly Diagnostic[] {
    const { minLines, maxLines, maxBytes } = this.limits;
    const { requests, bytes } = this.sizes;
    const first = this.lines[0];
    const span = { start: 0, end: first?.text.length ?? 0 };
    const details = {
      tooFewLines: { count: requests, min: minLines, max: maxLines },
      tooManyLines: { count: requests, min: minLines, max: maxLines },
      tooManyBytes: { count: bytes, max: maxBytes },
    } as const;
    const found = this.sizeProblems.map((code) => diagnostic(code, span, details[code]));
    return first?.hasByteOrderMark === true
      ? [diagnostic('bom', byteOrderMarkSpan, { value: 'U+FEFF' }, [removeByteOrderMark]), ...found]
      : found;
  }

  get summary(): BatchFileSummary {
    const { errors, warnings } = this.totals;
    const { sizes } = this;
    const fileDiagnosticCount = this.sizeProblems.length + (this.lines[0]?.hasByteOrderMark === true ? 1 : 0);
    return {
      ...sizes,
      errors: errors + this.ids.repeated,
      warnings: warnings + sizes.lines - sizes.requests + fileDiagnosticCount,
    };
  }

  private get sizes(): { lines: number; requests: number; bytes: number } {
    const lines = this.lines.length - (this.lines.at(-1)?.text === '' ? 1 : 0);
    const blanks = this.totals.blanks - (this.lines.length - lines);
    const requests = lines - blanks;
    return { lines, requests, bytes: this.totals.bytes + requests };
  }

  private get sizeProblems(): readonly SizeProblem[] {
    const { requests, bytes } = this.sizes;
    return sizeProblems({ lines: requests, bytes }, this.limits);
  }

  private allDiagnosticsOf(line: Line): readonly Diagnostic[] {
    const { diagnostics, requestId, isBlank } = line.check;
    if (isBlank) {
      const isFinalLineBreak = line.text === '' && line.line === this.lines.length - 1;
      return isFinalLineBreak
        ? diagnostics
        : [diagnostic('blankLine', wholeOf(line), {}, [deleteLine]), ...diagnostics];
    }
    if (requestId === undefined || this.ids.repeated === 0) {
      return diagnostics;
    }
    const first = this.ids.firstOther(requestId, line);
    if (first === undefined) {
      return diagnostics;
    }
    const repeated: Diagnostic = {
      ...diagnostic('duplicateRequestId', line.requestIdSpan, {
        path: 'request_id',
        field: 'request_id',
        value: requestId,
      }),
      related: { line: first.line, span: first.requestIdSpan },
    };
    return [...diagnostics, repeated].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  }

  private addLine(line: Line): void {
    this.count(line, 1);
    const { requestId } = line.check;
    if (requestId !== undefined) {
      this.ids.add(requestId, line);
    }
  }

  private removeLine(line: Line): void {
    this.count(line, -1);
    const { requestId } = line.check;
    if (requestId !== undefined) {
      this.ids.remove(requestId, line);
    }
  }

  private count({ check, bytes, hasByteOrderMark }: Line, sign: 1 | -1): void {
    const { totals } = this;
    totals.bytes += check.isBlank ? 0 : sign * (hasByteOrderMark ? bytes - byteOrderMarkBytes : bytes);
    totals.blanks += check.isBlank ? sign : 0;
    for (const { severity } of check.diagnostics) {
      totals.errors += severity === 'error' ? sign : 0;
      totals.warnings += severity === 'warning' ? sign : 0;
    }
  }

  private recheckByteOrderMark(index: number): void {
    const line = this.lines[index];
    if (line?.text.startsWith(byteOrderMark)) {
      this.recheck(line);
    }
  }

  private recheck(line: Line): void {
    this.removeLine(line);
    line.checkAgain(this.context);
    this.addLine(line);
  }
}

/** To parse and check each line alone takes a tenth longer. */
const linesParsedAtOnce = 64;

const byteOrderMark = '\ufeff';
const byteOrderMarkBytes = 3;
const byteOrderMarkSpan: Span = { start: 0, end: byteOrderMark.length };
const removeByteOrderMark: Fix = { kind: 'removeBom', edits: [{ span: byteOrderMarkSpan, text: '' }] };
const deleteLine: Fix = { kind: 'deleteLine', edits: [] };

/** One line and its check. */
class Line {
  readonly bytes: number;
  hasByteOrderMark = false;

  /** @param check the check of the whole text, including a byte order mark. */
  constructor(
    readonly text: string,
    public line: number,
    public check: LineCheck,
  ) {
    this.bytes = utf8Length(text);
  }

  /** Only meaningful for a line with a request ID. */
  get requestIdSpan(): Span {
    const span = this.check.requestIdSpan ?? { start: 0, end: 0 };
    return this.hasByteOrderMark ? moved(span) : span;
  }

  checkAgain(context: ValidationContext): void {
    this.hasByteOrderMark = this.line === 0 && this.text.startsWith(byteOrderMark);
    const check = checkLine(this.hasByteOrderMark ? this.text.slice(byteOrderMark.length) : this.text, context);
    this.check = this.hasByteOrderMark ? withDiagnostics(check, check.diagnostics.map(movedDiagnostic)) : check;
  }
}

function withDiagnostics(check: LineCheck, diagnostics: readonly Diagnostic[]): LineCheck {
  const { requestId, isBlank } = check;
  return {
    diagnostics,
    requestId,
    isBlank,
    get requestIdSpan() {
      return check.requestIdSpan;
    },
  };
}

const moved = ({ start, end }: Span): Span => ({
  start: start + byteOrderMark.length,
  end: end + byteOrderMark.length,
});

function movedDiagnostic(each: Diagnostic): Diagnostic {
  const fixes = each.fixes.map((fix) => ({
    ...fix,
    edits: fix.edits.map(({ span, text }) => ({ span: moved(span), text })),
  }));
  return { ...each, span: moved(each.span), fixes };
}

const wholeOf = ({ text }: Line): Span => ({ start: 0, end: text.length });

/** Like `splice`, which can't take this many arguments. */
function spliced(lines: Line[], from: number, removed: number, added: readonly Line[]): Line[] {
  if (added.length < maxSplicedArguments) {
    lines.splice(from, removed, ...added);
    return lines;
  }
  return [...lines.slice(0, from), ...added, ...lines.slice(from + removed)];
}

const maxSplicedArguments = 10_000;
