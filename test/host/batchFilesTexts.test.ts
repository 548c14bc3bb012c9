import * as assert from 'node:assert/strict';
import { BatchFileCheck } from '../../src/core/batchFile/rules/batchFileCheck';
import { checkLine } from '../../src/core/batchFile/rules/checkLine';
import { diagnostic, diagnosticSeverities, type DiagnosticCode } from '../../src/core/batchFile/rules/diagnostics';
import { defaultValidationContext, fieldsByPath } from '../../src/core/batchFile/schema/requestSchema';
import { fieldFactsText, fieldText } from '../../src/editor/batchFiles/text/fields';
import { diagnosticText, fixText } from '../../src/editor/batchFiles/text/diagnostics';
import { diagnosticRows } from '../unit/batchFile/diagnosticRows';
import { fileText, requestText } from './support/batchFiles';

/** What a sentence has where something was not put in. */
const isWanting = /\{\d\}|“”|undefined|\[object|: \.|\(\)| {2}/;

describe('Batch files in the editor: the texts', () => {
  it('say what is wrong in whole sentences, for every rule', () => {
    const said = new Set<DiagnosticCode>();
    const checkOf = (text: string): BatchFileCheck => {
      const limits = { minLines: 20, maxLines: 30, maxBytes: 9_000 };
      const check = new BatchFileCheck({ limits, context: defaultValidationContext });
      check.load(text.split('\n'));
      return check;
    };
    const checks = [fileText(3), `\ufeff${fileText(40, { 3: '', 5: requestText('ep-2') })}`].map(checkOf);
    const found = [
      ...diagnosticRows.flatMap(({ bad }) => checkLine(bad).diagnostics),
      ...checks.flatMap((check) => [
        ...check.fileDiagnostics(),
        ...[...check.diagnostics()].map((each) => each.diagnostic),
      ]),
      // These take a line that is too long for a test.
      diagnostic('lineTooLong', { start: 0, end: 1 }, { count: 1_000_001, max: 1_000_000 }),
      diagnostic('moreDiagnostics', { start: 0, end: 1 }, { count: 7 }),
    ];
    for (const each of found) {
      const text = diagnosticText(each);
      assert.match(text, /^[“\p{L}\p{N}\p{P}\p{S}].*[.?…)]$/su, `${each.code}: ${text}`);
      assert.doesNotMatch(text, isWanting, `${each.code}: ${text}`);
      said.add(each.code);
      for (const fix of each.fixes) {
        assert.doesNotMatch(fixText(fix), isWanting, `${each.code}: ${fixText(fix)}`);
      }
    }
    const codes = Object.keys(diagnosticSeverities) as DiagnosticCode[];
    assert.deepEqual(
      codes.filter((code) => !said.has(code)),
      [],
    );
  });

  it('have nothing in them that turns the reading direction or breaks the line, whatever the file has', () => {
    const hostile = requestText('a', (text) => text.replace('lipsync-2', 'x\\u202e\\u2028\\n[a](command:b)'));
    const [found] = checkLine(hostile).diagnostics;
    assert.ok(found);
    assert.doesNotMatch(diagnosticText(found), /[\u202e\u2028\n]/);
  });

  it('explain every field that is documented', () => {
    for (const [path, { lifecycle, name }] of fieldsByPath) {
      if (lifecycle !== 'removed' && name !== '[]') {
        assert.match(fieldText(path) ?? '', /\.$|\]\.?$/, path);
      }
      for (const fact of fieldFactsText(path)) {
        assert.doesNotMatch(fact, isWanting, path);
      }
    }
    assert.equal(fieldText('payload.options.brand_new'), undefined);
    assert.equal(fieldText('constructor'), undefined);
  });
});
