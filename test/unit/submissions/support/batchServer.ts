import { BatchClient } from '../../../../src/core/api/client';
import { type FetchInit, type FetchLike, type FetchResponse, Http } from '../../../../src/core/api/http/http';
import type { Clock } from '../../../../src/core/common/clock';
import type { FakeClock } from '../../support/fakeClock';
import { RecordingLog } from '../../support/recordingLog';
import { systemError } from '../../support/scriptedFetch';
import { type Life, never } from './life';

/** The result of a request to create a batch. Names end in `Made` if a batch is created although the response does not say so. */
export const wires = [
  'works',
  'slow',
  'noConnection',
  'unknownHost',
  'lost',
  'lostMade',
  'halfAnswerMade',
  'error500',
  'error500Made',
  'badGatewayMade',
  'foreign404Made',
  'notJsonMade',
  'badRequest',
  'planRequired',
  'tooManyBatches',
  'tooManyRequests',
  'slowRefusal',
  'hangs',
  'hangsMade',
  'lateMade',
  'dies',
  'diesMade',
] as const;
export type Wire = (typeof wires)[number];

/** The results that certainly created no batch. */
const certain: ReadonlySet<Wire> = new Set([
  'noConnection',
  'unknownHost',
  'badRequest',
  'planRequired',
  'tooManyBatches',
  'tooManyRequests',
  'slowRefusal',
]);

/** A batch and the exact text that it was created from. */
export interface Made {
  readonly id: string;
  readonly text: string;
  readonly at: number;
}

/** The server, in memory: it creates a batch for every request that it accepts, also for equal ones. */
export class BatchServer {
  readonly made: Made[] = [];
  private readonly requests: { readonly text: string; isOpen: boolean }[] = [];
  /** Called for every request before its first byte arrives. */
  onRequest: (text: string, window: string) => void = () => undefined;

  constructor(private readonly clock: FakeClock) {}

  madeOf(text: string): Made[] {
    return this.made.filter((each) => each.text === text);
  }

  /** How many requests with this text had an uncertain outcome. */
  openEndsOf(text: string): number {
    return this.requests.filter((each) => each.text === text && each.isOpen).length;
  }

  /**
   * A client in a window, with the HTTP layer of the extension.
   * @param next Returns the result of its next request.
   */
  client(window: string, life: Life, clock: Clock, next: () => Wire): BatchClient {
    const log = new RecordingLog();
    const fetch: FetchLike = (_url, init) => this.take(window, life, textOf(init), next());
    const http = new Http({ fetch, clock, random: () => 0.5, log, redact: (text) => text });
    return new BatchClient(http, 'https://api.sync.so', 'key', log);
  }

  private async take(window: string, life: Life, text: string, wire: Wire): Promise<FetchResponse> {
    this.onRequest(text, window);
    const request = { text, isOpen: !certain.has(wire) };
    this.requests.push(request);
    const answer = await this.answer(life, text, wire);
    // A suspended window may time out before it sees the response.
    request.isOpen ||= life.isAsleep;
    await life.turn();
    return answer();
  }

  private async answer(life: Life, text: string, wire: Wire): Promise<() => FetchResponse> {
    switch (wire) {
      case 'works':
        return this.batch(text);
      case 'slow':
        await this.pass(40_000);
        return this.batch(text);
      case 'noConnection':
        return failing(Object.assign(systemError('ECONNREFUSED'), { syscall: 'connect' }));
      case 'unknownHost':
        return failing(Object.assign(systemError('ENOTFOUND'), { syscall: 'getaddrinfo' }));
      case 'lost':
        return failing(Object.assign(systemError('ECONNRESET'), { syscall: 'read' }));
      case 'lostMade':
        this.make(text);
        return failing(Object.assign(systemError('ECONNRESET'), { syscall: 'read' }));
      case 'halfAnswerMade':
        this.make(text);
        return () => response(200, '{"id":"ba', systemError('ECONNRESET'));
      case 'error500':
        return error(500, 'internal_error');
      case 'error500Made':
        this.make(text);
        return error(500, 'internal_error');
      case 'badGatewayMade':
        this.make(text);
        return () => response(502, '<html>bad gateway</html>');
      case 'foreign404Made':
        this.make(text);
        return () => response(404, '<html>not found</html>');
      case 'notJsonMade':
        this.make(text);
        return () => response(200, '<html>welcome to the hotel</html>');
      case 'badRequest':
        return error(400, 'validation_error');
      case 'planRequired':
        return error(402, 'plan_required');
      case 'tooManyBatches':
        return error(429, 'concurrency_limit_reached');
      case 'tooManyRequests':
        return error(429, 'rate_limit_exceeded', { 'retry-after': '90' });
      case 'slowRefusal':
        await this.pass(40_000);
        return error(429, 'concurrency_limit_reached');
      case 'hangs':
        return never;
      case 'hangsMade':
        this.make(text);
        return never;
      case 'lateMade':
        await this.pass(8_000);
        return this.batch(text);
      case 'dies':
        life.die();
        return never;
      case 'diesMade':
        life.die();
        this.make(text);
        return never;
    }
  }

  private make(text: string): Made {
    const made = { id: `batch_${this.made.length + 1}`, text, at: this.clock.now() };
    this.made.push(made);
    return made;
  }

  private batch(text: string): () => FetchResponse {
    const { id, at } = this.make(text);
    const record = { id, status: 'PENDING', created_at: new Date(at).toISOString(), webhookUrl: null };
    return () => response(201, JSON.stringify(record));
  }

  private pass(ms: number): Promise<void> {
    return new Promise((resolve) => this.clock.schedule(ms, resolve));
  }
}

function failing(failure: Error): () => FetchResponse {
  return () => {
    throw failure;
  };
}

function error(statusCode: number, errorCode: string, headers?: Record<string, string>): () => FetchResponse {
  return () => response(statusCode, JSON.stringify({ statusCode, errorCode, message: 'No.' }), undefined, headers);
}

function response(status: number, text: string, failure?: Error, headers: Record<string, string> = {}): FetchResponse {
  return { status, headers: new Headers(headers), body: body(text, failure) };
}

async function* body(text: string, failure: Error | undefined): AsyncGenerator<string> {
  yield await Promise.resolve(text);
  if (failure !== undefined) {
    throw failure;
  }
}

/** The input file of a form. */
function textOf({ body: form }: FetchInit): string {
  const text = new TextDecoder().decode(form);
  const start = text.indexOf('application/jsonl\r\n\r\n') + 'application/jsonl\r\n\r\n'.length;
  return text.slice(start, text.indexOf('\r\n--', start));
}
