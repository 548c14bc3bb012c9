import * as assert from 'node:assert/strict';
import type { RetryFile, RetryNote, RetryReason, RetryRequest } from '../../../src/core/results/failedRequests';
import { exportedText, nothingToExportText, retryNoteText } from '../../../src/editor/results/text/failedRequests';

/** Every reason, and whether the request is in the file then. The type sees to it that none is left out. */
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
  cannotHelp: false,
  notKnownToHelp: false,
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

/** A file with what the test does not care about filled in. */
function file(count: number, parts: Partial<RetryFile> = {}): RetryFile {
  const requests = Array.from({ length: count }, (_, index): RetryRequest => ({
    requestId: `request-${index}`,
    why: 'failed',
    from: 'input',
  }));
  return { text: '', bytes: 0, requests, notes: [], sizeProblems: [], inputFit: 'whole', ...parts };
}

describe('What was exported, in words (en)', () => {
  it('is a short sentence where all is well', () => {
    assert.equal(exportedText(file(1)), '1 request was exported.');
    assert.equal(exportedText(file(24)), '24 requests were exported.');
  });

  it('says that the file is too short for a batch, and the ways out', () => {
    assert.equal(
      exportedText(file(3, { sizeProblems: ['tooFewLines'] })),
      '3 requests were exported. A batch takes at least 20 requests: add others to the file, or send these one by one with POST /v2/generate.',
    );
  });

  for (const problem of ['tooManyLines', 'tooManyBytes'] as const) {
    it(`says that the file is too large for a batch, and the way out, once: ${problem}`, () => {
      const sizeProblems = [problem, 'tooManyBytes'] as const;
      assert.equal(
        exportedText(file(501, { sizeProblems })),
        '501 requests were exported. A batch takes at most 500 requests and 5 MB: split the file.',
      );
    });
  }

  it('says that the file that was picked is of another batch', () => {
    assert.match(exportedText(file(30, { inputFit: 'not' })), /is of another batch: none of its request IDs/);
    assert.match(nothingToExportText(file(0, { inputFit: 'not' })), /is of another batch/);
    assert.doesNotMatch(exportedText(file(30, { inputFit: 'partly' })), /another batch/);
  });

  it('counts what was left out by reason, and what is to be looked at', () => {
    const notes = [
      noteOf('noModel', { requestId: 'a' }),
      noteOf('noModel', { requestId: 'b' }),
      noteOf('missingWithoutInput', { count: 7 }),
      noteOf('repeated', { requestId: 'c' }),
    ];
    const text = exportedText(file(30, { notes, inputFit: 'none' }));
    assert.match(text, /Left out: 2 \(the result does not say which model was asked for\), 7 \(without a result; /);
    assert.match(text, /Look at: 1 \(the results have the request more than once\)\.$/);
  });

  it('does not say that a file is too short that was not made', () => {
    const text = nothingToExportText(file(0, { sizeProblems: ['tooFewLines'], notes: [noteOf('cannotHelp')] }));
    assert.equal(text, 'No request could be exported. Left out: 1 (sending again can’t help).');
  });

  for (const reason of allReasons) {
    it(`has a reason in words for what is left out or odd: ${reason}`, () => {
      const text = exportedText(file(30, { notes: [noteOf(reason)] }));
      assert.match(text, reasons[reason] ? / Look at: 1 \(.{10,}\)\.$/ : / Left out: 1 \(.{10,}\)\.$/);
      assert.doesNotMatch(text, /undefined|\{\d\}/);
    });
  }

  it('has another reason for each', () => {
    const texts = allReasons.map((reason) => exportedText(file(30, { notes: [noteOf(reason, { isInFile: true })] })));
    assert.equal(new Set(texts).size, allReasons.length);
  });
});

describe('A note about an export, for the log', () => {
  it('says which request and which lines it is about, counted from 1', () => {
    assert.equal(
      retryNoteText(noteOf('noModel', { requestId: 'ep-1', line: 0 })),
      'left out: ep-1, results line 1: the result does not say which model was asked for',
    );
    assert.equal(
      retryNoteText(noteOf('inputLineRepeated', { requestId: 'ep-1', inputLine: 9 })),
      'exported: ep-1, original line 10: the original file has the request ID twice',
    );
    assert.match(retryNoteText(noteOf('missingWithoutInput', { count: 7 })), /^left out: 7 requests: /);
  });

  it('stays on one bearable line, whatever the ID is', () => {
    const text = retryNoteText(noteOf('noModel', { requestId: `a\nb\u202ec${'x'.repeat(10_000)}` }));
    assert.doesNotMatch(text, /[\n\u202e]/);
    assert.ok(text.length < 400);
  });
});
