import type { BatchInput } from '../api/resources/batches';
import type { Batch } from '../batches/batch';
import { type Clock, sleep } from '../common/clock';
import { asError, isCancelled } from '../common/errors';
import { type Disposable, Emitter } from '../common/emitter';
import type { Log } from '../common/log';
import { batchIdsOf } from './candidates';
import { type Journal, JournalError } from './journal';
import type { InputStore } from './inputStore';
import { failureOf, messageOf } from './outcome';
import { interrupted, type Part, type PartState, type Submission, withState } from './submission';

export interface SubmitterHost {
  journal: Journal;
  inputs: InputStore;
  /**
   * `POST /v2/batch`, once. It can't be called off: it ends when the answer is there, or by its own time limit.
   * @throws {ApiError} where there is no batch in the answer.
   */
  createBatch: (input: BatchInput) => Promise<Batch>;
  /** A batch was made. Called once for each, when that is written down. */
  onSent: (submission: Submission, part: number, batch: Batch) => void;
  /** Fires when a batch of the account has ended, so that there may be room for another. */
  onBatchEnded: (listener: () => void) => Disposable;
  /** Names this window, unlike any other. */
  window: string;
  clock: Clock;
  /** A number from 0 (inclusive) to 1 (exclusive). */
  random: () => number;
  log: Log;
}

/** What the person agreed to. */
export interface SubmitRequest {
  readonly fileName: string;
  readonly fileUri: string | undefined;
  readonly webhookUrl: string | undefined;
  /** SHA-256 of all inputs, one after the other. */
  readonly hash: string;
  readonly parts: readonly { readonly lines: number; readonly input: Uint8Array }[];
}

/** What this window does for a submission at the moment. */
export type RunStatus =
  | { readonly kind: 'sending'; readonly part: number }
  /** sync.so takes no more right now. */
  | {
      readonly kind: 'waitingForSlot';
      readonly part: number;
      /** `batches`: too many are running. `requests`: too many were made. */
      readonly why: 'batches' | 'requests';
      /** In milliseconds since 1970. */
      readonly nextTryAt: number;
      /** What the server said. */
      readonly message: string;
    };

/** How long a window counts as alive without another sign, in milliseconds. */
const leaseMs = 30_000;
const renewEveryMs = 10_000;

/** The waits for room, in milliseconds: doubled from the first to the longest. A batch takes from minutes to hours. */
const firstWaitMs = 60_000;
const longestWaitMs = 5 * 60_000;
/** A `Retry-After` is obeyed up to this many milliseconds. */
const longestRetryAfterMs = 15 * 60_000;

/** How often the outcome of a request is tried to be written down, and the pause between the tries in milliseconds. */
const recordTries = 5;
const recordPauseMs = 1_000;

/**
 * Makes batches of submissions, each part once. Creating a batch has no idempotency in this API (documented): the same
 * request twice is two batches, and two invoices. So that it is about to be sent is on the disk before the first byte
 * leaves; no request is ever repeated but one of which it is certain that it made no batch; and what is not certain waits
 * for the person's word.
 */
export class Submitter implements Disposable {
  private readonly running = new Map<string, Run>();
  private readonly ending = new AbortController();
  private readonly changes = new Emitter<void>();
  /** Fires when what {@link statusOf} says has changed. */
  readonly onDidChange = this.changes.event;

  constructor(private readonly host: SubmitterHost) {}

  /** What this window does for a submission; nothing when it is not at it. */
  statusOf(id: string): RunStatus | undefined {
    return this.running.get(id)?.status;
  }

  /**
   * Writes a new submission down, and sends its parts one after the other.
   * @param signal stops it before the next part; what is on the wire is waited for.
   * @returns what has become of it: all sent, or stopped at a part that was refused or is uncertain, or by the signal.
   * @throws {Error} where it can't be kept or written down: then nothing was sent of the part that it is about.
   */
  async submit(request: SubmitRequest, signal: AbortSignal): Promise<Submission> {
    const { inputs, journal, clock } = this.host;
    const parts: Part[] = [];
    for (const { lines, input } of request.parts) {
      const hash = await inputs.keep(input);
      parts.push({ lines, bytes: input.length, hash, state: { kind: 'waiting' } });
    }
    signal.throwIfAborted();
    const { fileName, fileUri, hash, webhookUrl } = request;
    const submission: Submission = {
      id: crypto.randomUUID(),
      createdAt: clock.now(),
      fileName,
      ...(fileUri === undefined ? {} : { fileUri }),
      ...(webhookUrl === undefined ? {} : { webhookUrl }),
      hash,
      lines: parts.reduce((sum, part) => sum + part.lines, 0),
      bytes: parts.reduce((sum, part) => sum + part.bytes, 0),
      parts,
      runner: this.lease(),
    };
    await journal.add(submission);
    return this.run(submission.id, signal);
  }

