import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import type { BatchFileLimits } from '../../../src/core/batchFile/schema/limits';
import { bytesOfLines, inputOf, splitIntoParts, type PartRange } from '../../../src/core/submissions/split';
import { itAlways } from '../support/properties';

const documented: BatchFileLimits = { minLines: 20, maxLines: 500, maxBytes: 5_000_000 };

function partsOf(bytes: readonly number[], limits = documented): readonly PartRange[] {
  const plan = splitIntoParts(bytes, limits);
  return 'error' in plan ? assert.fail(JSON.stringify(plan)) : plan;
}

function linesOfParts(bytes: readonly number[], limits = documented): number[] {
  return partsOf(bytes, limits).map(({ lines }) => lines);
}

const lines = (count: number, bytes = 300): number[] => new Array<number>(count).fill(bytes);

describe('Splitting a file into batches', () => {
  it('leaves a file that fits in one part', () => {
    assert.deepEqual(partsOf(lines(500)), [{ from: 0, to: 500, lines: 500, bytes: 150_000 }]);
    assert.deepEqual(linesOfParts(lines(20)), [20]);
  });

  it('makes as few parts as possible, and equal ones', () => {
    assert.deepEqual(linesOfParts(lines(501)), [251, 250]);
    assert.deepEqual(linesOfParts(lines(1300)), [434, 433, 433]);
  });

  it('leaves a file with too few lines for a batch in one part', () => {
    assert.deepEqual(linesOfParts(lines(3)), [3]);
    assert.deepEqual(partsOf([]), []);
  });

  it('obeys the byte limit, with equal parts if possible', () => {
    assert.deepEqual(linesOfParts(lines(100, 100_000)), [50, 50]);
    assert.deepEqual(linesOfParts(lines(101, 100_000)), [34, 34, 33]);
  });

  it('makes parts as equal as the byte limit allows', () => {
    const limits = { minLines: 1, maxLines: 10, maxBytes: 100 };
    assert.deepEqual(linesOfParts([90, 10, 10, 10, 10, 10], limits), [2, 4]);
    assert.deepEqual(linesOfParts([10, 10, 10, 10, 10, 90], limits), [4, 2]);
  });

  it('finds the most equal parts even if the larger one has to be last', () => {
    assert.deepEqual(linesOfParts([50, 50, 50, 30, 20], { minLines: 1, maxLines: 10, maxBytes: 100 }), [2, 3]);
  });

  it('does not count blank lines', () => {
    assert.deepEqual(partsOf([0, 5, 0, 5, 5, 0, 5, 0], { minLines: 1, maxLines: 2, maxBytes: 100 }), [
      { from: 1, to: 4, lines: 2, bytes: 10 },
      { from: 4, to: 7, lines: 2, bytes: 10 },
    ]);
  });

  it('reports a line that exceeds the byte limit', () => {
    const plan = splitIntoParts([10, 101, 10], { minLines: 1, maxLines: 2, maxBytes: 100 });
    assert.deepEqual(plan, { error: 'lineTooLong', line: 1, bytes: 101 });
  });

  it('makes no part with too few lines', () => {
    const limits = { minLines: 20, maxLines: 500, maxBytes: 1000 };
    assert.deepEqual(splitIntoParts(lines(20, 100), limits), { error: 'tooFewLines', parts: 2 });
    assert.deepEqual(splitIntoParts(lines(10, 200), limits), { error: 'tooFewLines', parts: 2 });
    assert.deepEqual(splitIntoParts(lines(30, 1), { ...limits, maxLines: 25 }), { error: 'tooFewLines', parts: 2 });
  });

  it('is fast for long files with long lines', () => {
    const bytes = lines(50_000, 100).fill(11_000, 20_000, 20_500);
    const parts = partsOf(bytes);
    assert.ok(parts.length >= 100 && parts.length <= 102, String(parts.length));
  });

  const limits = fc
    .record({ minLines: fc.integer({ min: 1, max: 5 }), more: fc.nat(8), maxBytes: fc.integer({ min: 10, max: 60 }) })
    .map(({ minLines, more, maxBytes }) => ({ minLines, maxLines: minLines + more, maxBytes }));
  const sizes = fc.array(fc.nat(12), { maxLength: 40 });

  itAlways('keeps every line in order, and stays within the limits', () => {
    fc.assert(
      fc.property(sizes, limits, (bytes, rules) => {
        const plan = splitIntoParts(bytes, rules);
        if ('error' in plan) {
          return;
        }
        const count = bytes.filter((each) => each > 0).length;
        let at = 0;
        for (const { from, to, lines: partLines, bytes: partBytes } of plan) {
          assert.ok(bytes.slice(at, from).every((each) => each === 0));
          const own = bytes.slice(from, to).filter((each) => each > 0);
          assert.equal(own.length, partLines);
          assert.equal(
            own.reduce((sum, each) => sum + each, 0),
            partBytes,
          );
          assert.ok(partLines <= rules.maxLines && partBytes <= rules.maxBytes);
          assert.ok(partLines >= Math.min(rules.minLines, count));
          at = to;
        }
        assert.ok(bytes.slice(at).every((each) => each === 0));
      }),
    );
  });

  itAlways('finds the best split if there is one', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 12 }), limits, (bytes, rules) => {
        const plan = splitIntoParts(bytes, rules);
        const best = bestByTrying(bytes, rules);
        if ('error' in plan) {
          assert.equal(best, undefined);
          return;
        }
        const counts = plan.map((part) => part.lines);
        assert.deepEqual({ parts: counts.length, squares: squaresOf(counts) }, best);
      }),
    );
  });

  itAlways('makes equal parts, and as few as possible, if only the line limit matters', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 300 }), (count, maxLines) => {
        const counts = linesOfParts(lines(count, 1), { minLines: 1, maxLines, maxBytes: 1e9 });
        assert.equal(counts.length, Math.ceil(count / maxLines));
        assert.ok(Math.max(...counts) - Math.min(...counts) <= 1);
      }),
    );
  });
});

