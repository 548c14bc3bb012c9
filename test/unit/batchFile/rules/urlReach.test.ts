import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { closeLook, urlProblem } from '../../../../src/core/batchFile/rules/urlReach';
import { itAlways } from '../../support/properties';

/** What is wrong with the host of a URL. */
function hostProblem(host: string): string {
  const problem = urlProblem(`https://${host}/a.mp4`);
  return problem?.kind === 'notPublic' ? problem.host : (problem?.kind ?? 'none');
}

describe('A URL that a service has to fetch', () => {
  for (const [host, problem] of Object.entries({
    'media.example.com': 'none',
    'media.example.com:8443': 'none',
    'EXAMPLE.com': 'none',
    'münchen.example': 'none',
    'xn--mnchen-3ya.example': 'none',
    '8.8.8.8': 'none',
    '172.15.0.1': 'none',
    '100.128.0.1': 'none',
    '[2606:4700::1111]': 'none',
    localhost: 'loopback',
    'api.localhost': 'loopback',
    'localhost.': 'loopback',
    '127.0.0.1': 'loopback',
    '127.1': 'loopback',
    '2130706433': 'loopback',
    '0x7f.0.0.1': 'loopback',
    '0177.0.0.1': 'loopback',
    '0.0.0.0': 'loopback',
    '[::1]': 'loopback',
    '[::]': 'loopback',
    '[::ffff:127.0.0.1]': 'loopback',
    '10.1.2.3': 'privateNetwork',
    '172.16.0.1': 'privateNetwork',
    '172.31.255.255': 'privateNetwork',
    '192.168.1.1': 'privateNetwork',
    '100.64.0.1': 'privateNetwork',
    '3232235777': 'privateNetwork',
    '[fd00::1]': 'privateNetwork',
    '[::ffff:192.168.1.1]': 'privateNetwork',
    '169.254.169.254': 'linkLocal',
    '[fe80::1]': 'linkLocal',
    '224.0.0.1': 'reserved',
    '240.0.0.1': 'reserved',
    '255.255.255.255': 'reserved',
    '192.0.2.1': 'reserved',
    '198.18.0.1': 'reserved',
    '198.19.255.255': 'reserved',
    '192.0.1.1': 'none',
    '198.20.0.1': 'none',
    '223.255.255.255': 'none',
    '[ff02::1]': 'reserved',
    '[fec0::1]': 'privateNetwork',
    '[::127.0.0.1]': 'loopback',
    '[::ffff:0:10.0.0.1]': 'privateNetwork',
    '[64:ff9b::192.168.0.1]': 'privateNetwork',
    '[64:ff9b::8.8.8.8]': 'none',
    '[2002:7f00:1::]': 'loopback',
    '[2002:808:808::1]': 'none',
    '[::ffff:192.0.2.1]': 'reserved',
    'nas.local': 'localName',
    'metadata.google.internal': 'localName',
    'nas.home.arpa': 'localName',
    nas: 'localName',
    '999.1.1.1': 'invalid',
    'a b.example.com': 'invalid',
    'me:pass@example.com': 'credentials',
    'me@example.com': 'credentials',
  })) {
    it(`${host}: ${problem}`, () => {
      assert.equal(hostProblem(host), problem);
    });
  }

  it('may be signed, and hold what URLs hold', () => {
    for (const text of [
      'https://bucket.s3.amazonaws.com/ep%201.mp4?X-Amz-Signature=a%2Fb&X-Amz-Date=2026#t=1',
      'https://media.example.com/ep1.mp4?a=[1]&b={c}',
      'https://media.example.com/Übung.mp4',
      'http://media.example.com/ep1.mp4',
      'HTTPS://media.example.com',
      'https://user.example.com/@name/clip.mp4',
    ]) {
      assert.equal(urlProblem(text), undefined, text);
    }
  });

  it('may end its host with a dot', () => {
    assert.equal(urlProblem('https://docs.google.com./file/d/1')?.kind, 'sharePage');
    assert.equal(urlProblem('https://www.dropbox.com./s/x')?.kind, 'sharePage');
  });

  itAlways('is judged in the quick way as it is when taken apart', () => {
    const label = fc.constantFrom(
      'a',
      'media',
      'xn--a',
      'axn--b',
      'xn--mnchen-3ya',
      '127',
      '0x7f',
      'www',
      'drive',
      '-',
      'ab--c',
    );
    const end = fc.constantFrom(
      ...['com', 'de', 'local', 'localhost', 'internal', 'lan', 'home', 'corp', 'arpa', 'home.arpa', '0x1', '1'],
      ...['google.com', 'docs.google.com', 'dropbox.com', 'www.dropbox.com', 'com.', 'LOCAL', 'localx', 'com:8443'],
    );
    const rest = fc.constantFrom(
      ...['', '/', '?a', '#a', '/file/d/1/view', '/s/1/a.mp4', '/s/a?dl=1', '/a b', '/%', '/\\@b', '/a\n', '/ü'],
    );
    const start = fc.constantFrom('https://', 'https://', 'https://me@', 'HTTPS://', 'https:/', 'https:///', 'http://');
    const host = fc.tuple(fc.array(label, { maxLength: 3 }), end).map(([labels, last]) => [...labels, last].join('.'));
    const built = fc.tuple(start, host, rest).map((parts) => parts.join(''));
    fc.assert(
      fc.property(built, (text) => {
        assert.deepEqual(urlProblem(text), closeLook(text), text);
      }),
      { numRuns: 3000 },
    );
  });

  itAlways('is never taken for sound where a browser would not take it', () => {
    const piece = fc.constantFrom(
      'https://',
      'http:',
      '/',
      'a',
      '.com',
      '.',
      ':',
      '@',
      '127',
      '1',
      'xn--',
      '[::1]',
      ' ',
      '%',
      '#',
      '\\',
    );
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl(), fc.string({ unit: piece })), (text) => {
        if (urlProblem(text) === undefined) {
          const { hostname, protocol } = new URL(text);
          assert.ok(protocol === 'https:' || protocol === 'http:');
          assert.ok(hostname.includes('.') || hostname.startsWith('['), hostname);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
