import type { BatchClient } from '../api/client';
import { ApiError, type ApiErrorReason } from '../api/http/errors';
import type { ResultRow } from '../results/row';

/** Errors of a signed link that a new link may fix. */
const renewableReasons: ReadonlySet<ApiErrorReason> = new Set(['expired', 'gone', 'linkRefused']);

/** Whether a new link may work after a link failed with this error. */
export function isRenewable(error: unknown): error is ApiError {
  return error instanceof ApiError && renewableReasons.has(error.reason);
}

/**
 * Finds a link to the output of a request that works now: the link in the results, or a new one if that has expired.
 * Tests the link with a request whose body is not read.
 * @returns the exact URL, or undefined if the output is gone.
 * @throws {ApiError} if the link can't be tested or renewed; the reason of the signal if it is aborted.
 */
export async function playableUrl(
  client: Pick<BatchClient, 'openMedia' | 'renewMedia'>,
  { outputUrl, generationId }: Pick<ResultRow, 'outputUrl' | 'generationId'>,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (outputUrl === undefined) {
    return undefined;
  }
  try {
    (await client.openMedia(outputUrl, signal)).close();
    return outputUrl;
  } catch (error) {
    if (!isRenewable(error)) {
      throw error;
    }
    return generationId === undefined ? undefined : client.renewMedia(generationId, outputUrl, signal);
  }
}
