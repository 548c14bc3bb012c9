import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { displayText } from '../../../src/core/common/displayText';
import { itAlways } from '../support/properties';

describe('Text from outside', () => {
  it('stays unchanged if it is ordinary, in any script', () => {
    for (const text of ['', 'batch_abc123', 'Zu viele Anfragen – später', '请求过多', 'שלום', '🎬 done']) {
      assert.equal(displayText(text), text);
    }
  });

  it('becomes one line', () => {
    assert.equal(
      displayText('a\nb\rc\td\u0000e\u001b[31m\u0085\u2028\u2029'),
      'a\ufffdb\ufffdc\ufffdd\ufffde\ufffd[31m\ufffd\ufffd\ufffd',
    );
  });

  it('can not change the reading direction', () => {
    for (const turn of '\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069') {
      assert.equal(displayText(`exe${turn}fdp`), 'exe\ufffdfdp');
    }
  });

  it('is cut with an ellipsis if it is too long', () => {
    assert.equal(displayText('abcdef', 6), 'abcdef');
    assert.equal(displayText('abcdefg', 6), 'abcde…');
    assert.equal(displayText('x'.repeat(1_000)).length, 200);
  });

  itAlways('is never cut in the middle of a character', () => {
    assert.equal(displayText('abc🎬def', 5), 'abc…');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 20 }), (text, longest) => {
        // Throws for half a character.
        encodeURIComponent(displayText(text, longest));
      }),
    );
  });

  itAlways('is always safe to show', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 50 }), (text, longest) => {
        const shown = displayText(text, longest);
        assert.ok(shown.length <= longest);
        assert.doesNotMatch(shown, /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/u);
      }),
    );
  });
});
