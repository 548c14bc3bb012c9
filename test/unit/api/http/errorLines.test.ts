import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { findLines } from '../../../../src/core/api/http/errorLines';
import { itAlways } from '../../support/properties';

function named(...messages: string[]): [number, string][] {
  return findLines(messages).map(({ line, message }) => [line, message]);
}

describe('The lines that a refusal of a batch file names', () => {
  it('are found at the beginning of each message, and their messages do not repeat the number', () => {
    assert.deepEqual(
      named(
        'Line 7: endpoint must be exactly "/v2/generate"',
        'line 12 - not valid JSON',
        'Row 3: payload must be an object',
        'record #4: no input',
        'Line number 5: odd',
      ),
      [
        [7, 'endpoint must be exactly "/v2/generate"'],
        [12, 'not valid JSON'],
        [3, 'payload must be an object'],
        [4, 'no input'],
        [5, 'odd'],
      ],
    );
  });

  it('are counted from 1 if the message gives an index in `rows`, which counts from 0', () => {
    assert.deepEqual(named('rows[2]: no input', 'rows[0].payload.model must be a string', 'rows.19.endpoint is odd'), [
      [3, 'no input'],
      [1, 'payload.model must be a string'],
      [20, 'endpoint is odd'],
    ]);
  });

  it('are found if one message names several', () => {
    const expected: [number, string][] = [
      [3, 'no model'],
      [7, 'no input'],
    ];
    for (const said of [
      'Line 3: no model; Line 7: no input',
      'Line 3: no model\nLine 7: no input\n',
      'Line 3: no model\r\n\r\n  Line 7:   no input',
      'Line 3: no model, Line 7: no input',
      'Line 3: no model. Line 7: no input',
      'Invalid file\nLine 3: no model\nLine 7: no input',
    ]) {
      assert.deepEqual(
        named(said).map(([line, message]) => [line, message.replace(/\.$/, '')]),
        expected,
        said,
      );
    }
  });

  it('are found inside a sentence, which is then the message', () => {
    assert.deepEqual(named('Invalid JSON on line 3'), [[3, 'Invalid JSON on line 3']]);
    assert.deepEqual(named('Line 3 is not valid JSON'), [[3, 'Line 3 is not valid JSON']]);
    assert.deepEqual(named('The endpoint in row 12 is unknown.'), [[12, 'The endpoint in row 12 is unknown.']]);
    assert.deepEqual(named('Invalid rows: rows[2].endpoint is odd'), [[3, 'Invalid rows: rows[2].endpoint is odd']]);
    assert.deepEqual(
      named('The request_id of lines 3, 5 and 7 is the same').map(([line]) => line),
      [3, 5, 7],
    );
  });

  it('are found if the first one follows an introduction', () => {
    assert.deepEqual(named('Validation failed: Line 3: no model; Line 7: no input'), [
      [3, 'Validation failed: Line 3: no model;'],
      [7, 'no input'],
    ]);
  });

  it('do not include lines that another line is compared with', () => {
    assert.deepEqual(named('Line 6: request_id "row-1" is already used on line 1'), [
      [6, 'request_id "row-1" is already used on line 1'],
    ]);
  });

  it('are not limits, counts, positions in a line, or words with the same ending', () => {
    for (const said of [
      'A batch needs at least 20 lines, got 19',
      'lines 500 at most',
      'Number of lines: 501',
      'Unexpected token at line 1 column 13',
      'Unexpected token (line 1, column 13)',
      'deadline 3, pipeline 4, arrow 5, online 6',
      'line 0: no line',
      'line 12345678',
      'rows[x], rows[-1], rows',
      '',
    ]) {
      assert.deepEqual(named(said), [], said);
    }
    assert.deepEqual(named('Line 7: Unexpected token (line 1 column 13)'), [
      [7, 'Unexpected token (line 1 column 13)'],
    ]);
  });

  it('are returned once for each message', () => {
    assert.deepEqual(named('Line 3: a', 'Line 3: a', 'Line 3: b'), [
      [3, 'a'],
      [3, 'b'],
    ]);
  });

  it('are read from the field if there is one, with the whole message', () => {
    assert.deepEqual(findLines(['No dialogue found', 'See line 3'], 12), [
      { line: 12, message: 'No dialogue found; See line 3' },
    ]);
    for (const odd of [0, -1, 1.5, NaN, Infinity]) {
      assert.deepEqual(findLines(['Line 3: no model'], odd), [{ line: 3, message: 'no model' }]);
    }
  });

  itAlways('are all found, however many there are and whatever the messages say', () => {
    const about = fc.stringMatching(/^[a-z"'(){}, ]{1,20}[a-z]$/).map((text) => text.replace(/\s+/g, ' ').trim());
    const lines = fc.array(fc.tuple(fc.integer({ min: 1, max: 500 }), about), { maxLength: 500 });
    fc.assert(
      fc.property(lines, fc.constantFrom('; ', '\n', '\r\n', undefined), (expected, separator) => {
        const messages = expected.map(([line, said]) => `Line ${line}: ${said}`);
        const found = separator === undefined ? named(...messages) : named(messages.join(separator));
        assert.deepEqual(new Set(found.map(([line]) => line)), new Set(expected.map(([line]) => line)));
      }),
    );
  });

  itAlways('are whole numbers from 1 on with a message, and are found quickly, whatever the text', () => {
    const words = fc.constantFrom(
      'line',
      'Line 3',
      'rows[2]',
      'rows',
      'lines 3, 4',
      ':',
      ';',
      ' ',
      '\n',
      '7',
      '.',
      ',',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(words, { maxLength: 30 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(fc.array(text), (messages) => {
        for (const { line, message } of findLines(messages)) {
          assert.ok(Number.isSafeInteger(line) && line > 0);
          assert.notEqual(message, '');
        }
      }),
    );
    // Patterns that try every length of a run of the same characters would take hours here.
    for (const run of [' ', '\t', '\n', ';', ', ', '. ', 'line ', 'line 3 ', 'lines 3, ', 'rows[', '3, ', '9']) {
      const long = run.repeat(200_000 / run.length);
      assert.ok(findLines([long, `line${long}`, `lines 3${long}x`, `line 3:${long}x`]).length <= 1_000);
    }
    for (const word of ['a'.repeat(1_000_000), `, ${'a'.repeat(1_000_000)}`]) {
      assert.deepEqual(named(word), []);
    }
  });
});
