import * as assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { Emitter } from '../../../../src/core/common/emitter';
import { JournalError } from '../../../../src/core/submissions/errors';
import { Journal } from '../../../../src/core/submissions/journal';
import { InputStore } from '../../../../src/core/submissions/inputStore';
import { batchIdsOf, type Part, type PartState, type Submission } from '../../../../src/core/submissions/submission';
import { Submitter, type SubmitRequest } from '../../../../src/core/submissions/submitter';
import { FakeClock } from '../../support/fakeClock';
import { RecordingLog } from '../../support/recordingLog';
import { BatchServer, type Wire } from './batchServer';
import { Disk, DiskError, WindowDisk } from './disk';
import { hashOf } from './hashes';
import { Life } from './life';

export const account = 'account';
export const journalFile = `submissions-${account}.json`;

/** A window of the editor that can submit. */
export class Window {
  readonly life = new Life();
  readonly disk: WindowDisk;
  readonly log = new RecordingLog();
  readonly journal: Journal;
  readonly inputs: InputStore;
  readonly submitter: Submitter;
  readonly ended = new Emitter<void>();
  /** The results of its next requests; all later ones work. */
  wires: Wire[] = [];
  /** The batches that it has reported. */
  readonly created: string[] = [];
  readonly runs: Promise<unknown>[] = [];
  stop = new AbortController();
  /** The decision of the user that is being recorded: to send a part again, and the state that they were shown. */
  decision: { readonly id: string; readonly part: number; readonly seen: PartState } | undefined;

  constructor(
    readonly name: string,
    { clock: time, disk, server }: Pick<World, 'clock' | 'disk' | 'server'>,
  ) {
    const { life, log } = this;
    const clock = life.clockOn(time);
    this.disk = new WindowDisk(disk, name, life);
    const { files, folder } = this.disk;
    this.journal = new Journal({ files, account, window: name, clock, log });
    this.inputs = new InputStore(folder);
    const client = server.client(name, life, clock, () => this.wires.shift() ?? 'works');
    this.submitter = new Submitter({
      journal: this.journal,
      inputs: this.inputs,
      createBatch: (input) => client.createBatch(input, new AbortController().signal),
      onBatchCreated: (_submission, _part, { id }) => this.created.push(id),
      onBatchEnded: this.ended.event,
      window: name,
      clock,
      random: () => 0.5,
      log,
    });
  }
}

/** A part and its submission. */
export interface Place {
  readonly submission: Submission;
  readonly index: number;
  readonly part: Part;
}

/** The disk, the server and all windows, with an observer who checks that nothing forbidden happens. */
export class World {
  readonly clock = new FakeClock();
  readonly disk = new Disk(this.clock);
  readonly server = new BatchServer(this.clock);
  readonly windows: Window[] = [];
  /** Violations of the rules. */
  readonly violations: string[] = [];
  private readonly texts = new Map<string, string>();
  /** How many times the user sent an uncertain part again, by its text. */
  private readonly resent = new Map<string, number>();
  /** Submissions that the user has cancelled. */
  private readonly cancelled = new Set<string>();
  private submitted = 0;
  /** How many times a window was suspended. */
  private suspensions = 0;

  constructor() {
    this.disk.onWrite = (window, before, after) => this.look(window, before, after);
    this.server.onRequest = (text, window) => this.lookAtRequest(text, window);
  }

  open(): Window {
    const window = new Window(`window ${this.windows.length + 1}`, this);
    this.windows.push(window);
    return window;
  }

  /** The submissions on the disk. */
  get journal(): Submission[] {
    return submissionsOf(this.disk.texts.get(journalFile));
  }

  request(parts: number): SubmitRequest {
    const number = ++this.submitted;
    const texts = Array.from({ length: parts }, (_, part) =>
      `{"submission":${number},"part":${part}}\n`.repeat(part + 1),
    );
    texts.forEach((text) => this.texts.set(hashOf(text), text));
    return {
      fileName: 'episodes.jsonl',
      fileUri: undefined,
      webhookUrl: undefined,
      hash: hashOf(texts.join('')),
      parts: texts.map((text, part) => ({ lines: part + 1, input: new TextEncoder().encode(text) })),
    };
  }

  textOf({ hash }: Part): string {
    return this.texts.get(hash) ?? assert.fail('a part that nobody submitted');
  }

  // The actions of the user in a window. Each resolves with an expected error.

  submit(window: Window, parts: number): Promise<unknown> {
    window.stop = new AbortController();
    return this.act(window, window.submitter.submit(this.request(parts), window.stop.signal));
  }

  resume(window: Window, { id }: Submission): Promise<unknown> {
    window.stop = new AbortController();
    return this.act(window, window.submitter.resume(id, window.stop.signal));
  }

  async cancel(window: Window, { id }: Submission): Promise<unknown> {
    const outcome = await this.act(window, window.submitter.cancel(id));
    if (outcome === undefined) {
      this.cancelled.add(id);
    }
    return outcome;
  }

  async sendAgain(window: Window, { submission: { id }, index, part: { state: seen } }: Place): Promise<unknown> {
    window.decision = { id, part: index, seen };
    // Whatever the result: the user has decided.
    this.cancelled.delete(id);
    const outcome = await this.act(window, window.submitter.sendAgain(id, index, seen));
    window.decision = undefined;
    return outcome;
  }

