import * as assert from 'node:assert/strict';
import { type Simulator, startSimulator } from '../../simulator/simulator';
import { environmentKey } from './extension';
import { nowhere, setApiBaseUrl } from './settings';

/** The simulator of the test that runs. */
export interface RunningApi {
  readonly simulator: Simulator;
}

/** Every suite is a bundle of its own, and all of them share one extension. */
const shared = globalThis as { syncBatchesAddresses?: Set<string> };

/** Gives every test of the suite an API of its own, without batches, to which the extension is connected. */
export function useSimulator(): RunningApi {
  let simulator: Simulator | undefined;
  beforeEach('start an API', async () => {
    simulator = await atNewAddress(() => startSimulator({ keys: [environmentKey] }));
    await setApiBaseUrl(simulator.url);
    // A view that is in sight loads at once.
    simulator.clearRequests();
  });
  afterEach('stop the API', async () => {
    await setApiBaseUrl(nowhere);
    await simulator?.stop();
    assert.deepEqual(simulator?.errors, []);
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
 * Starts an API until it is where none has been. What the extension keeps it keeps per address; at one that an earlier
 * test had, that test's batches came back.
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
