import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { DiskInputFolder } from '../../../src/platform/inputFolder';

describe('The folder of submitted inputs', () => {
  let top: string;
  let folder: DiskInputFolder;

  beforeEach(() => {
    top = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'syncb-inputs-')), 'inputs', 'account');
    folder = new DiskInputFolder(top, 'window');
  });

  afterEach(() => {
    fs.rmSync(path.dirname(path.dirname(top)), { recursive: true, force: true });
  });

  it('is empty at first, and ignores the removal of a missing file', async () => {
    assert.deepEqual(await folder.list(), []);
    assert.equal(await folder.read('a.jsonl'), undefined);
    await folder.remove('a.jsonl');
  });

  it('returns the exact bytes, and replaces a file atomically', async () => {
    await folder.write('a.jsonl', new Uint8Array([0xef, 0xbb, 0xbf, 0, 255]));
    await folder.write('a.jsonl', new Uint8Array([1, 2]));
    assert.deepEqual([...((await folder.read('a.jsonl')) ?? [])], [1, 2]);
    assert.deepEqual(fs.readdirSync(top), ['a.jsonl'], 'no temporary file is left');
  });

  it('lists files with size and time until they are removed', async () => {
    await folder.write('a.jsonl', new Uint8Array(3));
    const [file, ...others] = await folder.list();
    assert.deepEqual([file?.name, file?.bytes, others], ['a.jsonl', 3, []]);
    assert.ok(Math.abs((file?.at ?? 0) - fs.statSync(path.join(top, 'a.jsonl')).mtimeMs) < 1);
    await folder.remove('a.jsonl');
    assert.deepEqual(await folder.list(), []);
  });

  it('is readable by the user only', async function () {
    if (process.platform === 'win32') {
      this.skip();
    }
    await folder.write('a.jsonl', new Uint8Array(1));
    assert.deepEqual(
      [top, path.join(top, 'a.jsonl')].map((each) => fs.statSync(each).mode & 0o777),
      [0o700, 0o600],
    );
  });

  it('throws when it can’t write or read', async () => {
    fs.mkdirSync(path.dirname(top), { recursive: true });
    fs.writeFileSync(top, 'a file in its place');
    await assert.rejects(folder.write('a.jsonl', new Uint8Array(1)));
    await assert.rejects(folder.read('a.jsonl'));
    await assert.rejects(folder.list());
  });
});
