import * as assert from 'node:assert/strict';
import { systemClock } from '../../../src/platform/systemClock';

describe('The system clock', () => {
  it('returns milliseconds since 1970', () => {
    const before = Date.now();
    const now = systemClock.now();
    assert.ok(before <= now && now <= Date.now());
  });

  it('calls the callback once', async () => {
    await new Promise<void>((resolve) => systemClock.schedule(1, resolve));
  });

  it('does not call a cancelled callback', async () => {
    const cancel = systemClock.schedule(0, () => assert.fail('was called'));
    cancel();
    cancel();
    // A later timer with the same delay runs after it.
    await new Promise<void>((resolve) => systemClock.schedule(1, resolve));
  });
});
