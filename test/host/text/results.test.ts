import * as assert from 'node:assert/strict';
import { errorCodes } from '../../../src/core/results/errorCodes';
import type { RowProblem } from '../../../src/core/results/row';
import { bytesText, cachedText, pageTexts, errorCodeTexts, sizeText } from '../../../src/editor/results/text/results';
import { age } from '../../../src/editor/shared/times';

/** All problems of a line. The type ensures that none is missing. */
const problems: Readonly<Record<RowProblem, true>> = {
  notJson: true,
  notAnObject: true,
  tooLong: true,
  duplicate: true,
  noRequestId: true,
  noStatus: true,
  noOutput: true,
};

describe('The text of an outcome', () => {
  it('exists for each outcome', () => {
    assert.deepEqual(pageTexts().outcomes, {
      failed: 'Failed',
      rejected: 'Rejected',
      unreadable: 'Unreadable',
      unfinished: 'Unfinished',
      succeeded: 'Succeeded',
      missing: 'Missing',
    });
  });

  it('comes with a different text for each problem of a line', () => {
    const texts = pageTexts().problems;
    assert.deepEqual(Object.keys(texts).sort(), Object.keys(problems).sort());
    assert.equal(new Set(Object.values(texts)).size, Object.keys(problems).length);
  });
});

describe('The text of an error code', () => {
  const codes = Object.keys(errorCodes) as (keyof typeof errorCodes)[];
  for (const code of codes) {
    it(`has whole sentences with a meaning and a remedy: ${code}`, () => {
      const text = errorCodeTexts()[code];
      assert.match(text, /^[A-Zs].+[^.]\. .*(?:\.|…)$/);
      assert.doesNotMatch(text, /undefined|\{\d\}|\.\.\./);
    });
  }

  it('exists for the documented codes and no others', () => {
    assert.deepEqual(Object.keys(errorCodeTexts()).sort(), [...codes].sort());
  });

  it('is different for each code', () => {
    const texts = Object.values(errorCodeTexts());
    assert.equal(new Set(texts).size, texts.length);
  });

  it('offers a retry if that may work, and never if it can not', () => {
    for (const code of codes) {
      const offersRetry = errorCodeTexts()[code].includes('Export Failed Requests…');
      assert.equal(offersRetry, errorCodes[code] === 'yes' || code === 'generation_unhandled_error', code);
    }
  });
});

describe('The texts of the results page', () => {
  it('are not empty, and can be sent to the page as JSON', () => {
    const texts = pageTexts();
    assert.deepEqual(JSON.parse(JSON.stringify(texts)), texts);
    for (const group of Object.values<Readonly<Record<string, string>>>({ ...texts })) {
      for (const [name, text] of Object.entries(group)) {
        assert.notEqual(text.trim(), '', name);
      }
    }
  });
});

describe('The text of a size (en)', () => {
  it('uses the largest suitable unit, in powers of ten', () => {
    for (const [bytes, text] of [
      [0, '0 B'],
      [1, '1 B'],
      [999, '999 B'],
      [1_000, '1 kB'],
      [1_449, '1.4 kB'],
      [52_300, '52.3 kB'],
      [1_000_000, '1 MB'],
      [1_400_000, '1.4 MB'],
      [1_000_000_000, '1 GB'],
      [2_345_000_000_000, '2,345 GB'],
    ] as const) {
      assert.equal(sizeText(bytes), text);
    }
  });

  it('uses the next unit instead of 1,000 of a unit', () => {
    assert.equal(sizeText(999_999), '1 MB');
    assert.equal(sizeText(999_949), '999.9 kB');
    assert.equal(sizeText(999_999_999), '1 GB');
  });

  it('shows how much of a file is loaded, and the total size if it is known', () => {
    assert.equal(bytesText(1_400, undefined), '1.4 kB loaded');
    assert.equal(bytesText(1_400, 2_000_000), '1.4 kB of 2 MB loaded');
  });
});

describe('The text about a saved copy', () => {
  it('shows its age, and is empty for results from the server', () => {
    const cachedAt = Date.now() - 2 * 3_600_000;
    assert.equal(cachedText(cachedAt), `Saved copy from ${age(cachedAt)}`);
    assert.equal(cachedText(undefined), '');
  });
});
