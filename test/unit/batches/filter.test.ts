import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { BatchClient } from '../../../src/core/api/client';
import {
  applyFilter,
  type BatchFilter,
  createdPresets,
  isFiltering,
  noFilter,
  parseStoredFilter,
  queryOf,
  spanOf,
} from '../../../src/core/batches/filter';
import { anyBatches, anyStatus, batch } from '../support/batches';
import { itAlways } from '../support/properties';
import { RecordingLog } from '../support/recordingLog';
import { useTimeZone } from '../support/timeZones';

const hourMs = 3_600_000;
const now = Date.UTC(2026, 10, 24, 12);

function idsOf(batches: readonly { id: string }[]): string[] {
  return batches.map(({ id }) => id);
}

describe('The batch filter', () => {
  it('is empty by default', () => {
    assert.equal(isFiltering(noFilter), false);
    assert.equal(isFiltering({ statuses: ['FAILED'], created: undefined }), true);
    assert.equal(isFiltering({ statuses: [], created: { kind: 'preset', preset: 'thisMonth' } }), true);
  });

  it('matches all batches when it is empty', () => {
    const batches = [batch()];
    assert.equal(applyFilter(batches, noFilter, now), batches);
  });

  describe('by status', () => {
    const batches = [
      batch({ id: 'a', status: 'FAILED' }),
      batch({ id: 'b', status: 'COMPLETED' }),
      batch({ id: 'c', status: 'EXPIRED' }),
    ];

    it('matches one or several statuses, documented or unknown', () => {
      const through = (...statuses: string[]): string[] =>
        idsOf(applyFilter(batches, { statuses, created: undefined }, now));
      assert.deepEqual(through('FAILED'), ['a']);
      assert.deepEqual(through('EXPIRED', 'FAILED'), ['a', 'c']);
      assert.deepEqual(through('PENDING'), []);
    });

    it('is sent to the server if it is a single documented status', () => {
      const query = (...statuses: string[]): unknown => queryOf({ statuses, created: undefined }, now);
      assert.deepEqual(query('FAILED'), { status: 'FAILED' });
      assert.deepEqual(query('FAILED', 'COMPLETED'), {});
      assert.deepEqual(query('EXPIRED'), {});
      assert.deepEqual(query(), {});
    });
  });

  describe('by date', () => {
    const range = { kind: 'range', after: 1_000, before: 2_000 } as const;
    const through = (createdAt: number | undefined, created: BatchFilter['created'] = range): boolean =>
      applyFilter([batch({ createdAt })], { statuses: [], created }, now).length === 1;

    it('includes both bounds, to the millisecond', () => {
      assert.deepEqual(
        [999, 1_000, 1_500, 2_000, 2_001].map((at) => through(at)),
        [false, true, true, true, false],
      );
    });

    it('can have one bound only', () => {
      assert.deepEqual(
        [0, 1_000, now].map((at) => through(at, { kind: 'range', after: 1_000 })),
        [false, true, true],
      );
      assert.deepEqual(
        [0, 2_000, now].map((at) => through(at, { kind: 'range', before: 2_000 })),
        [true, true, false],
      );
    });

    it('matches nothing if the end is before the start', () => {
      assert.equal(through(1_500, { kind: 'range', after: 2_000, before: 1_000 }), false);
    });

    it('matches batches without a time', () => {
      assert.equal(through(undefined), true);
    });

    it('is sent to the server as well', () => {
      assert.deepEqual(queryOf({ statuses: ['FAILED'], created: range }, now), {
        status: 'FAILED',
        createdAfter: 1_000,
        createdBefore: 2_000,
      });
      assert.deepEqual(queryOf({ statuses: [], created: { kind: 'range', before: 2_000 } }, now), {
        createdBefore: 2_000,
      });
    });

    it('moves with the current time if it is a preset', () => {
      const spans = { last24Hours: 24, last7Days: 7 * 24, last30Days: 30 * 24 } as const;
      for (const preset of ['last24Hours', 'last7Days', 'last30Days'] as const) {
        for (const moment of [now, now + hourMs]) {
          assert.deepEqual(spanOf({ kind: 'preset', preset }, moment), { after: moment - spans[preset] * hourMs });
        }
      }
    });

    it('stays fixed if it is a range', () => {
      assert.deepEqual(spanOf(range, now), { after: 1_000, before: 2_000 });
      assert.deepEqual(spanOf(range, now + hourMs), { after: 1_000, before: 2_000 });
      assert.deepEqual(spanOf(undefined, now), {});
    });

    const months: Record<string, [moment: string, start: string]> = {
      UTC: ['2026-11-01T00:00:00Z', '2026-11-01T00:00:00Z'],
      // October 31 in local time, although not in UTC.
      'America/New_York': ['2026-11-01T03:59:59Z', '2026-10-01T04:00:00Z'],
      // December 1 in local time, although not in UTC.
      'Asia/Kolkata': ['2026-11-30T18:30:00Z', '2026-11-30T18:30:00Z'],
      // Daylight saving time has changed since the start of the month.
      'Europe/Berlin': ['2026-03-31T12:00:00Z', '2026-02-28T23:00:00Z'],
      'Pacific/Apia': ['2026-10-31T11:00:00Z', '2026-10-31T11:00:00Z'],
    };
    for (const [zone, [moment, start]] of Object.entries(months)) {
      describe(`in ${zone}`, () => {
        useTimeZone(zone);

        it('"this month" starts at local midnight', () => {
          const { after = NaN } = spanOf({ kind: 'preset', preset: 'thisMonth' }, Date.parse(moment));
          assert.equal(new Date(after).toISOString(), new Date(start).toISOString());
        });
      });
    }
  });

  itAlways('matches exactly the batches that match status and date', () => {
    const bound = fc.option(fc.integer({ min: -1, max: 4 }), { nil: undefined });
    fc.assert(
      fc.property(anyBatches, fc.uniqueArray(anyStatus), bound, bound, (batches, statuses, after, before) => {
        const created = {
          kind: 'range' as const,
          ...(after === undefined ? {} : { after }),
          ...(before === undefined ? {} : { before }),
        };
        const expected = batches.filter(
          ({ status, createdAt }) =>
            (statuses.length === 0 || statuses.includes(status)) &&
            (createdAt === undefined ||
              ((after === undefined || createdAt >= after) && (before === undefined || createdAt <= before))),
        );
        assert.deepEqual(applyFilter(batches, { statuses, created }, now), expected);
      }),
    );
  });
});

