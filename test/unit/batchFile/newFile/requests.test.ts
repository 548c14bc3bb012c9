import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { checkLine } from '../../../../src/core/batchFile/rules/checkLine';
import { RequestIds, safeId } from '../../../../src/core/batchFile/newFile/requestIds';
import { templateLines } from '../../../../src/core/batchFile/newFile/template';
import { nameOfUrl } from '../../../../src/core/batchFile/newFile/urlNames';
import { itAlways } from '../../support/properties';

describe('A file to start from', () => {
  it('has as many sound requests as a batch needs', () => {
    const { text, requests } = templateLines();
    const lines = text.split('\n');
    assert.equal(lines.pop(), '');
    assert.equal(requests, 20);
    assert.deepEqual(
      lines.map((line) => checkLine(line).requestId),
      Array.from({ length: 20 }, (_, index) => `request-0${String(index + 1).padStart(2, '0')}`),
    );
    for (const line of lines) {
      assert.deepEqual(checkLine(line).diagnostics, []);
    }
    assert.equal(
      lines[0],
      '{"request_id":"request-001","endpoint":"/v2/generate","payload":{"model":"lipsync-2","input":[{"type":"video","url":"https://media.example.com/video-001.mp4"},{"type":"audio","url":"https://media.example.com/audio-001.wav"}]}}',
    );
  });

  it('has the model and the number of requests that are asked for', () => {
    const { text, requests } = templateLines(1000, 'sync-3');
    assert.equal(requests, 1000);
    assert.match(text, /^\{"request_id":"request-0001".*"model":"sync-3"/);
    assert.deepEqual(templateLines(0), { text: '', requests: 0 });
  });
});

describe('Request IDs that are made', () => {
  it('have letters, digits, dots, underscores and hyphens only', () => {
    assert.equal(safeId('Folge 1 (Größe) é'), 'Folge-1-Gro-e-e');
    assert.equal(safeId('日本'), 'request');
    assert.equal(safeId('..-a.b_c-'), 'a.b_c');
    assert.equal(safeId('x'.repeat(500)).length, 128);
  });

  it('get a number where they were given out, or are another’s', () => {
    const ids = new RequestIds(new Set(['ep1', 'ep1-3']));
    assert.deepEqual(
      [ids.make('ep1'), ids.take('ep1'), ids.take('ep1'), ids.take('ep1-3')],
      [...['ep1-2', 'ep1', 'ep1-4', 'ep1-3']],
    );
  });

  itAlways('are never given out twice, and those that come first keep theirs', () => {
    const names = fc.array(fc.constantFrom('a', 'a-2', 'a-3', 'b', 'a-2-2', 'x'.repeat(128), 'x'.repeat(126) + '-2'));
    fc.assert(
      fc.property(names, (wanted) => {
        const ids = new RequestIds(new Set(wanted));
        const given = wanted.map((each) => ids.take(each));
        assert.equal(new Set(given).size, wanted.length);
        wanted.forEach((each, index) => {
          assert.ok((given[index]?.length ?? 0) <= 128);
          if (wanted.indexOf(each) === index) {
            assert.equal(given[index], each);
          }
        });
      }),
    );
  });
});

describe('The name in a URL', () => {
  it('is that of the file, decoded, without signature and extension', () => {
    assert.deepEqual(nameOfUrl('https://x.example/a/Ep%201.de.MP4?sig=a/b.wav#c'), {
      folder: 'https://x.example/a/',
      base: 'Ep 1.de',
      extension: 'mp4',
    });
    assert.deepEqual(nameOfUrl('https://x.example/a%E0.wav').base, 'a%E0');
    assert.deepEqual(nameOfUrl('https://x.example/v1.final version').extension, '');
    assert.deepEqual(nameOfUrl(''), { folder: '', base: '', extension: '' });
  });
});
