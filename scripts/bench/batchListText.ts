import { manyBatches } from '../../test/simulator/demoData';
import { startSimulator } from '../../test/simulator/simulator';

export const batchCount = 10_000;

/** The answer to `GET /v2/batch` of an organization with {@link batchCount} batches, as the simulator sends it. */
export async function batchListText(): Promise<string> {
  const now = Date.UTC(2026, 10, 24, 12);
  const key = 'bench-key';
  const simulator = await startSimulator({ keys: [key], now: () => now, batches: manyBatches(batchCount, now) });
  try {
    const response = await fetch(`${simulator.url}/v2/batch`, { headers: { 'x-api-key': key } });
    const text = await response.text();
    const count = (JSON.parse(text) as unknown[]).length;
    if (count !== batchCount) throw new Error(`The simulator sent ${count} batches instead of ${batchCount}`);
    return text;
  } finally {
    await simulator.stop();
  }
}
