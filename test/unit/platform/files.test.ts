import * as assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { pathIn, replaceFile, undefinedIfMissing } from '../../../src/platform/files';
import { rejectionOf } from '../support/outcomes';

describe('File operations', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'files-'));
  });

  afterEach(() => fs.rm(folder, { recursive: true, force: true }));

  it('accept names and paths inside the folder only', () => {
    assert.equal(pathIn(folder, 'a/b..c.json'), path.join(folder, 'a', 'b..c.json'));
    for (const name of ['', '.', '..', '../a', 'a/../../b', '/etc/passwd', 'a//b', '..\\a']) {
      assert.throws(() => pathIn(folder, name), /not a file name/, name);
    }
  });

  it('return undefined for a missing file, and throw other errors', async () => {
    assert.equal(await undefinedIfMissing(fs.readFile(path.join(folder, 'none'))), undefined);
    assert.ok((await rejectionOf(undefinedIfMissing(fs.readFile(folder)))) instanceof Error);
  });

  it('keep the old file and no temporary file if replacing fails', async () => {
    const [file, temporary] = [path.join(folder, 'a'), path.join(folder, 'a.tmp')];
    await replaceFile(file, 'old', { temporary, isFlushed: true });
    const error = new Error('the lock is lost');
    const check = (): Promise<void> => Promise.reject(error);
    assert.equal(await rejectionOf(replaceFile(file, 'new', { temporary, isFlushed: true, check })), error);
    assert.deepEqual(await fs.readdir(folder), ['a']);
    assert.equal(await fs.readFile(file, 'utf8'), 'old');
  });
});
