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
    simulator = await startAtNewAddress();
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

/** What the extension keeps it keeps per address; at one that an earlier test had, that test's batches came back. */
async function startAtNewAddress(): Promise<Simulator> {
  const addresses = (shared.syncBatchesAddresses ??= new Set());
  for (;;) {
    const simulator = await startSimulator({ keys: [environmentKey] });
    if (!addresses.has(simulator.url)) {
      addresses.add(simulator.url);
      return simulator;
    }
    await simulator.stop();
  }
}
