import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  age,
  clockTime,
  clockTimeWithSeconds,
  dateOnly,
  dateTime,
  exactTime,
  isSameDay,
  recentTime,
  screenReaderTime,
  shortTime,
} from '../../../src/editor/shared/times';

/** Formatters put narrow blanks where others have plain ones, depending on the version. */
const plain = (text: string): string => text.replace(/\s/g, ' ');
const at = (...parts: [number, number, number, number, number, number]): number => new Date(...parts).getTime();

const moment = at(2026, 10, 24, 14, 5, 9);
const laterThatDay = at(2026, 10, 24, 23, 59, 59);

describe('Formatted times (en)', () => {
  it('are tested in English', () => {
    assert.equal(vscode.env.language, 'en');
  });

  it('on a row are the time of day for today, or else the day', () => {
    assert.equal(plain(shortTime(moment, laterThatDay)), '2:05 PM');
    assert.equal(plain(shortTime(moment, at(2026, 10, 25, 0, 0, 0))), 'Nov 24');
    assert.equal(plain(shortTime(moment, at(2026, 11, 31, 23, 59, 59))), 'Nov 24');
  });

  it('include the year if it is another one', () => {
    assert.equal(plain(shortTime(moment, at(2027, 0, 1, 0, 0, 0))), 'Nov 24, 2026');
  });

  it('change the day at midnight in the user’s time zone', () => {
    assert.equal(isSameDay(at(2026, 10, 24, 0, 0, 0), laterThatDay), true);
    assert.equal(isSameDay(laterThatDay, at(2026, 10, 25, 0, 0, 0)), false);
    assert.equal(isSameDay(moment, at(2025, 10, 24, 14, 5, 9)), false);
  });

  it('may be exact to the second with the time zone', () => {
    assert.match(plain(exactTime(moment)), /^Tuesday, November 24, 2026 at 2:05:09 PM \S+$/);
  });

  it('are written out for screen readers', () => {
    assert.equal(plain(screenReaderTime(moment)), 'November 24, 2026 at 2:05 PM');
  });

  it('have shorter forms', () => {
    assert.equal(plain(dateTime(moment)), 'Nov 24, 2026, 2:05 PM');
    assert.equal(plain(dateOnly(moment)), 'Nov 24, 2026');
    assert.equal(plain(clockTime(moment)), '2:05 PM');
    assert.equal(plain(clockTimeWithSeconds(moment)), '2:05:09 PM');
  });

  it('include the day if it is not today', () => {
    assert.equal(plain(recentTime(moment, laterThatDay)), '2:05 PM');
    assert.equal(plain(recentTime(moment, at(2026, 10, 25, 0, 0, 0))), 'Nov 24, 2026, 2:05 PM');
  });
});

describe('Relative times (en)', () => {
  const now = Date.UTC(2026, 10, 24, 12);
  const second = 1_000;
  const minute = 60 * second;
  const hour = 60 * minute;
  const day = 24 * hour;

  for (const [passed, expected] of [
    [0, 'this minute'],
    [minute - 1, 'this minute'],
    [minute, '1 minute ago'],
    [hour - 1, '59 minutes ago'],
    [hour, '1 hour ago'],
    [day - 1, '23 hours ago'],
    [day, 'yesterday'],
    [3 * day, '3 days ago'],
    [400 * day, '400 days ago'],
  ] as const) {
    it(`are "${expected}" after ${passed} ms`, () => {
      assert.equal(age(now - passed, now), expected);
    });
  }

  it('make sense when the server’s clock is ahead', () => {
    assert.equal(age(now + 30 * second, now), 'this minute');
    assert.equal(age(now + 2 * minute, now), 'in 2 minutes');
  });
});
