import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { batchIdOfState, type FromPage, parseFromPage } from '../../../src/core/results/protocol';

/** All messages of the page. The type ensures that none is missing. */
const messages: Readonly<Record<FromPage['type'], readonly FromPage[]>> = {
  ready: [{ type: 'ready' }],
  reload: [{ type: 'reload' }],
  cancel: [{ type: 'cancel' }],
  detail: [{ type: 'detail', line: 0 }],
  play: [
    { type: 'play', line: 7 },
    { type: 'play', line: 7, input: 1 },
  ],
  openOutput: [{ type: 'openOutput', line: 1 }],
  copyOutput: [{ type: 'copyOutput', line: 49_999 }],
  copyRequestId: [{ type: 'copyRequestId', line: 2 }],
  openText: [{ type: 'openText' }, { type: 'openText', line: 3 }],
  saveResults: [{ type: 'saveResults' }],
  saveMedia: [{ type: 'saveMedia' }, { type: 'saveMedia', lines: [] }, { type: 'saveMedia', lines: [0, 3, 500] }],
  exportFailed: [{ type: 'exportFailed' }],
};
const types = Object.keys(messages) as FromPage['type'][];

describe('A message of the results page', () => {
  for (const type of types) {
    it(`is accepted: ${type}`, () => {
      for (const message of messages[type]) {
        assert.deepEqual(parseFromPage(message), message);
        assert.deepEqual(parseFromPage(JSON.parse(JSON.stringify(message))), message);
      }
    });
  }

  it('is accepted without unknown fields', () => {
    const padded = { type: 'copyOutput', line: 1, url: 'javascript:alert(1)', batchId: 'another', __proto__: { x: 1 } };
    assert.deepEqual(parseFromPage(padded), { type: 'copyOutput', line: 1 });
  });

  it('is rejected if it has another type', () => {
    for (const value of [
      ...[undefined, null, true, 0, NaN, '', 'ready', [], {}, ['ready'], Symbol('ready'), () => 'ready'],
      ...[{ type: undefined }, { type: 1 }, { type: 'READY' }, { type: 'ready ' }, { type: ['ready'] }],
      ...['runCommand', 'executeCommand', 'openUrl', 'setHtml', 'constructor', '__proto__'].map((type) => ({ type })),
      { type: { toString: () => 'ready' } },
    ]) {
      assert.equal(parseFromPage(value), undefined);
    }
  });

  for (const type of ['detail', 'play', 'openOutput', 'copyOutput', 'copyRequestId'] as const) {
    it(`is rejected without a valid line: ${type}`, () => {
      for (const line of [undefined, null, -1, 0.5, NaN, Infinity, '0', '1; drop', [0], {}, true]) {
        assert.equal(parseFromPage({ type, line }), undefined);
      }
    });
  }

  it('is rejected with an invalid input or list of lines', () => {
    for (const line of [-1, 0.5, NaN, '1', null, {}]) {
      assert.equal(parseFromPage({ type: 'play', line: 0, input: line }), undefined);
      assert.equal(parseFromPage({ type: 'openText', line }), undefined);
      assert.equal(parseFromPage({ type: 'saveMedia', lines: [0, line] }), undefined);
      assert.equal(parseFromPage({ type: 'saveMedia', lines: line }), undefined);
    }
    assert.equal(parseFromPage({ type: 'saveMedia', lines: { length: 1, 0: 0 } }), undefined);
    assert.equal(parseFromPage({ type: 'saveMedia', lines: Array(1_000_001).fill(0) }), undefined);
  });

  it('is parsed without an error, whatever it is', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const parsed = parseFromPage(value);
        assert.ok(parsed === undefined || types.includes(parsed.type));
      }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...types), fc.anything(), fc.anything(), (type, line, lines) => {
        const parsed = parseFromPage({ type, line, lines, input: line });
        assert.ok(parsed === undefined || parsed.type === type);
      }),
    );
  });
});

describe('The saved state of a results page', () => {
  it('contains the batch ID', () => {
    assert.equal(batchIdOfState({ batchId: 'batch_1', filter: {}, sort: {}, selected: [] }), 'batch_1');
  });

  it('has no batch ID if it is invalid', () => {
    for (const state of [undefined, null, '', 'batch_1', [], {}, { batchId: '' }, { batchId: 1 }, { batchId: null }]) {
      assert.equal(batchIdOfState(state), undefined);
    }
    fc.assert(
      fc.property(fc.anything(), (state) => {
        const id = batchIdOfState(state);
        assert.ok(id === undefined || id !== '');
      }),
    );
  });
});
