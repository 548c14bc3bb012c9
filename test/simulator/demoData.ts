import { batchStatuses } from './lifecycle';
import { seededRandom } from './random';
import type { BatchSeed } from './types';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/**
 * Batches as an organization that uses the API daily would see them: over all five statuses, from minutes to weeks old.
 * The first two are those of the API reference's example.
 *
 * @param now ms since the epoch; the batches' ages count from here
 */
export function demoBatches(now: number): BatchSeed[] {
  return [
    { id: 'batch_abc123', createdAt: now - 3 * hour, status: 'COMPLETED', total: 5, succeeded: 4, failed: 1 },
    { id: 'batch_def456', createdAt: now - 25 * minute, status: 'PROCESSING', total: 10, succeeded: 3, failed: 0 },
    { id: 'batch_5f0c21', createdAt: now - 2 * minute, status: 'PENDING', total: 120 },
    { id: 'batch_77b9e4', createdAt: now - 5 * minute, status: 'PENDING', total: 20 },
    { id: 'batch_a41d08', createdAt: now - 9 * minute, status: 'JOBS_CREATED', total: 250 },
    { id: 'batch_c6380f', createdAt: now - 70 * minute, status: 'PROCESSING', total: 500, succeeded: 341, failed: 6 },
    { id: 'batch_e92b5a', createdAt: now - 4 * hour, status: 'PROCESSING', total: 48, succeeded: 47, failed: 0 },
    {
      id: 'batch_1b7f3d',
      createdAt: now - 7 * hour,
      status: 'COMPLETED',
      total: 200,
      webhookUrl: 'https://hooks.example.test/sync/batches?team=localization',
    },
    { id: 'batch_30ce96', createdAt: now - 26 * hour, status: 'COMPLETED', total: 96, failed: 11 },
    { id: 'batch_8d24fa', createdAt: now - 30 * hour, status: 'FAILED', total: 60, succeeded: 0, failed: 60 },
    { id: 'batch_b05e7c', createdAt: now - 3 * day, status: 'COMPLETED', total: 500, failed: 2 },
    { id: 'batch_d18a62', createdAt: now - 6 * day - 5 * hour, status: 'COMPLETED', total: 24 },
    { id: 'batch_f3491e', createdAt: now - 12 * day, status: 'COMPLETED', total: 320 },
    { id: 'batch_29d6b0', createdAt: now - 19 * day - 2 * hour, status: 'COMPLETED', total: 75, failed: 1 },
    { id: 'batch_6ce815', createdAt: now - 33 * day, status: 'COMPLETED', total: 150 },
  ];
}

/**
 * Any number of batches over all statuses, about one every three hours back from now. The same count and time always
 * give the same batches.
 *
 * @param now ms since the epoch
 */
export function manyBatches(count: number, now: number): BatchSeed[] {
  const random = seededRandom(20_260_101);
  return Array.from({ length: count }, (_, index): BatchSeed => {
    const total = 20 + Math.floor(random() * 481);
    const done = Math.floor(random() * total);
    const failed = random() < 0.6 ? 0 : Math.floor(random() * total * 0.1);
    // Most batches have ended; the few others are spread over all statuses.
    const share = random();
    const status = share < 0.86 ? 'COMPLETED' : batchStatuses[Math.floor(random() * batchStatuses.length)];
    const seed: BatchSeed = {
      id: `batch_${index.toString(16).padStart(6, '0')}${Math.floor(random() * 0xffffff)
        .toString(16)
        .padStart(6, '0')}`,
      createdAt: now - index * 3 * hour - Math.floor(random() * 2 * hour),
      status: status ?? 'COMPLETED',
      total,
    };
    if (status === 'COMPLETED') return { ...seed, failed };
    if (status === 'PROCESSING')
      return { ...seed, succeeded: Math.max(0, done - failed), failed: Math.min(done, failed) };
    return seed;
  });
}
