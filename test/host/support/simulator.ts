import * as assert from 'node:assert/strict';
import { type Simulator, startSimulator } from '../../simulator/simulator';
import { environmentKey } from './extension';
import { nowhere, setApiBaseUrl } from './settings';

/** The simulator of the current test. */
export interface RunningApi {
  readonly simulator: Simulator;
}

/** Global, because each suite is a separate bundle and all suites share one extension. */
const shared = globalThis as { syncBatchesAddresses?: Set<string> };

/** Starts a new API without batches for each test of the suite, and connects the extension to it. */
export function useSimulator(): RunningApi {
  let simulator: Simulator | undefined;
  beforeEach('start an API', async () => {
    const previous = simulator;
    simulator = await atNewAddress(() => startSimulator({ keys: [environmentKey] }));
    // Change the address once per test, not twice: each change of a setting sends all settings to the extension host, which
    // takes longer than most tests.
    await setApiBaseUrl(simulator.url);
    await previous?.stop();
    // A visible view loads at once.
    simulator.clearRequests();
  });
  afterEach('check the API', () => {
    assert.deepEqual(simulator?.errors, []);
  });
  after('stop the API', async () => {
    await setApiBaseUrl(nowhere);
    await simulator?.stop();
    simulator = undefined;
  });
  return {
    get simulator() {
      assert.ok(simulator, 'there is an API only while a test runs');
      return simulator;
    },
  };
}

/**
 * Starts an API on a port that no earlier test has used: the extension stores data per address, so the batches of the
 * earlier test would come back.
 */
export async function atNewAddress<T extends { readonly url: string; stop(): Promise<void> }>(
  start: () => Promise<T>,
): Promise<T> {
  const addresses = (shared.syncBatchesAddresses ??= new Set());
  for (;;) {
    const api = await start();
    if (!addresses.has(api.url)) {
      addresses.add(api.url);
      return api;
    }
    await api.stop();
  }
}
