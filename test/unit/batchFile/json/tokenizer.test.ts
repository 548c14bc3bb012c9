import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Token, tokenAt } from '../../../../src/core/batchFile/json/tokenizer';
import { itAlways } from '../../support/properties';

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (let token = tokenAt(text, 0); token !== undefined; token = tokenAt(text, token.end)) {
    tokens.push(token);
  }
  return tokens;
}

const piecesOf = (text: string): string[] => tokensOf(text).map(({ start, end }) => text.slice(start, end));

describe('The JSON tokenizer', () => {
  it('splits a text into punctuation, strings, numbers and literals', () => {
    assert.deepEqual(piecesOf(' {"a\\"b":[-1.5e3 ,true,null]}\t'), [
      ...['{', '"a\\"b"', ':', '[', '-1.5e3', ',', 'true', ',', 'null', ']', '}'],
    ]);
  });

  it('skips the white space of JSON only', () => {
    assert.deepEqual(piecesOf('\ufeff {\u00a0}'), ['\ufeff', '{', '\u00a0', '}']);
  });

  it('recognizes comments, closed or not', () => {
    const kinds = (text: string): string[] => tokensOf(text).map(({ kind, start, end }) => `${kind} ${start} ${end}`);
    assert.deepEqual(kinds('1 /* x */2'), ['other 0 1', 'comment 2 9', 'other 9 10']);
    assert.deepEqual(kinds('// x'), ['comment 0 4']);
    assert.deepEqual(kinds('/* x'), ['comment 0 4']);
  });

  it('gives the first error of a string', () => {
    const errorOf = (text: string): number | undefined => tokenAt(text, 0)?.errorAt;
    assert.equal(errorOf('"a\\u00e9\\n" x'), undefined);
    assert.equal(errorOf('"a\\xb\tc"'), 2);
    assert.equal(errorOf('"a\tc\\x"'), 2);
    assert.equal(errorOf('"abc'), 4);
    assert.equal(errorOf('"abc\\'), 4);
    assert.equal(errorOf('"abc\\"'), 6);
  });

  itAlways('leaves out nothing but white space', () => {
    const texts = fc.array(
      fc.constantFrom('{', '}', '"', '\\', ' ', '\t', '/', '*', '1', 'a', ',', ':', '\ufeff', '🎬'),
    );
    fc.assert(
      fc.property(
        texts.map((pieces) => pieces.join('')),
        (text) => {
          let end = 0;
          for (const token of tokensOf(text)) {
            assert.match(text.slice(end, token.start), /^[ \t]*$/);
            assert.ok(token.start < token.end);
            end = token.end;
          }
          assert.match(text.slice(end), /^[ \t]*$/);
        },
      ),
    );
  });

  itAlways('finds an error exactly in the strings that JSON.parse refuses', () => {
    const strings = fc.array(fc.constantFrom('\\', '"', 'u', '0', 'n', 'x', '\t', 'é', '\u2028'), { maxLength: 12 });
    fc.assert(
      fc.property(strings, (pieces) => {
        const text = `"${pieces.join('')}`;
        const token = tokenAt(text, 0);
        assert.ok(token !== undefined);
        const parse = (): unknown => JSON.parse(text.slice(0, token.end));
        if (token.errorAt === undefined) {
          assert.equal(typeof parse(), 'string');
        } else {
          assert.throws(parse, SyntaxError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
