import * as assert from 'node:assert/strict';
import { ApiError, type ApiErrorReason } from '../../../src/core/api/http/errors';

/** What the promise is rejected with. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (thrown) {
    return thrown;
  }
  return assert.fail('expected a rejection');
}

/** The `ApiError` that the promise is rejected with. */
export async function apiErrorOf(promise: Promise<unknown>, reason?: ApiErrorReason): Promise<ApiError> {
  const thrown = await rejectionOf(promise);
  assert.ok(thrown instanceof ApiError, `expected an ApiError and got ${String(thrown)}`);
  if (reason !== undefined) {
    assert.equal(thrown.reason, reason, thrown.message);
  }
  return thrown;
}

/** The `ApiError` that the function throws; undefined if it does not throw. Other errors are thrown again. */
export function apiErrorThrownBy(run: () => unknown): ApiError | undefined {
  try {
    run();
    return undefined;
  } catch (thrown) {
    if (thrown instanceof ApiError) {
      return thrown;
    }
    throw thrown;
  }
}

/** Whether the promise is still pending after all promise callbacks have run. */
export async function isPending(promise: Promise<unknown>): Promise<boolean> {
  const turn = new Promise<'pending'>((resolve) => setImmediate(() => resolve('pending')));
  const outcome = promise.then(
    () => 'settled' as const,
    () => 'settled' as const,
  );
  return (await Promise.race([outcome, turn])) === 'pending';
}