  /**
   * Sends the parts of a submission that wait.
   * @param only the one part to send, where the person has not said that the others are to be sent too.
   * @throws {JournalError} `conflict` where another window is at it; {InputGone} where the copy of what is to be sent is
   * gone; {Error} where it can't be written down: then nothing was sent of the part that it is about.
   */
  async resume(id: string, signal: AbortSignal, only?: number): Promise<Submission> {
    return this.run(id, signal, only);
  }

  /** Gives up the parts that wait. What is on the wire or was sent can't be recalled. */
  async cancel(id: string): Promise<void> {
    const run = this.running.get(id) ?? new Run();
    try {
      await this.host.journal.change(id, (submission) => {
        this.refuseElsewhere(submission);
        run.isGivenUp = true;
        return {
          ...submission,
          parts: submission.parts.map((part) =>
            part.state.kind === 'waiting' ? { ...part, state: { kind: 'cancelled' } } : part,
          ),
        };
      });
    } catch (error) {
      run.isGivenUp = false;
      throw error;
    }
    run.wake();
  }

  /**
   * The person has found the batch that came of a part.
   * @throws {JournalError} `conflict` where the part is not uncertain any more, or the batch is known to be another part's:
   * then this one would never be sent.
   */
  async recognise(id: string, part: number, batchId: string): Promise<Submission> {
    return this.host.journal.change(id, (submission, all) => {
      const state = stateOf(submission, part);
      if (state.kind !== 'uncertain') {
        throw conflict(state);
      }
      if (all.flatMap(batchIdsOf).includes(batchId)) {
        throw new JournalError('conflict', `batch ${batchId} is that of another part`);
      }
      return withState(submission, part, { kind: 'sent', at: state.at, endedAt: state.endedAt, batchId });
    });
  }

  /**
   * The person has said that a part is to be sent, or sent again. It waits then; see {@link resume}.
   * @param seen how the part ended by what the person was shown: what they said holds for that and nothing else.
   * @throws {JournalError} `conflict` where something has become of it meanwhile.
   */
  async sendAgain(id: string, part: number, seen: PartState): Promise<Submission> {
    return this.host.journal.change(id, (submission) => {
      this.refuseElsewhere(submission);
      const state = stateOf(submission, part);
      const isOver = state.kind === 'uncertain' || state.kind === 'refused' || state.kind === 'cancelled';
      if (!isOver || JSON.stringify(state) !== JSON.stringify(seen)) {
        throw conflict(state);
      }
      return withEarlier(withState(submission, part, { kind: 'waiting' }), part, state);
    });
  }

  /** Ends the waiting. A request on the wire goes on, and is written down if this window lives long enough. */
  dispose(): void {
    this.ending.abort();
    this.changes.dispose();
  }

  private async run(id: string, signal: AbortSignal, only?: number): Promise<Submission> {
    const { journal, log } = this.host;
    if (this.running.has(id)) {
      throw new JournalError('conflict', 'this window is at it already');
    }
    const run = new Run();
    this.running.set(id, run);
    const letGo = journal.hold(id);
    let stopRenewing = (): void => undefined;
    let result: Submission | undefined;
    let failure: Error | undefined;
    try {
      const taken = await journal.change(id, (current) => this.taken(current));
      stopRenewing = this.renew(id);
      result = await this.sendAll(run, taken, signal, only);
    } catch (error) {
      failure = asError(error);
    }
    stopRenewing();
    run.status = undefined;
    // Only then may this window take it up again: what is written here would end that at once.
    const released = await journal
      .change(id, (submission) => this.released(run, submission))
      .catch((error: unknown) => {
        // It ends by itself soon.
        log.warn(`A submission could not be let go: ${asError(error).message}`);
        return undefined;
      });
    this.running.delete(id);
    letGo();
    this.changes.fire();
    if (failure === undefined) {
      return result ?? noSubmission(id);
    }
    if (run.unwritten?.isAnswer !== true || released === undefined) {
      throw failure;
    }
    // The disk has taken it after all, so it is as it would be without that failure.
    const { part, batch } = run.unwritten;
    if (batch !== undefined) {
      this.host.onSent(released, part, batch);
    }
    return released;
  }

