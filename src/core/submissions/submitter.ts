import type { BatchInput } from '../api/resources/batches';
import type { Batch } from '../batches/batch';
import { type Clock, sleep } from '../common/clock';
import { asError, isCancelled } from '../common/errors';
import { type Disposable, Emitter } from '../common/emitter';
import type { Log } from '../common/log';
import { JournalError } from './errors';
import type { InputStore } from './inputStore';
import type { Journal } from './journal';
import { failureOf, messageOf } from './outcome';
import { newSubmission, type Part, type PartState, type Submission } from './submission';
import {
  type Attempt,
  interrupted,
  stateConflict,
  stateOf,
  throwNotFound,
  uniqueTime,
  withAnotherAttempt,
  withConfirmedBatch,
  withOutcome,
  withoutClaimedBatch,
  withState,
  withWaitingCancelled,
} from './transitions';

export interface SubmitterHost {
  journal: Journal;
  inputs: InputStore;
  /**
   * `POST /v2/batch`, once. It can't be cancelled: it ends with the response, or with its own timeout.
   * @throws {ApiError} if the response contains no batch.
   */
  createBatch: (input: BatchInput) => Promise<Batch>;
  /** Called once for each new batch, after it was recorded. */
  onBatchCreated: (submission: Submission, part: number, batch: Batch) => void;
  /** Fires when a batch of the account has finished, so that sync.so may accept another one. */
  onBatchEnded: (listener: () => void) => Disposable;
  /** A unique ID of this window. */
  window: string;
  clock: Clock;
  /** A number from 0 (inclusive) to 1 (exclusive). */
  random: () => number;
  log: Log;
}

/** What the user agreed to submit. */
export interface SubmitRequest {
  readonly fileName: string;
  readonly fileUri: string | undefined;
  readonly webhookUrl: string | undefined;
  /** SHA-256 of all inputs, joined. */
  readonly hash: string;
  readonly parts: readonly { readonly lines: number; readonly input: Uint8Array }[];
}

/** What this window is doing for a submission. */
export type RunStatus =
  | { readonly kind: 'sending'; readonly part: number }
  /** Rate limit: sync.so accepts no more right now. */
  | {
      readonly kind: 'waitingForSlot';
      readonly part: number;
      /** `batches`: too many are running. `requests`: too many were sent. */
      readonly why: 'batches' | 'requests';
      /** In milliseconds since 1970. */
      readonly nextTryAt: number;
      /** The message of the server. */
      readonly message: string;
    };

/** How long a window counts as alive after its last sign, in milliseconds. */
const leaseMs = 30_000;
const renewEveryMs = 10_000;

/** The waits after a rate limit, in milliseconds, doubled from the first to the maximum. A batch takes minutes to hours. */
const firstWaitMs = 60_000;
const maxWaitMs = 5 * 60_000;
/** A `Retry-After` is obeyed up to this many milliseconds. */
const maxRetryAfterMs = 15 * 60_000;

/** How many times an outcome is written before that fails, and the pause in between in milliseconds. */
const maxRecordAttempts = 5;
const recordPauseMs = 1_000;

/**
 * Creates the batches of submissions, each part once. Creating a batch is not idempotent in this API (documented): the same
 * request twice means two batches and two charges. So the attempt is on the disk before the first byte leaves, a request is
 * retried only if it certainly created no batch, and an uncertain outcome waits for the user. `transitions.ts` has the
 * state machine, `outcome.ts` decides which outcome a response means.
 */
export class Submitter implements Disposable {
  private readonly running = new Map<string, Run>();
  private readonly disposing = new AbortController();
  private readonly changes = new Emitter<void>();
  /** Fires when {@link statusOf} has changed. */
  readonly onDidChange = this.changes.event;

  constructor(private readonly host: SubmitterHost) {}

  /** What this window is doing for a submission; undefined if nothing. */
  statusOf(id: string): RunStatus | undefined {
    return this.running.get(id)?.status;
  }

