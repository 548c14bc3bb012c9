import { parse, type ParsedResult } from 'chrono-node/en';
import type { ReadWords } from '../core/common/parseDate';

/** Parses English dates in natural language with chrono. Loaded on first use. */
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
 * The date that was found. On the 31st, chrono's "last month" is the 31st of the last month, which may have 30 days and so
 * be a day of this month. So months are parsed again as seen from the middle of this month.
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
