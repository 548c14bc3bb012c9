/** How the simulator starts. Everything has a default, so `startSimulator()` is enough for most tests. */
export interface SimulatorOptions {
  /** The API keys that are accepted. Default: `['test-key']`. */
  keys?: string[];
  /** Port of the API origin on 127.0.0.1. Default 0: any free one. The files origin always takes any free port. */
  port?: number;
  /** The simulator's clock, in ms since the epoch. Default: `Date.now`. */
  now?: () => number;
  /** Speed of batches and generations, compared to reality. Default 0: they do not move. */
  speed?: number;
  /** The batches it starts with. Default: none. */
  batches?: BatchSeed[];
  /** Truncates the list of batches to this many, newest first. No limit is documented; this simulates one. */
  listLimit?: number;
  /**
   * Whether `GET /v2/batches/{id}/result` answers 401 without a key. Default false: an official sample script
   * downloads results without one, but no source states the rule.
   */
  resultNeedsKey?: boolean;
  /**
   * Minimum size of the video of a generation, in bytes. Default 0: a small one, about 50 kB. Another size has another
   * entity tag.
   */
  mediaBytes?: number | ((generationId: string) => number);
  /**
   * Limit of unfinished batches: another one is refused with 429 and `concurrency_limit_reached` (documented; the numbers
   * are not). A dry run is accepted nevertheless (inferred). Default: no limit.
   */
  runningBatches?: number;
  /** The models that this account may use, by name. Default: all documented ones. */
  models?: string[];
  /** Serves `/_simulator/...` on the API origin, to switch faults by hand. Default false. */
  control?: boolean;
}

/**
 * A batch for a test or a demo. Omitted values are plausible; given values are returned unchanged, even if the real
 * service would never return them.
 */
export interface BatchSeed {
  id: string;
  /** When it was created: ms since the epoch, or a text that is returned unchanged. */
  createdAt: number | string;
  /** Default `PENDING`. With `lifetimeMs`, `FAILED` here makes it end as FAILED and other values mean nothing. */
  status?: string;
  /** Requests in the batch. Default 20. */
  total?: number;
  succeeded?: number;
  /** With `lifetimeMs`: how many will have failed in the end. */
  failed?: number;
  pending?: number;
  /** Default: the simulator's own result URL for a terminal batch that has results, else `''`. */
  outputUrl?: string;
  /** Default null, which is how an unset one is shown in the API reference. */
  webhookUrl?: string | null;
  /**
   * The exact result file, instead of a generated one: many lines, hostile ones, or none. It exists when a generated one
   * would. `Simulator.mediaUrl` returns links for its lines.
   */
  resultText?: string;
  /** If set, the batch moves on the clock from PENDING (at `createdAt`) to its end in this many ms, whatever `speed` says. */
  lifetimeMs?: number;
}

/** A request that reached one of the two origins. Requests to `/_simulator/...` are not recorded. */
export interface RecordedRequest {
  method: string;
  /** Path as it was sent, without the query. */
  path: string;
  query: Record<string, string>;
  /** Names in lower case. */
  headers: Record<string, string>;
  origin: 'api' | 'files';
  /** Arrival on the simulator's clock, ms since the epoch. */
  at: number;
  /** Bytes of the body that arrived so far; absent while there is none. */
  bodyBytes?: number;
  /** Status of the complete answer; undefined while unanswered, and for good when the answer was never complete. */
  status: number | undefined;
}