  /**
   * Records a new submission and sends its parts one after the other.
   * @param signal Stops before the next part; a request that is being sent is awaited.
   * @param onAdded Called with the ID as soon as the submission is recorded.
   * @returns the submission when all parts are sent, a part was refused or is uncertain, or the signal was aborted.
   * @throws {Error} if it can't be stored. Then nothing was sent of the part in question.
   */
  async submit(request: SubmitRequest, signal: AbortSignal, onAdded?: (id: string) => void): Promise<Submission> {
    const { inputs, journal, clock } = this.host;
    const parts: Part[] = [];
    for (const { lines, input } of request.parts) {
      const hash = await inputs.add(input);
      parts.push({ lines, bytes: input.length, hash, state: { kind: 'waiting' } });
    }
    signal.throwIfAborted();
    const submission = newSubmission(request, parts, clock.now());
    await journal.add({ ...submission, runner: this.lease() });
    onAdded?.(submission.id);
    return this.resume(submission.id, signal);
  }

  /**
   * Sends the pending parts of a submission.
   * @param only Send just this part; omit to send all pending parts.
   * @throws {JournalError} `conflict` if it is running, here or in another window; {InputMissingError} if the stored copy is
   * gone; {Error} if it can't be recorded. Then nothing was sent of the part in question.
   */
  async resume(id: string, signal: AbortSignal, only?: number): Promise<Submission> {
    const { journal, log } = this.host;
    if (this.running.has(id)) {
      throw new JournalError('conflict', 'this window is running it already');
    }
    const run = new Run();
    this.running.set(id, run);
    const releaseHold = journal.hold(id);
    let stopRenewing = (): void => undefined;
    let result: Submission | undefined;
    let failure: Error | undefined;
    try {
      const claimed = await journal.change(id, (current) => this.claimed(current));
      stopRenewing = this.renewLease(id);
      result = await this.sendAll(run, claimed, signal, only);
    } catch (error) {
      failure = asError(error);
    }
    stopRenewing();
    run.status = undefined;
    // This window may resume it only after that: the change would end the new run at once.
    const released = await journal
      .change(id, (submission) => this.released(run, submission))
      .catch((error: unknown) => {
        // The lease expires soon.
        log.warn(`The lease of a submission could not be released: ${asError(error).message}`);
        return undefined;
      });
    this.running.delete(id);
    releaseHold();
    this.changes.fire();
    if (failure === undefined) {
      return result ?? throwNotFound(id);
    }
    if (run.unrecorded?.isResponse !== true || released === undefined) {
      throw failure;
    }
    // The outcome is recorded after all, as if the failure had not happened.
    const { part, batch } = run.unrecorded;
    if (batch !== undefined) {
      this.host.onBatchCreated(released, part, batch);
    }
    return released;
  }

  /** Cancels the pending parts. What is being sent or was sent can't be recalled. */
  async cancel(id: string): Promise<void> {
    const run = this.running.get(id) ?? new Run();
    try {
      await this.host.journal.change(id, (submission) => {
        this.throwIfElsewhere(submission);
        run.isCancelled = true;
        return withWaitingCancelled(submission);
      });
    } catch (error) {
      run.isCancelled = false;
      throw error;
    }
    run.wake();
  }

  /**
   * The user says which batch is the result of an uncertain part.
   * @throws {JournalError} `conflict`, see {@link withConfirmedBatch}.
   */
  async confirmBatch(id: string, part: number, batchId: string): Promise<Submission> {
    return this.host.journal.change(id, (submission, all) => withConfirmedBatch(submission, part, batchId, all));
  }

  /**
   * The user sends a part again: it is pending from now on, see {@link resume}.
   * @param seen The state that the user was shown.
   * @throws {JournalError} `conflict`, see {@link withAnotherAttempt}.
   */
  async sendAgain(id: string, part: number, seen: PartState): Promise<Submission> {
    return this.host.journal.change(id, (submission) => {
      this.throwIfElsewhere(submission);
      return withAnotherAttempt(submission, part, seen);
    });
  }

  /** Stops waiting. A request that is being sent continues, and is recorded if this window lives long enough. */
  dispose(): void {
    this.disposing.abort();
    this.changes.dispose();
  }

  /** Sends the pending parts until none is left, one fails, or the run is stopped. */
  private async sendAll(run: Run, claimed: Submission, signal: AbortSignal, only?: number): Promise<Submission> {
    const { journal } = this.host;
    const { id } = claimed;
    const isStopped = (): boolean => signal.aborted || this.disposing.signal.aborted;
    let submission = claimed;
    for (let failures = 0; ;) {
      const part = submission.parts.findIndex(
        ({ state }, index) => state.kind === 'waiting' && (only ?? index) === index,
      );
      if (part === -1 || isStopped()) {
        return submission;
      }
      const result = await this.sendPart(run, id, part, isStopped);
      submission = journal.find(id) ?? submission;
      if (result === 'stop') {
        return submission;
      }
      failures = result === 'next' ? 0 : failures + 1;
      if (result !== 'next') {
        await this.waitForSlot(run, part, result, failures, signal);
        submission = journal.find(id) ?? submission;
      }
    }
  }

