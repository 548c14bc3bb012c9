import type { Batch } from '../../src/core/batches/batch';

/** Finished batches, newest first. */
export function manyBatches(count: number): Batch[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `batch_${index}`,
    status: 'COMPLETED',
    createdAt: Date.UTC(2026, 10, 24) - index * 60_000,
    metrics: { total: 100, succeeded: 99, failed: 1, pending: 0 },
    outputUrl: `https://api.sync.so/v2/batches/batch_${index}/result`,
    webhookUrl: undefined,
  }));
}
