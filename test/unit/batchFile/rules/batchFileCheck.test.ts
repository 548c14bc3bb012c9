import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { BatchFileCheck, type LineDiagnostic } from '../../../../src/core/batchFile/rules/batchFileCheck';
import type { Diagnostic } from '../../../../src/core/batchFile/rules/diagnostics';
import { type BatchFileLimits, batchFileLimits } from '../../../../src/core/batchFile/schema/limits';
import { RequestIdIndex } from '../../../../src/core/batchFile/rules/requestIdIndex';
import { defaultValidationContext } from '../../../../src/core/batchFile/schema/requestSchema';
import { itAlways } from '../../support/properties';
import { audio, exampleFile, line, payload, sound, video } from '../requests';

function checkOf(lines: readonly string[], limits: BatchFileLimits = batchFileLimits): BatchFileCheck {
  const check = new BatchFileCheck({ limits, context: defaultValidationContext });
  check.load(lines);
  return check;
}

const anySize: BatchFileLimits = { minLines: 0, maxLines: 1000, maxBytes: 1_000_000 };
const request = (id: string, model = 'lipsync-2'): string => line(payload([video, audio], '', model), id);
const codesOf = (diagnostics: readonly Diagnostic[]): string[] => diagnostics.map(({ code }) => code);
const listOf = (check: BatchFileCheck): string[] =>
  [...check.diagnostics()].map(({ line: at, diagnostic }) => `${at} ${diagnostic.code}`);

