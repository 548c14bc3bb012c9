import type { Batch, BatchMetrics } from '../../../src/core/batches/batch';

const noMetrics: BatchMetrics = { total: 0, succeeded: 0, failed: 0, pending: 0 };

/** A batch with default values for properties that the test does not specify. */
export function batch(parts: Partial<Omit<Batch, 'metrics'>> & { metrics?: Partial<BatchMetrics> } = {}): Batch {
  return {
    id: 'batch_1',
    status: 'PROCESSING',
    createdAt: new Date(2026, 10, 20, 8).getTime(),
    outputUrl: '',
    webhookUrl: undefined,
    ...parts,
    metrics: { ...noMetrics, ...parts.metrics },
  };
}

/** Batches with the same status, newest first. */
export function batchesOf(status: string, count: number): Batch[] {
  return Array.from({ length: count }, (_, index) =>
    batch({ id: `${status}_${index}`, status, createdAt: new Date(2026, 10, 20).getTime() - index * 1_000 }),
  );
}
