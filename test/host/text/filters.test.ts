import * as assert from 'node:assert/strict';
import { createdPresets, noFilter } from '../../../src/core/batches/filter';
import { filterText, presetText, understoodAfter, understoodBefore } from '../../../src/editor/batches/text/filters';

const plain = (text: string): string => text.replace(/\s/g, ' ');
const firstOfDay = (day: number): number => new Date(2026, 10, day).getTime();
const lastOfDay = (day: number): number => new Date(2026, 10, day + 1).getTime() - 1;
const range = (bounds: { after?: number; before?: number }): string =>
  plain(filterText({ statuses: [], created: { kind: 'range', ...bounds } }));

describe('A filter in words (en)', () => {
  it('is empty where nothing is filtered', () => {
    assert.equal(filterText(noFilter), '');
  });

  it('names each preset differently', () => {
    assert.deepEqual(createdPresets.map(presetText), ['Last 24 hours', 'Last 7 days', 'Last 30 days', 'This month']);
  });

  it('names statuses as the groups do, and unknown ones as they are', () => {
    assert.equal(
      filterText({ statuses: ['FAILED', 'JOBS_CREATED', 'NEW_ONE'], created: undefined }),
      'Failed, Jobs created, NEW_ONE',
    );
  });

  it('combines both', () => {
    assert.equal(
      filterText({ statuses: ['FAILED'], created: { kind: 'preset', preset: 'last7Days' } }),
      'Failed · Last 7 days',
    );
  });

  it('leaves the time of day out where a bound is the edge of a day', () => {
    assert.equal(range({ after: firstOfDay(1) }), 'Since Nov 1, 2026');
    assert.equal(range({ before: lastOfDay(3) }), 'Until Nov 3, 2026');
    assert.equal(range({ after: firstOfDay(1), before: lastOfDay(3) }), 'Nov 1, 2026 – Nov 3, 2026');
  });

  it('names a single day once', () => {
    assert.equal(range({ after: firstOfDay(2), before: lastOfDay(2) }), 'Nov 2, 2026');
  });

  it('has the time of day where a bound has one', () => {
    assert.equal(range({ after: new Date(2026, 10, 1, 14).getTime() }), 'Since Nov 1, 2026, 2:00 PM');
    assert.equal(range({ before: new Date(2026, 10, 1, 14, 30).getTime() }), 'Until Nov 1, 2026, 2:30 PM');
  });

  it('reads the first millisecond of a day as an end with its time, not as the day', () => {
    assert.equal(range({ before: firstOfDay(2) }), 'Until Nov 2, 2026, 12:00 AM');
  });
});

describe('What was understood of a typed date', () => {
  it('is said to the second and with the time zone for a start', () => {
    assert.match(
      plain(understoodAfter({ precision: 'day', start: firstOfDay(1), end: lastOfDay(1) })),
      /^Created on or after Sunday, November 1, 2026 at 12:00:00 AM \S+$/,
    );
  });

  it('is the last moment of a day for an end', () => {
    assert.equal(
      plain(understoodBefore({ precision: 'day', start: firstOfDay(1), end: lastOfDay(1) })),
      'Created until the end of Nov 1, 2026 (11:59:59 PM)',
    );
  });

  it('is the moment itself where one was typed', () => {
    const at = new Date(2026, 10, 1, 14).getTime();
    assert.match(
      plain(understoodBefore({ precision: 'instant', start: at, end: at })),
      /^Created on or before Sunday, November 1, 2026 at 2:00:00 PM \S+$/,
    );
  });
});