  /** Sends what waits, until nothing does, something goes wrong, or it is stopped. */
  private async sendAll(run: Run, taken: Submission, signal: AbortSignal, only?: number): Promise<Submission> {
    const { journal } = this.host;
    const { id } = taken;
    const isStopped = (): boolean => signal.aborted || this.ending.signal.aborted;
    let submission = taken;
    for (let failures = 0; ;) {
      const part = submission.parts.findIndex(
        ({ state }, index) => state.kind === 'waiting' && (only ?? index) === index,
      );
      if (part === -1 || isStopped()) {
        return submission;
      }
      const wait = await this.sendPart(run, id, part, isStopped);
      submission = journal.find(id) ?? submission;
      if (wait === 'stop') {
        return submission;
      }
      failures = wait === 'next' ? 0 : failures + 1;
      if (wait !== 'next') {
        await this.waitForRoom(run, part, wait, failures, signal);
        submission = journal.find(id) ?? submission;
      }
    }
  }

  /**
   * Sends a part.
   * @returns `next` when its batch is there or it is not to be sent any more, `stop` when something went wrong, or why
   * there is no room for it.
   * @throws {Error} before anything is sent.
   */
  private async sendPart(
    run: Run,
    id: string,
    part: number,
    isStopped: () => boolean,
  ): Promise<'next' | 'stop' | NoRoom> {
    const { journal, inputs, createBatch, clock, log } = this.host;
    const { parts, fileName, webhookUrl } = journal.find(id) ?? noSubmission(id);
    const input = await inputs.read(parts[part]?.hash ?? '');
    const at = await this.mark(run, id, part, isStopped);
    if (at === undefined) {
      return 'next';
    }
    if (isStopped() || run.isGivenUp) {
      // That came while it was written down, which can take long. Nothing has left yet.
      await this.record(run, id, { part, at, state: () => ({ kind: run.isGivenUp ? 'cancelled' : 'waiting' }) });
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
      log.warn(`Part ${part + 1} of ${fileName} (${id}) is ${kind}: ${message}`);
      if (kind !== 'waits') {
        const ended = { at, endedAt: clock.now(), reason, message: messageOf(error) };
        await this.record(run, id, {
          part,
          at,
          state: () => (kind === 'refused' ? { kind, ...ended } : { kind, ...ended }),
          isAnswer: true,
        });
        return 'stop';
      }
      // The person may have given it up while it was on the wire. Then it is not sent again.
      const state = (): PartState => ({ kind: run.isGivenUp ? 'cancelled' : 'waiting' });
      const recorded = await this.record(run, id, { part, at, state });
      if (stateOf(recorded, part).kind !== 'waiting') {
        return 'next';
      }
      const why = details.errorCode === 'concurrency_limit_reached' ? 'batches' : 'requests';
      return { why, message: details.serverMessage ?? message, retryAt: details.retryAt };
    }
    // First of all where it costs nothing and can't fail: whatever comes, the ID is to be found.
    log.info(`Part ${part + 1} of ${fileName} (${id}) is batch ${batch.id}.`);
    const sent = { kind: 'sent', at, endedAt: clock.now(), batchId: batch.id } as const;
    const outcome: Outcome = { part, at, state: () => sent, isAnswer: true, batch };
    this.host.onSent(await this.record(run, id, outcome), part, batch);
    return 'next';
  }

  /**
   * Writes down that a part is about to be sent, if that still holds when it is this window's turn to write.
   * @returns when it is sent, unlike any other try; nothing where it was given up or all was stopped meanwhile.
   * @throws {JournalError} `conflict` where another window has taken over; {Error} where it can't be written down.
   */
  private async mark(run: Run, id: string, part: number, isStopped: () => boolean): Promise<number | undefined> {
    const { journal, clock, window } = this.host;
    const mark: { at?: number } = {};
    try {
      await journal.change(id, (submission) => {
        const state = stateOf(submission, part);
        if (submission.runner?.window !== window) {
          throw conflict(state);
        }
        if (state.kind !== 'waiting' || isStopped()) {
          return submission;
        }
        run.isGivenUp = false;
        mark.at = freeTime(submission.parts[part], clock.now());
        return { ...withState(submission, part, { kind: 'sending', at: mark.at }), runner: this.lease() };
      });
    } catch (error) {
      if (mark.at !== undefined) {
        // The disk may have taken it before it said no. But nothing is sent.
        run.unwritten = { part, at: mark.at, state: () => ({ kind: 'waiting' }) };
      }
      throw error;
    }
    return mark.at;
  }

