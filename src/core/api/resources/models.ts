import { isRecord } from '../../common/json';
import { ApiError } from '../http/errors';
import { type ApiAccess, jsonHeaders, readText } from './shared';

const maxModelLength = 200;

/**
 * `GET /v2/models`: the models that this account may use, by the names that requests use.
 * @throws {ApiError} if there is no usable answer; the signal's reason if aborted.
 */
export async function listModels(api: ApiAccess, signal: AbortSignal): Promise<string[]> {
  return decodeModels(await api.http.getJson(`${api.baseUrl}/v2/models`, jsonHeaders(api), signal));
}

/**
 * Reads an array of `{id, name, type, version, ...}` (documented: the official client's types). Requests name a model by
 * its `id` (inferred: no source says whether it is `id` or `name`, but the documented names look like IDs). If there is
 * no `id`, `name` is used.
 * @returns each model once, in the server's order, without records that are not models.
 * @throws {ApiError} `wrongShape` if the value is not an array, or none of its records is a model.
 */
export function decodeModels(value: unknown): string[] {
  if (!Array.isArray(value)) {
    throw new ApiError('wrongShape', 'expected an array of models');
  }
  const models = new Set<string>();
  for (const record of value as unknown[]) {
    const model = isRecord(record) ? readModel(record['id']) || readModel(record['name']) : '';
    if (model !== '') {
      models.add(model);
    }
  }
  if (value.length > 0 && models.size === 0) {
    throw new ApiError('wrongShape', `none of the ${value.length} records is a model`);
  }
  return [...models];
}

function readModel(value: unknown): string {
  return readText(value, maxModelLength).trim();
}
