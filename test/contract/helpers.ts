import assert from 'node:assert/strict';
import { SyncClient } from '@sync.so/sdk';
import { startSimulator } from '../simulator/simulator';
import type { Simulator, SimulatorOptions } from '../simulator/simulator';

/** Where the tests' clocks start: a moment in whole seconds, as the API shows times. */
export const noon = Date.UTC(2026, 2, 10, 12, 0, 0);

/** Errors must be seen at once; another test covers the client's own retries. */
export const once = { maxRetries: 0 } as const;

/** A clock that only moves when it is told to. */
export class ManualClock {
  time = noon;
  readonly now = () => this.time;
}

/** Starts a simulator before each test of the suite and stops it afterwards, with nothing broken inside it. */
export function useSimulator(options: () => SimulatorOptions = () => ({})): () => Simulator {
  let simulator: Simulator | undefined;
  beforeEach(async () => {
    simulator = await startSimulator(options());
  });
  afterEach(async () => {
    await simulator?.stop();
    assert.deepEqual(simulator?.errors, []);
    simulator = undefined;
  });
  return () => {
    assert.ok(simulator, 'The simulator runs only inside a test');
    return simulator;
  };
}

/** The official client, pointed at a simulator. */
export function officialClient(simulator: Simulator, apiKey = 'test-key'): SyncClient {
  return new SyncClient({ baseUrl: simulator.url, apiKey });
}

/** Valid rows of a batch. */
export function batchRows(count: number): Record<string, unknown>[] {
  return Array.from({ length: count }, (_, index) => ({
    request_id: `row-${index + 1}`,
    endpoint: '/v2/generate',
    payload: {
      model: 'lipsync-2',
      input: [
        { type: 'video', url: `https://media.example.test/${index + 1}.mp4` },
        { type: 'audio', url: `https://media.example.test/${index + 1}.wav` },
      ],
    },
  }));
}

/** Rows as the text of an input file. */
export function jsonLines(rows: readonly unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

/** Reads the error that a call of the official client ends with. */
export async function failureOf(call: PromiseLike<unknown>): Promise<Error & { statusCode?: number; body?: unknown }> {
  try {
    await call;
  } catch (error) {
    assert.ok(error instanceof Error);
    return error;
  }
  assert.fail('The call was expected to fail');
}

/** A plain request with the default key. */
export function ask(simulator: Simulator, path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(simulator.url + path, { ...init, headers: { 'x-api-key': 'test-key', ...(init.headers as object) } });
}

/** The JSON that a plain request answers, and the status that it must have. */
export async function askJson(
  simulator: Simulator,
  path: string,
  status = 200,
  init: RequestInit = {},
): Promise<unknown> {
  const response = await ask(simulator, path, init);
  assert.equal(response.status, status);
  return response.json();
}

export interface ListedBatch {
  id: string;
  created_at: string;
  status: string;
  metrics: { total_generations: number; success_count: number; failed_count: number; pending_count: number };
  webhookUrl: string | null;
  outputUrl: string;
}

/** The list of batches for a query, e.g. `?status=PENDING`. */
export async function listBatches(simulator: Simulator, query = ''): Promise<ListedBatch[]> {
  return (await askJson(simulator, `/v2/batch${query}`)) as ListedBatch[];
}

/** Waits, without a fixed time, until something is so; mocha's own time limit ends it otherwise. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
