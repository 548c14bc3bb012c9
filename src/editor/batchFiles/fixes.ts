import * as vscode from 'vscode';
import type { BatchFileCheck } from '../../core/batchFile/rules/batchFileCheck';
import { checkLine } from '../../core/batchFile/rules/checkLine';
import type { Edit, Diagnostic, DiagnosticCode, Fix } from '../../core/batchFile/rules/diagnostics';
import type { ValidationContext } from '../../core/batchFile/schema/requestSchema';
import { fixAllLikeText, fixText } from './text/diagnostics';
import { allDiagnostics, type PlacedDiagnostic, rangeOf, source } from './diagnostics';
import type { OpenFiles } from './openFiles';

/** For `editor.codeActionsOnSave` and *Source Action…*. */
export const fixAllKind = vscode.CodeActionKind.SourceFixAll.append('syncBatches');

/** The maximum number of lines of a selection to offer fixes for. */
const maxLines = 200;
/** The maximum number of syntax errors to fix in one line. */
const maxRounds = 50;

/** Codes that *Fix all* skips: a model costs money, and an option without effect may be meant for another model. */
const notForAll: ReadonlySet<DiagnosticCode> = new Set(['unknownModel', 'optionNotForModel', 'unknownValue']);

/** Fixes all diagnostics with certain codes. Its edit is computed when the user selects it. */
class FixAll extends vscode.CodeAction {
  constructor(
    title: string,
    kind: vscode.CodeActionKind,
    readonly document: vscode.TextDocument,
    readonly isWanted: (code: DiagnosticCode) => boolean,
  ) {
    super(title, kind);
  }
}

export class Fixes implements vscode.CodeActionProvider {
  static readonly metadata: vscode.CodeActionProviderMetadata = {
    providedCodeActionKinds: [vscode.CodeActionKind.QuickFix, fixAllKind],
  };

  constructor(
    private readonly files: OpenFiles,
    private readonly context: () => ValidationContext,
  ) {}

  provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    { only, diagnostics }: vscode.CodeActionContext,
  ): vscode.CodeAction[] | undefined {
    const file = this.files.get(document);
    if (file === undefined) {
      return undefined;
    }
    if (only !== undefined && !only.intersects(vscode.CodeActionKind.QuickFix)) {
      const title = vscode.l10n.t('Fix all auto-fixable problems');
      return only.intersects(fixAllKind)
        ? [new FixAll(title, fixAllKind, document, (code) => !notForAll.has(code))]
        : undefined;
    }
    const { checked } = file;
    const here = diagnosticsIn(checked, range).filter((placed) => rangeOf(placed).intersection(range) !== undefined);
    const fixable = here.filter(({ diagnostic }) => diagnostic.fixes.length > 0);
    return [
      ...fixable.flatMap((placed) => quickFixes(document, placed, diagnostics)),
      ...fixesOfAllLike(document, checked, fixable),
    ];
  }

  resolveCodeAction(action: vscode.CodeAction): vscode.CodeAction {
    if (action instanceof FixAll) {
      action.edit = this.editOfAll(action);
    }
    return action;
  }

  private editOfAll({ document, isWanted }: FixAll): vscode.WorkspaceEdit {
    const edit = new vscode.WorkspaceEdit();
    const file = this.files.get(document);
    if (file === undefined) {
      return edit;
    }
    const lines = new Set<number>();
    const deleted = new Set<number>();
    for (const { line, diagnostic } of allDiagnostics(file.checked)) {
      const fix = onlyFix(diagnostic, isWanted);
      if (fix !== undefined) {
        (fix.kind === 'deleteLine' ? deleted : lines).add(line);
      }
    }
    // At most one edit per line, because edits must not overlap.
    for (const line of [...lines].filter((each) => !deleted.has(each))) {
      const { text, range } = document.lineAt(line);
      edit.replace(document.uri, range, fixedLine(text, line, this.context(), isWanted));
    }
    for (const range of rangesOfLines(document, deleted)) {
      edit.delete(document.uri, range);
    }
    return edit;
  }
}

function diagnosticsIn(check: BatchFileCheck, range: vscode.Range): PlacedDiagnostic[] {
  const found: PlacedDiagnostic[] = [];
  if (range.start.line === 0) {
    found.push(...check.fileDiagnostics().map((diagnostic) => ({ line: 0, diagnostic })));
  }
  for (let { line } = range.start; line <= range.end.line && line < range.start.line + maxLines; line += 1) {
    found.push(...check.diagnosticsAt(line).map((diagnostic) => ({ line, diagnostic })));
  }
  return found;
}

