import * as vscode from 'vscode';
import type { BatchFileCheck } from '../../core/batchFile/rules/batchFileCheck';
import type { Diagnostic, DiagnosticCode, DiagnosticSeverity } from '../../core/batchFile/rules/diagnostics';
import { diagnosticText, moreProblemsText } from './text/diagnostics';

/** The source of our diagnostics in the Problems view. */
export const source = 'Sync Batches';

/** VS Code shows at most this many diagnostics per file and source. */
const maxShown = 1_000;

/** Pages of the sync.so documentation. */
const docs = {
  batch: vscode.Uri.parse('https://sync.so/docs/api-reference/guides/batch-processing'),
  generation: vscode.Uri.parse('https://sync.so/docs/api-reference/api/generate-api/create'),
} as const;

const severities: Readonly<Record<DiagnosticSeverity, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
};

/** Diagnostics that are struck through or faded in addition to the underline. */
const tags: ReadonlyMap<DiagnosticCode, vscode.DiagnosticTag> = new Map([
  ['deprecatedField', vscode.DiagnosticTag.Deprecated],
  ['removedField', vscode.DiagnosticTag.Deprecated],
  ['needlessOption', vscode.DiagnosticTag.Unnecessary],
  ['optionNotForModel', vscode.DiagnosticTag.Unnecessary],
  ['soundIgnored', vscode.DiagnosticTag.Unnecessary],
  ['unusedRefId', vscode.DiagnosticTag.Unnecessary],
]);

/** A diagnostic and its line. */
export interface PlacedDiagnostic {
  readonly line: number;
  readonly diagnostic: Diagnostic;
}

/** All diagnostics, first those about the whole file. */
export function* allDiagnostics(check: BatchFileCheck): Generator<PlacedDiagnostic> {
  for (const diagnostic of check.fileDiagnostics()) {
    yield { line: 0, diagnostic };
  }
  yield* check.diagnostics();
}

/** The first diagnostic with the highest severity. */
export function worstDiagnostic(check: BatchFileCheck): PlacedDiagnostic | undefined {
  const { errors, warnings } = check.summary;
  const wanted: DiagnosticSeverity = errors > 0 ? 'error' : warnings > 0 ? 'warning' : 'information';
  for (const placed of allDiagnostics(check)) {
    if (placed.diagnostic.severity === wanted) {
      return placed;
    }
  }
  return undefined;
}

/** Creates the diagnostics for the Problems view. Too many are cut, errors first, with a note that there are more. */
export function diagnosticsOf(document: vscode.TextDocument, check: BatchFileCheck): vscode.Diagnostic[] {
  const found: Record<DiagnosticSeverity, PlacedDiagnostic[]> = { error: [], warning: [], information: [] };
  let count = 0;
  for (const placed of allDiagnostics(check)) {
    count += 1;
    const alike = found[placed.diagnostic.severity];
    if (alike.length <= maxShown) {
      alike.push(placed);
    }
    if (found.error.length > maxShown) {
      break;
    }
  }
  const worstFirst = [...found.error, ...found.warning, ...found.information];
  if (worstFirst.length <= maxShown) {
    return worstFirst.map((placed) => diagnosticOf(document, placed));
  }
  const { errors, warnings } = check.summary;
  const shown = worstFirst.slice(0, maxShown - 1).map((placed) => diagnosticOf(document, placed));
  const more = new vscode.Diagnostic(
    document.lineAt(0).range,
    moreProblemsText(shown.length, Math.max(count, errors + warnings)),
    vscode.DiagnosticSeverity.Information,
  );
  more.source = source;
  return [more, ...shown];
}

/** The range to underline. For the size of the file it is one character, because the first line is long. */
export function rangeOf({ line, diagnostic: { code, span } }: PlacedDiagnostic): vscode.Range {
  const end = sizeCodes.has(code) ? Math.min(span.end, span.start + 1) : span.end;
  return new vscode.Range(line, span.start, line, end);
}

const sizeCodes: ReadonlySet<DiagnosticCode> = new Set(['tooFewLines', 'tooManyLines', 'tooManyBytes']);

/** The code with a link to the documentation, if there is a page about it. */
function codeOf({ code, details }: Diagnostic): NonNullable<vscode.Diagnostic['code']> {
  if (code.startsWith('json')) {
    return code;
  }
  const isOfPayload = details.path?.startsWith('payload.') === true;
  return { value: code, target: isOfPayload ? docs.generation : docs.batch };
}

function diagnosticOf(document: vscode.TextDocument, placed: PlacedDiagnostic): vscode.Diagnostic {
  const { diagnostic } = placed;
  const shown = new vscode.Diagnostic(rangeOf(placed), diagnosticText(diagnostic), severities[diagnostic.severity]);
  shown.source = source;
  shown.code = codeOf(diagnostic);
  const tag = tags.get(diagnostic.code);
  if (tag !== undefined) {
    shown.tags = [tag];
  }
  if (diagnostic.related !== undefined) {
    const { line, span } = diagnostic.related;
    const place = new vscode.Location(document.uri, new vscode.Range(line, span.start, line, span.end));
    const text = vscode.l10n.t('The first request with this ID');
    shown.relatedInformation = [new vscode.DiagnosticRelatedInformation(place, text)];
  }
  return shown;
}