describe('The stored filter', () => {
  it('is read as it was stored', () => {
    const filters: BatchFilter[] = [
      noFilter,
      { statuses: ['FAILED', 'EXPIRED'], created: undefined },
      { statuses: [], created: { kind: 'range', after: 1, before: 2 } },
      { statuses: ['PENDING'], created: { kind: 'range', before: 2 } },
      ...createdPresets.map((preset) => ({ statuses: [], created: { kind: 'preset' as const, preset } })),
    ];
    for (const filter of filters) {
      assert.deepEqual(parseStoredFilter(JSON.parse(JSON.stringify(filter))), filter);
    }
  });

  it('is empty if nothing valid was stored', () => {
    for (const value of [undefined, null, '', 'x', 7, [], {}, { statuses: 'FAILED', created: 'today' }]) {
      assert.deepEqual(parseStoredFilter(value), noFilter, JSON.stringify(value));
    }
  });

  it('keeps its valid parts', () => {
    const created = { kind: 'preset', preset: 'thisMonth' };
    assert.deepEqual(parseStoredFilter({ statuses: [7], created }), { statuses: [], created });
    for (const odd of [
      { kind: 'preset', preset: 'lastCentury' },
      { kind: 'range' },
      { kind: 'range', after: '1' },
      { kind: 'range', after: 1.5 },
      { kind: 'other' },
    ]) {
      assert.deepEqual(parseStoredFilter({ statuses: ['FAILED'], created: odd }), {
        statuses: ['FAILED'],
        created: undefined,
      });
    }
  });

  it('has only values that can be sent in a request', () => {
    for (const after of [Number.MAX_SAFE_INTEGER, 1e300, -1e300, 8.64e15, -8.64e15]) {
      const filter = parseStoredFilter({ statuses: [], created: { kind: 'range', after, before: after } });
      for (const at of Object.values(queryOf(filter, now))) {
        assert.doesNotThrow(() => new Date(Number(at) - 1_000).toISOString(), `${after}`);
        assert.doesNotThrow(() => new Date(Number(at) + 1_000).toISOString(), `${after}`);
      }
    }
  });

  itAlways('always works, whatever was stored', async () => {
    const bound = fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.double(), fc.jsonValue());
    const anyValue = fc.oneof(
      fc.jsonValue(),
      fc.record(
        {
          statuses: fc.oneof(fc.array(fc.oneof(anyStatus, fc.string(), fc.jsonValue())), fc.jsonValue()),
          created: fc.oneof(
            fc.record({
              kind: fc.constant('preset'),
              preset: fc.oneof(fc.constantFrom(...createdPresets), fc.string()),
            }),
            fc.record({ kind: fc.constant('range'), after: bound, before: bound }, { requiredKeys: ['kind'] }),
            fc.jsonValue(),
          ),
        },
        { requiredKeys: [] },
      ),
    );
    const client = new BatchClient(
      {
        getJson: () => Promise.resolve([]),
        getText: () => assert.fail(),
        download: () => assert.fail(),
        postQuery: () => assert.fail(),
        postOnce: () => assert.fail(),
      },
      'https://api.sync.so',
      'the-key',
      new RecordingLog(),
    );
    const { signal } = new AbortController();
    await fc.assert(
      fc.asyncProperty(anyValue, async (value) => {
        const filter = parseStoredFilter(value);
        assert.ok(filter.statuses.every((status) => status !== ''));
        assert.deepEqual(parseStoredFilter(JSON.parse(JSON.stringify(filter))), filter);
        applyFilter([batch()], filter, now);
        assert.deepEqual(await client.listBatches(queryOf(filter, now), signal), []);
      }),
      { numRuns: 300 },
    );
  });
});
