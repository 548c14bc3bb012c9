import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { type DateTextFault, type NamedSpan, parseDateText, type ReadWords } from '../../../src/core/common/parseDate';
import { parseNaturalDate } from '../../../src/platform/naturalDates';
import { itAlways } from '../support/properties';
import { useTimeZone, zones } from '../support/timeZones';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Tuesday, 24 November 2026, ten in the morning, where the test is. */
function tuesdayMorning(): number {
  return new Date(2026, 10, 24, 10).getTime();
}

function parse(text: string, now = tuesdayMorning()): NamedSpan {
  const parsed = parseDateText(text, now, parseNaturalDate);
  return 'span' in parsed ? parsed.span : assert.fail(`"${text}" is refused: ${parsed.fault}`);
}

function faultOf(text: string, now = tuesdayMorning()): DateTextFault {
  const parsed = parseDateText(text, now, parseNaturalDate);
  return 'fault' in parsed ? parsed.fault : assert.fail(`"${text}" is taken: ${JSON.stringify(parsed.span)}`);
}

/** Local time as "2026-11-24 10:00:00.000". */
function local(at: number): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  return `${day} ${time}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

function isDay(text: string, day: string, now?: number): void {
  const { precision, start, end } = parse(text, now);
  assert.deepEqual([precision, local(start), local(end)], ['day', `${day} 00:00:00.000`, `${day} 23:59:59.999`], text);
}

function isInstant(text: string, at: string, now?: number): void {
  const { precision, start, end } = parse(text, now);
  assert.deepEqual([precision, local(start), local(end)], ['instant', at, at], text);
}

function isMonth(text: string, first: string, last: string, now?: number): void {
  const { precision, start, end } = parse(text, now);
  assert.deepEqual(
    [precision, local(start), local(end)],
    ['month', `${first} 00:00:00.000`, `${last} 23:59:59.999`],
    text,
  );
}

describe('A typed date', () => {
  for (const zone of zones) {
    describe(`in ${zone}`, () => {
      useTimeZone(zone);

      it('is the whole day, month or year of ISO 8601 in the user’s time zone', () => {
        isDay('2026-11-01', '2026-11-01');
        isDay('2026-1-5', '2026-01-05');
        isDay('  2026-12-31 ', '2026-12-31');
        isDay('2028-02-29', '2028-02-29');
        isMonth('2026-11', '2026-11-01', '2026-11-30');
        isMonth('2028-02', '2028-02-01', '2028-02-29');
        isMonth('2026-12', '2026-12-01', '2026-12-31');
        const { precision, start, end } = parse('2026');
        assert.deepEqual(
          [precision, local(start), local(end)],
          ['year', '2026-01-01 00:00:00.000', '2026-12-31 23:59:59.999'],
        );
      });

      it('is an instant in the user’s time zone if it has a time without an offset', () => {
        isInstant('2026-11-01 14:00', '2026-11-01 14:00:00.000');
        isInstant('2026-11-01T14:05:06', '2026-11-01 14:05:06.000');
        isInstant('2026-11-01t4:05', '2026-11-01 04:05:00.000');
        isInstant('2026-11-01   14:05:06.5', '2026-11-01 14:05:06.500');
        isInstant('2026-11-01 14:05:06,123456789', '2026-11-01 14:05:06.123');
      });

      it('is the same instant everywhere if it has an offset', () => {
        for (const text of [
          '2026-11-01T14:00:00Z',
          '2026-11-01 14:00z',
          '2026-11-01T15:00:00+01:00',
          '2026-11-01T15:00+01',
          '2026-11-01T08:30:00.000-0530',
          '2026-11-02 04:00 +14:00',
        ]) {
          const { precision, start, end } = parse(text);
          assert.deepEqual([precision, start, end], ['instant', Date.UTC(2026, 10, 1, 14), start], text);
        }
      });

      it('may be natural language', () => {
        isDay('today', '2026-11-24');
        isDay('yesterday', '2026-11-23');
        isDay('Yesterday ', '2026-11-23');
        isDay('3 days ago', '2026-11-21');
        isDay('a week ago', '2026-11-17');
        isDay('1 Nov 2026', '2026-11-01');
        isDay('November 1, 2026', '2026-11-01');
        isInstant('yesterday 14:00', '2026-11-23 14:00:00.000');
        isInstant('yesterday at 2pm', '2026-11-23 14:00:00.000');
        isInstant('1 Nov 2026 2:30 pm', '2026-11-01 14:30:00.000');
        isInstant('2 hours ago', '2026-11-24 08:00:00.000');
        isInstant('now', '2026-11-24 10:00:00.000');
        isMonth('last month', '2026-10-01', '2026-10-31');
        isMonth('this month', '2026-11-01', '2026-11-30');
        isMonth('nov 2026', '2026-11-01', '2026-11-30');
        assert.equal(parse('last year').precision, 'year');
        assert.equal(local(parse('last year').start), '2025-01-01 00:00:00.000');
      });

      it('is in the past, because batches already exist', () => {
        isDay('friday', '2026-11-20');
        isDay('last friday', '2026-11-20');
        isDay('monday', '2026-11-23');
        isInstant('friday 15:00', '2026-11-20 15:00:00.000');
        isDay('25 Dec', '2025-12-25');
        isDay('1 Nov', '2026-11-01');
        isMonth('december', '2025-12-01', '2025-12-31');
        isMonth('may', '2026-05-01', '2026-05-31');
      });

      for (const hour of [0, 10, 12, 23]) {
        it(`is today, or this month, if that is its name, at ${hour}:30`, () => {
          const now = new Date(2026, 10, 24, hour, 30).getTime();
          isDay('today', '2026-11-24', now);
          isDay('tuesday', '2026-11-24', now);
        });

        it(`is today if it names day and month, at ${hour}:30`, () => {
          isDay('24 nov', '2026-11-24', new Date(2026, 10, 24, hour, 30).getTime());
        });

        it(`is this month if it names it, on its first day at ${hour}:30`, () => {
          isMonth('november', '2026-11-01', '2026-11-30', new Date(2026, 10, 1, hour, 30).getTime());
        });
      }

      it('is the last month on the last day of a month too', () => {
        isMonth('last month', '2026-02-01', '2026-02-28', new Date(2026, 2, 31, 10).getTime());
      });

      itAlways('leaves no gap between days, and no hour out', () => {
        const day = fc.date({
          min: new Date(Date.UTC(1971, 0, 1)),
          max: new Date(Date.UTC(2998, 0, 1)),
          noInvalidDate: true,
        });
        fc.assert(
          fc.property(day, (date) => {
            const text = (at: Date): string =>
              [String(at.getUTCFullYear()).padStart(4, '0'), at.getUTCMonth() + 1, at.getUTCDate()].join('-');
            const next = new Date(date.getTime() + dayMs);
            const span = parse(text(date));
            // The day that this zone left out when it crossed the date line.
            fc.pre(!(zone === 'Pacific/Apia' && ['2011-12-30', '2011-12-29'].includes(text(date))));
            assert.equal(span.end + 1, parse(text(next)).start, text(date));
            const length = span.end + 1 - span.start;
            assert.ok(Math.abs(length - dayMs) <= hourMs, `${text(date)} has ${length / hourMs} hours`);
            const noon = new Date(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate(), 12).getTime();
            assert.ok(span.start < noon && noon < span.end);
          }),
        );
      });

      itAlways('has the same meaning when the result is typed again', () => {
        fc.assert(
          fc.property(fc.integer({ min: Date.UTC(1971, 0, 1), max: Date.UTC(2099, 0, 1) }), (at) => {
            const { start } = parse(new Date(at).toISOString());
            assert.equal(start, at);
          }),
        );
      });
    });
  }

  const changes: [zone: string, day: string, hours: number][] = [
    ['Europe/Berlin', '2026-03-29', 23],
    ['Europe/Berlin', '2026-10-25', 25],
    ['America/New_York', '2026-03-08', 23],
    ['America/New_York', '2026-11-01', 25],
    ['Asia/Kolkata', '2026-03-29', 24],
    // The clocks go forward at midnight: the day begins at one.
    ['Africa/Cairo', '2026-04-24', 23],
    ['America/Havana', '2026-11-01', 25],
  ];
  for (const [zone, day, hours] of changes) {
    describe(`in ${zone}, where ${day} has ${hours} hours`, () => {
      useTimeZone(zone);

      it('is the whole day, in ISO 8601 and in natural language', () => {
        const { start, end } = parse(day);
        assert.equal((end + 1 - start) / hourMs, hours);
        assert.deepEqual(parse('yesterday', end + 1 + 10 * hourMs), parse(day));
      });
    });
  }

  describe('in Pacific/Apia, which skipped a day', () => {
    useTimeZone('Pacific/Apia');

    it('puts the day before and the day after next to each other', () => {
      assert.equal(parse('2011-12-29').end + 1, parse('2011-12-31').start);
      assert.equal(parse('2011-12').end + 1 - parse('2011-12').start, 30 * dayMs);
    });
  });

  it('is missing if nothing is typed', () => {
    assert.equal(faultOf(''), 'empty');
    assert.equal(faultOf(' \t'), 'empty');
  });

  it('is refused if there is no such day or time', () => {
    for (const text of [
      '2026-13',
      '2026-00-01',
      '2026-02-29',
      '2100-02-29',
      '2026-04-31',
      '2026-11-00',
      '2026-11-32',
      '2026-11-01 24:00',
      '2026-11-01 12:60',
      '2026-11-01 12:00:60',
      '2026-11-01T12:00:00+15:00',
      '2026-11-01T12:00:00+01:60',
    ]) {
      assert.equal(faultOf(text), 'noSuchDate', text);
    }
  });

  it('is refused if only a part of the text is a date', () => {
    for (const text of [
      'created yesterday',
      'yesterday or so',
      '2026-11-01 and more',
      '3 nov bla',
      'batch_2026-11-01',
      'yesterday, 3 days ago',
      '2026-11-01T',
    ]) {
      const parsed = parseDateText(text, tuesdayMorning(), parseNaturalDate);
      assert.ok('fault' in parsed, text);
    }
  });

  it('is refused if it is not a date', () => {
    for (const text of ['nonsense', '5', '12345', '20261101', '-', '2026-', '2026-11-01Z', '🎬', 'x'.repeat(5_000)]) {
      assert.equal(faultOf(text), 'notUnderstood', text.slice(0, 40));
    }
  });

  it('is refused if it is a range, because a filter needs one bound', () => {
    for (const text of ['1 - 3 Nov', 'Nov 1 to Nov 3', '1 Nov 2026 - 3 Nov 2026', 'monday to friday']) {
      assert.equal(faultOf(text), 'aRange', text);
    }
  });

  describe('in a year', () => {
    useTimeZone('UTC');

    it('is between 1970 and 2999', () => {
      for (const text of ['1970', '1970-01-01', '1970-01-01T00:00Z', '2999-12-31', '2999-06', '2999-12-31T12:00Z']) {
        parse(text);
      }
      for (const text of [
        '1969',
        '1969-12-30',
        '1066-10-14',
        '0000',
        '1968-01-01T00:00:00Z',
        '1 Jan 1960',
        '3000-01-01',
        '9999',
      ]) {
        assert.equal(faultOf(text), 'outOfRange', text);
      }
    });

    it('is not guessed if the year has less than four digits', () => {
      for (const text of ['0099', '0070-01-01', '0075-06', '0099-05-01 12:00', '0099-05-01T12:00:00Z']) {
        assert.equal(faultOf(text), 'outOfRange', text);
      }
    });

    it('has a 29 February only in a leap year', () => {
      const now = Date.UTC(2028, 0, 15);
      const parsed = parseDateText('29 Feb', now, parseNaturalDate);
      if ('span' in parsed) {
        assert.match(local(parsed.span.start), /-02-29 /);
      }
    });
  });

  it('is parsed as natural language only if it does not have the ISO 8601 format', () => {
    const never: ReadWords = () => assert.fail('was asked');
    assert.ok('span' in parseDateText('2026-11-01', tuesdayMorning(), never));
    assert.ok('fault' in parseDateText('2026-02-30', tuesdayMorning(), never));
  });

  it('is a whole year if the text names only that', () => {
    const date = new Date(2025, 6, 1);
    const names = { year: true, month: false, day: false, weekday: false, hour: false };
    const words: ReadWords = (text) => [{ text, date, isRange: false, names }];
    const parsed = parseDateText('some year', tuesdayMorning(), words);
    assert.ok('span' in parsed);
    assert.equal(parsed.span.precision, 'year');
  });

  it('is a day if the text names no part', () => {
    assert.equal(parse('this morning').precision, 'day');
  });

  itAlways('never throws and never ends before it starts, whatever is typed', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'yesterday',
        'friday',
        '3',
        'days',
        'ago',
        '2026-',
        '11',
        '01',
        ':',
        ' ',
        'nov',
        'T',
        '+01:00',
        'last',
        'Z',
      ),
      fc.string({ maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const parsed = parseDateText(pieces.join(''), tuesdayMorning(), parseNaturalDate);
        if ('span' in parsed) {
          const { start, end } = parsed.span;
          assert.ok(Number.isInteger(start) && Number.isInteger(end) && start <= end);
          assert.match(new Date(start).toISOString(), /^\d{4}-/);
          assert.match(new Date(end).toISOString(), /^\d{4}-/);
        }
      }),
      { numRuns: 300 },
    );
  });
});
