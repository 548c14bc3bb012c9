import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { environmentKey } from './extension';
import { type RunningApi, useSimulator } from './simulator';

/** An API for the suites about results, see {@link useSimulator}. After each test it is seen to that the key stayed. */
export function useResultsApi(): RunningApi {
  // Before the API is gone: hooks run in the order in which they are declared.
  afterEach('the key stays with the API', () => {
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
  /** The result file; without it one is made for these counts. */
  readonly resultText?: string;
}

/** Adds a batch that is complete, and has the extension load the list. What was asked for so far is forgotten. */
export async function addDone(api: RunningApi, { id = 'batch_done', ...parts }: DoneBatch = {}): Promise<void> {
  api.simulator.addBatch({ id, createdAt: Date.now() - 3_600_000, status: 'COMPLETED', ...parts });
  await vscode.commands.executeCommand('syncBatches.refresh');
  api.simulator.clearRequests();
}

/** The files that were asked for, as paths on the files origin. */
export function filesAskedFor({ simulator }: RunningApi): string[] {
  return simulator.requests.filter(({ origin }) => origin === 'files').map(({ path }) => path);
}

/** The result file of a batch as the API serves it. */
export async function resultFileOf({ simulator }: RunningApi, id = 'batch_done'): Promise<string> {
  const response = await fetch(`${simulator.url}/v2/batches/${id}/result`);
  assert.equal(response.status, 200);
  const text = await response.text();
  simulator.clearRequests();
  return text;
}
