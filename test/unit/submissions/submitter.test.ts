import * as assert from 'node:assert/strict';
import { ApiError, type ApiErrorDetails, type ApiErrorReason } from '../../../src/core/api/http/errors';
import type { BatchInput } from '../../../src/core/api/resources/batches';
import type { Batch } from '../../../src/core/batches/batch';
import { Emitter } from '../../../src/core/common/emitter';
import { InputMissingError, JournalError } from '../../../src/core/submissions/errors';
import { Journal } from '../../../src/core/submissions/journal';
import { InputStore } from '../../../src/core/submissions/inputStore';
import type { PartState, Submission } from '../../../src/core/submissions/submission';
import { Submitter, type SubmitRequest } from '../../../src/core/submissions/submitter';
import { batch } from '../support/batches';
import { FakeClock, settle } from '../support/fakeClock';
import { rejectionOf } from '../support/outcomes';
import { RecordingLog } from '../support/recordingLog';
import { Disk, DiskError, WindowDisk } from './support/disk';
import { hashOf, useQuickHashes } from './support/hashes';
import { Life } from './support/life';
import { account, journalFile } from './support/world';

interface Request {
  readonly input: BatchInput;
  /** The states in the journal at that moment. */
  readonly written: PartState[];
  answer(id: string): Promise<void>;
  fail(reason: ApiErrorReason, details?: ApiErrorDetails, message?: string): Promise<void>;
}

const minuteMs = 60_000;
const busy: ApiErrorDetails = { errorCode: 'concurrency_limit_reached', serverMessage: 'Three are running.' };

