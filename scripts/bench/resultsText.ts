import { startSimulator } from '../../test/simulator/simulator';

export const rowCount = 50_000;

/** The result file of a batch with {@link rowCount} requests, one in a hundred of which failed, as the simulator sends it. */
export async function resultsText(): Promise<string> {
  const now = Date.UTC(2026, 10, 24, 12);
  const batch = { id: 'batch_large', createdAt: now, status: 'COMPLETED', total: rowCount, failed: rowCount / 100 };
  const simulator = await startSimulator({ now: () => now, batches: [batch] });
  try {
    const response = await fetch(`${simulator.url}/v2/batches/${batch.id}/result`);
    const text = await response.text();
    const count = text.trimEnd().split('\n').length;
    if (count !== rowCount) throw new Error(`The simulator sent ${count} lines instead of ${rowCount}`);
    return text;
  } finally {
    await simulator.stop();
  }
}
