import type { ServerResponse } from 'node:http';
import { errorBody } from './errors';
import type { Trouble } from './faults';
import { json, text } from './http';
import type { Answer, ApiRequest } from './http';

/** One request and what its answer needs. */
export interface Exchange {
  request: ApiRequest;
  response: ServerResponse;
  /** Does the work of the request and returns the normal answer. Never rejects. */
  work: () => Promise<Answer>;
  /** Waits on the real clock; resolves to false if the simulator was stopped in the meantime. */
  wait: (ms: number) => Promise<boolean>;
  /** Called with the status before a complete answer is sent. */
  answered: (status: number) => void;
}

type Effect = NonNullable<Trouble['effect']>;

/** Answers a request: normally, or with the matching fault. */
export async function answer(exchange: Exchange, { delayMs, holds, effect }: Trouble): Promise<void> {
  // Work first, then wait: a slow answer shows the state at the time of the request, and a request that the client
  // cancelled is carried out nevertheless.
  const prepared = await prepare(exchange, effect);
  if (delayMs > 0 && !(await exchange.wait(delayMs))) return;
  if (holds.length > 0) {
    await Promise.all(holds);
    // The simulator may have been stopped in the meantime.
    if (exchange.response.destroyed) return;
  }
  switch (prepared.how) {
    case 'whole':
      sendWhole(exchange, prepared.answer);
      return;
    case 'half':
      sendHalf(exchange, prepared.answer, prepared.thenClose);
      return;
    case 'stream':
      await sendStream(exchange, prepared.bytes);
      return;
    case 'wrongLength':
      sendWrongLength(exchange, prepared.answer, prepared.by);
      return;
    case 'trickle':
      await sendTrickle(exchange, prepared.answer, prepared.bytes, prepared.everyMs);
      return;
    case 'reset':
      exchange.response.socket?.resetAndDestroy();
      return;
    case 'never':
      return;
  }
}

/**
 * Called with the number of body bytes so far. Applies faults that occur during the upload.
 * @returns whether the request is over.
 */
export function arrive({ response }: Pick<Exchange, 'response'>, effect: Effect | undefined, bytes: number): boolean {
  if (effect?.kind === 'resetDuringUpload' && bytes >= effect.afterBytes) {
    response.socket?.resetAndDestroy();
    return true;
  }
  if (effect?.kind === 'refuseDuringUpload' && bytes >= effect.afterBytes) {
    const refusal = json(effect.status, errorBody(effect.status), { connection: 'close' });
    response.writeHead(refusal.status, headersOf(refusal));
    response.end(refusal.body, () => response.socket?.destroySoon());
    return true;
  }
  return false;
}

type Prepared =
  | { how: 'whole'; answer: Answer }
  | { how: 'half'; answer: Answer; thenClose: boolean }
  | { how: 'stream'; bytes: number }
  | { how: 'wrongLength'; answer: Answer; by: number }
  | { how: 'trickle'; answer: Answer; bytes: number; everyMs: number }
  | { how: 'reset' }
  | { how: 'never' };

async function prepare({ request, work }: Exchange, effect: Effect | undefined): Promise<Prepared> {
  if (effect === undefined) return { how: 'whole', answer: await work() };
  switch (effect.kind) {
    case 'hang':
      return { how: 'never' };
    case 'reset':
    case 'resetDuringUpload':
      // The second one gets here when the body was shorter than what it waits for.
      return { how: 'reset' };
    case 'refuseDuringUpload':
      return { how: 'whole', answer: json(effect.status, errorBody(effect.status)) };
    case 'huge':
      return { how: 'stream', bytes: effect.bytes };
    case 'stall':
      return { how: 'half', answer: await work(), thenClose: false };
    case 'truncate':
      return { how: 'half', answer: await work(), thenClose: true };
    case 'wrongLength':
      return { how: 'wrongLength', answer: await work(), by: effect.by };
    case 'trickle':
      return { how: 'trickle', answer: await work(), bytes: effect.bytes, everyMs: effect.everyMs };
    case 'acceptThenFail':
      await work();
      if (effect.status === undefined) return { how: 'reset' };
      return { how: 'whole', answer: json(effect.status, errorBody(effect.status)) };
    case 'acceptThenHang':
      await work();
      return { how: 'never' };
    case 'status':
    case 'garbage':
    case 'html':
    case 'empty':
    case 'wrongShape':
    case 'redirect':
    case 'echoKey':
    case 'body':
      return { how: 'whole', answer: insteadOf(request, effect) };
  }
}

type Instead = Extract<
  Effect,
  { kind: 'status' | 'garbage' | 'html' | 'empty' | 'wrongShape' | 'redirect' | 'echoKey' | 'body' }
>;

