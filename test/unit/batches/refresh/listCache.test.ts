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

/** As it comes back at the next start. */
function stored(known: BatchSnapshot): BatchSnapshot | undefined {
  return decodeList(encodeList(known));
}

/** `count` finished batches, newest first. */
function finished(count: number) {
  return Array.from({ length: count }, (_, index) =>
    batch({ id: `done ${index}`, status: 'COMPLETED', createdAt: 1_000_000 - index }),
  );
}

/** The text of a list with something changed by hand. */
function damaged(change: (value: Record<string, unknown>) => unknown): string {
  return JSON.stringify(change(JSON.parse(encodeList(list(batch({ id: 'a' }), batch({ id: 'b' })))) as never));
}

describe('The stored list', () => {
  itAlways('comes back as it was', () => {
    fc.assert(
      fc.property(anyBatches, fc.nat(), fc.boolean(), (batches, at, isWhole) => {
        const known = { batches: [...batches].sort(compareByNewest), at, isWhole };
        assert.deepEqual(stored(known), known);
      }),
    );
  });

  it('holds everything about a batch that is shown', () => {
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

  it('holds no URL that carries a signature: that is a credential', () => {
    for (const outputUrl of [
      'https://storage.example/r.json?X-Amz-Signature=abc',
      'https://storage.example/r#token=abc',
    ]) {
      const text = encodeList(list(batch({ outputUrl })));
      assert.doesNotMatch(text, /abc|storage\.example/);
      assert.deepEqual(decodeList(text), list(batch({ outputUrl: '' })));
    }
  });

  it('does not touch the batches that it stores', () => {
    const signed = Object.freeze(batch({ outputUrl: 'https://storage.example/r?signature=abc' }));
    encodeList(list(signed));
    assert.equal(signed.outputUrl, 'https://storage.example/r?signature=abc');
  });

  it('holds the newest of a long history and all that are unfinished, and says that it is a part', () => {
    const old = batch({ id: 'old', status: 'PENDING', createdAt: 5 });
    const oldest = batch({ id: 'oldest', status: 'FAILED', createdAt: 1 });
    const history = finished(maxStoredBatches + 10);
    const known = stored(list(...history, old, oldest));
    assert.deepEqual(known?.batches, [...history.slice(0, maxStoredBatches), old]);
    assert.equal(known.isWhole, false);
  });

  it('is whole where it just fits', () => {
    const known = stored(list(...finished(maxStoredBatches)));
    assert.deepEqual([known?.batches.length, known?.isWhole], [maxStoredBatches, true]);
    assert.equal(stored({ ...list(batch()), isWhole: false })?.isWhole, false);
  });

  it('comes back newest first, whatever order it was stored in', () => {
    const text = damaged((value) => ({
      ...value,
      batches: [batch({ id: 'old', createdAt: 1 }), batch({ id: 'new' })],
    }));
    assert.deepEqual(
      decodeList(text)?.batches.map(({ id }) => id),
      ['new', 'old'],
    );
  });

  it('loses a record that is damaged, and no other, and is a part then', () => {
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

  it('is none where the file is missing, broken, cut off, or of another version', () => {
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

  itAlways('never fails to be read, whatever is in the file', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        assert.doesNotThrow(() => decodeList(text));
      }),
    );
  });
});
