import * as assert from 'node:assert/strict';
import { createdPresets, noFilter } from '../../../src/core/batches/filter';
import { filterText, presetText, createdAfterText, createdBeforeText } from '../../../src/editor/batches/text/filters';

const plain = (text: string): string => text.replace(/\s/g, ' ');
const firstOfDay = (day: number): number => new Date(2026, 10, day).getTime();
const lastOfDay = (day: number): number => new Date(2026, 10, day + 1).getTime() - 1;
const range = (bounds: { after?: number; before?: number }): string =>
  plain(filterText({ statuses: [], created: { kind: 'range', ...bounds } }));

describe('The text of a filter (en)', () => {
  it('is empty without a filter', () => {
    assert.equal(filterText(noFilter), '');
  });

  it('names each preset differently', () => {
    assert.deepEqual(createdPresets.map(presetText), ['Last 24 hours', 'Last 7 days', 'Last 30 days', 'This month']);
  });

  it('has the same names of statuses as the groups, and unknown ones unchanged', () => {
    assert.equal(
      filterText({ statuses: ['FAILED', 'JOBS_CREATED', 'NEW_ONE'], created: undefined }),
      'Failed, Jobs created, NEW_ONE',
    );
  });

  it('combines statuses and dates', () => {
    assert.equal(
      filterText({ statuses: ['FAILED'], created: { kind: 'preset', preset: 'last7Days' } }),
      'Failed · Last 7 days',
    );
  });

  it('omits the time of day if a bound is the start or end of a day', () => {
    assert.equal(range({ after: firstOfDay(1) }), 'Since Nov 1, 2026');
    assert.equal(range({ before: lastOfDay(3) }), 'Until Nov 3, 2026');
    assert.equal(range({ after: firstOfDay(1), before: lastOfDay(3) }), 'Nov 1, 2026 – Nov 3, 2026');
  });

  it('names a single day once', () => {
    assert.equal(range({ after: firstOfDay(2), before: lastOfDay(2) }), 'Nov 2, 2026');
  });

  it('has the time of day if a bound has one', () => {
    assert.equal(range({ after: new Date(2026, 10, 1, 14).getTime() }), 'Since Nov 1, 2026, 2:00 PM');
    assert.equal(range({ before: new Date(2026, 10, 1, 14, 30).getTime() }), 'Until Nov 1, 2026, 2:30 PM');
  });

  it('shows the first millisecond of a day as an upper bound with its time, not as the day', () => {
    assert.equal(range({ before: firstOfDay(2) }), 'Until Nov 2, 2026, 12:00 AM');
  });
});

describe('The interpretation of a typed date', () => {
  it('has seconds and the time zone for a start', () => {
    assert.match(
      plain(createdAfterText({ precision: 'day', start: firstOfDay(1), end: lastOfDay(1) })),
      /^Created on or after Sunday, November 1, 2026 at 12:00:00 AM \S+$/,
    );
  });

  it('is the end of the day for an end', () => {
    assert.equal(
      plain(createdBeforeText({ precision: 'day', start: firstOfDay(1), end: lastOfDay(1) })),
      'Created until the end of Nov 1, 2026 (11:59:59 PM)',
    );
  });

  it('is the exact time if a time was typed', () => {
    const at = new Date(2026, 10, 1, 14).getTime();
    assert.match(
      plain(createdBeforeText({ precision: 'instant', start: at, end: at })),
      /^Created on or before Sunday, November 1, 2026 at 2:00:00 PM \S+$/,
    );
  });
});
