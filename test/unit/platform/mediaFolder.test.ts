import * as assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { FolderError, type FolderErrorReason } from '../../../src/core/media/folder';
import { DiskMediaFolder } from '../../../src/platform/mediaFolder';
import { rejectionOf } from '../support/outcomes';

describe('The media folder', () => {
  let top: string;
  /** Does not exist at first: the user may type a new name. */
  let where: string;
  let folder: DiskMediaFolder;

  beforeEach(async () => {
    top = await fs.mkdtemp(path.join(os.tmpdir(), 'media-folder-'));
    where = path.join(top, 'new', 'videos');
    folder = new DiskMediaFolder(where);
  });

  afterEach(() => fs.rm(top, { recursive: true, force: true }));

  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  const read = (name: string): Promise<string> => fs.readFile(path.join(where, name), 'utf8');

  async function write(name: string, text: string, from = 0): Promise<void> {
    const writer = await folder.open(name, from);
    await writer.write(bytes(text));
    await writer.close();
  }

  async function fails(work: Promise<unknown>, reason: FolderErrorReason): Promise<void> {
    const thrown = await rejectionOf(work);
    assert.ok(thrown instanceof FolderError, String(thrown));
    assert.equal(thrown.reason, reason, thrown.message);
  }

  it('is created with the first file', async () => {
    assert.equal(await folder.stat('a'), undefined);
    assert.equal(await folder.readText('a'), undefined);
    await folder.remove('a');
    await write('a', 'one');
    assert.equal(await read('a'), 'one');
    assert.deepEqual(await folder.stat('a'), { bytes: 3, isFile: true });
  });

  it('continues a file at its end, and only an existing one', async () => {
    await write('a', '0123');
    await write('a', 'abc', 4);
    assert.equal(await read('a'), '0123abc');
    await fails(folder.open('b', 4), 'other');
  });

  it('never truncates a file of another size: something else may be writing it', async () => {
    await write('a', '0123456789');
    await fails(folder.open('a', 4), 'other');
    await fails(folder.open('a', 11), 'other');
    assert.equal(await read('a'), '0123456789');
  });

  it('does not create a file if the name is taken', async () => {
    await write('a', 'one');
    await fails(folder.open('a', 0), 'nameTaken');
    assert.equal(await read('a'), 'one');
  });

  it('renames a file to a taken name only when replacing is allowed', async () => {
    await write('a', 'one');
    await write('b', 'two');
    await fails(folder.rename('a', 'b', false), 'nameTaken');
    assert.equal(await read('b'), 'two');
    await folder.rename('a', 'c', false);
    await folder.rename('c', 'b', true);
    assert.deepEqual(await fs.readdir(where), ['b']);
    assert.equal(await read('b'), 'one');
    await fails(folder.rename('none', 'c', false), 'noFolder');
    assert.deepEqual(await fs.readdir(where), ['b']);
  });

  it('writes texts atomically', async () => {
    await folder.writeText('note', 'one');
    await folder.writeText('note', 'two');
    assert.equal(await folder.readText('note'), 'two');
    assert.deepEqual(await fs.readdir(where), ['note']);
    await fs.mkdir(path.join(where, 'folder', 'full'), { recursive: true });
    assert.ok((await rejectionOf(folder.writeText('folder', 'x'))) instanceof FolderError);
    assert.equal(await folder.readText('folder'), undefined);
    assert.deepEqual((await fs.readdir(where)).sort(), ['folder', 'note']);
  });

  it('follows no links', async () => {
    const secret = path.join(top, 'secret');
    await fs.writeFile(secret, 'mine');
    await fs.mkdir(where, { recursive: true });
    await fs.symlink(secret, path.join(where, 'a'));
    assert.equal((await folder.stat('a'))?.isFile, false);
    assert.equal(await folder.readText('a'), undefined);
    for (const from of [0, 2]) {
      assert.ok((await rejectionOf(folder.open('a', from))) instanceof FolderError);
    }
    await folder.writeText('a', 'text');
    assert.equal(await fs.readFile(secret, 'utf8'), 'mine');
    assert.equal(await folder.readText('a'), 'text');
  });

  it('fails with `noFolder` if the folder can’t be created', async () => {
    await fs.mkdir(path.dirname(where));
    await fs.writeFile(where, 'a file');
    await fails(folder.open('a', 0), 'noFolder');
    await fails(folder.writeText('a', 'text'), 'noFolder');
    await fails(folder.stat('a'), 'noFolder');
    const below = new DiskMediaFolder(path.join(where, 'below'));
    await fails(below.open('a', 0), 'noFolder');
  });
});
