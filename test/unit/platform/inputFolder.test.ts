import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { DiskInputFolder } from '../../../src/platform/inputFolder';

describe('the folder of inputs', () => {
  let top: string;
  let folder: DiskInputFolder;

  beforeEach(() => {
    top = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'syncb-inputs-')), 'inputs', 'account');
    folder = new DiskInputFolder(top, 'window');
  });

  afterEach(() => {
    fs.rmSync(path.dirname(path.dirname(top)), { recursive: true, force: true });
  });

  it('is empty before something is written, and removing what is not there is no fault', async () => {
    assert.deepEqual(await folder.list(), []);
    assert.equal(await folder.read('a.jsonl'), undefined);
    await folder.remove('a.jsonl');
  });

  it('gives back what was written, byte for byte, and replaces it as a whole', async () => {
    await folder.write('a.jsonl', new Uint8Array([0xef, 0xbb, 0xbf, 0, 255]));
    await folder.write('a.jsonl', new Uint8Array([1, 2]));
    assert.deepEqual([...((await folder.read('a.jsonl')) ?? [])], [1, 2]);
    assert.deepEqual(fs.readdirSync(top), ['a.jsonl'], 'nothing else is left behind');
  });

  it('lists what there is, with size and time, until it is removed', async () => {
    await folder.write('a.jsonl', new Uint8Array(3));
    const [file, ...others] = await folder.list();
    assert.deepEqual([file?.name, file?.bytes, others], ['a.jsonl', 3, []]);
    assert.ok(Math.abs((file?.at ?? 0) - fs.statSync(path.join(top, 'a.jsonl')).mtimeMs) < 1);
    await folder.remove('a.jsonl');
    assert.deepEqual(await folder.list(), []);
  });

  it('lets nobody else on the machine read it', async function () {
    if (process.platform === 'win32') {
      this.skip();
    }
    await folder.write('a.jsonl', new Uint8Array(1));
    assert.deepEqual(
      [top, path.join(top, 'a.jsonl')].map((each) => fs.statSync(each).mode & 0o777),
      [0o700, 0o600],
    );
  });

  it('says so when it can’t write, and when it can’t read', async () => {
    fs.mkdirSync(path.dirname(top), { recursive: true });
    fs.writeFileSync(top, 'a file in its place');
    await assert.rejects(folder.write('a.jsonl', new Uint8Array(1)));
    await assert.rejects(folder.read('a.jsonl'));
    await assert.rejects(folder.list());
  });
});