  /**
   * Sends a part.
   * @returns `next` if its batch was created or it is not pending any more, `stop` if it failed, or the rate limit.
   * @throws {Error} before anything is sent, or if the outcome can't be recorded.
   */
  private async sendPart(
    run: Run,
    id: string,
    part: number,
    isStopped: () => boolean,
  ): Promise<'next' | 'stop' | RateLimit> {
    const { journal, inputs, createBatch, clock, log } = this.host;
    const { parts, fileName, webhookUrl } = journal.find(id) ?? throwNotFound(id);
    const input = await inputs.read(parts[part]?.hash ?? '');
    const at = await this.markSending(run, id, part, isStopped);
    if (at === undefined) {
      return 'next';
    }
    if (isStopped() || run.isCancelled) {
      // That happened during the write, which can take long. Nothing has left yet.
      await this.record(run, id, { part, at, state: () => ({ kind: run.isCancelled ? 'cancelled' : 'waiting' }) });
      return 'next';
    }
    run.status = { kind: 'sending', part };
    this.changes.fire();

    let batch: Batch;
    try {
      batch = await createBatch({ input, fileName, webhookUrl });
    } catch (thrown) {
      const { kind, error } = failureOf(thrown);
      const { reason, message, details } = error;
      log.warn(`Part ${part + 1} of ${fileName} (${id}): ${kind}: ${message}`);
      if (kind !== 'rateLimited') {
        const ended = { at, endedAt: clock.now(), reason, message: messageOf(error) };
        await this.record(run, id, {
          part,
          at,
          state: () => (kind === 'refused' ? { kind, ...ended } : { kind, ...ended }),
          isResponse: true,
        });
        return 'stop';
      }
      // If the user has cancelled it while it was being sent, it is not sent again.
      const state = (): PartState => ({ kind: run.isCancelled ? 'cancelled' : 'waiting' });
      const recorded = await this.record(run, id, { part, at, state });
      if (stateOf(recorded, part).kind !== 'waiting') {
        return 'next';
      }
      const why = details.errorCode === 'concurrency_limit_reached' ? 'batches' : 'requests';
      return { why, message: details.serverMessage ?? message, retryAt: details.retryAt };
    }
    // The log first, which costs nothing and can't fail: whatever happens next, the ID can be found.
    log.info(`Part ${part + 1} of ${fileName} (${id}) is batch ${batch.id}.`);
    const sent = { kind: 'sent', at, endedAt: clock.now(), batchId: batch.id } as const;
    const outcome: Outcome = { part, at, state: () => sent, isResponse: true, batch };
    this.host.onBatchCreated(await this.record(run, id, outcome), part, batch);
    return 'next';
  }

  /**
   * Records that a part is about to be sent, if it is still pending in the newest stored state.
   * @returns the time that identifies the attempt; undefined if the part was cancelled or the run was stopped meanwhile.
   * @throws {JournalError} `conflict` if another window has taken over; {Error} if it can't be recorded.
   */
  private async markSending(run: Run, id: string, part: number, isStopped: () => boolean): Promise<number | undefined> {
    const { journal, clock, window } = this.host;
    const mark: { at?: number } = {};
    try {
      await journal.change(id, (submission) => {
        const state = stateOf(submission, part);
        if (submission.runner?.window !== window) {
          throw stateConflict(state);
        }
        if (state.kind !== 'waiting' || isStopped()) {
          return submission;
        }
        run.isCancelled = false;
        mark.at = uniqueTime(submission.parts[part], clock.now());
        return { ...withState(submission, part, { kind: 'sending', at: mark.at }), runner: this.lease() };
      });
    } catch (error) {
      if (mark.at !== undefined) {
        // The disk may have stored it before it reported the error. But nothing is sent.
        run.unrecorded = { part, at: mark.at, state: () => ({ kind: 'waiting' }) };
      }
      throw error;
    }
    return mark.at;
  }

