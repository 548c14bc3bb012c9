import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseBaseUrl } from '../../../../src/core/api/http/baseUrl';
import { itAlways } from '../../support/properties';

describe('The base URL', () => {
  const taken: Record<string, string> = {
    'https://api.sync.so': 'https://api.sync.so',
    'https://api.sync.so/': 'https://api.sync.so',
    'https://api.sync.so///': 'https://api.sync.so',
    '  https://api.sync.so\n': 'https://api.sync.so',
    'HTTPS://API.SYNC.SO:443': 'https://api.sync.so',
    'https://proxy.example.test:8443/sync/': 'https://proxy.example.test:8443/sync',
    'https://proxy.example.test/a/b//': 'https://proxy.example.test/a/b',
    'https://proxy.example.test/a/../b': 'https://proxy.example.test/b',
    'https://10.0.0.1': 'https://10.0.0.1',
    'https://[2001:db8::1]:1': 'https://[2001:db8::1]:1',
    'http://localhost': 'http://localhost',
    'http://localhost:3000/': 'http://localhost:3000',
    'http://LOCALHOST:3000': 'http://localhost:3000',
    'http://127.0.0.1:1': 'http://127.0.0.1:1',
    'http://127.1.2.3': 'http://127.1.2.3',
    'http://127.1': 'http://127.0.0.1',
    'http://0x7f000001': 'http://127.0.0.1',
    'http://[::1]:8080': 'http://[::1]:8080',
    'http://[0:0:0:0:0:0:0:1]': 'http://[::1]',
  };
  for (const [text, url] of Object.entries(taken)) {
    it(`may be ${JSON.stringify(text)}`, () => assert.deepEqual(parseBaseUrl(text), { url }));
  }

  const refused: Record<string, string[]> = {
    notAUrl: ['', ' ', 'api.sync.so', '//api.sync.so', '/v2', 'https://', 'https://a b', 'https://[::1', 'http://:80'],
    scheme: [
      'ftp://api.sync.so',
      'file:///etc/passwd',
      'javascript:alert(1)',
      'data:,x',
      'ws://localhost',
      'localhost:80',
    ],
    insecure: [
      'http://api.sync.so',
      'http://127.0.0.1.evil.com',
      'http://localhost.evil.com',
      'http://evil.com/localhost',
      'http://evil.com:80/127.0.0.1',
      'http://xlocalhost',
      'http://128.0.0.1',
      'http://0.0.0.0',
      'http://192.168.0.1',
      'http://[::2]',
      'http://[::ffff:1.2.3.4]',
      'http://127.0.0.1.nip.io',
      'http://lo\u0441alhost',
    ],
    credentials: [
      'https://user:pass@api.sync.so',
      'https://user@api.sync.so',
      'https://:pass@api.sync.so',
      'https://api.sync.so@evil.com',
      'http://localhost@evil.com',
      'http://127.0.0.1:80@evil.com/',
    ],
    query: [
      'https://api.sync.so?key=1',
      'https://api.sync.so/#top',
      'http://localhost/?a',
      'https://evil.com?@api.sync.so',
    ],
  };
  for (const [fault, texts] of Object.entries(refused)) {
    for (const text of texts) {
      it(`is refused (${fault}) if it is ${JSON.stringify(text)}`, () => {
        assert.deepEqual(parseBaseUrl(text), { fault });
      });
    }
  }

  it('is refused for a foreign host that looks like this computer after a backslash', () => {
    assert.deepEqual(parseBaseUrl('http://evil.com\\@localhost'), { fault: 'insecure' });
  });

  itAlways('is refused, or is encrypted or on this computer and ready for a path to be appended', () => {
    const anyUrl = fc.oneof(
      fc
        .tuple(
          fc.constantFrom('http://', 'https://', 'ftp://'),
          fc.constantFrom('', 'user@', 'user:pass@', 'localhost@'),
          fc.constantFrom('localhost', '127.0.0.1', '127.0.0.1.evil.com', '[::1]', 'api.sync.so', 'EVIL.com'),
          fc.constantFrom('', ':1', ':443', '\\', '.'),
          fc.constantFrom('', '/', '//', '/a/', '/../x', '?q', '#f', '@localhost'),
        )
        .map((parts) => parts.join('')),
      fc.tuple(fc.constantFrom('http://', 'https://'), fc.string()).map(([scheme, rest]) => scheme + rest),
      fc.string(),
    );
    fc.assert(
      fc.property(anyUrl, (text) => {
        const parsed = parseBaseUrl(text);
        if ('fault' in parsed) {
          return;
        }
        const target = new URL(`${parsed.url}/v2/batch`);
        assert.equal(target.origin, new URL(parsed.url).origin);
        assert.ok(target.pathname.endsWith('/v2/batch'));
        assert.equal(target.username + target.password, '');
        assert.ok(target.protocol === 'https:' || /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(target.hostname));
      }),
    );
  });
});
