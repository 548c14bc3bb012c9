/** How the simulator starts. Everything has a default, so `startSimulator()` is enough for most tests. */
export interface SimulatorOptions {
  /** The API keys that are accepted. Default: `['test-key']`. */
  keys?: string[];
  /** Port of the API origin on 127.0.0.1. Default 0: any free one. The files origin always takes any free port. */
  port?: number;
  /** The simulator's clock, in ms since the epoch. Default: `Date.now`. */
  now?: () => number;
  /** How many times faster than life batches and generations move. Default 0: they do not move by themselves. */
  speed?: number;
  /** The batches it starts with. Default: none. */
  batches?: BatchSeed[];
  /** Caps the list of batches at this many, newest first. No cap is documented; this tries what one would do. */
  listLimit?: number;
  /**
   * Whether `GET /v2/batches/{id}/result` answers 401 without a key. Default false: an official sample script
   * downloads results without one, but no source states the rule.
   */
  resultNeedsKey?: boolean;
  /**
   * How many bytes the video of a generation has at least. Default 0: what a small one needs, about 50 kB. Other bytes
   * have another entity tag.
   */
  mediaBytes?: number | ((generationId: string) => number);
  /**
   * How many unfinished batches there may be: another one is refused with 429 and `concurrency_limit_reached`
   * (documented; the numbers are not). A dry run is taken all the same (inferred). Default: any number.
   */
  runningBatches?: number;
  /** The models that this account may use, by name. Default: all documented ones. */
  models?: string[];
  /** Serves `/_simulator/...` on the API origin, to switch faults by hand. Default false. */
  control?: boolean;
}

/**
 * A batch as a test or a demo wants it. What is left out gets a plausible value; what is given is shown as it is, so a
 * seed may also be something that the real service would never say.
 */
export interface BatchSeed {
  id: string;
  /** When it was created: ms since the epoch, or text that is shown word for word. */
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
   * The result file, word for word, in place of one that is made for the batch: many lines, hostile ones, or none. It
   * exists wherever a made one would. `Simulator.mediaUrl` gives links for its lines.
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

/** What goes wrong, instead of or on top of the proper answer. */
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
  /** Takes the request and never answers; the work is not done. */
  | { kind: 'hang' }
  /** The work is done. Sends the head and half of the proper answer, then nothing more. */
  | { kind: 'stall' }
  /** Destroys the socket before answering; the work is not done. */
  | { kind: 'reset' }
  /** Destroys the socket when so many bytes of the body have come, or all of a shorter one; the work is not done. */
  | { kind: 'resetDuringUpload'; afterBytes: number }
  /**
   * Answers with this error and closes when so many bytes of the body have come, without waiting for the rest, as a
   * proxy does whose limit it exceeds; the work is not done. Whether the client gets to see the answer is a matter of luck.
   */
  | { kind: 'refuseDuringUpload'; status: number; afterBytes: number }
  /** The work is done. Promises the whole proper answer, sends half of it and closes the socket. */
  | { kind: 'truncate' }
  /**
   * Announces this many bytes more than the proper answer has, or fewer where it is negative, sends all of it, and closes
   * the connection.
   */
  | { kind: 'wrongLength'; by: number }
  /** The proper answer in pieces of so many bytes, each after a wait of so many ms. */
  | { kind: 'trickle'; bytes: number; everyMs: number }
  /** 200 and `application/json`, but no JSON. */
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
  /** This very body. Default: 200 and `application/json`. */
  | { kind: 'body'; status?: number; contentType?: string; body: string }
  /** The work is done, then the answer is this error; without a status the connection is lost instead. */
  | { kind: 'acceptThenFail'; status?: number }
  /** The work is done, and there never is an answer. */
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

/** The faults that are switched on. The first one that fits a request is used; a `delay` or a `hold` also lets a later one apply. */
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
  /** The batches that were created through the API, by ID, in order; those that were removed since included. */
  readonly createdBatches: readonly string[];
  /**
   * The exact text of the file that a batch was created from; of one from `rows`, the lines that they stand for.
   * @throws Error if no batch of this ID was created through the API.
   */
  inputOf(batchId: string): string;
  /** A link to a video on the files origin, good from now on. Any text may be the ID of a generation here. */
  mediaUrl(generationId: string): string;
  /** Ends every link to the files origin that was given so far. Those that are given from now on are good. */
  expireLinks(): void;
  /** Replaces the accepted keys, as when one is revoked. */
  setKeys(keys: string[]): void;
  readonly faults: Faults;
  /** Closes both origins and every open connection. The port is free afterwards. May be called twice. */
  stop(): Promise<void>;
}
