import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeBatch, decodeBatchList } from '../../../../src/core/api/resources/batches';
import { record } from '../../support/batches';
import { apiErrorThrownBy } from '../../support/outcomes';
import { itAlways } from '../../support/properties';

describe('A batch of the API', () => {
  it('is read with all documented fields', () => {
    assert.deepEqual(
      decodeBatch({
        id: 'batch_abc123',
        created_at: '2026-11-20T08:00:00Z',
        status: 'COMPLETED',
        metrics: { total_generations: 5, success_count: 4, failed_count: 1, pending_count: 0 },
        outputUrl: 'https://api.sync.so/v2/batches/batch_abc123/result',
        webhookUrl: 'https://hooks.example.test/x?a=b&c=%2F',
      }),
      {
        id: 'batch_abc123',
        status: 'COMPLETED',
        createdAt: Date.UTC(2026, 10, 20, 8),
        metrics: { total: 5, succeeded: 4, failed: 1, pending: 0 },
        outputUrl: 'https://api.sync.so/v2/batches/batch_abc123/result',
        webhookUrl: 'https://hooks.example.test/x?a=b&c=%2F',
      },
    );
  });

  it('keeps its URLs unchanged', () => {
    const outputUrl = 'HTTPS://Files.example.test:443/a%2Fb/../c?X-Amz-Signature=%2b+/=&z';
    assert.equal(decodeBatch(record({ outputUrl }))?.outputUrl, outputUrl);
  });

  it('has no webhook if that is missing, null or empty', () => {
    for (const webhookUrl of [undefined, null, '']) {
      assert.equal(decodeBatch(record({ webhookUrl }))?.webhookUrl, undefined);
    }
    const { webhookUrl, ...without } = record();
    assert.equal(webhookUrl, null);
    assert.equal(decodeBatch(without)?.webhookUrl, undefined);
  });

  it('may have unknown fields', () => {
    assert.deepEqual(decodeBatch(record({ label: 'new', metrics2: {} })), decodeBatch(record()));
  });

  it('may have an unknown status, which is kept unchanged', () => {
    assert.equal(decodeBatch(record({ status: 'Paused by ops' }))?.status, 'Paused by ops');
  });

  it('needs only an ID and a status', () => {
    const bare = {
      id: 'x',
      status: 'PENDING',
      createdAt: undefined,
      metrics: { total: 0, succeeded: 0, failed: 0, pending: 0 },
      outputUrl: '',
      webhookUrl: undefined,
    };
    assert.deepEqual(decodeBatch({ id: 'x', status: 'PENDING' }), bare);
    assert.deepEqual(
      decodeBatch({ id: 'x', status: 'PENDING', created_at: 5, metrics: [], outputUrl: null, webhookUrl: 7 }),
      bare,
    );
    assert.deepEqual(decodeBatch(record({ id: 'x', status: 'PENDING', created_at: 'soon', metrics: null })), bare);
  });

  it('keeps the valid counts', () => {
    const metrics = { total_generations: 5, success_count: -1, failed_count: 1.5, pending_count: '3' };
    assert.deepEqual(decodeBatch(record({ metrics }))?.metrics, { total: 5, succeeded: 0, failed: 0, pending: 0 });
    assert.deepEqual(decodeBatch(record({ metrics: { success_count: 2 } }))?.metrics, {
      total: 0,
      succeeded: 2,
      failed: 0,
      pending: 0,
    });
  });

  it('is refused without an ID or a status', () => {
    for (const odd of [
      { id: '' },
      { id: 7 },
      { id: 'x'.repeat(513) },
      { id: 'x\ud800' },
      { status: '' },
      { status: null },
    ]) {
      assert.equal(decodeBatch(record(odd)), undefined, JSON.stringify(odd).slice(0, 40));
    }
    for (const value of [undefined, null, 7, 'text', [], {}]) {
      assert.equal(decodeBatch(value), undefined);
    }
  });

  it('has no output URL if that is too long', () => {
    assert.equal(decodeBatch(record({ outputUrl: `https://x.test/${'a'.repeat(20_000)}` }))?.outputUrl, '');
  });

  itAlways('is read or refused, whatever the JSON, and never has invalid parts', () => {
    const anyRecord = fc.record(
      {
        id: fc.oneof(fc.string(), fc.jsonValue()),
        status: fc.oneof(fc.string(), fc.jsonValue()),
        created_at: fc.oneof(
          fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
          fc.jsonValue(),
        ),
        metrics: fc.oneof(
          fc.dictionary(
            fc.constantFrom('total_generations', 'success_count', 'failed_count', 'pending_count'),
            fc.oneof(fc.integer(), fc.double(), fc.jsonValue()),
          ),
          fc.jsonValue(),
        ),
        outputUrl: fc.oneof(fc.string(), fc.jsonValue()),
        webhookUrl: fc.oneof(fc.string(), fc.jsonValue()),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(anyRecord, (value) => {
        const decoded = decodeBatch(value);
        if (decoded === undefined) {
          return;
        }
        assert.ok(decoded.id !== '' && decoded.status !== '');
        assert.ok(decoded.createdAt === undefined || Number.isInteger(decoded.createdAt));
        for (const count of Object.values(decoded.metrics)) {
          assert.ok(Number.isInteger(count) && count >= 0);
        }
        assert.equal(typeof decoded.outputUrl, 'string');
        assert.ok(decoded.webhookUrl === undefined || decoded.webhookUrl !== '');
      }),
    );
  });
});

describe('The list of batches', () => {
  it('keeps the server’s order', () => {
    const { batches, skipped } = decodeBatchList([record({ id: 'b' }), record({ id: 'a' })]);
    assert.deepEqual(
      batches.map(({ id }) => id),
      ['b', 'a'],
    );
    assert.equal(skipped, 0);
  });

  it('may be empty', () => {
    assert.deepEqual(decodeBatchList([]), { batches: [], skipped: 0 });
  });

  it('loses only the invalid records', () => {
    const { batches, skipped } = decodeBatchList([record({ id: 'a' }), null, record({ id: 'b' }), { id: 7 }]);
    assert.deepEqual(
      batches.map(({ id }) => id),
      ['a', 'b'],
    );
    assert.equal(skipped, 2);
  });

  it('is refused if it is not a list, or a list of something else', () => {
    for (const value of [null, undefined, {}, { data: [] }, 'text', 7, [null], [{ a: 1 }, 2]]) {
      assert.equal(apiErrorThrownBy(() => decodeBatchList(value))?.reason, 'wrongShape', JSON.stringify(value));
    }
  });

  itAlways('throws nothing but an ApiError, whatever the JSON', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.array(fc.jsonValue()), fc.array(fc.constant(record()))), (value) => {
        apiErrorThrownBy(() => decodeBatchList(value));
      }),
    );
  });

  itAlways('is complete, or says how many records are missing', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constant(record()), fc.jsonValue()), { minLength: 1 }), (values) => {
        const list: unknown[] = [record(), ...values];
        const { batches, skipped } = decodeBatchList(list);
        assert.equal(batches.length + skipped, list.length);
      }),
    );
  });
});