/** What goes wrong, instead of or in addition to the normal answer. */
export type FaultEffect =
  /** An error with the documented body. */
  | {
      kind: 'status';
      status: number;
      errorCode?: string;
      message?: string | readonly string[];
      retryAfter?: string;
      suggestion?: string;
    }
  /** The work is done at once, the answer waits this long. */
  | { kind: 'delay'; ms: number }
  /** The work is done at once, the answer waits for this. */
  | { kind: 'hold'; until: Promise<unknown> }
  /** Receives the request and never answers; the work is not done. */
  | { kind: 'hang' }
  /** The work is done. Sends the head and half of the normal answer, then nothing more. */
  | { kind: 'stall' }
  /** Destroys the socket before answering; the work is not done. */
  | { kind: 'reset' }
  /** Destroys the socket after this many bytes of the body, or all of a shorter one; the work is not done. */
  | { kind: 'resetDuringUpload'; afterBytes: number }
  /**
   * Answers with this error and closes the connection after this many bytes of the body, like a proxy with a size limit;
   * the work is not done. The client may or may not see the answer.
   */
  | { kind: 'refuseDuringUpload'; status: number; afterBytes: number }
  /** The work is done. Promises the whole normal answer, sends half of it and closes the socket. */
  | { kind: 'truncate' }
  /**
   * Announces this many bytes more than the normal answer has (fewer if negative), sends all of it, and closes the
   * connection.
   */
  | { kind: 'wrongLength'; by: number }
  /** The normal answer in chunks of this many bytes, each after a delay of this many ms. */
  | { kind: 'trickle'; bytes: number; everyMs: number }
  /** 200 and `application/json`, but not JSON. */
  | { kind: 'garbage' }
  /** A proxy's HTML page. Default status 200, as a captive portal answers. */
  | { kind: 'html'; status?: number }
  /** 200 with an empty body. */
  | { kind: 'empty' }
  /** 200 with valid JSON that is not of the documented shape. */
  | { kind: 'wrongShape' }
  /** Streams this many bytes of valid JSON, without a length in advance. */
  | { kind: 'huge'; bytes: number }
  /** Default status 302. */
  | { kind: 'redirect'; location: string; status?: number }
  /** An error whose message contains the key that was sent. */
  | { kind: 'echoKey'; status: number }
  /** Exactly this body. Default: 200 and `application/json`. */
  | { kind: 'body'; status?: number; contentType?: string; body: string }
  /** The work is done, then the answer is this error; without a status the connection is lost instead. */
  | { kind: 'acceptThenFail'; status?: number }
  /** The work is done, but there is never an answer. */
  | { kind: 'acceptThenHang' };

/** Which requests a fault hits, and what it does to them. */
export interface Fault {
  /** The exact path, or a pattern for it. Default: every path. */
  path?: string | RegExp;
  /** Default: every method. */
  method?: string;
  /** Default: both origins. */
  origin?: 'api' | 'files';
  /** How many requests it hits. Default: all of them until the faults are cleared. */
  times?: number;
  effect: FaultEffect;
}

/** The faults that are switched on. The first one that matches a request is used; a `delay` or a `hold` also lets a later one apply. */
export interface Faults {
  add(fault: Fault): void;
  clear(): void;
}

/** A running simulator. */
export interface Simulator {
  /** API origin without a trailing slash, e.g. `http://127.0.0.1:1234`. */
  readonly url: string;
  /** A second origin, for result files and media. */
  readonly filesUrl: string;
  readonly requests: readonly RecordedRequest[];
  /** Exceptions inside the simulator itself. Each was answered with 500; a suite should find this empty. */
  readonly errors: readonly Error[];
  clearRequests(): void;
  /** @throws Error if the id is taken. */
  addBatch(seed: BatchSeed): void;
  /**
   * Changes a batch. Giving it a status or counts without a `lifetimeMs` ends a movement that `lifetimeMs` began.
   * @throws Error if there is no such batch.
   */
  updateBatch(id: string, change: Partial<Omit<BatchSeed, 'id'>>): void;
  /** @throws Error if there is no such batch. */
  removeBatch(id: string): void;
  clearBatches(): void;
  /** The batches that were created through the API, by ID, in order; including removed ones. */
  readonly createdBatches: readonly string[];
  /**
   * The exact text of the file that a batch was created from; for `rows`, their lines.
   * @throws Error if no batch of this ID was created through the API.
   */
  inputOf(batchId: string): string;
  /** A link to a video on the files origin, valid from now on. Any text may be the ID of a generation here. */
  mediaUrl(generationId: string): string;
  /** Expires all links to the files origin so far. New links are valid. */
  expireLinks(): void;
  /** Replaces the accepted keys, for example to revoke one. */
  setKeys(keys: string[]): void;
  readonly faults: Faults;
  /** Closes both origins and every open connection. The port is free afterwards. May be called twice. */
  stop(): Promise<void>;
}
