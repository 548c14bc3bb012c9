import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { Redactor } from '../../../src/core/common/redact';
import { itAlways } from '../support/properties';

/** A text of visible ASCII characters, of which API keys are made. */
const visible = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  minLength: 6,
  maxLength: 60,
});

/** The forms in which a key can come back. */
function formsOf(key: string): Record<string, string> {
  const base64 = Buffer.from(key).toString('base64');
  return {
    'as it is': key,
    'URL-encoded': encodeURIComponent(key),
    'as Base64': base64,
    'as Base64 without padding': base64.replace(/=+$/, ''),
    'as URL-safe Base64': Buffer.from(key).toString('base64url'),
    'escaped in JSON': JSON.stringify(key).slice(1, -1),
  };
}

function redactorOf(...secrets: string[]): (text: string) => string {
  const redactor = new Redactor();
  for (const secret of secrets) {
    redactor.register(secret);
  }
  return redactor.redact;
}

describe('Redaction', () => {
  describe('of a registered key', () => {
    const key = 'Aq?>~/"\\+=&%k3y';
    for (const [name, form] of Object.entries(formsOf(key))) {
      it(`masks it ${name}`, () => {
        assert.equal(redactorOf(key)(`before ${form} after`), 'before [redacted] after');
      });
    }

    it('masks it inside JSON and inside a URL', () => {
      const redact = redactorOf(key);
      const document = redact(JSON.stringify({ message: `bad key ${key}`, deep: [key] }));
      assert.deepEqual(JSON.parse(document), { message: 'bad key [redacted]', deep: ['[redacted]'] });
      assert.equal(
        redact(`GET /v2/batch?q=${encodeURIComponent(key)}&status=FAILED 200`),
        'GET /v2/batch?q=[redacted]&status=FAILED 200',
      );
    });

    it('masks every occurrence', () => {
      assert.equal(redactorOf('secret-1')('secret-1,secret-1 secret-1'), '[redacted],[redacted] [redacted]');
    });

    itAlways('masks all its forms, wherever they are', () => {
      fc.assert(
        fc.property(visible, fc.string(), fc.string(), (key, before, after) => {
          fc.pre(!'[redacted]'.includes(key));
          const redact = redactorOf(key);
          for (const [name, form] of Object.entries(formsOf(key))) {
            const said = redact(`${before} ${form} ${after}`);
            for (const survivor of Object.values(formsOf(key))) {
              assert.ok(!said.includes(survivor), `${name}: ${said}`);
            }
          }
        }),
        { numRuns: 300 },
      );
    });

    it('still masks an old key after a new one is registered', () => {
      assert.equal(redactorOf('old-key-1', 'new-key-2')('old-key-1 new-key-2'), '[redacted] [redacted]');
    });

    it('masks the longer of two keys completely, in any order', () => {
      for (const keys of [
        ['secret', 'secret-long'],
        ['secret-long', 'secret'],
      ]) {
        assert.equal(redactorOf(...keys)('secret-long secret'), '[redacted] [redacted]');
      }
    });

    it('ignores texts that are too short for a key', () => {
      assert.equal(redactorOf('', 'batch')('a batch of five'), 'a batch of five');
      assert.equal(redactorOf('batch1')('batch1'), '[redacted]');
    });
  });

  describe('of anything that looks like a credential', () => {
    const redact = redactorOf();
    const cases: Record<string, string> = {
      'a key sk-Ab12_cd-34ef.Gh56-ij in a text': 'a key [redacted] in a text',
      'x-api-key: abc.def': 'x-api-key: [redacted]',
      '{"x-api-key":"abc def","a":1}': '{"x-api-key":"[redacted] def","a":1}',
      "headers: { 'X-API-Key': 'abc', b: 1 }": "headers: { 'X-API-Key': '[redacted]', b: 1 }",
      'Authorization: Bearer abc.def': 'Authorization: [redacted]',
      'authorization=Basic dXNlcjpwYXNz; x': 'authorization=[redacted]; x',
      'https://s3.example.test/a?X-Amz-Signature=abc&X-Amz-Expires=60&part=1':
        'https://s3.example.test/a?X-Amz-Signature=[redacted]&X-Amz-Expires=[redacted]&part=1',
      'https://cdn.example.test/a?Expires=1&Signature=a~b&Key-Pair-Id=K':
        'https://cdn.example.test/a?Expires=[redacted]&Signature=[redacted]&Key-Pair-Id=[redacted]',
      '/a?sig=abc&token=d&access_token=e&api_key=f&api-key=g&apikey=h&key=i':
        '/a?sig=[redacted]&token=[redacted]&access_token=[redacted]&api_key=[redacted]&api-key=[redacted]&apikey=[redacted]&key=[redacted]',
      'proxy http://user:pa55@proxy.example.test:8080/ refused':
        'proxy http://[redacted]@proxy.example.test:8080/ refused',
      'tunnel to http://user:p@ss@proxy.example.test:8080/ failed':
        'tunnel to http://[redacted]@proxy.example.test:8080/ failed',
    };
    for (const [text, expected] of Object.entries(cases)) {
      it(`masks the secret in ${text}`, () => assert.equal(redact(text), expected));
    }
  });

  it('leaves ordinary text unchanged', () => {
    const redact = redactorOf('the-key-in-use');
    for (const text of [
      '',
      'GET /v2/batch?status=FAILED&created_after=2026-11-01T00%3A00%3A00.000Z 200 34 ms 1234 B',
      'Skipped 2 records of the list that are not batches.',
      'connect ECONNREFUSED 127.0.0.1:8080',
      'HTTP 429: Too many requests; try the task-scheduler',
      'https://api.sync.so/v2/batches/batch_abc123/result?part=1',
      'the API key could not be read: authorization is needed',
      'mailto:a@b.test at 12:30',
      'keys, tokens and signatures',
    ]) {
      assert.equal(redact(text), text);
    }
  });

  itAlways('has the same result when applied twice', () => {
    fc.assert(
      fc.property(visible, fc.string(), (key, text) => {
        const redact = redactorOf(key);
        fc.pre(!redact('[redacted]').includes('[[redacted]'));
        const once = redact(`${text} x-api-key: ${key} ${text}`);
        assert.equal(redact(once), once);
      }),
    );
  });

  it('takes linear time', () => {
    const redact = redactorOf('the-key-in-use');
    const startedAt = process.cpuUsage().user;
    for (const piece of ['a', 'a.', 'http://', 'x-api-key ', '?key=', 'sk-', 'a:', '://@']) {
      redact(piece.repeat(200_000));
    }
    assert.ok(process.cpuUsage().user - startedAt < 5_000_000);
  });
});