describe('The bytes that are sent', () => {
  const sent = (texts: readonly string[], range = { from: 0, to: texts.length }): string =>
    new TextDecoder('utf-8', { ignoreBOM: true }).decode(inputOf(texts, range));

  it('are the file itself if it has the documented format', () => {
    const text = '{"a": 1.0}\n  {"b":"ü🎬"} \n';
    assert.equal(sent(text.split('\n')), text);
  });

  it('have no byte order mark, no CR and no blank lines, and end with LF', () => {
    assert.equal(sent(['\ufeff{"a":1}\r', '', ' \t', '{"b":2}']), '{"a":1}\n{"b":2}\n');
  });

  it('contain only the lines of the part', () => {
    assert.equal(sent(['1', '2', '3', '4'], { from: 1, to: 3 }), '2\n3\n');
  });

  itAlways('have the planned length, and all parts together are the file', () => {
    const line = fc.oneof(fc.string({ unit: 'binary', maxLength: 8 }), fc.constantFrom('', ' ', '\r', '\ufeff', 'é\r'));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), (texts) => {
        const parts = partsOf(bytesOfLines(texts), { minLines: 1, maxLines: 3, maxBytes: 1000 });
        assert.equal(parts.map((part) => sent(texts, part)).join(''), sent(texts));
        for (const part of parts) {
          assert.equal(inputOf(texts, part).length, part.bytes);
        }
      }),
    );
  });
});

function squaresOf(counts: readonly number[]): number {
  return counts.reduce((sum, each) => sum + each ** 2, 0);
}

/** The best split, found by trying all of them. */
function bestByTrying(
  bytes: readonly number[],
  { minLines, maxLines, maxBytes }: BatchFileLimits,
): { parts: number; squares: number } | undefined {
  const fewest = Math.min(minLines, bytes.length);
  let best: { parts: number; squares: number } | undefined;
  const go = (from: number, counts: readonly number[]): void => {
    if (from === bytes.length) {
      const found = { parts: counts.length, squares: squaresOf(counts) };
      if (
        best === undefined ||
        found.parts < best.parts ||
        (found.parts === best.parts && found.squares < best.squares)
      ) {
        best = found;
      }
      return;
    }
    let sum = 0;
    for (let end = from + 1; end <= bytes.length && end - from <= maxLines; end += 1) {
      sum += bytes[end - 1] ?? 0;
      if (sum <= maxBytes && end - from >= fewest) {
        go(end, [...counts, end - from]);
      }
    }
  };
  go(0, []);
  return best;
}
