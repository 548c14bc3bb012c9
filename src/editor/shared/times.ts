import * as vscode from 'vscode';

/** Reused, because formatters are slow to create. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  let found = formatters.get(name);
  if (found === undefined) {
    found = new Intl.DateTimeFormat(vscode.env.language, options);
    formatters.set(name, found);
  }
  return found;
}

/** A time for a row: the time of day if it is today, else the day, with the year if it is another year. */
export function shortTime(at: number, now = Date.now()): string {
  if (isSameDay(at, now)) {
    return clockTime(at);
  }
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return sameYear
    ? formatter('day', { month: 'short', day: 'numeric' }).format(at)
    : formatter('dayWithYear', { month: 'short', day: 'numeric', year: 'numeric' }).format(at);
}

/** True if both times are on the same day in the user's time zone. */
export function isSameDay(a: number, b: number): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString();
}

/** A full time with seconds and time zone: "Tuesday, November 24, 2026 at 2:05:09 PM GMT+1". */
export function exactTime(at: number): string {
  return formatter('exact', {
    weekday: 'long',
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  }).format(at);
}

/** A time for screen readers: "November 24, 2026 at 2:05 PM". */
export function screenReaderTime(at: number): string {
  return formatter('screenReader', { dateStyle: 'long', timeStyle: 'short' }).format(at);
}

/** A time as the bound of a filter: "Nov 24, 2026, 2:05 PM". */
export function dateTime(at: number): string {
  return formatter('dateTime', { dateStyle: 'medium', timeStyle: 'short' }).format(at);
}

/** A day as the bound of a filter: "Nov 24, 2026". */
export function dateOnly(at: number): string {
  return formatter('dateOnly', { dateStyle: 'medium' }).format(at);
}

/** The time of day: "2:05 PM". */
export function clockTime(at: number): string {
  return formatter('clock', { timeStyle: 'short' }).format(at);
}

/** The time of day to the second: "2:05:09 PM". */
export function clockTimeWithSeconds(at: number): string {
  return formatter('clockSeconds', { timeStyle: 'medium' }).format(at);
}

/** A recent time: the time of day if it is today, else with the day. */
export function recentTime(at: number, now = Date.now()): string {
  return isSameDay(at, now) ? clockTime(at) : dateTime(at);
}

const units: readonly [unit: Intl.RelativeTimeFormatUnit, ms: number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

let relative: Intl.RelativeTimeFormat | undefined;

/** The time that has passed: "3 hours ago", "this minute". */
export function age(at: number, now = Date.now()): string {
  relative ??= new Intl.RelativeTimeFormat(vscode.env.language, { numeric: 'auto' });
  const passed = now - at;
  for (const [unit, ms] of units) {
    if (Math.abs(passed) >= ms) {
      return relative.format(-Math.trunc(passed / ms), unit);
    }
  }
  return relative.format(0, 'minute');
}
