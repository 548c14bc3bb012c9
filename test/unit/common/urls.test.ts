import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { isLoopback, isSafeUrl, leadsToThisComputer, parseUrl } from '../../../src/core/common/urls';
import { itAlways } from '../support/properties';

describe('A URL from outside', () => {
  const safe = [
    'https://api.sync.so/v2/batches/batch_abc123/result',
    'https://files.example.test/a%2Fb?X-Amz-Signature=%2b+/=&Expires=1#part',
    'HTTPS://API.SYNC.SO/x',
    'hTtPs://api.sync.so',
    'https://[2001:db8::1]/x',
    'http://localhost:3000/result',
    'HTTP://LocalHost/result',
    'http://127.0.0.1:1/',
    'http://[::1]:1/',
  ];
  for (const url of safe) {
    it(`may be opened: ${url}`, () => assert.equal(isSafeUrl(url), true));
  }

  const unsafe = [
    '',
    'result.jsonl',
    '/v2/batches/x/result',
    '//evil.com/x',
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'javascript://sync.so/%0aalert(1)',
    'data:text/html,<script>alert(1)</script>',
    'file:///etc/passwd',
    'FILE:///C:/Windows',
    'vscode://sync-batches.sync-batches/x',
    'vscode-insiders://x/y',
    'command:workbench.action.quit',
    'ftp://files.example.test/x',
    'ssh://host',
    'mailto:a@b.test',
    'blob:https://sync.so/x',
    'view-source:https://sync.so',
    'http://api.sync.so/x',
    'http://127.0.0.1.evil.com/x',
    'http://localhost.evil.com/x',
    'http://localhost@evil.com/x',
    'https://sync.so@evil.com/x',
    'https://:pa55@sync.so/x',
    'http://192.168.1.1/admin',
    'https://',
    ' https://sync.so',
    'https://sync.so ',
    'https://sync.so/a b',
    'https://sync.so/\n',
    'https://sy\tnc.so/',
    'java\nscript:alert(1)',
    'https://sync.so/\u0000',
    'https://sync.so/\u007f',
    'https://sync.so/\u0085',
    'https://sync.so/\u00a0',
    'https://sync.so/\u2028',
    '\ufeffhttps://sync.so/',
  ];
  for (const url of unsafe) {
    it(`is not opened: ${JSON.stringify(url)}`, () => assert.equal(isSafeUrl(url), false));
  }

  itAlways('is never opened with another scheme than http and https', () => {
    const anyUrl = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .tuple(fc.constantFrom('https:', 'http:', 'file:', 'vscode:', 'command:'), fc.string())
        .map((two) => two.join('')),
    );
    fc.assert(
      fc.property(anyUrl, (text) => {
        if (isSafeUrl(text)) {
          assert.match(text, /^https?:/i);
          assert.doesNotMatch(text, /[\s\p{Cc}]/u);
        }
      }),
    );
  });

  it('is undefined if the text is not a URL', () => {
    assert.equal(parseUrl('no url'), undefined);
    assert.equal(parseUrl('https://sync.so')?.host, 'sync.so');
  });
});

describe('This computer', () => {
  it('is recognized by its names', () => {
    for (const name of ['localhost', '127.0.0.1', '127.255.255.255', '[::1]']) {
      assert.equal(isLoopback(name), true, name);
    }
    for (const name of [
      '',
      'localhost.',
      'Xlocalhost',
      '127.0.0.1.evil.com',
      '127.0.0',
      '1127.0.0.1',
      '::1',
      '[::2]',
      '0.0.0.0',
    ]) {
      assert.equal(isLoopback(name), false, name);
    }
  });

  it('is reachable by other names too', () => {
    const hosts = [
      'localhost',
      'localhost.',
      'a.localhost',
      'a.b.LOCALHOST.',
      '127.1',
      '2130706433',
      '127.0.0.1.',
      '0.0.0.0',
    ];
    for (const host of [...hosts, '[::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:127.9.8.7]', '[::ffff:0.0.0.0]']) {
      assert.equal(leadsToThisComputer(new URL(`https://${host}/`).hostname), true, host);
    }
    for (const host of [
      'sync.so',
      'localhost.evil.com',
      'xlocalhost',
      '128.0.0.1',
      '[2001:db8::1]',
      '[::ffff:8.8.8.8]',
    ]) {
      assert.equal(leadsToThisComputer(new URL(`https://${host}/`).hostname), false, host);
    }
  });
});
