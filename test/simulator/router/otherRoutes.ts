import type { BatchRow } from '../batches';
import { assets, estimateCost, listAssets } from '../catalogue';
import type { ModelInfo } from '../catalogue';
import { ApiError, errorCatalogue } from '../errors';
import type { GenerationStore } from '../generations';
import { isObject, json, parseJson, readForm, readJsonObject, readLimit, readList, text } from '../http';
import type { ApiRequest } from '../http';
import { param } from './router';
import type { Route } from './router';

/** Generations: what the official client calls, and what the documentation adds for reading and deleting. */
export function generationRoutes(generations: GenerationStore, models: readonly ModelInfo[]): Route[] {
  const get: Route['handle'] = (request) => json(200, generations.get(param(request, 'id')));
  return [
    {
      method: 'POST',
      path: '/v2/generate',
      handle: async (request) => json(201, generations.create(await readPayload(request, models))),
    },
    { method: 'GET', path: '/v2/generate/:id', handle: get },
    {
      method: 'GET',
      path: '/v2/generations',
      handle: ({ query }) =>
        json(
          200,
          generations.list({
            statuses: readList(query.get('status')),
            ids: readList(query.get('ids')),
            limit: readLimit(query),
            cursor: query.get('cursor') ?? undefined,
          }),
        ),
    },
    { method: 'GET', path: '/v2/generations/:id', handle: get },
    {
      method: 'DELETE',
      path: '/v2/generations/:id',
      handle: (request) => json(200, generations.delete(param(request, 'id'))),
    },
    {
      // A bare URL as text: no JSON, no quotes, no redirect (documented).
      method: 'GET',
      path: '/v2/generations/:id/download',
      handle(request) {
        const { outputUrl } = generations.get(param(request, 'id'));
        if (outputUrl === undefined) throw new ApiError(404, 'The generation has no output');
        return text(200, outputUrl);
      },
    },
    {
      method: 'POST',
      path: '/v2/analyze/cost',
      handle: async (request) => json(200, estimateCost(await readPayload(request, models))),
    },
  ];
}

/** Models, assets, and the open catalogue of error codes. */
export function catalogueRoutes(models: readonly ModelInfo[]): Route[] {
  return [
    { method: 'GET', path: '/v2/models', handle: () => json(200, models) },
    {
      method: 'GET',
      path: '/v2/assets',
      handle: ({ query }) =>
        json(
          200,
          listAssets({
            searchQuery: query.get('searchQuery') ?? undefined,
            types: readList(query.get('types')),
            sortBy: query.get('sortBy') ?? undefined,
            limit: readLimit(query),
            cursor: query.get('cursor') ?? undefined,
          }),
        ),
    },
    {
      method: 'GET',
      path: '/v2/assets/:id',
      handle(request) {
        const id = param(request, 'id');
        const asset = assets.find((candidate) => candidate.id === id);
        if (asset === undefined) throw new ApiError(404, `Asset ${id} not found`);
        return json(200, asset);
      },
    },
    { method: 'GET', path: '/v2/errors', open: true, handle: () => json(200, errorCatalogue) },
  ];
}

/** The body of `POST /v2/generate`, as JSON or as a form with files (both declared by the official client). */
async function readPayload(request: ApiRequest, models: readonly ModelInfo[]): Promise<BatchRow['payload']> {
  const isForm = request.headers['content-type']?.startsWith('multipart/form-data') ?? false;
  const body = isForm ? readFormPayload(await readForm(request)) : readJsonObject(request);
  const { model, input } = body;
  if (typeof model !== 'string' || !models.some((known) => known.name === model)) {
    throw new ApiError(400, ['model must be a known model'], {
      errorCode: 'generation_unsupported_model',
      field: 'model',
    });
  }
  if (!Array.isArray(input) || input.length === 0) {
    throw new ApiError(400, ['input must be a non-empty array'], {
      errorCode: 'generation_input_validation_failed',
      field: 'input',
    });
  }
  return { ...body, model, input: [...(input as unknown[])] };
}

/** In a form, `input` is repeated with one JSON text per item and `options` is a JSON text; a file wins over a URL. */
function readFormPayload(form: FormData): Record<string, unknown> {
  const input = form
    .getAll('input')
    .map((item) => (typeof item === 'string' ? parseJson(item) : undefined))
    .flat();
  for (const type of ['video', 'audio', 'image']) {
    if (form.get(type) === null) continue;
    const replaced = input.findIndex((item) => isObject(item) && item['type'] === type);
    const item = { type, url: `https://media.example.test/uploads/${type}` };
    if (replaced === -1) input.push(item);
    else input[replaced] = item;
  }
  const payload: Record<string, unknown> = { model: form.get('model'), input };
  const options = form.get('options');
  if (typeof options === 'string') payload['options'] = parseJson(options);
  const webhookUrl = form.get('webhookUrl');
  if (typeof webhookUrl === 'string') payload['webhookUrl'] = webhookUrl;
  return payload;
}
