import * as assert from 'node:assert/strict';
import type { RetryFile, RetryNote, RetryReason, RetryRequest } from '../../../src/core/results/failedRequests';
import { exportedText, nothingToExportText, retryNoteText } from '../../../src/editor/results/text/failedRequests';

/** All reasons, with whether the request is in the file. The type ensures that none is missing. */
const reasons: Readonly<Record<RetryReason, boolean>> = {
  noRequestId: false,
  unreadableLine: false,
  rawLineGone: false,
  noModel: false,
  noMedia: false,
  tooDeep: false,
  otherResult: false,
  missingWithoutInput: false,
  moreThanMissing: false,
  notWorthRetrying: false,
  maybeNotWorthRetrying: false,
  inputLineUnreadable: false,
  inputLineIncomplete: false,
  inputLineRepeated: true,
  repeated: true,
  notInInput: true,
  mayHaveResult: true,
};
const allReasons = Object.keys(reasons) as RetryReason[];
const noteOf = (reason: RetryReason, more: Partial<RetryNote> = {}): RetryNote => ({
  reason,
  isInFile: reasons[reason],
  ...more,
});

/** A retry file with default values. */
function file(count: number, parts: Partial<RetryFile> = {}): RetryFile {
  const requests = Array.from({ length: count }, (_, index): RetryRequest => ({
    requestId: `request-${index}`,
    why: 'failed',
    from: 'input',
  }));
  return { text: '', bytes: 0, requests, notes: [], sizeProblems: [], inputFit: 'whole', ...parts };
}

describe('The report of an export (en)', () => {
  it('is a short sentence when all requests are exported', () => {
    assert.equal(exportedText(file(1)), '1 request exported.');
    assert.equal(exportedText(file(24)), '24 requests exported.');
  });

  it('warns that a batch needs more requests, with what to do', () => {
    assert.equal(
      exportedText(file(3, { sizeProblems: ['tooFewLines'] })),
      '3 requests exported. A batch needs at least 20 requests: add more to the file, or send these one by one with POST /v2/generate.',
    );
  });

  for (const problem of ['tooManyLines', 'tooManyBytes'] as const) {
    it(`warns once that the file is too large for a batch, with what to do: ${problem}`, () => {
      const sizeProblems = [problem, 'tooManyBytes'] as const;
      assert.equal(
        exportedText(file(501, { sizeProblems })),
        '501 requests exported. A batch can have at most 500 requests and 5 MB: split the file.',
      );
    });
  }

  it('warns that the original file is of another batch', () => {
    assert.match(exportedText(file(30, { inputFit: 'not' })), /is of another batch: none of its request IDs/);
    assert.match(nothingToExportText(file(0, { inputFit: 'not' })), /is of another batch/);
    assert.doesNotMatch(exportedText(file(30, { inputFit: 'partly' })), /another batch/);
  });

  it('counts the requests that were left out or need a check, by reason', () => {
    const notes = [
      noteOf('noModel', { requestId: 'a' }),
      noteOf('noModel', { requestId: 'b' }),
      noteOf('missingWithoutInput', { count: 7 }),
      noteOf('repeated', { requestId: 'c' }),
    ];
    const text = exportedText(file(30, { notes, inputFit: 'none' }));
    assert.match(text, / Left out: no model in the result \(2\); no result, so .+ the request \(7\)\. /);
    assert.match(text, / Check: request ID repeated in the results \(1\)\.$/);
  });

  it('does not call a file too short that was not written', () => {
    const text = nothingToExportText(file(0, { sizeProblems: ['tooFewLines'], notes: [noteOf('notWorthRetrying')] }));
    assert.equal(text, 'No requests exported. Left out: not worth retrying (1).');
  });

  for (const reason of allReasons) {
    it(`has a text for each reason: ${reason}`, () => {
      const text = exportedText(file(30, { notes: [noteOf(reason)] }));
      assert.match(text, reasons[reason] ? / Check: .{10,} \(1\)\.$/ : / Left out: .{10,} \(1\)\.$/);
      assert.doesNotMatch(text, /undefined|\{\d\}/);
    });
  }

  it('has a different text for each reason', () => {
    const texts = allReasons.map((reason) => exportedText(file(30, { notes: [noteOf(reason, { isInFile: true })] })));
    assert.equal(new Set(texts).size, allReasons.length);
  });
});

describe('A note about an export in the log', () => {
  it('names the request and the lines, counted from 1', () => {
    assert.equal(
      retryNoteText(noteOf('noModel', { requestId: 'ep-1', line: 0 })),
      'left out: ep-1, results line 1: no model in the result',
    );
    assert.equal(
      retryNoteText(noteOf('inputLineRepeated', { requestId: 'ep-1', inputLine: 9 })),
      'exported: ep-1, original line 10: request ID repeated in the original file',
    );
    assert.match(retryNoteText(noteOf('missingWithoutInput', { count: 7 })), /^left out: 7 requests: /);
  });

  it('is one line of limited length, whatever the ID is', () => {
    const text = retryNoteText(noteOf('noModel', { requestId: `a\nb\u202ec${'x'.repeat(10_000)}` }));
    assert.doesNotMatch(text, /[\n\u202e]/);
    assert.ok(text.length < 400);
  });
});
