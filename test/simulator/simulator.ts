import type { IncomingMessage, ServerResponse } from 'node:http';
import { answer, arrive } from './answering';
import { BatchStore } from './batches';
import { modelsNamed } from './catalogue';
import { ApiError } from './errors';
import { FaultList } from './faults';
import { GenerationStore } from './generations';
import { json, readBody, readHead } from './http';
import type { Answer, ApiRequest } from './http';
import { batchRoutes } from './router/batchRoutes';
import { controlPrefix, controlRoutes } from './router/controlRoutes';
import { fileRoutes, mediaFileUrl, notThere, resultFileUrl } from './router/fileRoutes';
import { catalogueRoutes, generationRoutes } from './router/otherRoutes';
import { findRoute } from './router/router';
import type { Route } from './router/router';
import { listen } from './server';
import type { RecordedRequest, Simulator, SimulatorOptions } from './types';

export type { BatchSeed, Fault, FaultEffect, Faults, RecordedRequest, Simulator, SimulatorOptions } from './types';

type OriginName = RecordedRequest['origin'];

/**
 * Starts a stand-in for the sync.so API on two loopback origins: the API itself, and one for result files and media,
 * as the real service has them.
 *
 * @throws Error (EADDRINUSE and the like) if the port can't be had, or if two seeds share an id
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const now = options.now ?? Date.now;
  const speed = options.speed ?? 0;
  const faults = new FaultList();
  const requests: RecordedRequest[] = [];
  const errors: Error[] = [];
  const waits = new Map<NodeJS.Timeout, () => void>();
  let keys = new Set(options.keys ?? ['test-key']);
  const routes: Record<OriginName, Route[]> = { api: [], files: [] };

  const files = await listen(0, (request, response) => receive('files', request, response));
  const api = await listen(options.port ?? 0, (request, response) => receive('api', request, response)).catch(
    async (error: unknown) => {
      await files.close();
      throw error;
    },
  );

  let series = 0;
  const mediaUrl = (id: string) => mediaFileUrl(files.url, id, now(), series);
  const batches = new BatchStore({
    now,
    speed,
    listLimit: options.listLimit,
    runningBatches: options.runningBatches,
    // The form of the documented example: "batches" here, and "batch" in every other path.
    resultUrl: (id) => `${api.url}/v2/batches/${encodeURIComponent(id)}/result`,
  });
  const generations = new GenerationStore({ now, speed, batches, mediaUrl });

  function receive(origin: OriginName, request: IncomingMessage, response: ServerResponse): void {
    exchange(origin, request, response).catch((error: unknown) => {
      errors.push(error instanceof Error ? error : new Error(String(error)));
      response.destroy();
    });
  }

  async function exchange(origin: OriginName, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = readHead(incoming);
    const controlled = options.control === true && origin === 'api' && request.path.startsWith(controlPrefix);
    const record = recordOf(request, origin, now());
    if (!controlled) requests.push(record);
    const trouble = controlled ? { delayMs: 0, holds: [], effect: undefined } : faults.take({ ...record });
    let refusal: ApiError | undefined;
    try {
      const body = await readBody(incoming, (bytes) => {
        record.bodyBytes = bytes;
        return arrive({ response }, trouble.effect, bytes);
      });
      if (body === undefined) return;
      request.body = body;
    } catch (error) {
      // Anything but the limit means that the client disconnected.
      if (!(error instanceof ApiError)) return;
      refusal = error;
      response.setHeader('connection', 'close');
    }
    await answer(
      {
        request,
        response,
        wait,
        work: () => (refusal === undefined ? work(origin, request) : Promise.resolve(json(413, refusal.body))),
        answered: (status) => {
          record.status = status;
        },
      },
      trouble,
    );
  }

  async function work(origin: OriginName, request: ApiRequest): Promise<Answer> {
    try {
      const route = findRoute(routes[origin], request);
      if (route === undefined && origin === 'files') return notThere();
      // Without a key, do not reveal which paths exist.
      if (origin === 'api' && route?.open !== true && !keys.has(request.headers['x-api-key'] ?? '')) {
        throw new ApiError(401, 'Invalid or missing API key');
      }
      if (route === undefined) throw new ApiError(404, `Cannot ${request.method} ${request.path}`);
      return await route.handle(request);
    } catch (error) {
      if (error instanceof ApiError) return json(error.status, error.body);
      const fault = error instanceof Error ? error : new Error(String(error));
      errors.push(fault);
      return json(500, new ApiError(500, `The simulator itself failed: ${fault.message}`).body);
    }
  }

  function wait(ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        waits.delete(timer);
        resolve(true);
      }, ms);
      waits.set(timer, () => resolve(false));
    });
  }

  const simulator: Simulator = {
    url: api.url,
    filesUrl: files.url,
    requests,
    errors,
    faults,
    clearRequests: () => {
      requests.length = 0;
    },
    addBatch: (seed) => batches.add(seed),
    updateBatch: (id, change) => batches.update(id, change),
    removeBatch: (id) => batches.remove(id),
    clearBatches: () => batches.clear(),
    get createdBatches() {
      return batches.created;
    },
    inputOf: (id) => batches.inputOf(id),
    mediaUrl,
    expireLinks: () => {
      series += 1;
    },
    setKeys: (accepted) => {
      keys = new Set(accepted);
    },
    async stop() {
      for (const [timer, release] of waits) {
        clearTimeout(timer);
        release();
      }
      waits.clear();
      await Promise.all([api.close(), files.close()]);
    },
  };

  const { mediaBytes = 0 } = options;
  const models = modelsNamed(options.models);
  routes.files = fileRoutes({
    batches,
    now,
    series: () => series,
    mediaUrl,
    mediaBytes: (id) => (typeof mediaBytes === 'number' ? mediaBytes : mediaBytes(id)),
  });
  routes.api = [
    ...batchRoutes({
      batches,
      signedResultUrl: (id) => resultFileUrl(files.url, id, now(), series),
      resultNeedsKey: options.resultNeedsKey ?? false,
    }),
    ...generationRoutes(generations, models),
    ...catalogueRoutes(models),
    ...(options.control === true ? controlRoutes(simulator, now) : []),
  ];
  try {
    for (const seed of options.batches ?? []) batches.add(seed);
  } catch (error) {
    await simulator.stop();
    throw error;
  }
  return simulator;
}

function recordOf(request: ApiRequest, origin: OriginName, at: number): RecordedRequest {
  const { method, path, headers } = request;
  return { method, path, query: Object.fromEntries(request.query), headers, origin, at, status: undefined };
}