  /**
   * Writes down what came of a request, patiently: it has happened, whatever the disk says.
   * @throws {Error} when it could not be written. There is one more try when this run ends; if that fails too, it counts as
   * interrupted.
   */
  private async record(run: Run, id: string, outcome: Outcome): Promise<Submission> {
    const { journal, clock, log } = this.host;
    for (let tried = 1; ; tried++) {
      try {
        return await journal.change(
          id,
          (submission) => withOutcome(submission, outcome),
          (other) => withoutAnswer(other, outcome),
        );
      } catch (error) {
        log.error(`What came of a submission could not be written down: ${asError(error).message}`);
        if (tried >= recordTries) {
          run.unwritten = outcome;
          throw error;
        }
        await sleep(clock, recordPauseMs, new AbortController().signal);
      }
    }
  }

  private async waitForRoom(run: Run, part: number, noRoom: NoRoom, failures: number, signal: AbortSignal) {
    const { clock, random, onBatchEnded } = this.host;
    const jitter = 0.8 + 0.4 * random();
    const usual = Math.round(Math.min(firstWaitMs * 2 ** (failures - 1), longestWaitMs) * jitter);
    const asked = Math.min((noRoom.retryAt ?? 0) - clock.now(), longestRetryAfterMs);
    const waitMs = Math.max(usual, asked);
    const { why, message } = noRoom;
    run.status = { kind: 'waitingForSlot', part, why, nextTryAt: clock.now() + waitMs, message };
    this.changes.fire();
    const waking = new AbortController();
    const wake = (): void => waking.abort();
    run.wake = wake;
    signal.addEventListener('abort', wake);
    this.ending.signal.addEventListener('abort', wake);
    // When the server says how long to wait, an end of a batch does not change that.
    const subscription = asked > 0 ? undefined : onBatchEnded(wake);
    try {
      if (!signal.aborted && !this.ending.signal.aborted) {
        await sleep(clock, waitMs, waking.signal);
      }
    } catch (error) {
      if (!isCancelled(error, waking.signal)) {
        throw error;
      }
    } finally {
      subscription?.dispose();
      signal.removeEventListener('abort', wake);
      this.ending.signal.removeEventListener('abort', wake);
      run.wake = () => undefined;
    }
  }

  /** Gives a sign of life as long as it is needed. */
  private renew(id: string): () => void {
    const { clock, journal, log } = this.host;
    let stop = (): void => undefined;
    const next = (): void => {
      stop = clock.schedule(renewEveryMs, () => {
        journal
          .change(id, (submission) =>
            submission.runner?.window === this.host.window ? { ...submission, runner: this.lease() } : submission,
          )
          .catch((error: unknown) => log.warn(`A submission could not be held: ${asError(error).message}`));
        next();
      });
    };
    next();
    return () => stop();
  }

  private lease(): NonNullable<Submission['runner']> {
    return { window: this.host.window, until: this.host.clock.now() + leaseMs };
  }

  private taken(submission: Submission): Submission {
    this.refuseElsewhere(submission);
    // Nobody is at it: what is still being sent by what is written has been left behind.
    return { ...interrupted(submission, this.host.clock.now()), runner: this.lease() };
  }

  private released(run: Run, submission: Submission): Submission {
    const known = run.unwritten === undefined ? submission : withOutcome(submission, run.unwritten);
    return known.runner?.window === this.host.window ? interrupted(known, this.host.clock.now()) : known;
  }

  private refuseElsewhere(submission: Submission): void {
    if (this.host.journal.isElsewhere(submission)) {
      throw new JournalError('conflict', 'another window is at it');
    }
  }
}

/** A submission that this window is at. */
class Run {
  status: RunStatus | undefined;
  wake = (): void => undefined;
  /** The person has given up what is not sent yet, while something was on the wire. */
  isGivenUp = false;
  /** What the disk did not take. */
  unwritten: Outcome | undefined;
}

/** What came of the request that was sent at `at`, as it is when that is written down. */
interface Outcome {
  readonly part: number;
  readonly at: number;
  readonly state: () => PartState;
  /** The request has left: there is something to be told, whatever the disk says. */
  readonly isAnswer?: boolean;
  /** What was answered. */
  readonly batch?: Batch;
}

interface NoRoom {
  readonly why: 'batches' | 'requests';
  readonly message: string;
  readonly retryAt: number | undefined;
}

/**
 * The submission with what came of a request. Where the part has been given up for lost meanwhile, and even sent once more,
 * this one is found among its earlier tries: what is known for certain is never lost.
 */
