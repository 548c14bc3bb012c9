import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { environmentKey } from './extension';
import { type RunningApi, useSimulator } from './simulator';

/** Starts an API for suites about results, see {@link useSimulator}. Checks after each test that the key did not leak. */
export function useResultsApi(): RunningApi {
  // Declared first, because hooks run in the order of their declaration and the API must still exist.
  afterEach('only the API gets the key', () => {
    for (const { origin, path, query, headers } of api.simulator.requests) {
      assert.ok(origin === 'api' || !JSON.stringify([path, query, headers]).includes(environmentKey), path);
    }
  });
  const api = useSimulator();
  return api;
}

export interface DoneBatch {
  readonly id?: string;
  readonly total?: number;
  readonly succeeded?: number;
  readonly failed?: number;
  /** The result file. Omit to generate one from the counts. */
  readonly resultText?: string;
}

/** Adds a completed batch, refreshes the list, and clears the recorded requests. */
export async function addDone(api: RunningApi, { id = 'batch_done', ...parts }: DoneBatch = {}): Promise<void> {
  api.simulator.addBatch({ id, createdAt: Date.now() - 3_600_000, status: 'COMPLETED', ...parts });
  await vscode.commands.executeCommand('syncBatches.refresh');
  api.simulator.clearRequests();
}

/** @returns the requested paths on the files origin. */
export function filesAskedFor({ simulator }: RunningApi): string[] {
  return simulator.requests.filter(({ origin }) => origin === 'files').map(({ path }) => path);
}

/** Downloads the result file of a batch. */
export async function resultFileOf({ simulator }: RunningApi, id = 'batch_done'): Promise<string> {
  const response = await fetch(`${simulator.url}/v2/batches/${id}/result`);
  assert.equal(response.status, 200);
  const text = await response.text();
  simulator.clearRequests();
  return text;
}