function quickFixes(
  document: vscode.TextDocument,
  placed: PlacedDiagnostic,
  diagnostics: readonly vscode.Diagnostic[],
): vscode.CodeAction[] {
  const { line, diagnostic } = placed;
  return diagnostic.fixes.map((fix) => {
    const action = new vscode.CodeAction(fixText(fix), vscode.CodeActionKind.QuickFix);
    action.isPreferred = diagnostic.fixes.length === 1;
    action.diagnostics = diagnostics.filter((diagnostic) => isOf(diagnostic, placed));
    action.edit = new vscode.WorkspaceEdit();
    if (fix.kind === 'deleteLine') {
      for (const range of rangesOfLines(document, new Set([line]))) {
        action.edit.delete(document.uri, range);
      }
    }
    for (const { span, text } of fix.edits) {
      action.edit.replace(document.uri, new vscode.Range(line, span.start, line, span.end), text);
    }
    return action;
  });
}

function isOf(diagnostic: vscode.Diagnostic, placed: PlacedDiagnostic): boolean {
  const { code } = diagnostic;
  const value = typeof code === 'object' ? code.value : code;
  return diagnostic.source === source && value === placed.diagnostic.code && diagnostic.range.isEqual(rangeOf(placed));
}

/** For each code that occurs more than once in the file: one action that fixes all of them. */
function fixesOfAllLike(
  document: vscode.TextDocument,
  check: BatchFileCheck,
  fixable: readonly PlacedDiagnostic[],
): vscode.CodeAction[] {
  const codes = new Set(
    fixable.filter(({ diagnostic }) => diagnostic.fixes.length === 1).map(({ diagnostic }) => diagnostic.code),
  );
  if (codes.size === 0) {
    return [];
  }
  const counts = new Map<DiagnosticCode, number>();
  for (const { diagnostic } of allDiagnostics(check)) {
    if (codes.has(diagnostic.code) && diagnostic.fixes.length === 1) {
      counts.set(diagnostic.code, (counts.get(diagnostic.code) ?? 0) + 1);
    }
  }
  return [...counts]
    .filter(([, count]) => count > 1)
    .map(
      ([code, count]) =>
        new FixAll(fixAllLikeText(count), vscode.CodeActionKind.QuickFix, document, (each) => each === code),
    );
}

function onlyFix(diagnostic: Diagnostic, isWanted: (code: DiagnosticCode) => boolean): Fix | undefined {
  const [fix, ...others] = diagnostic.fixes;
  return others.length === 0 && isWanted(diagnostic.code) ? fix : undefined;
}

/** Applies all wanted fixes to a line. Repeats, because a line with a syntax error has only one diagnostic at a time. */
function fixedLine(
  original: string,
  line: number,
  context: ValidationContext,
  isWanted: (code: DiagnosticCode) => boolean,
): string {
  const hasMark = line === 0 && original.startsWith('\ufeff');
  const mark = hasMark && !isWanted('bom') ? '\ufeff' : '';
  let text = hasMark ? original.slice(1) : original;
  for (let round = 0; round < maxRounds; round += 1) {
    const edits = checkLine(text, context).diagnostics.flatMap(
      (diagnostic) => onlyFix(diagnostic, isWanted)?.edits ?? [],
    );
    if (edits.length === 0) {
      break;
    }
    text = edited(text, edits);
  }
  return mark + text;
}

/** Applies the edits that don't overlap with an earlier one. */
function edited(text: string, edits: readonly Edit[]): string {
  const pieces: string[] = [];
  let done = 0;
  for (const { span, text: inserted } of [...edits].sort((a, b) => a.span.start - b.span.start)) {
    if (span.start >= done) {
      pieces.push(text.slice(done, span.start), inserted);
      done = span.end;
    }
  }
  return pieces.join('') + text.slice(done);
}

/** Ranges that cover whole lines with their line breaks; for the last line, the line break before it. */
function rangesOfLines(document: vscode.TextDocument, lines: ReadonlySet<number>): vscode.Range[] {
  const blocks: { from: number; to: number }[] = [];
  for (const line of [...lines].sort((a, b) => a - b)) {
    const last = blocks.at(-1);
    if (last?.to === line) {
      last.to = line + 1;
    } else {
      blocks.push({ from: line, to: line + 1 });
    }
  }
  return blocks.map(({ from, to }) => {
    if (to < document.lineCount) {
      return new vscode.Range(from, 0, to, 0);
    }
    const { end } = document.lineAt(to - 1).range;
    return new vscode.Range(from === 0 ? new vscode.Position(0, 0) : document.lineAt(from - 1).range.end, end);
  });
}
