import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { type FormPart, multipartBody } from '../../../../src/core/api/http/multipart';
import { itAlways } from '../../support/properties';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

function file(fileName: string, bytes: Uint8Array): FormPart {
  return { name: 'input', fileName, contentType: 'application/jsonl', bytes };
}

/** Tokens one after another, and the last one for ever. */
function tokens(...list: string[]): () => string {
  let next = 0;
  return () => list[Math.min(next++, list.length - 1)] ?? '';
}

/** The form as the platform's own parser reads it. */
async function read({ contentType, bytes }: ReturnType<typeof multipartBody>): Promise<FormData> {
  // The parser that Node has of itself, which is no code of ours.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  return new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } }).formData();
}

describe('A form with a file', () => {
  it('is written byte for byte as browsers write it', () => {
    const { contentType, bytes } = multipartBody(
      [file('batch.jsonl', bytesOf('{"a":1}\r\n')), { name: 'dry_run', text: 'true' }],
      tokens('0f8e'),
    );
    assert.equal(contentType, 'multipart/form-data; boundary=----0f8e');
    assert.equal(
      textOf(bytes),
      [
        '------0f8e',
        'Content-Disposition: form-data; name="input"; filename="batch.jsonl"',
        'Content-Type: application/jsonl',
        '',
        '{"a":1}\r\n',
        '------0f8e',
        'Content-Disposition: form-data; name="dry_run"',
        '',
        'true',
        '------0f8e--',
        '',
      ].join('\r\n'),
    );
  });

  it('has a name that can not end its quotes or its line, and is UTF-8 otherwise', () => {
    const names = {
      'a"b.jsonl': 'a%22b.jsonl',
      'a\r\nX-Evil: 1\r\n\r\nb': 'a%0D%0AX-Evil: 1%0D%0A%0D%0Ab',
      'a\u0000\u001b\u007fb': 'a%00%1B%7Fb',
      'Grüße 世界 🎬.jsonl': 'Grüße 世界 🎬.jsonl',
      "a;b\\c%20'd.jsonl": "a;b\\c%20'd.jsonl",
      'a\ud800b': 'a\ufffdb',
    };
    for (const [name, written] of Object.entries(names)) {
      const head = textOf(multipartBody([file(name, bytesOf('x'))], tokens('t')).bytes).split('\r\n')[1];
      assert.equal(head, `Content-Disposition: form-data; name="input"; filename="${written}"`);
    }
  });

  it('has a boundary that is not in its content', () => {
    const make = (...used: string[]): string =>
      multipartBody(
        [file('a', bytesOf('one ----t1 two')), { name: 'webhook_url', text: 'https://a.test/----t2' }],
        tokens(...used),
      ).contentType;
    assert.equal(make('t1', 't2', 't3'), 'multipart/form-data; boundary=----t3');
    assert.throws(() => make('t1'), /no boundary/);
    const broken = new Uint8Array([0xe4, 0xb8, ...bytesOf('----t1'), 0xff]);
    assert.equal(
      multipartBody([file('a', broken)], tokens('t1', 't4')).contentType,
      'multipart/form-data; boundary=----t4',
    );
  });

  itAlways('is read back as it was, whatever bytes, names and texts it has', async () => {
    const name = fc.string({ unit: 'binary', minLength: 1 }).map((text) => Buffer.from(text).toString());
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array(),
        name,
        fc.webUrl({ withQueryParameters: true }),
        async (bytes, fileName, url) => {
          let used = 0;
          const parts = [file(fileName, bytes), { name: 'webhook_url', text: url }];
          const form = await read(multipartBody(parts, () => `token${used++}`));
          assert.equal(form.get('webhook_url'), url);
          assert.equal([...form.keys()].length, 2);
          const input = form.get('input');
          assert.ok(input !== null && typeof input !== 'string');
          assert.deepEqual(new Uint8Array(await input.arrayBuffer()), bytes);
        },
      ),
    );
  });
});
