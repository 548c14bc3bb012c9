import * as vscode from 'vscode';
import type { BatchFileCheck } from '../../core/batchFile/batchFileCheck';
import type { Finding, FindingCode, FindingSeverity } from '../../core/batchFile/findings';
import { findingText, firstUseText, moreProblemsText } from '../text/findings';

/** By which diagnostics of ours are known in the Problems view. */
export const source = 'Sync Batches';

/** The editor shows no more of one file and one source. */
const mostShown = 1_000;

/** Pages of the vendor's documentation. */
const docs = {
  batch: vscode.Uri.parse('https://sync.so/docs/api-reference/guides/batch-processing'),
  generation: vscode.Uri.parse('https://sync.so/docs/api-reference/api/generate-api/create'),
} as const;

const severities: Readonly<Record<FindingSeverity, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
};

/** How what is found is drawn apart from the underline: struck through, or faded. */
const tags: ReadonlyMap<FindingCode, vscode.DiagnosticTag> = new Map([
  ['deprecatedField', vscode.DiagnosticTag.Deprecated],
  ['removedField', vscode.DiagnosticTag.Deprecated],
  ['needlessOption', vscode.DiagnosticTag.Unnecessary],
  ['optionNotForModel', vscode.DiagnosticTag.Unnecessary],
  ['soundIgnored', vscode.DiagnosticTag.Unnecessary],
  ['unusedRefId', vscode.DiagnosticTag.Unnecessary],
]);

/** A finding at its place. */
export interface PlacedFinding {
  readonly line: number;
  readonly finding: Finding;
}

/** All findings, those about the file first. */
export function* allFindings(check: BatchFileCheck): Generator<PlacedFinding> {
  for (const finding of check.fileFindings()) {
    yield { line: 0, finding };
  }
  yield* check.findings();
}

/** The finding to begin with: the first error, or else what comes next to it. */
export function worstFinding(check: BatchFileCheck): PlacedFinding | undefined {
  const { errors, warnings } = check.summary;
  const wanted: FindingSeverity = errors > 0 ? 'error' : warnings > 0 ? 'warning' : 'information';
  for (const placed of allFindings(check)) {
    if (placed.finding.severity === wanted) {
      return placed;
    }
  }
  return undefined;
}

/** What is to be shown: all of it, or the worst of it and that there is more. */
export function diagnosticsOf(document: vscode.TextDocument, check: BatchFileCheck): vscode.Diagnostic[] {
  const found: Record<FindingSeverity, PlacedFinding[]> = { error: [], warning: [], information: [] };
  let count = 0;
  for (const placed of allFindings(check)) {
    count += 1;
    const alike = found[placed.finding.severity];
    if (alike.length <= mostShown) {
      alike.push(placed);
    }
    if (found.error.length > mostShown) {
      break;
    }
  }
  const worstFirst = [...found.error, ...found.warning, ...found.information];
  if (worstFirst.length <= mostShown) {
    return worstFirst.map((placed) => diagnosticOf(document, placed));
  }
  const { errors, warnings } = check.summary;
  const shown = worstFirst.slice(0, mostShown - 1).map((placed) => diagnosticOf(document, placed));
  const more = new vscode.Diagnostic(
    document.lineAt(0).range,
    moreProblemsText(shown.length, Math.max(count, errors + warnings)),
    vscode.DiagnosticSeverity.Information,
  );
  more.source = source;
  return [more, ...shown];
}

/** Where it is underlined. What is about the size of the file is not to underline all of the first line, which is long. */
export function rangeOf({ line, finding: { code, span } }: PlacedFinding): vscode.Range {
  const end = ofSize.has(code) ? Math.min(span.end, span.start + 1) : span.end;
  return new vscode.Range(line, span.start, line, end);
}

const ofSize: ReadonlySet<FindingCode> = new Set(['tooFewLines', 'tooManyLines', 'tooManyBytes']);

/** A code that leads to the page of the documentation about it, where there is one. */
function codeOf({ code, details }: Finding): NonNullable<vscode.Diagnostic['code']> {
  if (code.startsWith('json')) {
    return code;
  }
  const isOfPayload = details.path?.startsWith('payload.') === true;
  return { value: code, target: isOfPayload ? docs.generation : docs.batch };
}

function diagnosticOf(document: vscode.TextDocument, placed: PlacedFinding): vscode.Diagnostic {
  const { finding } = placed;
  const diagnostic = new vscode.Diagnostic(rangeOf(placed), findingText(finding), severities[finding.severity]);
  diagnostic.source = source;
  diagnostic.code = codeOf(finding);
  const tag = tags.get(finding.code);
  if (tag !== undefined) {
    diagnostic.tags = [tag];
  }
  if (finding.related !== undefined) {
    const { line, span } = finding.related;
    const place = new vscode.Location(document.uri, new vscode.Range(line, span.start, line, span.end));
    diagnostic.relatedInformation = [new vscode.DiagnosticRelatedInformation(place, firstUseText())];
  }
  return diagnostic;
}