function withOutcome(submission: Submission, { part, at, state: outcome }: Outcome): Submission {
  const state = outcome();
  const known = withTry(submission, part, at, state);
  return state.kind === 'sent' ? withoutClaims(known, part, state) : known;
}

function withTry(submission: Submission, part: number, at: number, state: PartState): Submission {
  const current = stateOf(submission, part);
  if (isTry(current, at)) {
    // The person has found its batch meanwhile. That nothing more was heard does not speak against it.
    return current.kind === 'sent' && state.kind === 'uncertain' ? submission : withState(submission, part, state);
  }
  const { earlier = [] } = submission.parts[part] ?? {};
  if (earlier.some((each) => isTry(each, at))) {
    const others = earlier.filter((each) => !isTry(each, at));
    if (state.kind === 'sent' && (current.kind === 'waiting' || current.kind === 'cancelled')) {
      // The person wanted it sent again since they could not know this. There is a batch, and one was wanted.
      return withState(withPart(submission, part, { earlier: others }), part, state);
    }
    if (state.kind === 'sent' && current.kind === 'refused') {
      // It would be offered to be sent again, as what certainly has no batch.
      return withState(withPart(submission, part, { earlier: [...others, current] }), part, state);
    }
    const changed = earlier.map((each) => (isTry(each, at) ? state : each));
    return withPart(submission, part, {
      earlier: state.kind === 'waiting' || state.kind === 'cancelled' ? others : changed,
    });
  }
  if (state.kind !== 'sent' && state.kind !== 'uncertain') {
    // It is known already: the disk had taken it, and said that it had not.
    return submission;
  }
  // That it was being sent is not written any more: an older text has come over it, from a copy of the disk, or from a
  // window that was held up for long while it wrote. The part must not be taken for one of which nothing has left.
  return current.kind === 'waiting' || current.kind === 'cancelled'
    ? withState(submission, part, state)
    : withPart(submission, part, { earlier: [...earlier, state] });
}

/**
 * The submission where nothing else is said to be the batch that a part was answered with: what the person took for it, by
 * its time and size, before the answer was there. What became of that try is open again.
 */
function withoutClaims(submission: Submission, part: number, sent: PartState & { kind: 'sent' }): Submission {
  const { at, batchId } = sent;
  const checked = (state: PartState, index: number): PartState =>
    state.kind !== 'sent' || state.batchId !== batchId || (index === part && state.at === at)
      ? state
      : { kind: 'uncertain', at: state.at, endedAt: state.endedAt, reason: 'interrupted', message: '' };
  const parts = submission.parts.map((each, index): Part => {
    const { state, earlier } = each;
    return {
      ...each,
      state: checked(state, index),
      ...(earlier === undefined ? {} : { earlier: earlier.map((one) => checked(one, index)) }),
    };
  });
  return { ...submission, parts };
}

/** Another submission when the batch that the person took for its own turns out to be the answer to this one's request. */
function withoutAnswer(other: Submission, { state: outcome }: Outcome): Submission {
  const state = outcome();
  return state.kind === 'sent' && batchIdsOf(other).includes(state.batchId) ? withoutClaims(other, -1, state) : other;
}

/** A time that tells a try from all others of the part: clocks are set back, and what came of a try is found by it. */
function freeTime(part: Part | undefined, now: number): number {
  const taken = new Set((part?.earlier ?? []).map((each) => ('at' in each ? each.at : undefined)));
  let at = now;
  while (taken.has(at)) {
    at++;
  }
  return at;
}

/** Said to be sent: by the person, who can be wrong. The answer can't. */
function isTry(state: PartState, at: number): boolean {
  return (state.kind === 'sending' || state.kind === 'uncertain' || state.kind === 'sent') && state.at === at;
}

function withEarlier(submission: Submission, part: number, state: PartState): Submission {
  return withPart(submission, part, { earlier: [...(submission.parts[part]?.earlier ?? []), state] });
}

function withPart(submission: Submission, part: number, change: Partial<Part>): Submission {
  return {
    ...submission,
    parts: submission.parts.map((each, index) => (index === part ? { ...each, ...change } : each)),
  };
}

function stateOf({ parts, id }: Submission, part: number): PartState {
  return (parts[part] ?? noSubmission(id)).state;
}

function noSubmission(id: string): never {
  throw new JournalError('conflict', `there is no such part of submission ${id}`);
}

function conflict(state: PartState): JournalError {
  return new JournalError('conflict', `the part is ${state.kind} now`);
}
