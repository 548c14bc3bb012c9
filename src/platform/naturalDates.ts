import { parse, type ParsedResult } from 'chrono-node/en';
import type { ReadWords } from '../core/common/parseDate';

/** Reads English dates in natural language with chrono. Loaded when first asked for. */
export const parseNaturalDate: ReadWords = (text, now) =>
  parse(text, now).map((result) => ({
    text: result.text,
    date: dateOf(result, text, now),
    isRange: Boolean(result.end),
    names: {
      year: result.start.isCertain('year'),
      month: result.start.isCertain('month'),
      day: result.start.isCertain('day'),
      weekday: result.start.isCertain('weekday'),
      hour: result.start.isCertain('hour'),
    },
  }));

/**
 * The date that was found. "Last month" on the 31st would be the 31st of a month that may have 30 days, and so a day of
 * this one; seen from the middle of the month it is right.
 */
function dateOf(result: ParsedResult, text: string, now: Date): Date {
  const isMonth = result.start.isCertain('month') && !result.start.isCertain('day');
  if (!isMonth || now.getDate() <= 28) {
    return result.date();
  }
  const midMonth = new Date(now);
  midMonth.setDate(15);
  return parse(text, midMonth)[0]?.date() ?? result.date();
}
