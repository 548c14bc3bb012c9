import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { compareByNewest } from '../../../../src/core/batches/batch';
import type { BatchSnapshot } from '../../../../src/core/batches/store';
import { decodeList, encodeList, maxStoredBatches } from '../../../../src/core/batches/refresh/listCache';
import { anyBatches, batch } from '../../support/batches';
import { itAlways } from '../../support/properties';

function list(...batches: BatchSnapshot['batches']): BatchSnapshot {
  return { batches, at: 1_000, isWhole: true };
}

/** The list as it is read in the next session. */
function stored(known: BatchSnapshot): BatchSnapshot | undefined {
  return decodeList(encodeList(known));
}

/** `count` finished batches, newest first. */
function finished(count: number) {
  return Array.from({ length: count }, (_, index) =>
    batch({ id: `done ${index}`, status: 'COMPLETED', createdAt: 1_000_000 - index }),
  );
}

/** The JSON of a list with a modification. */
function damaged(change: (value: Record<string, unknown>) => unknown): string {
  return JSON.stringify(change(JSON.parse(encodeList(list(batch({ id: 'a' }), batch({ id: 'b' })))) as never));
}

describe('The stored list', () => {
  itAlways('is read as it was stored', () => {
    fc.assert(
      fc.property(anyBatches, fc.nat(), fc.boolean(), (batches, at, isWhole) => {
        const known = { batches: [...batches].sort(compareByNewest), at, isWhole };
        assert.deepEqual(stored(known), known);
      }),
    );
  });

  it('has all properties of a batch that are shown', () => {
    const full = batch({
      id: 'a',
      status: 'EXPIRED',
      metrics: { total: 4, succeeded: 1, failed: 1, pending: 2 },
      outputUrl: 'https://api.sync.so/v2/batches/a/result',
      webhookUrl: 'https://example.com/hook',
    });
    const bare = batch({ id: 'b', createdAt: undefined, webhookUrl: undefined });
    assert.deepEqual(stored(list(full, bare)), list(full, bare));
  });

  it('has no signed URLs, because they are credentials', () => {
    for (const outputUrl of [
      'https://storage.example/r.json?X-Amz-Signature=abc',
      'https://storage.example/r#token=abc',
    ]) {
      const text = encodeList(list(batch({ outputUrl })));
      assert.doesNotMatch(text, /abc|storage\.example/);
      assert.deepEqual(decodeList(text), list(batch({ outputUrl: '' })));
    }
  });

  it('does not modify the batches that it stores', () => {
    const signed = Object.freeze(batch({ outputUrl: 'https://storage.example/r?signature=abc' }));
    encodeList(list(signed));
    assert.equal(signed.outputUrl, 'https://storage.example/r?signature=abc');
  });

  it('has the newest and all unfinished batches of a long history, and is then incomplete', () => {
    const old = batch({ id: 'old', status: 'PENDING', createdAt: 5 });
    const oldest = batch({ id: 'oldest', status: 'FAILED', createdAt: 1 });
    const history = finished(maxStoredBatches + 10);
    const known = stored(list(...history, old, oldest));
    assert.deepEqual(known?.batches, [...history.slice(0, maxStoredBatches), old]);
    assert.equal(known.isWhole, false);
  });

  it('is complete if all batches fit exactly', () => {
    const known = stored(list(...finished(maxStoredBatches)));
    assert.deepEqual([known?.batches.length, known?.isWhole], [maxStoredBatches, true]);
    assert.equal(stored({ ...list(batch()), isWhole: false })?.isWhole, false);
  });

  it('is read newest first, whatever the stored order', () => {
    const text = damaged((value) => ({
      ...value,
      batches: [batch({ id: 'old', createdAt: 1 }), batch({ id: 'new' })],
    }));
    assert.deepEqual(
      decodeList(text)?.batches.map(({ id }) => id),
      ['new', 'old'],
    );
  });

  it('skips only invalid batches, and is then incomplete', () => {
    const records: unknown[] = [
      null,
      5,
      {},
      { ...batch(), id: '' },
      { ...batch(), status: 7 },
      { ...batch(), metrics: undefined },
      { ...batch(), metrics: { total: -1, succeeded: 0, failed: 0, pending: 0 } },
      { ...batch(), outputUrl: null },
      ...[-1, 0.5, 9e15, 1e300].map((createdAt) => ({ ...batch(), createdAt })),
    ];
    for (const record of records) {
      const known = decodeList(damaged((value) => ({ ...value, batches: [record, batch({ id: 'a' })] })));
      assert.deepEqual(known, { batches: [batch({ id: 'a' })], at: 1_000, isWhole: false }, JSON.stringify(record));
    }
  });

  it('does not exist if the file is missing, invalid, truncated or of another version', () => {
    const whole = encodeList(list(batch()));
    for (const text of [
      undefined,
      '',
      'null',
      '[]',
      '{',
      whole.slice(0, -1),
      damaged((value) => ({ ...value, version: 2 })),
      damaged((value) => ({ ...value, at: 'yesterday' })),
      ...[-1, 0.5, 9e15, 1e300].map((at) => damaged((value) => ({ ...value, at }))),
      damaged((value) => ({ ...value, isWhole: undefined })),
      damaged((value) => ({ ...value, batches: {} })),
    ]) {
      assert.equal(decodeList(text), undefined, text);
    }
  });

  itAlways('can be read without an exception, whatever is in the file', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        assert.doesNotThrow(() => decodeList(text));
      }),
    );
  });
});
