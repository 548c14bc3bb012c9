import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatLine } from '../../../../src/core/batchFile/json/formatLine';
import { itAlways } from '../../support/properties';

describe('A line shown on several lines', () => {
  it('has a line for each field and item', () => {
    assert.equal(
      formatLine(' {"request_id":"a","payload":{"input":[{"type":"video"},[]],"options":{}}} '),
      [
        '{',
        '  "request_id": "a",',
        '  "payload": {',
        '    "input": [',
        '      {',
        '        "type": "video"',
        '      },',
        '      []',
        '    ],',
        '    "options": {}',
        '  }',
        '}',
      ].join('\n'),
    );
  });

  it('keeps numbers, escapes, repeated fields and their order as they are written', () => {
    const text = formatLine('{"2":1.0,"1":12345678901234567890,"e":1E+2,"u":"\\u00e9\\/ü","e":-0, "1":"{[,:]}//"}');
    assert.equal(
      text,
      '{\n  "2": 1.0,\n  "1": 12345678901234567890,\n  "e": 1E+2,\n  "u": "\\u00e9\\/ü",\n  "e": -0,\n  "1": "{[,:]}//"\n}',
    );
  });

  it('is nothing for what is no JSON', () => {
    for (const text of ['', ' ', '{', '{"a":1,}', '{"a":1} // x', "{'a':1}", '{"a":1}{"b":2}', '\ufeff{}']) {
      assert.equal(formatLine(text), undefined, text);
    }
  });

  it('does not grow out of all measure with lines that are nested without end', () => {
    const depth = 100_000;
    const text = formatLine('['.repeat(depth) + ']'.repeat(depth)) ?? '';
    assert.ok(text.length < 3 * depth);
    assert.equal(text.replace(/\s/g, '').length, 2 * depth);
  });

  itAlways('is what the usual printer makes of it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        assert.equal(formatLine(JSON.stringify(value)), JSON.stringify(value, null, 2));
      }),
    );
  });
});