describe('The submitter', () => {
  useQuickHashes();

  let clock: FakeClock;
  let disk: Disk;

  beforeEach(() => {
    clock = new FakeClock();
    disk = new Disk(clock);
  });

  const journalOf = (): Submission[] =>
    (JSON.parse(disk.texts.get(journalFile) ?? '{"submissions":[]}') as { submissions: Submission[] }).submissions;
  const partsOf = (): Submission['parts'] => journalOf()[0]?.parts ?? [];
  const kinds = (): string[] => partsOf().map(({ state }) => state.kind);

  /** A window whose requests are answered by the test. */
  function open(name = 'one') {
    const life = new Life();
    const own = new WindowDisk(disk, name, life);
    const log = new RecordingLog();
    const time = life.clockOn(clock);
    const journal = new Journal({ files: own.files, account, window: name, clock: time, log });
    const requests: Request[] = [];
    const created: string[] = [];
    const ended = new Emitter<void>();
    const chance = { next: 0.5 };
    const submitter = new Submitter({
      journal,
      inputs: new InputStore(own.folder),
      createBatch: (input) =>
        new Promise<Batch>((resolve, reject) => {
          const written = partsOf().map(({ state }) => state);
          const answer = async (id: string): Promise<void> => {
            resolve(batch({ id }));
            await settle();
          };
          const fail: Request['fail'] = async (reason, details, message = 'No.') => {
            reject(new ApiError(reason, message, details));
            await settle();
          };
          requests.push({ input, written, answer, fail });
        }),
      onBatchCreated: (submission, part, { id }) => created.push(`${submission.fileName} ${part} ${id}`),
      onBatchEnded: ended.event,
      window: name,
      clock: time,
      random: () => chance.next,
      log,
    });
    const stop = new AbortController();
    const last = (): Request => requests.at(-1) ?? assert.fail('nothing was sent');
    const id = (): string => journalOf()[0]?.id ?? assert.fail('nothing was submitted');
    const status = () => submitter.statusOf(id());
    const submit = async (parts = 1) => {
      const running = submitter.submit(request(parts), stop.signal);
      running.catch(() => undefined);
      await settle();
      return running;
    };
    /** Submits, and resolves while the first request is being sent. */
    const begin = async (parts = 1): Promise<{ running: Promise<Submission> }> => {
      const running = submitter.submit(request(parts), stop.signal);
      running.catch(() => undefined);
      await settle();
      return { running };
    };
    const resume = async (): Promise<{ running: Promise<Submission> }> => {
      const running = submitter.resume(id(), stop.signal);
      running.catch(() => undefined);
      await settle();
      return { running };
    };
    return {
      life,
      own,
      log,
      journal,
      submitter,
      requests,
      created,
      ended,
      chance,
      stop,
      last,
      id,
      status,
      submit,
      begin,
      resume,
    };
  }

  const textOf = (part: number): string => `{"part":${part}}\n`.repeat(part + 1);

  function request(parts: number): SubmitRequest {
    const texts = Array.from({ length: parts }, (_, part) => textOf(part));
    return {
      fileName: 'episodes.jsonl',
      fileUri: 'file:///episodes.jsonl',
      webhookUrl: 'https://example.com/hook',
      hash: hashOf(texts.join('')),
      parts: texts.map((text, part) => ({ lines: part + 1, input: new TextEncoder().encode(text) })),
    };
  }

  const conflictOf = async (action: Promise<unknown>): Promise<void> => {
    const error = await rejectionOf(action);
    assert.ok(error instanceof JournalError && error.reason === 'conflict', String(error));
  };

  describe('sends', () => {
    it('the exact bytes of each part, one after the other, after recording each attempt', async () => {
      const { begin, requests, last, created } = open();
      const { running } = await begin(3);
      assert.deepEqual(last().written, [
        { kind: 'sending', at: clock.now() },
        { kind: 'waiting' },
        { kind: 'waiting' },
      ]);
      clock.pass(1_500);
      await last().answer('a');
      assert.deepEqual(
        last().written.map(({ kind }) => kind),
        ['sent', 'sending', 'waiting'],
      );
      await last().answer('b');
      await last().answer('c');
      const submission = await running;
      assert.deepEqual(
        requests.map(({ input }) => [new TextDecoder().decode(input.input), input.fileName, input.webhookUrl]),
        [0, 1, 2].map((part) => [textOf(part), 'episodes.jsonl', 'https://example.com/hook']),
      );
      const at = clock.now() - 1_500;
      assert.deepEqual(submission.parts[0]?.state, { kind: 'sent', at, endedAt: at + 1_500, batchId: 'a' });
      assert.deepEqual(created, ['episodes.jsonl 0 a', 'episodes.jsonl 1 b', 'episodes.jsonl 2 c']);
      assert.equal(clock.running, 0);
    });

    it('and records everything that the user agreed to', async () => {
      const { begin, last } = open();
      const { running } = await begin(2);
      await last().answer('a');
      await last().answer('b');
      await running;
      const [{ id, parts, ...submission } = assert.fail()] = journalOf();
      assert.match(id, /^[0-9a-f-]{36}$/);
      assert.deepEqual(submission, {
        createdAt: clock.now(),
        fileName: 'episodes.jsonl',
        fileUri: 'file:///episodes.jsonl',
        webhookUrl: 'https://example.com/hook',
        hash: hashOf(textOf(0) + textOf(1)),
        lines: 3,
        bytes: (textOf(0) + textOf(1)).length,
      });
      assert.deepEqual(
        parts.map(({ hash, lines, bytes }) => [hash, lines, bytes]),
        [
          [hashOf(textOf(0)), 1, textOf(0).length],
          [hashOf(textOf(1)), 2, textOf(1).length],
        ],
      );
    });

    // The writes are: the input, the submission, the lease of this window, and the attempt.
    for (const [count, what] of ['the input', 'the submission', 'the lease', 'the attempt'].entries()) {
      it(`nothing if ${what} can not be recorded`, async () => {
        for (const how of ['full', 'failsLate'] as const) {
          const { own, submit, requests, journal } = open(`${what} ${how}`);
          own.writes = [...Array.from({ length: count }, () => 'works' as const), how];
          assert.ok((await rejectionOf(submit())) instanceof DiskError);
          assert.equal(requests.length, 0);
          await clock.advance(31_000);
          await journal.read();
          assert.ok(
            kinds().every((kind) => kind === 'waiting'),
            `certainly not sent: ${kinds().join()}`,
          );
          assert.equal(clock.running, 0);
          disk.texts.clear();
        }
      });
    }

    it('nothing if the journal is damaged', async () => {
      disk.texts.set(journalFile, 'damaged');
      const { submit, requests } = open();
      const error = await rejectionOf(submit());
      assert.ok(error instanceof JournalError && error.reason === 'broken');
      assert.deepEqual([requests.length, disk.texts.get(journalFile)], [0, 'damaged']);
    });

    it('nothing if the stored copy is missing or has changed, and the part stays pending', async () => {
      const { begin, last, resume, requests } = open();
      const { running } = await begin(2);
      disk.inputs.set(`${hashOf(textOf(1))}.jsonl`, { bytes: new TextEncoder().encode('other'), at: 0 });
      await last().answer('a');
      assert.ok((await rejectionOf(running)) instanceof InputMissingError);
      disk.inputs.clear();
      assert.ok((await rejectionOf((await resume()).running)) instanceof InputMissingError);
      assert.deepEqual([requests.length, kinds()], [1, ['sent', 'waiting']]);
    });
  });

  describe('stops at a part', () => {
    const ends: [ApiErrorReason, ApiErrorDetails, PartState['kind']][] = [
      ['planRequired', { status: 402 }, 'refused'],
      ['connection', { neverConnected: true }, 'refused'],
      ['noKey', {}, 'refused'],
      ['connection', {}, 'uncertain'],
      ['server', { status: 500 }, 'uncertain'],
      ['timeout', {}, 'uncertain'],
      ['cutOff', {}, 'uncertain'],
      ['badRequest', { status: 400, isForeign: true }, 'uncertain'],
    ];
    for (const [reason, details, kind] of ends) {
      it(`that is ${kind} because of "${reason}" ${JSON.stringify(details)}, and the rest stays pending`, async () => {
        const { begin, last, requests, created } = open();
        const { running } = await begin(2);
        clock.pass(700);
        await last().fail(reason, details, 'in the log');
        const { parts } = await running;
        const at = clock.now() - 700;
        assert.deepEqual(parts[0]?.state, { kind, at, endedAt: clock.now(), reason, message: 'in the log' });
        await clock.advance(60 * minuteMs);
        assert.deepEqual([kinds(), requests.length, created], [[kind, 'waiting'], 1, []]);
        assert.equal(clock.running, 0);
      });
    }

    it('and stores the whole message of the server', async () => {
      const { begin, last } = open();
      const { running } = await begin();
      await last().fail('badRequest', { serverMessage: 'Line 1…', wholeMessage: 'Line 1 and line 2.' });
      const [{ state } = assert.fail()] = (await running).parts;
      assert.equal(state.kind === 'refused' && state.message, 'Line 1 and line 2.');
    });

    it('and continues after it when the user resumes', async () => {
      const { begin, last, resume } = open();
      await begin(2);
      await last().fail('timeout');
      const { running } = await resume();
      await last().answer('b');
      await running;
      assert.deepEqual(kinds(), ['uncertain', 'sent']);
    });
  });

  describe('waits after a rate limit', () => {
    it('longer each time, from about one minute to about five, and reports it', async () => {
      const { begin, last, status, requests, chance } = open();
      const { running } = await begin();
      const waits: number[] = [];
      for (const minutes of [1, 2, 4, 5, 5]) {
        await last().fail('rateLimited', busy);
        const is = status();
        assert.ok(is?.kind === 'waitingForSlot');
        assert.deepEqual([is.why, is.message, is.part], ['batches', 'Three are running.', 0]);
        assert.deepEqual(kinds(), ['waiting'], 'no batch was created');
        waits.push(is.nextTryAt - clock.now());
        assert.equal(is.nextTryAt - clock.now(), minutes * minuteMs);
        await clock.advance(is.nextTryAt - clock.now() - 1);
        const before = requests.length;
        await clock.advance(1);
        assert.equal(requests.length, before + 1);
        assert.deepEqual(status(), { kind: 'sending', part: 0 });
      }
      for (const [next, share] of [
        [0, 0.8],
        [0.999, 1.1996],
      ] as const) {
        chance.next = next;
        await last().fail('rateLimited', busy);
        const is = status();
        assert.equal(is?.kind === 'waitingForSlot' && is.nextTryAt - clock.now(), Math.round(5 * minuteMs * share));
        await clock.advance(6 * minuteMs);
      }
      await last().answer('a');
      assert.equal((await running).parts[0]?.state.kind, 'sent');
      assert.equal(status(), undefined);
      assert.equal(clock.running, 0);
    });

    it('from the start again after a part that was accepted', async () => {
      const { begin, last, status } = open();
      await begin(2);
      await last().fail('rateLimited', busy);
      await clock.advance(minuteMs);
      await last().fail('rateLimited', busy);
      await clock.advance(2 * minuteMs);
      await last().answer('a');
      await last().fail('rateLimited', busy);
      const is = status();
      assert.deepEqual(is?.kind === 'waitingForSlot' && [is.part, is.nextTryAt - clock.now()], [1, minuteMs]);
    });

    it('as long as Retry-After says, up to 15 minutes, and not less than usual', async () => {
      const { begin, last, status, ended, requests } = open();
      await begin();
      for (const [asked, waits] of [
        [3, 3],
        [60, 15],
        [1, 4],
      ] as const) {
        await last().fail('rateLimited', { errorCode: 'rate_limit_exceeded', retryAt: clock.now() + asked * minuteMs });
        const is = status();
        assert.ok(is?.kind === 'waitingForSlot');
        assert.deepEqual([is.why, is.nextTryAt - clock.now()], ['requests', waits * minuteMs]);
        const before = requests.length;
        ended.fire();
        await settle();
        assert.equal(requests.length, before, 'even if a batch finishes meanwhile');
        await clock.advance(waits * minuteMs);
      }
    });

    it('until a batch has finished', async () => {
      const { begin, last, ended, requests } = open();
      await begin();
      await last().fail('rateLimited', busy);
      ended.fire();
      await settle();
      assert.equal(requests.length, 2);
      await last().answer('a');
      ended.fire();
      await settle();
      assert.equal(clock.running, 0);
    });

    it('until the rest is cancelled', async () => {
      const { begin, last, submitter, id, requests } = open();
      const { running } = await begin(2);
      await last().fail('rateLimited', busy);
      await submitter.cancel(id());
      assert.deepEqual(
        (await running).parts.map(({ state }) => state.kind),
        ['cancelled', 'cancelled'],
      );
      assert.deepEqual([requests.length, clock.running], [1, 0]);
    });

    for (const how of ['stopped', 'disposed'] as const) {
      it(`until it is ${how}, and the rest stays pending`, async () => {
        const { begin, last, stop, submitter, requests, journal } = open();
        const { running } = await begin(2);
        await last().fail('rateLimited', busy);
        if (how === 'stopped') {
          stop.abort();
        } else {
          submitter.dispose();
        }
        assert.deepEqual(
          (await running).parts.map(({ state }) => state.kind),
          ['waiting', 'waiting'],
        );
        assert.deepEqual([requests.length, clock.running, journal.list[0]?.runner], [1, 0, undefined]);
      });
    }

    it('and renews its lease meanwhile', async () => {
      const { begin, last } = open();
      const other = open('two');
      await begin();
      await last().fail('rateLimited', { ...busy, retryAt: clock.now() + 10 * minuteMs });
      for (let minute = 0; minute < 9; minute++) {
        await clock.advance(minuteMs);
        await other.journal.read();
        const [submission = assert.fail()] = other.journal.list;
        assert.ok(other.journal.isElsewhere(submission));
      }
      await conflictOf(other.submitter.resume(submission(other.journal), other.stop.signal));
      await conflictOf(other.submitter.cancel(submission(other.journal)));
    });
  });

  describe('when it is stopped', () => {
    it('sends no other part, and awaits the current request', async () => {
      const { begin, last, stop, requests } = open();
      const { running } = await begin(3);
      stop.abort();
      await last().answer('a');
      assert.deepEqual(
        (await running).parts.map(({ state }) => state.kind),
        ['sent', 'waiting', 'waiting'],
      );
      assert.equal(requests.length, 1);
    });

    it('while reading the input, sends nothing', async () => {
      const { stop, submitter, requests } = open();
      const get = disk.inputs.get.bind(disk.inputs);
      disk.inputs.get = (name) => {
        stop.abort();
        return get(name);
      };
      const { parts } = await submitter.submit(request(2), stop.signal);
      assert.deepEqual([parts.map(({ state }) => state.kind), requests.length], [['waiting', 'waiting'], 0]);
    });

    it('while recording the attempt, sends nothing', async () => {
      const { stop, submitter, requests } = open();
      disk.onWrite = (_window, _before, after) => {
        if (after.includes('"sending"')) {
          stop.abort();
        }
      };
      const { parts } = await submitter.submit(request(2), stop.signal);
      assert.deepEqual([parts.map(({ state }) => state.kind), requests.length], [['waiting', 'waiting'], 0]);
    });

    it('before it started, records nothing', async () => {
      const { stop, submit } = open();
      stop.abort();
      assert.equal(await rejectionOf(submit()), stop.signal.reason);
      assert.deepEqual(journalOf(), []);
    });

    it('by disposing, still records the outcome of the current request', async () => {
      const { begin, last, submitter, journal } = open();
      await begin(2);
      submitter.dispose();
      journal.dispose();
      await clock.advance(2 * minuteMs);
      await last().answer('a');
      assert.deepEqual([kinds(), clock.running], [['sent', 'waiting'], 0]);
    });
  });

  describe('when the rest is cancelled', () => {
    it('sends no other part', async () => {
      const { begin, last, submitter, id, requests } = open();
      const { running } = await begin(3);
      await submitter.cancel(id());
      await last().answer('a');
      assert.deepEqual(
        (await running).parts.map(({ state }) => state.kind),
        ['sent', 'cancelled', 'cancelled'],
      );
      assert.equal(requests.length, 1);
    });

    it('does not retry the current request after a rate limit', async () => {
      const { begin, last, submitter, id, requests } = open();
      const { running } = await begin(2);
      await submitter.cancel(id());
      await last().fail('rateLimited', busy);
      await running;
      await clock.advance(10 * minuteMs);
      assert.deepEqual([kinds(), requests.length], [['cancelled', 'cancelled'], 1]);
    });

    it('continues if that could not be recorded', async () => {
      const { begin, last, submitter, id, own } = open();
      await begin(2);
      own.writes = ['full'];
      assert.ok((await rejectionOf(submitter.cancel(id()))) instanceof DiskError);
      await last().fail('rateLimited', busy);
      assert.deepEqual(kinds(), ['waiting', 'waiting']);
    });
  });

  describe('lets the user decide', () => {
    const lost = async () => {
      const window = open();
      const { running } = await window.begin(2);
      await window.last().fail('timeout');
      await running;
      return { ...window, seen: partsOf()[0]?.state ?? assert.fail() };
    };

    it('which batch is the result of an uncertain part', async () => {
      const { submitter, id, created } = await lost();
      const { parts } = await submitter.confirmBatch(id(), 0, 'found');
      assert.deepEqual(parts[0]?.state, { kind: 'sent', at: clock.now(), endedAt: clock.now(), batchId: 'found' });
      assert.deepEqual(created, [], 'the user knows already');
      await conflictOf(submitter.confirmBatch(id(), 0, 'other'));
      await conflictOf(submitter.confirmBatch(id(), 1, 'other'));
      await conflictOf(submitter.confirmBatch(id(), 2, 'other'));
      await conflictOf(submitter.confirmBatch('nothing', 0, 'other'));
    });

    it('but not that one batch is the result of two parts', async () => {
      const { submitter, id, resume, last } = await lost();
      await resume();
      await last().fail('timeout');
      await submitter.confirmBatch(id(), 0, 'found');
      await conflictOf(submitter.confirmBatch(id(), 1, 'found'));
      assert.deepEqual(kinds(), ['sent', 'uncertain']);
    });

    it('to send a part again, and keeps its earlier outcome', async () => {
      const { submitter, id, seen, resume, last, requests } = await lost();
      const { parts } = await submitter.sendAgain(id(), 0, seen);
      assert.deepEqual([parts[0]?.state, parts[0]?.earlier], [{ kind: 'waiting' }, [seen]]);
      assert.equal(requests.length, 1, 'nothing is sent yet');
      await resume();
      await last().answer('a');
      await last().answer('b');
      assert.deepEqual(kinds(), ['sent', 'sent']);
      assert.deepEqual(partsOf()[0]?.earlier, [seen]);
    });

    it('to send refused and cancelled parts again', async () => {
      const { begin, last, submitter, id } = open();
      const { running } = await begin(2);
      await last().fail('planRequired');
      await running;
      await submitter.cancel(id());
      for (const [index, { state }] of partsOf().entries()) {
        await submitter.sendAgain(id(), index, state);
      }
      assert.deepEqual(kinds(), ['waiting', 'waiting']);
    });

    it('only while the state that they were shown is current', async () => {
      const { submitter, id, seen, resume, last } = await lost();
      const other = open('two');
      await other.journal.read();
      await submitter.sendAgain(id(), 0, seen);
      await conflictOf(other.submitter.sendAgain(id(), 0, seen));
      clock.pass(5_000);
      await resume();
      await last().fail('timeout');
      await conflictOf(other.submitter.sendAgain(id(), 0, seen));
      assert.deepEqual(kinds(), ['uncertain', 'waiting'], 'the other window has seen the first outcome only');
      await conflictOf(submitter.sendAgain(id(), 1, { kind: 'waiting' }));
    });

    it('but not while another window is running it', async () => {
      const { seen, resume, id } = await lost();
      const other = open('two');
      await resume();
      await conflictOf(other.submitter.sendAgain(id(), 0, seen));
      await conflictOf(other.submitter.cancel(id()));
      await conflictOf((await other.resume()).running);
      assert.deepEqual(kinds(), ['uncertain', 'sending']);
      assert.equal(other.requests.length, 0);
    });
  });

  it('runs a submission once at a time', async () => {
    const { begin, last, resume, requests } = open();
    const { running } = await begin();
    await conflictOf((await resume()).running);
    await last().answer('a');
    await running;
    assert.equal(requests.length, 1);
  });

  it('can resume right after it has stopped', async () => {
    const { begin, last, stop, submitter, id, requests } = open();
    const { running } = await begin(2);
    await last().fail('timeout');
    await running;
    const again = submitter.resume(id(), stop.signal);
    await settle();
    await last().answer('b');
    assert.equal((await again).parts[1]?.state.kind, 'sent');
    assert.equal(requests.length, 2);
  });

  it('retries to record an outcome', async () => {
    const { begin, last, own, created, log } = open();
    const { running } = await begin();
    own.writes = ['full', 'failsLate', 'full', 'full'];
    await last().answer('a');
    assert.ok(
      log.at('info').some((line) => line.includes('batch a')),
      'the log has it at once',
    );
    assert.deepEqual(kinds(), ['sending']);
    await clock.runUntil(running);
    assert.deepEqual([kinds(), created], [['sent'], ['episodes.jsonl 0 a']]);
  });

  it('retries to record it at the end of the run, and then reports no error', async () => {
    const { begin, last, own, created } = open();
    const { running } = await begin(2);
    own.writes = Array.from({ length: 5 }, () => 'full' as const);
    await last().answer('a');
    const { parts } = await clock.runUntil(running);
    assert.deepEqual([parts.map(({ state }) => state.kind), kinds()], [['sent', 'waiting'], kinds()]);
    assert.deepEqual([created, clock.running], [['episodes.jsonl 0 a'], 0]);
  });

  it('leaves the part uncertain if the disk does not work at all', async () => {
    const { begin, last, own, journal } = open();
    const { running } = await begin();
    own.writes = Array.from({ length: 6 }, () => 'full' as const);
    await last().answer('a');
    assert.ok((await rejectionOf(clock.runUntil(running))) instanceof DiskError);
    await journal.read();
    assert.deepEqual(kinds(), ['uncertain']);
  });

  describe('if the journal has lost the attempt that is being sent', () => {
    /** An older file has replaced the journal. */
    const lost = async (state: PartState = { kind: 'waiting' }) => {
      const one = open();
      const { running } = await one.begin();
      const submissions = journalOf().map((each) => ({
        ...each,
        parts: each.parts.map((part) => ({ ...part, state })),
      }));
      disk.texts.set(journalFile, JSON.stringify({ version: 1, submissions }));
      return { one, running };
    };

    it('does not send it again, and records its batch', async () => {
      for (const state of [{ kind: 'waiting' }, { kind: 'cancelled' }] as const) {
        disk = new Disk(clock);
        const { one, running } = await lost(state);
        await one.last().answer('a');
        await clock.advance(0);
        assert.equal(one.requests.length, 1);
        await running;
        assert.deepEqual([kinds(), one.created.length], [['sent'], 1]);
      }
    });

    it('does not treat it as pending', async () => {
      const { one, running } = await lost();
      await one.last().fail('timeout');
      await running;
      assert.deepEqual([one.requests.length, kinds()], [1, ['uncertain']]);
    });

    it('keeps both outcomes if the part was sent since', async () => {
      const { one, running } = await lost({ kind: 'sent', at: 1, endedAt: 2, batchId: 'other' });
      await one.last().answer('a');
      await running;
      const [{ state, earlier } = assert.fail()] = partsOf();
      assert.deepEqual(
        [state, ...(earlier ?? [])].map((each) => each.kind === 'sent' && each.batchId),
        ['other', 'a'],
      );
    });
  });

  describe('in a window that seemed to be gone', () => {
    /** It is suspended during a request until the other window has made the part uncertain. */
    const slept = async (parts = 1) => {
      const first = open('first');
      const { running } = await first.begin(parts);
      first.life.sleep();
      await clock.advance(31_000);
      const second = open('second');
      await second.journal.read();
      const seen = partsOf()[0]?.state ?? assert.fail();
      assert.ok(seen.kind === 'uncertain');
      const wake = async (): Promise<void> => {
        first.life.wake();
        await settle();
      };
      return { first, second, running, seen, wake };
    };

    it('still records the outcome of its request', async () => {
      const { first, running, wake } = await slept(2);
      await first.last().answer('late');
      await wake();
      await conflictOf(running);
      const [{ state } = assert.fail(), rest] = partsOf();
      assert.deepEqual([state.kind === 'sent' && state.batchId, rest?.state.kind], ['late', 'waiting']);
      assert.deepEqual(
        [first.created, first.requests.length],
        [['episodes.jsonl 0 late'], 1],
        'and sends nothing else',
      );
    });

    it('keeps the batch that the user has confirmed meanwhile if there is no response', async () => {
      const { first, second, running, wake } = await slept();
      await second.submitter.confirmBatch(second.id(), 0, 'found');
      await wake();
      await first.last().fail('timeout');
      await running;
      const [{ state } = assert.fail()] = partsOf();
      assert.equal(state.kind === 'sent' && state.batchId, 'found');
    });

    it('records it among the earlier attempts if the part is being sent again', async () => {
      const { first, second, seen, wake } = await slept();
      await second.submitter.sendAgain(second.id(), 0, seen);
      const { running } = await second.resume();
      await wake();
      await first.last().answer('late');
      await second.last().answer('again');
      await running;
      const [{ state, earlier } = assert.fail()] = partsOf();
      assert.equal(state.kind === 'sent' && state.batchId, 'again');
      assert.deepEqual(
        earlier?.map((each) => each.kind === 'sent' && each.batchId),
        ['late'],
      );
    });

    it('records it with the right attempt even if the clock was set back to the same time', async () => {
      const { first, second, seen, wake } = await slept();
      clock.pass(seen.at - clock.now());
      await second.submitter.sendAgain(second.id(), 0, seen);
      const { running } = await second.resume();
      await wake();
      await first.last().fail('rateLimited', busy);
      assert.deepEqual(kinds(), ['sending'], 'that was the response to the first attempt');
      await second.last().answer('again');
      await running;
      assert.deepEqual([kinds(), partsOf()[0]?.earlier], [['sent'], []]);
    });

    it('keeps the part from being sent again if that has not started', async () => {
      for (const give of ['wait', 'cancel'] as const) {
        disk.texts.clear();
        const { first, second, seen, wake } = await slept();
        await second.submitter.sendAgain(second.id(), 0, seen);
        if (give === 'cancel') {
          await second.submitter.cancel(second.id());
        }
        await wake();
        await first.last().answer('late');
        await (
          await second.resume()
        ).running;
        const [{ state, earlier } = assert.fail()] = partsOf();
        assert.deepEqual([state.kind === 'sent' && state.batchId, earlier], ['late', []]);
        assert.equal(second.requests.length, 0);
      }
    });

    it('prefers its batch to the refusal of another attempt', async () => {
      const { first, second, seen, wake } = await slept();
      await second.submitter.sendAgain(second.id(), 0, seen);
      const { running } = await second.resume();
      await second.last().fail('planRequired');
      await running;
      await wake();
      await first.last().answer('late');
      const [{ state, earlier } = assert.fail()] = partsOf();
      assert.equal(state.kind === 'sent' && state.batchId, 'late');
      assert.deepEqual(
        earlier?.map(({ kind }) => kind),
        ['refused'],
      );
    });

    it('replaces a wrong batch that the user has confirmed for the part', async () => {
      const { first, second, wake } = await slept();
      await second.submitter.confirmBatch(second.id(), 0, 'taken for it');
      await wake();
      await first.last().answer('late');
      const [{ state, earlier } = assert.fail()] = partsOf();
      assert.deepEqual([state.kind === 'sent' && state.batchId, earlier], ['late', undefined]);
    });

    it('takes its batch back if the user has confirmed it for another part', async () => {
      const { first, second, wake } = await slept(2);
      const { running } = await second.resume();
      await second.last().fail('timeout');
      await running;
      await second.submitter.confirmBatch(second.id(), 1, 'late');
      await wake();
      await first.last().answer('late');
      assert.deepEqual(kinds(), ['sent', 'uncertain'], 'the other part is uncertain again');
    });
  });

  it('sends only the part that the user sends again, and leaves the others', async () => {
    const { begin, last, submitter, stop, requests, id } = open();
    const { running } = await begin(3);
    await last().fail('timeout');
    const lost = (await running).parts[0]?.state ?? assert.fail();
    await submitter.sendAgain(id(), 0, lost);
    const again = submitter.resume(id(), stop.signal, 0);
    await settle();
    await last().answer('a');
    await again;
    assert.deepEqual([kinds(), requests.length], [['sent', 'waiting', 'waiting'], 2]);
  });

  it('takes a batch back that the user has confirmed for another submission', async () => {
    const one = open('one');
    const { running } = await one.begin();
    await one.last().fail('timeout');
    await running;
    const two = open('two');
    const other = await two.begin();
    await one.submitter.confirmBatch(one.id(), 0, 'b');
    await two.last().answer('b');
    await other.running;
    assert.deepEqual(
      journalOf().map(({ parts }) => parts.map(({ state }) => state.kind)),
      [['uncertain'], ['sent']],
      'the first submission is uncertain again',
    );
  });

  it('makes uncertain what another window left behind, and sends the rest', async () => {
    const first = open('first');
    await first.begin(2);
    first.life.die();
    await clock.advance(31_000);
    const second = open('second');
    const { running } = await second.resume();
    assert.deepEqual(kinds(), ['uncertain', 'sending']);
    await second.last().answer('b');
    await running;
    assert.deepEqual(kinds(), ['uncertain', 'sent']);
  });

  it('reports its status', async () => {
    const { begin, last, submitter, id, status } = open();
    const heard: (string | undefined)[] = [];
    submitter.onDidChange(() => heard.push(status()?.kind));
    const { running } = await begin(2);
    await last().answer('a');
    assert.deepEqual(status(), { kind: 'sending', part: 1 });
    await last().fail('rateLimited', busy);
    await submitter.cancel(id());
    await running;
    assert.deepEqual(heard, ['sending', 'sending', 'waitingForSlot', undefined]);
    assert.equal(submitter.statusOf('nothing'), undefined);
  });

  function submission(journal: Journal): string {
    return journal.list[0]?.id ?? assert.fail('there is none');
  }
});
