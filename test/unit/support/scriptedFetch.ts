import type { FetchInit, FetchLike, FetchResponse } from '../../../src/core/api/http/http';

export interface FetchCall extends FetchInit {
  readonly url: string;
}

/** How a scripted `fetch` behaves for one call. */
export type Step = (call: FetchCall) => FetchResponse | Promise<FetchResponse>;

/** A `fetch` that plays a script, one step for each call, and records its calls. */
export class ScriptedFetch {
  readonly calls: FetchCall[] = [];
  private readonly steps: Step[];

  constructor(...steps: Step[]) {
    this.steps = steps;
  }

  readonly fetch: FetchLike = async (url, init) => {
    const call = { url, ...init };
    this.calls.push(call);
    const step = this.steps[this.calls.length - 1];
    if (step === undefined) {
      throw new Error(`call ${this.calls.length} is not in the script`);
    }
    return step(call);
  };
}

type Chunk = Uint8Array | string;

/** An answer with the given body: text, or chunks as they arrive. */
export function answer(status: number, body: string | Iterable<Chunk>, headers: Record<string, string> = {}): Step {
  return () => ({
    status,
    headers: new Headers(headers),
    body: chunksOf(typeof body === 'string' ? [new TextEncoder().encode(body)] : body),
  });
}

export function json(status: number, value: unknown, headers: Record<string, string> = {}): Step {
  return answer(status, JSON.stringify(value), { 'content-type': 'application/json', ...headers });
}

/** An error of the transport instead of an answer. */
export function failure(error: Error): Step {
  return () => Promise.reject(error);
}

/** An answer whose body ends in an error of the transport. */
export function brokenBody(chunks: Iterable<Chunk>, error: Error, headers: Record<string, string> = {}): Step {
  return () => ({ status: 200, headers: new Headers(headers), body: chunksOf(chunks, () => Promise.reject(error)) });
}

/** An answer whose body stops arriving. Ignores the signal. */
export function stuckBody(chunks: Iterable<Chunk>): Step {
  return () => ({ status: 200, headers: new Headers(), body: chunksOf(chunks, () => new Promise(() => undefined)) });
}

/** Never answers and ignores the signal, like a hung proxy look-up. */
export const deaf: Step = () => new Promise(() => undefined);

/** No answer until the signal aborts it, like `node-fetch`. */
export const silent: Step = ({ signal }) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      const error = new Error('The operation was aborted.');
      error.name = 'AbortError';
      reject(error);
    });
  });

/** An error like those of Node's network modules. */
export function systemError(code: string, message = `something failed: ${code}`): Error {
  return Object.assign(new Error(message), { code });
}

async function* chunksOf(chunks: Iterable<Chunk>, end?: () => Promise<never>): AsyncGenerator<Chunk> {
  for (const chunk of chunks) {
    yield await Promise.resolve(chunk);
  }
  await end?.();
}
