import * as assert from 'node:assert/strict';
import { failureOf, knownErrorCodes } from '../../../src/core/results/failures';
import { outcomes, type RowProblem } from '../../../src/core/results/row';
import {
  bytesText,
  cachedText,
  outcomeText,
  pageTexts,
  resultErrorTexts,
  sizeText,
} from '../../../src/editor/results/text/results';
import { age } from '../../../src/editor/shared/times';

/** Every oddity of a line. The type sees to it that none is left out. */
const problems: Readonly<Record<RowProblem, true>> = {
  notJson: true,
  notAnObject: true,
  tooLong: true,
  duplicate: true,
  noRequestId: true,
  noStatus: true,
  noOutput: true,
};

describe('What came of a request in words', () => {
  it('is a word of its own for every outcome', () => {
    const words = outcomes.map(outcomeText);
    assert.deepEqual(words, ['Failed', 'Rejected', 'Unreadable', 'Unfinished', 'Succeeded']);
    assert.deepEqual(pageTexts().outcomes, {
      failed: 'Failed',
      rejected: 'Rejected',
      unreadable: 'Unreadable',
      unfinished: 'Unfinished',
      succeeded: 'Succeeded',
      missing: 'Missing',
    });
  });

  it('is a text of its own for everything that is odd about a line', () => {
    const texts = pageTexts().problems;
    assert.deepEqual(Object.keys(texts).sort(), Object.keys(problems).sort());
    assert.equal(new Set(Object.values(texts)).size, Object.keys(problems).length);
  });
});

describe('The meaning of an error code', () => {
  for (const code of knownErrorCodes) {
    it(`is said in whole sentences, with what to do: ${code}`, () => {
      const text = resultErrorTexts()[code];
      assert.match(text, /^[A-Zs].+[^.]\. .*(?:\.|…)$/);
      assert.doesNotMatch(text, /undefined|\{\d\}|\.\.\./);
    });
  }

  it('is there for the codes that sync.so documents, and for no other', () => {
    assert.deepEqual(Object.keys(resultErrorTexts()).sort(), [...knownErrorCodes].sort());
  });

  it('is another one for every code', () => {
    const texts = Object.values(resultErrorTexts());
    assert.equal(new Set(texts).size, texts.length);
  });

  it('says that sending again may help where it may, and never where it can not', () => {
    for (const code of knownErrorCodes) {
      const offersAgain = resultErrorTexts()[code].includes('Export Failed Requests…');
      const { sendingAgainHelps } = failureOf(code);
      assert.equal(offersAgain, sendingAgainHelps === 'yes' || code === 'generation_unhandled_error', code);
    }
  });
});

describe('The texts of the results page', () => {
  it('are all there, and survive the way into the page', () => {
    const texts = pageTexts();
    assert.deepEqual(JSON.parse(JSON.stringify(texts)), texts);
    for (const group of Object.values<Readonly<Record<string, string>>>({ ...texts })) {
      for (const [name, text] of Object.entries(group)) {
        assert.notEqual(text.trim(), '', name);
      }
    }
  });
});

describe('An amount of bytes in words (en)', () => {
  it('has a unit in which it is short, in powers of ten', () => {
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

  it('is never a thousand of a unit where there is a larger one', () => {
    assert.equal(sizeText(999_999), '1 MB');
    assert.equal(sizeText(999_949), '999.9 kB');
    assert.equal(sizeText(999_999_999), '1 GB');
  });

  it('says how much of a file has arrived, and of how much where that is known', () => {
    assert.equal(bytesText(1_400, undefined), '1.4 kB loaded');
    assert.equal(bytesText(1_400, 2_000_000), '1.4 kB of 2 MB loaded');
  });
});

describe('Where results are from, in words', () => {
  it('is said where they are not from the server just now', () => {
    const cachedAt = Date.now() - 2 * 3_600_000;
    assert.equal(cachedText(cachedAt), `As kept on this computer, ${age(cachedAt)}`);
    assert.equal(cachedText(undefined), '');
  });
});