  /** The user checks the status of a part, and confirms its batch or sends it again. */
  checkStatus(window: Window, place: Place): Promise<unknown> {
    const known = new Set(this.journal.flatMap(batchIdsOf));
    const batch = this.server.madeOf(this.textOf(place.part)).find(({ id }) => !known.has(id));
    return batch === undefined
      ? this.sendAgain(window, place)
      : this.act(window, window.submitter.confirmBatch(place.submission.id, place.index, batch.id));
  }

  /** @throws {AssertionError} if a rule is violated. */
  check(): void {
    assert.deepEqual(this.violations, []);
    const ids: string[] = [];
    let interrupted = 0;
    for (const { part } of this.places(this.journal)) {
      const text = this.textOf(part);
      const tries = triesOf(part);
      const made = this.server.madeOf(text).map(({ id }) => id);
      assert.ok(made.length <= 1 + (this.resent.get(text) ?? 0), `created ${made.length} times: ${text}`);
      const open = tries.filter(({ kind }) => kind === 'sending' || kind === 'sent' || kind === 'uncertain');
      assert.ok(made.length <= open.length, `an unrecorded batch: ${JSON.stringify(part)}`);
      for (const each of tries) {
        if (each.kind === 'sent') {
          assert.ok(made.includes(each.batchId), `not the batch of the part: ${JSON.stringify(part)}`);
          ids.push(each.batchId);
        }
      }
      const uncertain = tries.flatMap((each) => (each.kind === 'uncertain' ? [each.reason] : []));
      const here = uncertain.filter((reason) => reason === 'interrupted').length;
      assert.ok(uncertain.length - here <= this.server.openEndsOf(text), `certain: ${JSON.stringify(part)}`);
      interrupted += here;
    }
    assert.equal(new Set(ids).size, ids.length, 'no batch is that of two parts');
    const faults = this.windows.reduce((sum, { life, disk }) => sum + disk.faults + (life.isDead ? 1 : 0), 0);
    assert.ok(interrupted === 0 || faults + this.suspensions > 0, 'interrupted without a reason');
    for (const { created, name } of this.windows) {
      assert.equal(new Set(created).size, created.length, `${name} has reported each batch once`);
      assert.ok(
        created.every((id) => ids.includes(id)),
        `what ${name} has reported is recorded`,
      );
    }
  }

  noteSuspension(): void {
    this.suspensions++;
  }

  *places(submissions: readonly Submission[]): Iterable<Place> {
    for (const submission of submissions) {
      for (const [index, part] of submission.parts.entries()) {
        yield { submission, index, part };
      }
    }
  }

  private async act(window: Window, action: Promise<unknown>): Promise<unknown> {
    window.runs.push(action.catch(() => undefined));
    try {
      await action;
      return undefined;
    } catch (error) {
      const isExpected =
        (error instanceof JournalError && error.reason === 'conflict') ||
        error instanceof DiskError ||
        error === window.stop.signal.reason;
      if (!isExpected) {
        this.violations.push(`${window.name}: ${String(error)}`);
      }
      return error;
    }
  }

  private look(window: string, before: string | undefined, after: string): void {
    const now = this.clock.now();
    const then = new Map(submissionsOf(after).map((submission) => [submission.id, submission]));
    for (const was of submissionsOf(before)) {
      const is = then.get(was.id);
      if (is === undefined) {
        this.violations.push(`${window} lost ${was.id}`);
        continue;
      }
      const isHeld = was.runner !== undefined && was.runner.window !== window && was.runner.until >= now;
      if (isHeld && was.runner.window !== is.runner?.window) {
        this.violations.push(`${window} took over what ${was.runner.window} is running`);
      }
      for (const [index, { state, earlier = [], hash }] of is.parts.entries()) {
        const old = was.parts[index] ?? assert.fail('parts do not grow');
        if (isHeld && old.state.kind === 'sending' && state.kind === 'uncertain' && state.reason === 'interrupted') {
          this.violations.push(`${window} interrupted what ${was.runner.window} is sending`);
        }
        if (state.kind === 'waiting' && earlier.length > (old.earlier ?? []).length) {
          this.checkDecision(window, was.id, index, old.state, hash);
        }
      }
    }
  }

  /** A part has become pending again. */
  private checkDecision(window: string, id: string, part: number, seen: PartState, hash: string): void {
    const decision = this.windows.find(({ name }) => name === window)?.decision;
    if (!isDeepStrictEqual(decision, { id, part, seen })) {
      this.violations.push(
        `${window} sends part ${part} again although the user did not decide so about ${JSON.stringify(seen)}`,
      );
    } else if (seen.kind === 'uncertain') {
      const text = this.texts.get(hash) ?? '';
      this.resent.set(text, (this.resent.get(text) ?? 0) + 1);
    }
  }

  private lookAtRequest(text: string, window: string): void {
    const place = [...this.places(this.journal)].find(({ part }) => part.hash === hashOf(text));
    if (place?.part.state.kind !== 'sending' || place.submission.runner?.window !== window) {
      this.violations.push(`${window} sends what is ${place?.part.state.kind} in the journal`);
    }
    if (place !== undefined && this.cancelled.has(place.submission.id)) {
      this.violations.push(`${window} sends what was cancelled`);
    }
  }
}

export function triesOf({ state, earlier = [] }: Part): PartState[] {
  return [state, ...earlier];
}

function submissionsOf(text: string | undefined): Submission[] {
  return text === undefined ? [] : (JSON.parse(text) as { submissions: Submission[] }).submissions;
}
