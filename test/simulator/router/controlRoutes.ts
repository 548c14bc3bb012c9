import { ApiError } from '../errors';
import { isObject, json, parseJson } from '../http';
import type { ApiRequest } from '../http';
import type { BatchSeed, Fault, FaultEffect, Simulator } from '../types';
import type { Route } from './router';

/** Everything under this path controls the simulator and is not part of the API. */
export const controlPrefix = '/_simulator/';

/** All but the one that waits for something of the test, which JSON can't say. */
const effectKinds: Readonly<Record<Exclude<FaultEffect['kind'], 'hold'>, true>> = {
  status: true,
  delay: true,
  hang: true,
  stall: true,
  reset: true,
  resetDuringUpload: true,
  refuseDuringUpload: true,
  truncate: true,
  wrongLength: true,
  trickle: true,
  garbage: true,
  html: true,
  empty: true,
  wrongShape: true,
  huge: true,
  redirect: true,
  echoKey: true,
  body: true,
  acceptThenFail: true,
  acceptThenHang: true,
};

/**
 * For trying things by hand:
 * `POST /_simulator/faults` with a fault as JSON (`pathPattern` instead of `path` for a pattern),
 * `DELETE /_simulator/faults`, `POST /_simulator/batches` with one batch seed or several, `GET /_simulator/requests`.
 */
export function controlRoutes(
  simulator: Pick<Simulator, 'faults' | 'requests' | 'addBatch'>,
  now: () => number,
): Route[] {
  return [
    {
      method: 'POST',
      path: `${controlPrefix}faults`,
      open: true,
      handle(request) {
        simulator.faults.add(readFault(request));
        return { status: 204 };
      },
    },
    {
      method: 'DELETE',
      path: `${controlPrefix}faults`,
      open: true,
      handle() {
        simulator.faults.clear();
        return { status: 204 };
      },
    },
    {
      method: 'POST',
      path: `${controlPrefix}batches`,
      open: true,
      handle(request) {
        for (const seed of readSeeds(request, now())) simulator.addBatch(seed);
        return { status: 204 };
      },
    },
    {
      method: 'GET',
      path: `${controlPrefix}requests`,
      open: true,
      handle: () => json(200, simulator.requests),
    },
  ];
}

function readFault(request: ApiRequest): Fault {
  const value = parseJson(request.body.toString('utf8'));
  const effect = isObject(value) ? value['effect'] : undefined;
  if (!isObject(value) || !isObject(effect) || !Object.hasOwn(effectKinds, String(effect['kind']))) {
    throw new ApiError(400, `Send {"effect":{"kind":...}} with one of: ${Object.keys(effectKinds).join(', ')}`);
  }
  const { pathPattern, ...fault } = value;
  // Only the kind is checked: the user of this tool can see the type.
  return {
    ...(fault as unknown as Fault),
    ...(typeof pathPattern === 'string' ? { path: new RegExp(pathPattern) } : {}),
  };
}

function readSeeds(request: ApiRequest, now: number): BatchSeed[] {
  const value = parseJson(request.body.toString('utf8'));
  const seeds: unknown[] = Array.isArray(value) ? value : [value];
  return seeds.map((seed) => {
    if (!isObject(seed) || typeof seed['id'] !== 'string') throw new ApiError(400, 'A batch needs an id');
    return { createdAt: now, ...seed, id: seed['id'] };
  });
}
