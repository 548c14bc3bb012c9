import * as assert from 'node:assert/strict';
import { orAborted, sleep, timedOut, withTimeLimit } from '../../../src/core/common/clock';
import { asError, isCancelled } from '../../../src/core/common/errors';
import { FakeClock } from '../support/fakeClock';
import { isPending, rejectionOf } from '../support/outcomes';

describe('Waiting', () => {
  const never = new Promise<never>(() => undefined);

  describe('for a delay', () => {
    it('ends when the time is over, and not before', async () => {
      const clock = new FakeClock();
      const sleeping = sleep(clock, 1_000, new AbortController().signal);
      await clock.advance(999);
      assert.equal(await isPending(sleeping), true);
      await clock.advance(1);
      await sleeping;
    });

    it('ends with the reason when cancelled, and leaves no timer', async () => {
      const clock = new FakeClock();
      const controller = new AbortController();
      const sleeping = sleep(clock, 1_000, controller.signal);
      const reason = new Error('enough');
      controller.abort(reason);
      assert.equal(await rejectionOf(sleeping), reason);
      assert.equal(clock.running, 0);
    });

    it('does not begin when already cancelled', async () => {
      const clock = new FakeClock();
      const reason = new Error('enough');
      assert.equal(await rejectionOf(sleep(clock, 1_000, AbortSignal.abort(reason))), reason);
      assert.equal(clock.running, 0);
    });

    it('ignores a later cancellation', async () => {
      const clock = new FakeClock();
      const controller = new AbortController();
      const sleeping = sleep(clock, 1, controller.signal);
      await clock.advance(1);
      controller.abort();
      await sleeping;
    });
  });

  describe('for a promise with a signal', () => {
    it('returns its value or its error', async () => {
      const { signal } = new AbortController();
      assert.equal(await orAborted(Promise.resolve(7), signal), 7);
      const error = new Error('broken');
      assert.equal(await rejectionOf(orAborted(Promise.reject(error), signal)), error);
    });

    it('ends with the reason of the cancellation even if the promise never does', async () => {
      const controller = new AbortController();
      const waiting = orAborted(never, controller.signal);
      const reason = new Error('enough');
      controller.abort(reason);
      assert.equal(await rejectionOf(waiting), reason);
    });

    it('turns any reason into an error', async () => {
      const thrown = await rejectionOf(orAborted(never, AbortSignal.abort('enough')));
      assert.ok(thrown instanceof Error);
      assert.equal(thrown.message, 'enough');
    });

    it('handles an error after the cancellation', async () => {
      const controller = new AbortController();
      let fail: (error: Error) => void = () => undefined;
      const late = new Promise<never>((_resolve, reject) => (fail = reject));
      const waiting = orAborted(late, AbortSignal.abort(new Error('enough')));
      const second = orAborted(late, controller.signal);
      controller.abort(new Error('enough'));
      await rejectionOf(waiting);
      await rejectionOf(second);
      const unhandled: unknown[] = [];
      const note = (reason: unknown): void => void unhandled.push(reason);
      process.on('unhandledRejection', note);
      try {
        fail(new Error('too late'));
        await new Promise((resolve) => setImmediate(resolve));
      } finally {
        process.off('unhandledRejection', note);
      }
      assert.deepEqual(unhandled, []);
    });
  });

  describe('with a timeout', () => {
    it('returns the value or the error in time', async () => {
      const clock = new FakeClock();
      assert.equal(await withTimeLimit(clock, 10, Promise.resolve(7)), 7);
      const error = new Error('broken');
      assert.equal(await rejectionOf(withTimeLimit(clock, 10, Promise.reject(error))), error);
      assert.equal(clock.running, 0);
    });

    it('reports the timeout', async () => {
      const clock = new FakeClock();
      const waiting = withTimeLimit(clock, 10, never);
      await clock.advance(9);
      assert.equal(await isPending(waiting), true);
      await clock.advance(1);
      assert.equal(await waiting, timedOut);
    });
  });

  it('distinguishes a cancellation from an error', () => {
    const controller = new AbortController();
    controller.abort(new Error('own reason'));
    assert.equal(isCancelled(controller.signal.reason, controller.signal), true);
    assert.equal(isCancelled(new Error('own reason'), controller.signal), false);
    assert.equal(isCancelled(new DOMException('aborted', 'AbortError')), true);
    assert.equal(isCancelled(new Error('broken')), false);
    assert.equal(isCancelled('AbortError'), false);
    assert.equal(isCancelled(undefined, new AbortController().signal), false);
  });

  it('turns any thrown value into an error', () => {
    const error = new TypeError('x');
    assert.equal(asError(error), error);
    assert.equal(asError('text').message, 'text');
    assert.equal(asError(undefined).message, 'undefined');
  });
});
