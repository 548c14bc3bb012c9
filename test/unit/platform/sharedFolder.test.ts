import * as assert from 'node:assert/strict';
import { utimesSync, writeFileSync } from 'node:fs';
import { promises } from 'node:fs';
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { DiskSharedFiles } from '../../../src/platform/sharedFolder';
import { rejectionOf } from '../support/outcomes';

describe('The folder shared by all windows', function () {
  // Each write is flushed, which takes time on a busy disk.
  this.timeout(60_000);
  let top: string;
  /** Does not exist at first, like after the installation. */
  let folder: string;
  let files: DiskSharedFiles;
  let other: DiskSharedFiles;

  beforeEach(async () => {
    top = await fs.mkdtemp(path.join(os.tmpdir(), 'shared-folder-'));
    folder = path.join(top, 'storage', 'sync-batches');
    files = new DiskSharedFiles(folder, 'one');
    other = new DiskSharedFiles(folder, 'two');
  });

  afterEach(() => fs.rm(top, { recursive: true, force: true }));

  const names = async (): Promise<string[]> => (await fs.readdir(folder)).sort();
  const add = (text: string | undefined): string => `${Number(text ?? '0') + 1}`;

  it('returns undefined for a missing file or folder, and throws if a file can’t be read', async () => {
    assert.equal(await files.read('a.json'), undefined);
    await fs.mkdir(path.join(folder, 'a.json'), { recursive: true });
    assert.equal(await files.read('b.json'), undefined);
    assert.ok((await rejectionOf(files.read('a.json'))) instanceof Error);
  });

  it('returns the text that any window wrote', async () => {
    await files.write('a.json', 'first');
    await files.write('a.json', 'second: ✓');
    assert.equal(await other.read('a.json'), 'second: ✓');
    assert.deepEqual(await names(), ['a.json'], 'no temporary file is left');
  });

  it('is readable by the user only', async function () {
    if (process.platform === 'win32') {
      // Windows has no permission bits.
      this.skip();
    }
    await files.write('a.json', 'text');
    await files.update('b.json', () => 'text');
    for (const name of await names()) {
      assert.equal((await fs.stat(path.join(folder, name))).mode & 0o077, 0, name);
    }
  });

  it('writes atomically: a reader sees the old text or the new text', async () => {
    const texts = ['a'.repeat(200_000), 'b'.repeat(200_000)] as const;
    await files.write('a.json', texts[0]);
    const write = async (): Promise<void> => {
      for (let round = 0; round < 20; round++) {
        await files.write('a.json', texts[round % 2 === 0 ? 1 : 0]);
      }
    };
    const read = async (): Promise<void> => {
      for (let round = 0; round < 50; round++) {
        const text = await other.read('a.json');
        assert.ok(text === texts[0] || text === texts[1], `${text?.length} characters`);
      }
    };
    await Promise.all([write(), read()]);
  });

  it('allows concurrent writes: the last one wins', async () => {
    const written = Array.from({ length: 10 }, (_, index) => `text ${index}`);
    await Promise.all(written.map((text, index) => (index % 2 === 0 ? files : other).write('a.json', text)));
    assert.ok(written.includes((await files.read('a.json')) ?? ''));
    assert.deepEqual(await names(), ['a.json']);
  });

  it('loses no update of concurrent windows', async () => {
    // A few at a time, so that none exceeds the maximum wait.
    for (let round = 0; round < 5; round++) {
      await Promise.all([files, other, files, other].map((window) => window.update('count', add)));
    }
    assert.equal(await files.read('count'), '20');
    assert.deepEqual(await names(), ['count']);
  });

  it('keeps the file if the update returns undefined', async () => {
    const seen: (string | undefined)[] = [];
    const look = (text: string | undefined): undefined => void seen.push(text);
    await files.update('a.json', look);
    await files.write('a.json', 'text');
    await files.update('a.json', look);
    assert.deepEqual(seen, [undefined, 'text']);
    assert.deepEqual(await names(), ['a.json']);
  });

  it('releases the lock after a failed update', async () => {
    const mistake = new Error('a mistake');
    const failing = files.update('a.json', () => {
      throw mistake;
    });
    assert.equal(await rejectionOf(failing), mistake);
    await other.update('a.json', add);
    assert.equal(await files.read('a.json'), '1');
  });

  it('locks each file separately', async () => {
    await fs.mkdir(folder, { recursive: true });
    // Another window has locked the other file.
    await fs.writeFile(path.join(folder, 'a.json.lock'), 'two');
    await files.update('b.json', add);
    assert.equal(await files.read('b.json'), '1');
  });

  it('waits while another window holds the lock', async () => {
    await fs.mkdir(folder, { recursive: true });
    const lock = path.join(folder, 'a.json.lock');
    await fs.writeFile(lock, 'two');
    const order: string[] = [];
    const updating = files.update('a.json', (text) => {
      order.push('this one');
      return add(text);
    });
    // Reading needs no lock. By now the update has found the lock.
    await fs.writeFile(path.join(folder, 'a.json'), '1');
    assert.equal(await other.read('a.json'), '1');
    order.push('the other one');
    await fs.rm(lock);
    await updating;
    assert.deepEqual(order, ['the other one', 'this one']);
    assert.equal(await files.read('a.json'), '2');
  });

  it('takes over the lock of a killed window after some seconds, but not that of a living one, whatever the clock says', async () => {
    await fs.mkdir(folder, { recursive: true });
    // The system clock may have been changed, and a network disk may have another clock.
    const killed = { 'now.json': 0, 'past.json': 60_000, 'future.json': -60_000 };
    for (const [name, ageMs] of Object.entries(killed)) {
      const lock = path.join(folder, `${name}.lock`);
      const at = new Date(Date.now() - ageMs);
      await fs.writeFile(lock, 'two');
      await fs.utimes(lock, at, at);
    }
    const lock = path.join(folder, 'living.json.lock');
    await fs.writeFile(lock, 'two');
    let beats = 0;
    const beating = setInterval(() => utimesSync(lock, ++beats, beats), 1_000);
    try {
      const begin = performance.now();
      const waiting = files.update('living.json', add);
      await Promise.all(Object.keys(killed).map((name) => files.update(name, add)));
      assert.ok(performance.now() - begin >= 5_000);
      await new Promise((resolve) => setTimeout(resolve, 500));
      assert.equal(await fs.readFile(lock, 'utf8'), 'two');
      clearInterval(beating);
      await fs.rm(lock);
      await waiting;
    } finally {
      clearInterval(beating);
    }
    assert.deepEqual(await names(), [...Object.keys(killed), 'living.json'].sort());
  });

  it('fails immediately if the folder is read-only', async function () {
    if (process.platform === 'win32') {
      // There the file may be about to be deleted.
      this.skip();
    }
    const { open } = promises;
    // Permission bits do not stop root, which tests often run as.
    promises.open = () => Promise.reject(Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' }));
    const begin = performance.now();
    try {
      assert.match(String(await rejectionOf(files.update('a.json', add))), /EACCES/);
    } finally {
      promises.open = open;
    }
    assert.ok(performance.now() - begin < 5_000);
  });

  it('leaves no lock on a full disk', async () => {
    await fs.mkdir(folder, { recursive: true });
    const handle = await fs.open(path.join(top, 'any'), 'w');
    await handle.close();
    const prototype = Object.getPrototypeOf(handle) as typeof handle;
    const original = Object.getOwnPropertyDescriptor(prototype, 'writeFile') ?? {};
    prototype.writeFile = () => Promise.reject(new Error('ENOSPC: no space left on device'));
    try {
      assert.match(String(await rejectionOf(files.update('a.json', add))), /ENOSPC/);
    } finally {
      Object.defineProperty(prototype, 'writeFile', original);
    }
    assert.deepEqual(await names(), []);
    await files.update('a.json', add);
  });

  it('never treats an unreadable file as a missing one', async () => {
    await fs.mkdir(path.join(folder, 'a.json'), { recursive: true });
    const seen: (string | undefined)[] = [];
    const updating = files.update('a.json', (text) => {
      seen.push(text);
      return add(text);
    });
    assert.ok((await rejectionOf(updating)) instanceof Error);
    assert.deepEqual(seen, [], 'the update is not called');
    assert.deepEqual(await names(), ['a.json'], 'the lock is released');
  });

  it('throws if another window took the lock, and leaves that lock alone', async () => {
    await files.write('a.json', '1');
    const lock = path.join(folder, 'a.json.lock');
    // The other window took this suspended window for a killed one.
    const updating = files.update('a.json', (text) => {
      writeFileSync(lock, 'two');
      return add(text);
    });
    assert.ok((await rejectionOf(updating)) instanceof Error);
    assert.equal(await files.read('a.json'), '1');
    assert.deepEqual(await names(), ['a.json', 'a.json.lock']);
  });

  it('deletes a file, and ignores a missing one', async () => {
    await files.remove('a.json');
    await files.write('a.json', 'text');
    await files.remove('a.json');
    assert.equal(await other.read('a.json'), undefined);
    assert.deepEqual(await names(), []);
  });

  it('throws if it can’t write, and leaves no temporary file', async () => {
    await fs.mkdir(path.dirname(folder), { recursive: true });
    await fs.writeFile(folder, 'a file where the folder should be');
    for (const writing of [files.write('a.json', 'text'), files.update('a.json', add)]) {
      assert.ok((await rejectionOf(writing)) instanceof Error);
    }
    await fs.rm(folder);
    // A file can’t replace a folder that is not empty.
    await fs.mkdir(path.join(folder, 'a.json', 'full'), { recursive: true });
    assert.ok((await rejectionOf(files.write('a.json', 'text'))) instanceof Error);
    assert.deepEqual(await names(), ['a.json']);
  });
});
