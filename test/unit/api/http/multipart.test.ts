import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { type FormBody, type FormFile, multipartBody } from '../../../../src/core/api/http/multipart';
import { itAlways } from '../../support/properties';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const file = (fileName: string, bytes: Uint8Array): FormFile => ({
  name: 'input',
  fileName,
  contentType: 'application/jsonl',
  bytes,
});

/** The form, parsed by Node. */
async function parse({ contentType, bytes }: FormBody): Promise<FormData> {
  // Node's own parser, not ours.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  return new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } }).formData();
}

/** The file of the form. */
async function fileOf(body: FormBody) {
  const input = (await parse(body)).get('input');
  assert.ok(input !== null && typeof input !== 'string');
  return input;
}

/** The header lines of the part with the file. */
function fileHeadOf({ bytes }: FormBody): string[] {
  const part = Buffer.from(bytes).toString('utf8').split('\r\n--').at(-2) ?? '';
  return (part.split('\r\n\r\n')[0] ?? '').split('\r\n').filter((line) => /^content-/i.test(line));
}

describe('A multipart form', () => {
  it('contains the text fields first, then the file with its name, type and bytes', async () => {
    const body = await multipartBody({ dry_run: 'true' }, file('batch.jsonl', bytesOf('{"a":1}\r\n')));
    assert.deepEqual([...(await parse(body)).keys()], ['dry_run', 'input']);
    assert.equal((await parse(body)).get('dry_run'), 'true');
    const input = await fileOf(body);
    assert.equal(input.name, 'batch.jsonl');
    assert.equal(input.type, 'application/jsonl');
    assert.equal(await input.text(), '{"a":1}\r\n');
  });

  it('writes the name of the file so that it can not end its quotes or its line', async () => {
    const names = {
      'a"b.jsonl': 'a%22b.jsonl',
      'a\r\nX-Evil: 1\r\n\r\nb': 'a__X-Evil: 1____b',
      'a\u0000\u001b\u007fb': 'a___b',
      'Grüße 世界 🎬.jsonl': 'Grüße 世界 🎬.jsonl',
      "a;b\\c%20'd.jsonl": "a;b\\c%20'd.jsonl",
      'a\ud800b': 'a\ufffdb',
    };
    for (const [name, written] of Object.entries(names)) {
      const body = await multipartBody({}, file(name, bytesOf('x')));
      assert.deepEqual(fileHeadOf(body), [
        `Content-Disposition: form-data; name="input"; filename="${written}"`,
        'Content-Type: application/jsonl',
      ]);
    }
  });

  it('uses another boundary each time', async () => {
    const types = new Set<string>();
    for (let count = 0; count < 10; count++) {
      types.add((await multipartBody({}, file('a', bytesOf('x')))).contentType);
    }
    assert.equal(types.size, 10);
  });

  itAlways('can be parsed back, whatever its bytes, names and texts', async () => {
    const name = fc.string({ unit: 'binary', minLength: 1 }).map((text) => Buffer.from(text).toString());
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array(),
        name,
        fc.webUrl({ withQueryParameters: true }),
        async (bytes, fileName, url) => {
          const body = await multipartBody({ webhook_url: url }, file(fileName, bytes));
          const form = await parse(body);
          assert.equal(form.get('webhook_url'), url);
          assert.equal([...form.keys()].length, 2);
          assert.deepEqual(new Uint8Array(await (await fileOf(body)).arrayBuffer()), bytes);
        },
      ),
    );
  });
});
