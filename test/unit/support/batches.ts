import fc from 'fast-check';
import type { Batch, BatchMetrics } from '../../../src/core/batches/batch';
import { batchStatuses } from '../../../src/core/batches/status';

const noMetrics: BatchMetrics = { total: 0, succeeded: 0, failed: 0, pending: 0 };

/** A batch with default values. */
export function batch(parts: Partial<Omit<Batch, 'metrics'>> & { metrics?: Partial<BatchMetrics> } = {}): Batch {
  return {
    id: 'batch_1',
    status: 'PROCESSING',
    createdAt: Date.UTC(2026, 10, 20, 8),
    outputUrl: '',
    webhookUrl: undefined,
    ...parts,
    metrics: { ...noMetrics, ...parts.metrics },
  };
}

/** A batch in the API's format. */
export function record(parts: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: 'batch_1',
    created_at: '2026-11-20T08:00:00Z',
    status: 'PROCESSING',
    metrics: { total_generations: 10, success_count: 2, failed_count: 1, pending_count: 7 },
    outputUrl: '',
    webhookUrl: null,
    ...parts,
  };
}

export const anyStatus: fc.Arbitrary<string> = fc.constantFrom(...batchStatuses, 'EXPIRED');

/** Batches with few different IDs and values, so that lists of them overlap. */
export const anyBatch: fc.Arbitrary<Batch> = fc
  .record({
    id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    status: anyStatus,
    createdAt: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
    metrics: fc.record({ succeeded: fc.integer({ min: 0, max: 2 }) }),
    outputUrl: fc.constantFrom('', 'https://api.sync.so/v2/batches/a/result'),
  })
  .map(batch);

export const anyBatches = fc.uniqueArray(anyBatch, { selector: ({ id }) => id, maxLength: 6 });
