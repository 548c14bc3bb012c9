/**
 * A date that the user typed: an instant, or a whole day, month or year in the user's time zone. Both ends are inclusive,
 * in milliseconds since 1970.
 */
export interface NamedSpan {
  readonly precision: 'instant' | 'day' | 'month' | 'year';
  readonly start: number;
  readonly end: number;
}

/** Why a text is not a valid date. */
export type DateTextFault = 'empty' | 'notUnderstood' | 'noSuchDate' | 'outOfRange' | 'aRange';

export type ParsedDate = { readonly span: NamedSpan } | { readonly fault: DateTextFault };

/** A date that a natural-language parser found in a text. */
export interface WordsMatch {
  /** The part of the text that contains the date. */
  readonly text: string;
  readonly date: Date;
  /** True for a range, such as "1 - 3 Nov". */
  readonly isRange: boolean;
  /** Which parts the text contains. The others are guesses. */
  readonly names: Readonly<Record<'year' | 'month' | 'day' | 'weekday' | 'hour', boolean>>;
}

/** Finds dates in natural language ("3 days ago"), relative to `now`. */
export type ReadWords = (text: string, now: Date) => WordsMatch[];

/** The years in which a batch can have been created, generously. */
const firstYear = 1970;
const lastYear = 2999;

/**
 * Parses a date that the user typed: ISO 8601 ("2026-11", "2026-11-01", "2026-11-01 14:00", "2026-11-01T14:00:00Z") or
 * natural language. Without an offset, it is in the user's time zone. The whole text must be a date, not just a part.
 */
export function parseDateText(text: string, now: number, readWords: ReadWords): ParsedDate {
  const trimmed = text.trim();
  if (trimmed === '') {
    return { fault: 'empty' };
  }
  const parsed = parseIso(trimmed) ?? parseWords(trimmed, now, readWords);
  return 'span' in parsed && !inRange(parsed.span) ? { fault: 'outOfRange' } : parsed;
}

const isoPattern =
  /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:(?:[Tt]|\s+)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*([Zz]|[+-]\d{2}(?::?\d{2})?)?)?)?)?$/;

/** @returns undefined if the text does not have the format. */
function parseIso(text: string): ParsedDate | undefined {
  const match = isoPattern.exec(text);
  if (match === null) {
    return undefined;
  }
  const [, yearText = '', monthText, dayText, hourText, minuteText, secondText, fraction, offset] = match;
  const year = Number(yearText);
  if (year < firstYear || year > lastYear) {
    // `Date` treats the years 0 to 99 as 1900 to 1999.
    return { fault: 'outOfRange' };
  }
  const month = Number(monthText ?? 1);
  const day = Number(dayText ?? 1);
  const hour = Number(hourText ?? 0);
  const minute = Number(minuteText ?? 0);
  const second = Number(secondText ?? 0);
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month) || hour > 23 || minute > 59 || second > 59) {
    return { fault: 'noSuchDate' };
  }
  if (hourText === undefined) {
    const precision = dayText !== undefined ? 'day' : monthText !== undefined ? 'month' : 'year';
    return { span: wholeSpan(precision, new Date(year, month - 1, day)) };
  }
  const ms = fraction === undefined ? 0 : Math.floor(Number(`0.${fraction}`) * 1_000);
  if (offset === undefined) {
    return { span: instant(new Date(year, month - 1, day, hour, minute, second, ms).getTime()) };
  }
  const offsetMinutes = parseOffset(offset);
  if (offsetMinutes === undefined) {
    return { fault: 'noSuchDate' };
  }
  return { span: instant(Date.UTC(year, month - 1, day, hour, minute, second, ms) - offsetMinutes * 60_000) };
}

function parseOffset(text: string): number | undefined {
  if (/^z$/i.test(text)) {
    return 0;
  }
  const digits = text.slice(1).replace(':', '');
  const hours = Number(digits.slice(0, 2));
  const minutes = Number(digits.slice(2) || 0);
  const sign = text.startsWith('-') ? -1 : 1;
  return hours > 14 || minutes > 59 ? undefined : sign * (hours * 60 + minutes);
}

function parseWords(text: string, now: number, readWords: ReadWords): ParsedDate {
  const [match, ...others] = readWords(text, new Date(now));
  if (match === undefined || others.length > 0 || match.text.trim() !== text) {
    return { fault: 'notUnderstood' };
  }
  if (match.isRange) {
    return { fault: 'aRange' };
  }
  const { names } = match;
  const date = inThePast(match, now);
  const isDay = names.day || names.weekday || !(names.month || names.year);
  const precision = isDay ? 'day' : names.month ? 'month' : 'year';
  return { span: names.hour ? instant(date.getTime()) : wholeSpan(precision, date) };
}

/** "Friday", "25 Dec" and "14:00" mean the last ones, because the batches already exist. */
function inThePast({ date, names }: WordsMatch, now: number): Date {
  if (names.year || startOf(date, names) <= now) {
    return date;
  }
  if (names.month) {
    for (let year = date.getFullYear() - 1; ; year--) {
      const earlier = new Date(date);
      earlier.setFullYear(year);
      // Not every year has a 29 February.
      if (earlier.getMonth() === date.getMonth()) {
        return earlier;
      }
    }
  }
  const earlier = new Date(date);
  earlier.setDate(date.getDate() - (names.weekday ? 7 : 1));
  return earlier;
}

/** The start of the named period. Parts that are not named are guesses, such as noon. */
function startOf(date: Date, names: WordsMatch['names']): number {
  return names.hour ? date.getTime() : wholeSpan(names.month && !names.day ? 'month' : 'day', date).start;
}

function instant(at: number): NamedSpan {
  return { precision: 'instant', start: at, end: at };
}

/** The day, month or year of a date, in local time. The end is its last millisecond. */
function wholeSpan(precision: 'day' | 'month' | 'year', date: Date): NamedSpan {
  const year = date.getFullYear();
  const month = precision === 'year' ? 0 : date.getMonth();
  const day = precision === 'day' ? date.getDate() : 1;
  // Do not add hours: a day with a clock change has 23 or 25.
  const next = {
    day: new Date(year, month, day + 1),
    month: new Date(year, month + 1, 1),
    year: new Date(year + 1, 0, 1),
  }[precision];
  return { precision, start: new Date(year, month, day).getTime(), end: next.getTime() - 1 };
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function inRange({ start, end }: NamedSpan): boolean {
  return new Date(start).getFullYear() >= firstYear && new Date(end).getFullYear() <= lastYear;
}