  /**
   * Records the outcome of a request, with retries: the request has happened, whatever the disk reports.
   * @throws {Error} if it could not be written. The end of the run tries once more; if that fails too, the part becomes
   * uncertain as interrupted.
   */
  private async record(run: Run, id: string, outcome: Outcome): Promise<Submission> {
    const { journal, clock, log } = this.host;
    for (let attempt = 1; ; attempt++) {
      try {
        return await journal.change(
          id,
          (submission) => withOutcome(submission, outcome, outcome.state()),
          (other) => withoutClaimedBatch(other, outcome.state()),
        );
      } catch (error) {
        log.error(`The outcome of a submission could not be recorded: ${asError(error).message}`);
        if (attempt >= maxRecordAttempts) {
          run.unrecorded = outcome;
          throw error;
        }
        await sleep(clock, recordPauseMs, new AbortController().signal);
      }
    }
  }

  private async waitForSlot(run: Run, part: number, limit: RateLimit, failures: number, signal: AbortSignal) {
    const { clock, random, onBatchEnded } = this.host;
    const jitter = 0.8 + 0.4 * random();
    const usual = Math.round(Math.min(firstWaitMs * 2 ** (failures - 1), maxWaitMs) * jitter);
    const asked = Math.min((limit.retryAt ?? 0) - clock.now(), maxRetryAfterMs);
    const waitMs = Math.max(usual, asked);
    const { why, message } = limit;
    run.status = { kind: 'waitingForSlot', part, why, nextTryAt: clock.now() + waitMs, message };
    this.changes.fire();
    const waking = new AbortController();
    const wake = (): void => waking.abort();
    run.wake = wake;
    signal.addEventListener('abort', wake);
    this.disposing.signal.addEventListener('abort', wake);
    // If the server says how long to wait, the end of a batch does not change that.
    const subscription = asked > 0 ? undefined : onBatchEnded(wake);
    try {
      if (!signal.aborted && !this.disposing.signal.aborted) {
        await sleep(clock, waitMs, waking.signal);
      }
    } catch (error) {
      if (!isCancelled(error, waking.signal)) {
        throw error;
      }
    } finally {
      subscription?.dispose();
      signal.removeEventListener('abort', wake);
      this.disposing.signal.removeEventListener('abort', wake);
      run.wake = () => undefined;
    }
  }

  /** Renews the lease until the returned function is called. */
  private renewLease(id: string): () => void {
    const { clock, journal, log } = this.host;
    let stop = (): void => undefined;
    const next = (): void => {
      stop = clock.schedule(renewEveryMs, () => {
        journal
          .change(id, (submission) =>
            submission.runner?.window === this.host.window ? { ...submission, runner: this.lease() } : submission,
          )
          .catch((error: unknown) =>
            log.warn(`The lease of a submission could not be renewed: ${asError(error).message}`),
          );
        next();
      });
    };
    next();
    return () => stop();
  }

  private lease(): NonNullable<Submission['runner']> {
    return { window: this.host.window, until: this.host.clock.now() + leaseMs };
  }

  private claimed(submission: Submission): Submission {
    this.throwIfElsewhere(submission);
    // No window is running it: what is stored as being sent was left behind.
    return { ...interrupted(submission, this.host.clock.now()), runner: this.lease() };
  }

  private released({ unrecorded }: Run, submission: Submission): Submission {
    const known = unrecorded === undefined ? submission : withOutcome(submission, unrecorded, unrecorded.state());
    return known.runner?.window === this.host.window ? interrupted(known, this.host.clock.now()) : known;
  }

  private throwIfElsewhere(submission: Submission): void {
    if (this.host.journal.isElsewhere(submission)) {
      throw new JournalError('conflict', 'another window is running it');
    }
  }
}

/** A submission that this window is sending. */
class Run {
  status: RunStatus | undefined;
  wake = (): void => undefined;
  /** The user has cancelled the rest while a part was being sent. */
  isCancelled = false;
  /** The outcome that could not be written to the disk. */
  unrecorded: Outcome | undefined;
}

/** The outcome of a request. */
interface Outcome extends Attempt {
  /** Called when the outcome is written: the user may cancel until then. */
  readonly state: () => PartState;
  /** The request was sent, so the user must learn the outcome even if it can't be recorded. */
  readonly isResponse?: boolean;
  /** The batch in the response. */
  readonly batch?: Batch;
}

interface RateLimit {
  readonly why: 'batches' | 'requests';
  readonly message: string;
  readonly retryAt: number | undefined;
}
