import * as assert from 'node:assert/strict';
import { sha256 } from '../../../src/core/common/hash';
import { InputMissingError } from '../../../src/core/submissions/errors';
import { InputStore } from '../../../src/core/submissions/inputStore';
import { FakeClock } from '../support/fakeClock';
import { rejectionOf } from '../support/outcomes';
import { Disk, DiskError, WindowDisk } from './support/disk';
import { hashOf } from './support/hashes';
import { cancelled, part, refused, sent, submission, uncertain, waiting } from './support/submissions';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const hourMs = 60 * 60_000;
const megabyte = 1024 * 1024;

describe('Stored inputs', () => {
  let clock: FakeClock;
  let disk: Disk;
  let own: WindowDisk;
  let inputs: InputStore;

  beforeEach(() => {
    clock = new FakeClock();
    disk = new Disk(clock);
    own = new WindowDisk(disk, 'window');
    inputs = new InputStore(own.folder);
  });

  const kept = (): string[] => [...disk.inputs.keys()].sort();
  const fileOf = (text: string): string => `${hashOf(text)}.jsonl`;
  /** A submission of one part with this text. */
  const of = (text: string, state = sent('a'), createdAt = 0) =>
    submission([part(state, { hash: hashOf(text) })], { id: text, createdAt });

  it('are read byte by byte by their hash', async () => {
    const input = Uint8Array.from([0, 10, 13, 255, 239, 187, 191]);
    const hash = await inputs.add(input);
    assert.match(hash, /^[0-9a-f]{64}$/);
    assert.deepEqual(await inputs.read(hash), input);
  });

  it('are named after their SHA-256', async () => {
    assert.equal(await inputs.add(bytesOf('text')), hashOf('text'));
    assert.equal(await sha256(new Uint8Array()), hashOf(''));
    assert.deepEqual(kept(), [fileOf('text')]);
  });

  it('fail to be added if they can not be written', async () => {
    own.writes = ['full'];
    assert.ok((await rejectionOf(inputs.add(bytesOf('text')))) instanceof DiskError);
    assert.deepEqual(kept(), []);
  });

  it('are missing if there is no copy or if it has changed', async () => {
    const hash = await inputs.add(bytesOf('text'));
    assert.ok((await rejectionOf(inputs.read(hashOf('other')))) instanceof InputMissingError);
    for (const tampered of ['', 'tex', 'Text', 'text\n']) {
      disk.inputs.set(fileOf('text'), { bytes: bytesOf(tampered), at: 0 });
      assert.ok((await rejectionOf(inputs.read(hash))) instanceof InputMissingError, tampered);
    }
    assert.equal(await inputs.add(bytesOf('text')), hash);
    assert.deepEqual(await inputs.read(hash), bytesOf('text'), 'and are whole when kept anew');
  });

  describe('that no submission needs', () => {
    it('are deleted if they are old', async () => {
      await inputs.add(bytesOf('old'));
      clock.pass(hourMs);
      await inputs.add(bytesOf('new'));
      clock.pass(1);
      await inputs.prune([], clock.now());
      assert.deepEqual(kept(), [fileOf('new')]);
    });

    it('stay for an hour, because a submission may be about to need them', async () => {
      await inputs.add(bytesOf('text'));
      clock.pass(2 * hourMs);
      await inputs.add(bytesOf('text'));
      await inputs.prune([], clock.now());
      assert.deepEqual(kept(), [fileOf('text')]);
    });
  });

  it('stay while a submission is not settled', async () => {
    for (const text of ['waits', 'uncertain', 'beside']) {
      await inputs.add(bytesOf(text));
    }
    clock.pass(1_000 * hourMs);
    const beside = submission([part(sent('a'), { hash: hashOf('beside') }), waiting], { id: 'beside' });
    await inputs.prune([of('waits', waiting), of('uncertain', uncertain()), beside], clock.now());
    assert.equal(kept().length, 3);
  });

  it('of settled submissions stay up to 200 MB in total, the newest ones first', async () => {
    const names = ['oldest', 'older', 'middle', 'newest', 'open'];
    names.forEach((name) => disk.inputs.set(fileOf(name), { bytes: new Uint8Array(), at: 0 }));
    const sizes = new Map(names.map((name) => [fileOf(name), 90 * megabyte]));
    sizes.set(fileOf('oldest'), 20 * megabyte);
    const { folder } = own;
    const large = new InputStore({
      ...folder,
      list: async () => (await folder.list()).map((file) => ({ ...file, bytes: sizes.get(file.name) ?? 0 })),
    });
    const submissions = names.map((name, age) => of(name, name === 'open' ? waiting : sent(name), age));
    await large.prune(submissions, clock.now());
    assert.deepEqual(kept(), ['oldest', 'middle', 'newest', 'open'].map(fileOf).sort());
  });

  it('of settled submissions can be deleted, those still to be sent can not', async () => {
    for (const text of ['sent', 'refused', 'cancelled', 'waits', 'both']) {
      await inputs.add(bytesOf(text));
    }
    const both = { ...of('both'), id: 'settled' };
    await inputs.deleteSettled([
      of('sent'),
      of('refused', refused),
      of('cancelled', cancelled),
      of('waits', waiting),
      of('both', waiting),
      both,
    ]);
    assert.deepEqual(kept(), [fileOf('waits'), fileOf('both')].sort());
  });
});
