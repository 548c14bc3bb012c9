import type { BatchClient } from '../api/client';
import { ApiError, type ApiErrorReason } from '../api/http/errors';
import type { ResultRow } from '../results/row';

/** What can be the end of a signed link, and may be mended by a new one. */
const overReasons: ReadonlySet<ApiErrorReason> = new Set(['expired', 'gone', 'linkRefused']);

/**
 * A link to the output of a request that works at this moment: the one of the results, or a new one where that is over.
 * Costs a request whose answer is left unread.
 * @returns the exact text; nothing where the output is gone.
 * @throws {ApiError} when it can't be told; the signal's reason when aborted.
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
    if (!(error instanceof ApiError) || !overReasons.has(error.reason)) {
      throw error;
    }
    return generationId === undefined ? undefined : client.renewMedia(generationId, outputUrl, signal);
  }
}
