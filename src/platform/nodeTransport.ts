import fetch from 'node-fetch';
import type { FetchLike } from '../core/api/http';

/**
 * HTTP through `node-fetch`, and so through Node's `http` and `https`: the modules that VS Code patches to follow
 * `http.proxy` and the system's certificates. In a bundle of its own, loaded at the first request.
 */
export const nodeTransport: FetchLike = async (url, init) => {
  const response = await fetch(url, init);
  const body = response.body;
  // When a request is aborted, node-fetch emits the error on the body whether anybody reads it or not; without a
  // listener that would be an uncaught exception.
  body?.on('error', () => undefined);
  return { status: response.status, headers: response.headers, body };
};
