import * as assert from 'node:assert/strict';
import { earlierSubmissions } from '../../../src/core/submissions/earlier';
import { JournalError } from '../../../src/core/submissions/errors';
import { Journal } from '../../../src/core/submissions/journal';
import type { Submission } from '../../../src/core/submissions/submission';
import { FakeClock, settle } from '../support/fakeClock';
import { rejectionOf } from '../support/outcomes';
import { RecordingLog } from '../support/recordingLog';
import { Disk, DiskError, WindowDisk } from './support/disk';
import { hashOf } from './support/hashes';
import { cancelled, part, refused, sending, sent, submission, uncertain, waiting } from './support/submissions';
import { account, journalFile } from './support/world';

const dayMs = 24 * 60 * 60_000;

describe('The journal', () => {
  let clock: FakeClock;
  let disk: Disk;

  beforeEach(() => {
    clock = new FakeClock();
    disk = new Disk(clock);
  });

  function open(window = 'one') {
    const own = new WindowDisk(disk, window);
    const log = new RecordingLog();
    const journal = new Journal({ files: own.files, account, window, clock, log });
    const heard: number[] = [];
    journal.onDidChange(() => heard.push(clock.now()));
    return { journal, own, log, heard };
  }

  const text = (): string => disk.texts.get(journalFile) ?? '';
  const stored = (): Record<string, unknown>[] =>
    (JSON.parse(text()) as { submissions: Record<string, unknown>[] }).submissions;
  const store = (...submissions: unknown[]): void =>
    void disk.texts.set(journalFile, JSON.stringify({ version: 1, submissions }));
  const lease = (window: string, ms = 30_000) => ({ window, until: clock.now() + ms });
  const statesOf = (journal: Journal, id = 'one') => journal.find(id)?.parts.map(({ state }) => state.kind);

  it('is empty without a file, and reading does not create one', async () => {
    const { journal } = open();
    await journal.read();
    assert.deepEqual([journal.list, disk.texts.size], [[], 0]);
  });

  it('knows whether it has understood every entry', async () => {
    const { journal } = open();
    assert.equal(journal.isWhole, false, 'nothing has been read yet');
    await journal.read();
    assert.equal(journal.isWhole, true);
    store(submission([waiting]), { id: 'later', parts: 'many' });
    await journal.read();
    assert.equal(journal.isWhole, false, 'there is an entry of a later version');
  });

  it('does not accept an entry with a hash that could name another file, or with an impossible time', async () => {
    const { journal } = open();
    const odd = [
      submission([part(sent('a'), { hash: '../../mine' })]),
      submission([waiting], { hash: `${hashOf('whole')}\u0000` }),
      submission([waiting], { createdAt: 1e300 }),
      submission([uncertain(9e15)]),
      submission([waiting], { createdAt: -1 }),
    ];
    store(...odd);
    await journal.read();
    assert.deepEqual([journal.list, journal.isWhole], [[], false]);
    await journal.add(submission([waiting], { id: 'two' }));
    assert.deepEqual(stored().slice(0, odd.length), JSON.parse(JSON.stringify(odd)), 'but they are kept as they are');
  });

  it('shows every window all submissions, newest first', async () => {
    const { journal, heard } = open();
    await journal.add(submission([waiting]));
    await journal.add(submission([waiting], { id: 'two', createdAt: clock.now() }));
    const other = open('two');
    await other.journal.read();
    assert.deepEqual(
      other.journal.list.map(({ id }) => id),
      ['two', 'one'],
    );
    assert.deepEqual(other.journal.find('one'), submission([waiting]));
    assert.equal(heard.length, 2);
    await other.journal.read();
    assert.equal(other.heard.length, 1, 'the same again is no change');
  });

  it('is on the disk when adding and changing resolve, and is unchanged if that failed', async () => {
    const { journal, own } = open();
    own.writes = ['full'];
    assert.ok((await rejectionOf(journal.add(submission([waiting])))) instanceof DiskError);
    assert.deepEqual(journal.list, []);
    await journal.add(submission([waiting]));
    assert.equal(stored().length, 1);
    own.writes = ['full'];
    assert.ok(
      (await rejectionOf(journal.change('one', (each) => ({ ...each, parts: [part(sending())] })))) instanceof
        DiskError,
    );
    assert.deepEqual(statesOf(journal), ['waiting']);
  });

  it('applies a change to the newest stored state, not to what a window has read', async () => {
    const [{ journal }, { journal: other }] = [open(), open('two')];
    await journal.add(submission([waiting, waiting]));
    const set = (index: number) => (each: Submission) => ({
      ...each,
      parts: each.parts.map((one, at) => (at === index ? part(sent(`${at}`)) : one)),
    });
    await Promise.all([journal.change('one', set(0)), other.change('one', set(1))]);
    await journal.read();
    assert.deepEqual(statesOf(journal), ['sent', 'sent']);
  });

  it('loses nothing when two windows add at once', async () => {
    const [{ journal }, { journal: other }] = [open(), open('two')];
    await Promise.all([journal.add(submission([waiting])), other.add(submission([waiting], { id: 'two' }))]);
    await journal.read();
    assert.equal(journal.list.length, 2);
  });

  it('rejects if the submission does not exist or the change throws', async () => {
    const { journal } = open();
    const conflict = await rejectionOf(journal.change('one', (each) => each));
    assert.ok(conflict instanceof JournalError && conflict.reason === 'conflict');
    await journal.add(submission([waiting]));
    const before = text();
    const mistake = new Error('a mistake');
    const throwing = journal.change('one', () => {
      throw mistake;
    });
    assert.equal(await rejectionOf(throwing), mistake);
    assert.equal(text(), before);
  });

  for (const [what, broken] of Object.entries({
    'an empty file': '',
    'a truncated file': '{"version":1,"submissions":[{"id":"o',
    'no object': '[]',
    'no list': '{"version":1,"submissions":{}}',
    'a later version': '{"version":2,"submissions":[]}',
  })) {
    it(`that is ${what} is left unchanged, and nothing can be added`, async () => {
      disk.texts.set(journalFile, broken);
      const { journal } = open();
      for (const action of [
        journal.read(),
        journal.add(submission([waiting])),
        journal.change('one', (each) => each),
      ]) {
        const error = await rejectionOf(action);
        assert.ok(error instanceof JournalError && error.reason === 'broken');
      }
      assert.equal(text(), broken);
    });
  }

  it('preserves entries and fields that it does not understand', async () => {
    const strange = [
      { id: 'later', parts: 'many' },
      7,
      null,
      submission([{ kind: 'paused' } as never], { id: 'paused' }),
    ];
    const known = {
      ...submission([waiting]),
      extra: { deep: [1] },
      parts: [
        { ...part(waiting), cost: 7 },
        { ...part({ ...sent('a'), invoice: 'i' } as never, { earlier: [{ ...refused, hint: 'h' } as never] }) },
      ],
    };
    disk.texts.set(journalFile, JSON.stringify({ version: 1, note: 'hello', submissions: [...strange, known] }));
    const { journal } = open();
    await journal.add(submission([waiting], { id: 'two' }));
    await journal.change('one', (each) => ({
      ...each,
      parts: [{ ...(each.parts[0] ?? part(waiting)), state: cancelled }, ...each.parts.slice(1)],
    }));
    assert.equal((JSON.parse(text()) as { note: string }).note, 'hello');
    assert.deepEqual(stored().slice(0, 4), strange);
    assert.deepEqual(stored()[4], { ...known, parts: [{ ...known.parts[0], state: cancelled }, known.parts[1]] });
    assert.equal(journal.list.length, 2);
  });

  describe('deletes', () => {
    const many = (count: number, state = sent('a'), createdAt = 0) =>
      Array.from({ length: count }, (_, index) =>
        submission([state], { id: `${state.kind} ${index}`, createdAt: createdAt + index }),
      );

    it('settled submissions that are older than 90 days and not among the last 500', async () => {
      store(...many(510));
      await open().journal.add(submission([waiting], { id: 'new', createdAt: clock.now() }));
      assert.equal(stored().length, 500);
      assert.equal(stored()[0]?.['id'], 'sent 11', 'the oldest are gone');
    });

    it('none of the last 90 days, however many there are', async () => {
      store(...many(510, sent('a'), clock.now() - 90 * dayMs));
      await open().journal.add(submission([waiting], { id: 'new', createdAt: clock.now() }));
      assert.equal(stored().length, 511);
    });

    it('never a submission that is not settled or not understood', async () => {
      store(...many(600, uncertain()), ...many(600, waiting), { id: 'later' });
      await open().journal.add(submission([waiting], { id: 'new', createdAt: clock.now() }));
      assert.equal(stored().length, 1_202);
    });
  });

  describe('treats a part that was being sent', () => {
    it('as uncertain if the window that sent it is gone', async () => {
      store(submission([sending(clock.now() - 60_000), waiting], { runner: lease('gone', -1) }));
      const { journal } = open();
      await journal.read();
      const at = clock.now() - 60_000;
      const state = { kind: 'uncertain', at, endedAt: clock.now(), reason: 'interrupted', message: '' };
      assert.deepEqual(journal.find('one')?.parts[0]?.state, state);
      assert.deepEqual(statesOf(journal), ['uncertain', 'waiting']);
      assert.equal(journal.find('one')?.runner, undefined);
      assert.equal((stored()[0]?.['parts'] as { state: { kind: string } }[])[0]?.state.kind, 'uncertain');
    });

    it('as uncertain if no window is recorded, whatever the clocks say', async () => {
      const days = clock.now() - 3 * dayMs;
      store(submission([sending(days), sending(clock.now() + 5_000)]));
      const { journal } = open();
      await journal.read();
      assert.deepEqual(
        journal.find('one')?.parts.map(({ state }) => 'endedAt' in state && state.endedAt),
        [days + 10 * 60_000, clock.now() + 5_000],
      );
    });

    it('as being sent while another window is alive, and checks again when its lease expires', async () => {
      store(submission([sending()], { runner: lease('two') }));
      const { journal, heard } = open();
      await journal.read();
      const one = journal.find('one');
      assert.ok(one !== undefined && journal.isElsewhere(one));
      assert.deepEqual(statesOf(journal), ['sending']);
      await clock.advance(20_000);
      store(submission([sending()], { runner: lease('two') }));
      await clock.advance(29_000);
      assert.deepEqual(statesOf(journal), ['sending']);
      await clock.advance(2_000);
      assert.deepEqual(statesOf(journal), ['uncertain']);
      assert.equal(heard.length, 3);
      assert.equal(clock.running, 0);
    });

    it('as being sent while this window is running it, however long that takes', async () => {
      const { journal } = open();
      const letGo = journal.hold('one');
      store(submission([sending()], { runner: lease('one', -60_000) }));
      await journal.read();
      assert.deepEqual(statesOf(journal), ['sending']);
      letGo();
      await journal.read();
      assert.deepEqual(statesOf(journal), ['uncertain']);
    });
  });

  it('reports when the window that was running a submission is gone, even if nothing else changes', async () => {
    store(submission([waiting], { runner: lease('two') }));
    const { journal, heard } = open();
    await journal.read();
    await clock.advance(31_000);
    assert.equal(heard.length, 2);
    const one = journal.find('one');
    assert.ok(one !== undefined && !journal.isElsewhere(one));
  });

  it('reads again if reading failed', async () => {
    store(submission([sending()], { runner: lease('two') }));
    const { journal, log } = open();
    await journal.read();
    const whole = text();
    disk.texts.set(journalFile, 'damaged');
    await clock.advance(31_000);
    assert.equal(log.at('warn').length, 1);
    disk.texts.set(journalFile, whole);
    await clock.advance(31_000);
    assert.deepEqual(statesOf(journal), ['uncertain']);
  });

  it('ignores a lease that ends years from now', async () => {
    store(submission([sending()], { runner: lease('two', 1_000 * dayMs) }));
    const { journal } = open();
    await journal.read();
    assert.deepEqual(statesOf(journal), ['uncertain']);
    assert.equal(clock.running, 0, 'and waits for nothing');
  });

  it('does not read any more after it was disposed, even if something is still written', async () => {
    store(submission([waiting], { runner: lease('two') }), submission([waiting], { id: 'mine' }));
    const { journal } = open();
    await journal.read();
    journal.dispose();
    assert.equal(clock.running, 0);
    await journal.change('mine', (each) => ({ ...each, parts: [part(sent('a'))] }));
    await settle();
    assert.equal(clock.running, 0);
  });

  describe('finds earlier submissions of the same content', () => {
    const found = async (submitted: Submission, hash = hashOf('whole')): Promise<number> => {
      store(submitted);
      const { journal } = open();
      await journal.read();
      return earlierSubmissions(journal.list, new Set([hash])).length;
    };

    it('that were sent, may have been sent, or are pending', async () => {
      for (const state of [sending(clock.now()), sent('a'), uncertain(), waiting]) {
        assert.equal(await found(submission([state, cancelled])), 1, state.kind);
        assert.equal(await found(submission([state, cancelled]), hashOf('part')), 1, state.kind);
      }
      assert.equal(await found(submission([part(cancelled, { earlier: [uncertain()] })])), 1);
    });

    it('but not those of which certainly nothing was or will be sent, or those with other content', async () => {
      assert.equal(await found(submission([refused, cancelled])), 0);
      assert.equal(
        await found(
          submission([refused, sent('a')], { parts: [part(refused), part(sent('a'), { hash: hashOf('other') })] }),
          hashOf('part'),
        ),
        0,
      );
      assert.equal(await found(submission([sent('a')]), hashOf('nothing')), 0);
    });
  });
});