/** The effects that answer completely, but wrongly. */
function insteadOf(request: ApiRequest, effect: Instead): Answer {
  switch (effect.kind) {
    case 'status': {
      const details = {
        ...(effect.errorCode === undefined ? {} : { errorCode: effect.errorCode }),
        ...(effect.suggestion === undefined ? {} : { suggestion: effect.suggestion }),
      };
      const headers = effect.retryAfter === undefined ? {} : { 'retry-after': effect.retryAfter };
      return json(effect.status, errorBody(effect.status, effect.message, details), headers);
    }
    case 'garbage':
      return text(200, '[{"id":"batch_\u0000 \ufffd this is no JSON', 'application/json; charset=utf-8');
    case 'html':
      return text(effect.status ?? 200, proxyPage, 'text/html; charset=utf-8');
    case 'empty':
      return { status: 200, body: '' };
    case 'wrongShape':
      return json(200, { data: [{ identifier: 1, state: 'done' }], page: 1 });
    case 'redirect':
      return { status: effect.status ?? 302, headers: { location: effect.location } };
    case 'echoKey': {
      const key = request.headers['x-api-key'] ?? '';
      return json(effect.status, errorBody(effect.status, `The key ${key} was not accepted (x-api-key: ${key})`));
    }
    case 'body':
      return text(effect.status ?? 200, effect.body, effect.contentType ?? 'application/json; charset=utf-8');
  }
}

const proxyPage = `<!DOCTYPE html>
<html>
  <head><title>Sign in to the network</title><script>alert("not the API")</script></head>
  <body><h1>Sign in to the network</h1><p>This page comes from a proxy between you and the server.</p></body>
</html>
`;

function headersOf(answer: Answer): Record<string, string | number> {
  return { ...answer.headers, 'content-length': Buffer.byteLength(answer.body ?? '') };
}

function sendWhole({ request, response, answered }: Exchange, answer: Answer): void {
  if (response.destroyed) return;
  response.writeHead(answer.status, headersOf(answer));
  answered(answer.status);
  response.end(request.method === 'HEAD' ? undefined : answer.body);
}

function sendHalf({ response }: Exchange, answer: Answer, thenClose: boolean): void {
  if (response.destroyed) return;
  const body = Buffer.from(answer.body ?? '');
  // An answer without a body announces one, so that something is missing.
  response.writeHead(answer.status, { ...headersOf(answer), 'content-length': Math.max(2, body.length) });
  response.flushHeaders();
  const half = body.subarray(0, Math.floor(body.length / 2));
  const close = () => {
    if (thenClose) response.socket?.destroySoon();
  };
  if (half.length === 0) close();
  else response.write(half, close);
}

function sendWrongLength({ response }: Exchange, answer: Answer, by: number): void {
  if (response.destroyed) return;
  const body = Buffer.from(answer.body ?? '');
  response.writeHead(answer.status, {
    ...headersOf(answer),
    'content-length': Math.max(0, body.length + by),
    connection: 'close',
  });
  // Directly to the socket: the response would not send more than it announced.
  response.flushHeaders();
  response.socket?.end(body);
}

async function sendTrickle(
  { response, wait, answered }: Exchange,
  answer: Answer,
  bytes: number,
  everyMs: number,
): Promise<void> {
  const body = Buffer.from(answer.body ?? '');
  response.writeHead(answer.status, headersOf(answer));
  response.flushHeaders();
  for (let at = 0; at < body.length; at += Math.max(1, bytes)) {
    if (!(await wait(everyMs))) return;
    if (!(await writePart(response, body.subarray(at, at + Math.max(1, bytes))))) return;
  }
  if (response.destroyed) return;
  answered(answer.status);
  response.end();
}

/** A JSON array of texts, exactly this many bytes long (at least 2), written no faster than it is read. */
async function sendStream({ response, answered }: Exchange, bytes: number): Promise<void> {
  const item = JSON.stringify('x'.repeat(1000));
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
  let left = Math.max(2, bytes) - 2;
  let part = '[';
  while (left > item.length + 3) {
    part += `${item},`;
    left -= item.length + 1;
    if (part.length < 60_000) continue;
    if (!(await writePart(response, part))) return;
    part = '';
  }
  // The rest is filled with a last text, or with a space if its quotes do not fit.
  const end = left >= 2 ? JSON.stringify('x'.repeat(left - 2)) : ' '.repeat(left);
  if (response.destroyed) return;
  answered(200);
  response.end(`${part}${end}]`);
}

/** Resolves to false if the client is gone. */
async function writePart(response: ServerResponse, part: string | Buffer): Promise<boolean> {
  if (response.destroyed) return false;
  if (response.write(part)) return true;
  return new Promise((resolve) => {
    const onDrain = () => settle(true);
    const onClose = () => settle(false);
    const settle = (open: boolean) => {
      response.off('drain', onDrain);
      response.off('close', onClose);
      resolve(open);
    };
    response.on('drain', onDrain);
    response.on('close', onClose);
  });
}
