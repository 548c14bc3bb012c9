import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  decodeManifest,
  encodeManifest,
  type MediaManifest,
  mediaOutcomes,
  withoutSignature,
} from '../../../src/core/media/manifest';
import { itAlways } from '../support/properties';

const savedAt = Date.UTC(2026, 10, 24, 12);
const manifest: MediaManifest = {
  batchId: 'batch_1',
  savedAt,
  requests: [
    { requestId: 'a', file: 'a.mp4', url: 'https://cdn.example/a.mp4', bytes: 1_234, outcome: 'saved' },
    { requestId: 'b', url: 'https://cdn.example/b.mp4', outcome: 'failed', error: 'The link has expired.' },
    { outcome: 'unsaved' },
  ],
};

/** Reads the manifest after a manual change. */
function changed(change: Record<string, unknown>): MediaManifest | undefined {
  return decodeManifest(JSON.stringify({ ...(JSON.parse(encodeManifest(manifest)) as object), ...change }));
}

describe('The manifest of saved media', () => {
  it('is indented JSON', () => {
    assert.equal(
      encodeManifest({ ...manifest, requests: manifest.requests.slice(0, 1) }),
      `{
  "version": 1,
  "batchId": "batch_1",
  "savedAt": "2026-11-24T12:00:00.000Z",
  "requests": [
    {
      "requestId": "a",
      "file": "a.mp4",
      "url": "https://cdn.example/a.mp4",
      "bytes": 1234,
      "outcome": "saved"
    }
  ]
}
`,
    );
  });

  it('contains no signatures', () => {
    const [request] = manifest.requests;
    const url = 'https://user:secret@cdn.example/a%2Fb.mp4?X-Amz-Signature=secret#secret';
    const text = encodeManifest({ ...manifest, requests: [{ ...(request ?? assert.fail()), url }] });
    assert.doesNotMatch(text, /secret/);
    assert.match(text, /"https:\/\/cdn\.example\/a%2Fb\.mp4"/);
    for (const odd of ['data:text/html,secret', 'javascript:secret', 'secret', '']) {
      assert.equal(withoutSignature(odd), '');
    }
    assert.equal(withoutSignature('http://localhost:1/a@b?x'), 'http://localhost:1/a@b');
  });

  itAlways('is read as it was written', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 });
    const anyEntry = fc.record(
      {
        requestId: text,
        file: fc.constantFrom('a.mp4', 'é (1).mov'),
        url: fc.constantFrom('https://cdn.example/a.mp4', 'http://127.0.0.1:1/b'),
        bytes: fc.nat(),
        outcome: fc.constantFrom(...mediaOutcomes),
        error: text,
      },
      { requiredKeys: ['outcome'], noNullPrototype: true },
    );
    fc.assert(
      fc.property(text, fc.nat(), fc.array(anyEntry), (batchId, at, requests) => {
        const whole = { batchId, savedAt: at, requests };
        assert.deepEqual(decodeManifest(encodeManifest(whole)), whole);
      }),
    );
  });

  it('is rejected if it is not JSON, has no batch ID, or has a later version', () => {
    for (const text of ['', '{', '[]', 'null', '{}']) {
      assert.equal(decodeManifest(text), undefined);
    }
    assert.equal(changed({ version: 2 }), undefined);
    assert.equal(changed({ batchId: '' }), undefined);
    assert.equal(changed({ requests: {} }), undefined);
    assert.deepEqual(decodeManifest(`\ufeff${encodeManifest(manifest)}`), manifest);
  });

  it('loses only invalid entries and fields', () => {
    const entry = { requestId: 7, file: 7, url: 7, bytes: -1, outcome: 'saved', error: '' };
    assert.deepEqual(changed({ requests: [null, 7, {}, { outcome: 'x' }, entry], savedAt: 'yesterday', more: 1 }), {
      batchId: 'batch_1',
      savedAt: 0,
      requests: [{ outcome: 'saved' }],
    });
  });

  it('never names a file in another folder', () => {
    for (const file of ['../a.mp4', '/etc/passwd', 'a\\b.mp4', 'C:\\a.mp4', '..', 'NUL', 'a.mp4\u0000']) {
      assert.deepEqual(changed({ requests: [{ outcome: 'saved', file }] })?.requests, [{ outcome: 'saved' }], file);
    }
  });

  itAlways('is either valid or rejected, whatever the file contains', () => {
    const anyEntry = fc.dictionary(
      fc.constantFrom('requestId', 'file', 'bytes', 'outcome', '__proto__'),
      fc.jsonValue(),
    );
    const anyManifest = fc.record({
      version: fc.constant(1),
      batchId: fc.constant('a'),
      savedAt: fc.jsonValue(),
      requests: fc.array(fc.oneof(anyEntry, fc.jsonValue())),
    });
    fc.assert(
      fc.property(fc.oneof(anyManifest, fc.jsonValue()), (value) => {
        const read = decodeManifest(JSON.stringify(value));
        assert.deepEqual(read === undefined ? undefined : decodeManifest(encodeManifest(read)), read);
      }),
    );
  });
});
