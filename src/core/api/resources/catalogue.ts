import { isRecord } from '../../common/json';
import { ApiError } from '../http/errors';

/** What a request would cost, as far as the server can tell beforehand. */
export interface CostEstimate {
  /** Frames of the video; nothing where the server does not say it of all parts. */
  readonly frames: number | undefined;
  /** US dollars. */
  readonly usd: number;
}

/**
 * Reads the answer of `POST /v2/analyze/cost`, as the official client's types have it: an array of
 * `{estimatedFrameCount, estimatedGenerationCost}`, the cost in US dollars. The parts are summed up.
 * @throws {ApiError} `wrongShape` where it is no such array, is empty, or a cost is no number that can be paid: an
 * estimate that leaves something out would be too low.
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
    throw new ApiError('wrongShape', 'the answer is not an estimate of costs');
  }
  return { frames: isAmount(frames) ? frames : undefined, usd };
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
}

const longestModel = 200;

/**
 * Reads the answer of `GET /v2/models`: an array of `{id, name, type, version, ...}` with the models that the account
 * may use (the official client's types). Requests name a model by what is its `id` here (inferred: no source says which
 * of the two it is, and the documented names look like IDs); where there is none, its `name` is taken.
 * @returns each model once, in the server's order. What is no model is left out.
 * @throws {ApiError} `wrongShape` where it is no array, or not one of its records is a model.
 */
export function decodeModels(value: unknown): string[] {
  if (!Array.isArray(value)) {
    throw new ApiError('wrongShape', 'expected an array of models');
  }
  const models = new Set<string>();
  for (const record of value as unknown[]) {
    const model = isRecord(record) ? modelOf(record['id']) || modelOf(record['name']) : '';
    if (model !== '') {
      models.add(model);
    }
  }
  if (value.length > 0 && models.size === 0) {
    throw new ApiError('wrongShape', `none of the ${value.length} records is a model`);
  }
  return [...models];
}

function modelOf(value: unknown): string {
  return typeof value === 'string' && value.length <= longestModel ? value.trim() : '';
}
