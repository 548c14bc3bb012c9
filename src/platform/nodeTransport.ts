import fetch, { type RequestInit } from 'node-fetch';
import type { FetchInit, FetchLike } from '../core/api/http/http';

/**
 * HTTP through `node-fetch`, and so through Node's `http` and `https`: the modules that VS Code patches to follow
 * `http.proxy` and the system's certificates. Loaded at the first request.
 */
export const nodeTransport: FetchLike = async (url, { body: sent, ...init }) => {
  const response = await fetch(url, sent === undefined ? init : withBody(init, sent));
  const body = response.body;
  // When a request is aborted, node-fetch emits the error on the body whether anybody reads it or not; without a
  // listener that would be an uncaught exception.
  body?.on('error', () => undefined);
  return { status: response.status, headers: response.headers, body };
};

/** The same request with a body as node-fetch takes it: the same memory, not a copy, and of a size that it announces. */
function withBody(init: Omit<FetchInit, 'body'>, { buffer, byteOffset, byteLength }: Uint8Array): RequestInit {
  return {
    ...init,
    body: Buffer.from(buffer, byteOffset, byteLength),
    // Where a server answers and closes before all of a body came, Node 20 puts the connection back with those that can be
    // used again, and then nobody listens to its error, which would be an uncaught exception. It keeps none that is to be
    // closed.
    headers: { ...init.headers, connection: 'close' },
  };
}
