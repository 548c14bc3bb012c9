import type { Answer, ApiRequest } from '../http';

/** One operation of an origin. */
export interface Route {
  method: string;
  /** Parts that begin with a colon stand for any one part, e.g. `/v2/batch/:id`. */
  path: string;
  /** Whether it answers without a key. Default false. */
  open?: boolean;
  handle: (request: ApiRequest) => Answer | Promise<Answer>;
}

/** Finds the route of a request and fills in the request's params; undefined if there is none. */
export function findRoute(routes: readonly Route[], request: ApiRequest): Route | undefined {
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  for (const route of routes) {
    const params = route.method === method ? matchPath(route.path, request.path) : undefined;
    if (params === undefined) continue;
    request.params = params;
    return route;
  }
  return undefined;
}

/** A named part of the path. @throws Error if the route does not have it, which is a mistake in the simulator. */
export function param(request: ApiRequest, name: string): string {
  const value = request.params[name];
  if (value === undefined) throw new Error(`The route has no part :${name}`);
  return value;
}

function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? '';
    if (!part.startsWith(':')) {
      if (part !== value) return undefined;
      continue;
    }
    const decoded = decode(value);
    if (decoded === undefined || decoded === '') return undefined;
    params[part.slice(1)] = decoded;
  }
  return params;
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