describe('A batch file', () => {
  it('has nothing said about it where it is as the documentation shows it', () => {
    const check = checkOf([...exampleFile, '']);
    assert.deepEqual([...check.diagnostics(), ...check.fileDiagnostics()], []);
    const bytes = Buffer.byteLength(exampleFile.join('\n')) + 1;
    assert.deepEqual(check.summary, { lines: 20, requests: 20, bytes, errors: 0, warnings: 0 });
  });

  it('may be empty', () => {
    for (const lines of [[], ['']]) {
      const check = checkOf(lines);
      assert.deepEqual(codesOf(check.fileDiagnostics()), ['tooFewLines']);
      assert.deepEqual([...check.diagnostics()], []);
      assert.deepEqual(check.summary, { lines: 0, requests: 0, bytes: 0, errors: 0, warnings: 1 });
    }
    assert.deepEqual(checkOf([]).diagnosticsAt(0), []);
  });

  it('has the size of its text in UTF-8 with a line break after each line', () => {
    const lines = ['ä', '🎬', '\ud800', 'x'.repeat(20_000), 'ä'.repeat(9000)];
    assert.equal(checkOf(lines).summary.bytes, Buffer.byteLength(`${lines.join('\n')}\n`));
    assert.equal(checkOf([...lines, '']).summary.bytes, Buffer.byteLength(`${lines.join('\n')}\n`));
  });

  it('has the size of what is sent of it: no blank lines, and no byte order mark', () => {
    const check = checkOf([`\ufeff${sound}`, '', sound, '  ', '\ufeff'], {
      ...anySize,
      maxBytes: 2 * sound.length + 2,
    });
    assert.equal(check.summary.bytes, 2 * sound.length + 2);
    assert.deepEqual(codesOf(check.fileDiagnostics()), ['bom']);
    check.change(0, 0, ['']);
    assert.equal(check.summary.bytes, 2 * sound.length + 2 + '\ufeff'.length * 3);
  });

  it('is held to the limits, which can change', () => {
    const limits = { minLines: 2, maxLines: 3, maxBytes: 1000 };
    const check = checkOf([sound], limits);
    const [few] = check.fileDiagnostics();
    assert.equal(few?.code, 'tooFewLines');
    assert.deepEqual(few.details, { count: 1, min: 2, max: 3 });
    assert.deepEqual(few.span, { start: 0, end: sound.length });
    check.load(['a', 'b', 'c', 'd'].map((id) => request(id)));
    assert.deepEqual(codesOf(check.fileDiagnostics()), ['tooManyLines']);
    check.setLimits({ ...limits, maxLines: 4, maxBytes: 400 });
    assert.deepEqual(codesOf(check.fileDiagnostics()), ['tooManyBytes']);
    assert.equal(check.summary.warnings, 1);
  });

  it('does not count blank lines as requests', () => {
    const check = checkOf([sound, '', ''], { ...anySize, minLines: 2 });
    assert.equal(check.summary.requests, 1);
    assert.deepEqual(codesOf(check.fileDiagnostics()), ['tooFewLines']);
  });

  it('warns of blank lines, but not of the one after the last line break', () => {
    const check = checkOf(['', request('a'), ' \t', request('b'), '', ''], anySize);
    assert.deepEqual(listOf(check), ['0 blankLine', '2 blankLine', '4 blankLine']);
    assert.deepEqual(check.diagnosticsAt(2)[0]?.span, { start: 0, end: 2 });
    assert.deepEqual(check.diagnosticsAt(2)[0]?.fixes, [{ kind: 'deleteLine', edits: [] }]);
    assert.equal(check.summary.warnings, 3);
    check.change(5, 1, [' ']);
    assert.deepEqual(listOf(check).at(-1), '5 blankLine');
  });

  it('calls each request ID that an earlier line has an error, and says where that is', () => {
    const check = checkOf([request('a'), request('b'), ` ${request('a')}`, request('a')], anySize);
    assert.deepEqual(listOf(check), ['2 duplicateRequestId', '3 duplicateRequestId']);
    const [found] = check.diagnosticsAt(2);
    assert.deepEqual(found?.span, { start: 15, end: 18 });
    assert.deepEqual(found.related, { line: 0, span: { start: 14, end: 17 } });
    assert.deepEqual(found.details, { path: 'request_id', field: 'request_id', value: 'a' });
    assert.equal(check.summary.errors, 2);
  });

  it('knows the first of repeated request IDs after lines came and went', () => {
    const check = checkOf([request('a'), request('b'), request('a'), request('a')], anySize);
    const related = (at: number): number | undefined => check.diagnosticsAt(at)[0]?.related?.line;
    check.change(0, 1, []);
    assert.deepEqual(listOf(check), ['2 duplicateRequestId']);
    assert.equal(related(2), 1);
    check.change(0, 0, [request('c'), request('a')]);
    assert.deepEqual([related(3), related(4)], [1, 1]);
    check.change(1, 1, ['']);
    assert.deepEqual(listOf(check), ['1 blankLine', '4 duplicateRequestId']);
    assert.equal(related(4), 3);
  });

  it('tells of repeated request IDs in a moment, however long the first line with them is', () => {
    const long = line(payload([video], `,"dubParams":{"x":[${'1,'.repeat(250_000)}1]}`), 'a');
    const check = checkOf([long, ...Array.from({ length: 200 }, () => request('a'))], anySize);
    assert.equal(listOf(check).length, 200);
  });

  it('loses many lines with one request ID in a moment', () => {
    const lines = Array.from({ length: 200_000 }, (_, at) => ({ line: at }));
    const index = new RequestIdIndex<{ line: number }>();
    lines.forEach((each) => index.add('a', each));
    lines.slice(0, -1).forEach((each) => index.remove('a', each));
    assert.equal(index.repeated, 0);
  });

  it('takes a byte order mark at its start for one, and nowhere else', () => {
    const marked = `\ufeff${request('a', 'lipsnyc-2')}`;
    const check = checkOf([marked, request('a')], anySize);
    const [bom] = check.fileDiagnostics();
    assert.equal(bom?.code, 'bom');
    assert.deepEqual(bom.fixes, [{ kind: 'removeBom', edits: [{ span: { start: 0, end: 1 }, text: '' }] }]);
    const [model] = check.diagnosticsAt(0);
    assert.equal(marked.slice(model?.span.start, model?.span.end), '"lipsnyc-2"');
    const edit = model?.fixes[0]?.edits[0];
    assert.equal(marked.slice(edit?.span.start, edit?.span.end), '"lipsnyc-2"');
    const first = check.diagnosticsAt(1)[0]?.related;
    assert.equal(marked.slice(first?.span.start, first?.span.end), '"a"');
    check.change(0, 0, [request('c')]);
    assert.deepEqual(check.fileDiagnostics(), []);
    assert.deepEqual(listOf(check), ['1 jsonUnexpectedCharacter']);
    check.change(0, 1, []);
    assert.deepEqual(codesOf(check.fileDiagnostics()), ['bom']);
  });

  it('gives its findings one after the other, for as long as somebody asks', () => {
    const check = checkOf(
      Array.from({ length: 100 }, () => '{'),
      anySize,
    );
    const seen: LineDiagnostic[] = [];
    for (const each of check.diagnostics()) {
      seen.push(each);
      if (seen.length === 3) break;
    }
    assert.deepEqual(
      seen.map(({ line: at }) => at),
      [0, 1, 2],
    );
  });

  it('does not take an edit of lines that it does not have', () => {
    const check = checkOf([sound]);
    assert.throws(() => check.change(1, 1, []), RangeError);
    assert.throws(() => check.change(-1, 0, []), RangeError);
  });

  it('takes any number of lines', () => {
    const check = checkOf(Array.from({ length: 20_000 }, () => '{}'));
    assert.equal(check.summary.requests, 20_000);
    assert.equal(check.summary.errors, 60_000);
  });

  const text = fc.oneof(
    fc.constantFrom('a', 'b', 'c').map((id) => request(id)),
    fc.constantFrom(
      '',
      ' ',
      '{',
      '[]',
      '\ufeff',
      `\ufeff${request('a')}`,
      request('b', 'sync-4'),
      'ä',
      '{"x":1,"x":1}',
    ),
  );
  const edit = fc.record({
    at: fc.nat(),
    removed: fc.nat(3),
    inserted: fc.array(text, { maxLength: 3 }),
  });

  itAlways('is after any edits as it is when it is loaded anew', () => {
    const limits = { minLines: 2, maxLines: 6, maxBytes: 1500 };
    fc.assert(
      fc.property(fc.array(text, { maxLength: 8 }), fc.array(edit, { maxLength: 12 }), (start, edits) => {
        const check = checkOf(start, limits);
        let lines = start;
        for (const { at, removed, inserted } of edits) {
          const from = at % (lines.length + 1);
          const count = Math.min(removed, lines.length - from);
          check.change(from, count, inserted);
          lines = [...lines.slice(0, from), ...inserted, ...lines.slice(from + count)];
          const fresh = new BatchFileCheck({ limits, context: defaultValidationContext });
          fresh.load(lines);
          assert.deepEqual([...check.diagnostics()], [...fresh.diagnostics()]);
          assert.deepEqual(check.fileDiagnostics(), fresh.fileDiagnostics());
          assert.deepEqual(check.summary, fresh.summary);
          const all = [...[...check.diagnostics()].map(({ diagnostic }) => diagnostic), ...check.fileDiagnostics()];
          const countOf = (severity: string): number => all.filter((each) => each.severity === severity).length;
          assert.equal(check.summary.errors, countOf('error'));
          assert.equal(check.summary.warnings, countOf('warning'));
          lines.forEach((_, index) => {
            assert.deepEqual(
              check.diagnosticsAt(index),
              [...fresh.diagnostics()].filter((each) => each.line === index).map(({ diagnostic }) => diagnostic),
            );
          });
        }
      }),
      { numRuns: 200 },
    );
  });
});
