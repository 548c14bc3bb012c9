/** Runs every test of the calling suite in a time zone. */
export function useTimeZone(zone: string): void {
  let before: string | undefined;
  beforeEach(() => {
    before = process.env['TZ'];
    process.env['TZ'] = zone;
  });
  afterEach(() => {
    if (before === undefined) {
      delete process.env['TZ'];
    } else {
      process.env['TZ'] = before;
    }
  });
}

/** Time zones with and without clock changes, on both sides of UTC and of the date line, one with half an hour. */
export const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Pacific/Apia'];
