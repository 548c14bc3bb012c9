import * as assert from 'node:assert/strict';
import { systemClock } from '../../../src/platform/systemClock';

describe('The clock of the host', () => {
  it('counts in milliseconds since 1970', () => {
    const before = Date.now();
    const now = systemClock.now();
    assert.ok(before <= now && now <= Date.now());
  });

  it('calls back once', async () => {
    await new Promise<void>((resolve) => systemClock.schedule(1, resolve));
  });

  it('does not call back what was called off', async () => {
    const callOff = systemClock.schedule(0, () => assert.fail('was called'));
    callOff();
    callOff();
    // A timer that was set later with the same delay runs after it.
    await new Promise<void>((resolve) => systemClock.schedule(1, resolve));
  });
});
