import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { type KeyTextFault, parseKeyText } from '../../../src/core/account/keyText';
import { itAlways } from '../support/properties';

describe('The text of an API key', () => {
  it('may be any visible ASCII, because the format of keys is not documented', () => {
    for (const key of ['sk-abc.def', 'x', '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~', 'a'.repeat(4_096)]) {
      assert.deepEqual(parseKeyText(key), { key });
    }
  });

  it('may be surrounded by white space, which is removed', () => {
    for (const text of [' k-1', 'k-1 ', '\tk-1\r\n', '\n\n  k-1\n', '\u00a0k-1\u3000', '\ufeffk-1']) {
      assert.deepEqual(parseKeyText(text), { key: 'k-1' }, JSON.stringify(text));
    }
  });

  const faults: Record<KeyTextFault, string[]> = {
    empty: ['', ' ', '\n', '\t \r\n', '\ufeff'],
    lineBreak: ['a\nb', 'a\r\nb', 'a\rb', 'a b\nc'],
    characters: [
      'a b',
      'a\tb',
      'a\u0000b',
      'a\u007fb',
      'schlüssel',
      'a\u00a0b',
      'a\u200bb',
      'a\u2028b',
      '🔑',
      'a\u2011b',
    ],
    tooLong: ['a'.repeat(4_097)],
  };
  for (const [fault, texts] of Object.entries(faults)) {
    for (const text of texts) {
      it(`is refused (${fault}) if it is ${JSON.stringify(text.slice(0, 20))}`, () => {
        assert.deepEqual(parseKeyText(text), { fault });
      });
    }
  }

  itAlways('is always valid in an HTTP header once accepted', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), (text) => {
        const parsed = parseKeyText(text);
        if ('key' in parsed) {
          assert.equal(new Headers({ 'x-api-key': parsed.key }).get('x-api-key'), parsed.key);
          assert.deepEqual(parseKeyText(parsed.key), parsed);
        }
      }),
    );
  });
});
