import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { inputMediaOf } from '../../../src/core/results/inputMedia';
import { generation } from './lines';

describe('The input media of a request', () => {
  it('are those of its result line, in their order', () => {
    const line = {
      request_id: 'r',
      response: generation({
        input: [
          { type: 'video', url: 'https://media.example/a.mp4', refId: 'x' },
          { type: 'audio', url: 'https://media.example/a.wav' },
          { type: 'image', url: 'https://media.example/a.png' },
        ],
      }),
    };
    assert.deepEqual(inputMediaOf(line), [
      { kind: 'video', url: 'https://media.example/a.mp4', isSafe: true },
      { kind: 'audio', url: 'https://media.example/a.wav', isSafe: true },
      { kind: 'image', url: 'https://media.example/a.png', isSafe: true },
    ]);
  });

  it('are found in a line that is the generation itself', () => {
    assert.equal(inputMediaOf(generation()).length, 2);
  });

  it('leave out inputs without a URL, such as texts and assets, and unknown types', () => {
    const input = [
      { type: 'text', provider: { name: 'elevenlabs', script: 'Hello' } },
      { type: 'video', assetId: 'asset_1' },
      { type: 'video', url: 7 },
      { type: 'hologram', url: 'https://media.example/a.holo' },
      { type: ['video'], url: 'https://media.example/a.mp4' },
      { url: 'https://media.example/a.mp4' },
      null,
      'https://media.example/a.mp4',
      { type: 'audio', url: 'https://media.example/b.wav' },
    ];
    assert.deepEqual(inputMediaOf({ response: { input } }), [
      { kind: 'audio', url: 'https://media.example/b.wav', isSafe: true },
    ]);
  });

  it('keep their URLs unchanged', () => {
    const url = 'https://media.example/a%2Fb.mp4?sig=a%3d%3D+b%20c&x#y';
    assert.deepEqual(inputMediaOf({ input: [{ type: 'video', url }] }), [{ kind: 'video', url, isSafe: true }]);
  });

  it('mark URLs that may not be opened or loaded', () => {
    for (const url of [
      'javascript:alert(1)',
      'data:video/mp4;base64,AAAA',
      'file:///etc/passwd',
      'vscode://publisher.extension/path',
      'command:workbench.action.quit',
      'http://media.example/a.mp4',
      'blob:https://media.example/1',
      '//media.example/a.mp4',
      'https://media.example/a b.mp4',
      '',
    ]) {
      assert.deepEqual(inputMediaOf({ input: [{ type: 'video', url }] }), [{ kind: 'video', url, isSafe: false }]);
    }
  });

  it('are not read from inherited properties', () => {
    const inherited = Object.create({ input: [{ type: 'video', url: 'https://media.example/a.mp4' }] }) as unknown;
    assert.deepEqual(inputMediaOf(inherited), []);
    assert.deepEqual(inputMediaOf({ response: inherited }), []);
  });

  it('are empty for any other line', () => {
    for (const line of [undefined, null, 1, 'text', [], {}, { response: null }, { response: { input: {} } }]) {
      assert.deepEqual(inputMediaOf(line), []);
    }
    fc.assert(
      fc.property(fc.jsonValue(), (line) => {
        assert.ok(Array.isArray(inputMediaOf(line)));
        assert.ok(Array.isArray(inputMediaOf({ response: { input: line } })));
        assert.ok(Array.isArray(inputMediaOf({ input: [line] })));
      }),
    );
  });
});
