import fetch, { type RequestInit } from 'node-fetch';
import type { FetchInit, FetchLike } from '../core/api/http/http';

/**
 * HTTP through `node-fetch` and so through Node's `http` and `https`, which VS Code patches for `http.proxy` and the
 * system's certificates. Loaded at the first request.
 */
export const nodeTransport: FetchLike = async (url, { body: sent, ...init }) => {
  const response = await fetch(url, sent === undefined ? init : withBody(init, sent));
  const body = response.body;
  // When a request is aborted, node-fetch emits an error on the body. Without a listener it would be uncaught.
  body?.on('error', () => undefined);
  return { status: response.status, headers: response.headers, body };
};

/** The same request with a body: not copied, and with a known length. */
function withBody(init: Omit<FetchInit, 'body'>, { buffer, byteOffset, byteLength }: Uint8Array): RequestInit {
  return {
    ...init,
    body: Buffer.from(buffer, byteOffset, byteLength),
    // If a server answers before it received the whole body, Node 20 puts the connection back into its pool, where a
    // later error would be uncaught. A connection that is to be closed does not go into the pool.
    headers: { ...init.headers, connection: 'close' },
  };
}
