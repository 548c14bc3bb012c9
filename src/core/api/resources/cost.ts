import { isRecord } from '../../common/json';
import { ApiError } from '../http/errors';
import { type ApiAccess, jsonHeaders } from './shared';

/** The server's estimate of what a request costs. */
export interface CostEstimate {
  /** Frames of the video; undefined if the server does not give the number for every part. */
  readonly frames: number | undefined;
  /** US dollars. */
  readonly usd: number;
}

/**
 * `POST /v2/analyze/cost`: the cost of one request. Changes nothing on the server, so it is retried like a read.
 * @param payload The `payload` of a line of a batch file: the body of a request (documented to be the same).
 * @throws {ApiError} if there is no usable answer; the signal's reason if aborted.
 */
export async function estimateCost(api: ApiAccess, payload: unknown, signal: AbortSignal): Promise<CostEstimate> {
  const answer = await api.http.postQuery(`${api.baseUrl}/v2/analyze/cost`, jsonHeaders(api), payload, signal);
  return decodeCostEstimate(answer);
}

/**
 * Reads an array of `{estimatedFrameCount, estimatedGenerationCost}`, the cost in US dollars (documented: the official
 * client's types), and adds up its parts.
 * @throws {ApiError} `wrongShape` if the value is not such an array, is empty, or has a part without a valid cost: an
 * estimate without that part would be too low.
 */
export function decodeCostEstimate(value: unknown): CostEstimate {
  const parts: unknown[] = Array.isArray(value) ? value : [];
  let usd = 0;
  let frames: number | undefined = 0;
  for (const part of parts) {
    const cost: unknown = isRecord(part) ? part['estimatedGenerationCost'] : undefined;
    const count: unknown = isRecord(part) ? part['estimatedFrameCount'] : undefined;
    usd += isAmount(cost) ? cost : NaN;
    frames = frames !== undefined && isAmount(count) ? frames + count : undefined;
  }
  if (parts.length === 0 || !isAmount(usd)) {
    throw new ApiError('wrongShape', 'the answer is not a cost estimate');
  }
  return { frames: isAmount(frames) ? frames : undefined, usd };
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
}
