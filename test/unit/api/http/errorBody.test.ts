import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { type ErrorBody, parseErrorBody } from '../../../../src/core/api/http/errorBody';
import { itAlways } from '../../support/properties';

function parse(body: unknown): ErrorBody {
  return parseText(JSON.stringify(body));
}

function parseText(text: string): ErrorBody {
  return parseErrorBody(text, (said) => said.replaceAll('secret', '***'));
}

describe('The body of an error answer', () => {
  it('is read as documented', () => {
    assert.deepEqual(
      parse({ statusCode: 429, errorCode: 'rate_limit_exceeded', message: 'Slow down', error: 'Too Many Requests' }),
      { message: 'Slow down', errorCode: 'rate_limit_exceeded' },
    );
  });

  it('may have a list of messages', () => {
    assert.deepEqual(parse({ message: ['status must be known', 'created_after must be a date'] }), {
      message: 'status must be known; created_after must be a date',
    });
    assert.deepEqual(parse({ message: [] }), {});
  });

  it('may have a suggestion, after the message or alone', () => {
    assert.deepEqual(parse({ message: 'Too many.', suggestion: 'Wait.' }), { message: 'Too many. Wait.' });
    assert.deepEqual(parse({ suggestion: 'Wait.' }), { message: 'Wait.' });
  });

  it('may have the older name of the code', () => {
    assert.deepEqual(parse({ error_code: 'old' }), { errorCode: 'old' });
    assert.deepEqual(parse({ error_code: 'old', errorCode: 'new' }), { errorCode: 'new' });
  });

  it('falls back to the status text if there is no message', () => {
    assert.deepEqual(parse({ error: 'Bad Gateway' }), { message: 'Bad Gateway' });
    assert.deepEqual(parse({ message: 'Said', error: 'Bad Gateway' }), { message: 'Said' });
  });

  it('is empty if it is not the documented JSON', () => {
    for (const text of ['', ' ', '<html>', '{', 'null', '7', '"text"', '[]', '{}']) {
      assert.deepEqual(parseText(text), {}, text);
    }
  });

  it('loses only its invalid parts', () => {
    assert.deepEqual(parse({ message: { a: 1 }, errorCode: 7, suggestion: 'Wait.' }), { message: 'Wait.' });
    assert.deepEqual(parse({ message: ['a', 1], error: 'Phrase' }), { message: 'Phrase' });
  });

  it('may name lines of a batch file in its messages or in a field', () => {
    assert.deepEqual(parse({ message: ['Line 3: no model', 'Line 7: no input'] }), {
      message: 'Line 3: no model; Line 7: no input',
      lines: [
        { line: 3, message: 'no model' },
        { line: 7, message: 'no input' },
      ],
    });
    assert.deepEqual(parse({ message: 'No dialogue found', lineNumber: 12, errorCode: 'dialogue_edit_not_found' }), {
      message: 'No dialogue found',
      lines: [{ line: 12, message: 'No dialogue found' }],
      errorCode: 'dialogue_edit_not_found',
    });
    assert.deepEqual(parse({ message: 'Line 3: no model', lineNumber: 'four' }).lines, [
      { line: 3, message: 'no model' },
    ]);
  });

  it('names all lines, however long it is, and keeps the whole message', () => {
    const messages = Array.from({ length: 500 }, (_, index) => `Line ${index + 1}: request_id must be a text`);
    for (const message of [messages, messages.join('\n'), messages.join('; ')]) {
      const { message: shown = '', wholeMessage = '', lines = [] } = parse({ message });
      assert.equal(shown.length, 500);
      assert.ok(wholeMessage.endsWith('Line 500: request_id must be a text'));
      assert.deepEqual(
        lines,
        messages.map((_, index) => ({ line: index + 1, message: 'request_id must be a text' })),
      );
    }
  });

  it('is read quickly, whatever it contains', () => {
    const startedAt = process.cpuUsage().user;
    for (const piece of ['"; row 1"', '"a"', '7', '""']) {
      const message = `[${Array.from({ length: 1_000_000 / piece.length }, () => piece).join(',')}]`;
      assert.ok((parseText(`{"message":${message}}`).message ?? '').length <= 500);
    }
    parse({ message: '; row 1'.repeat(150_000) });
    assert.ok(process.cpuUsage().user - startedAt < 5_000_000);
  });

  it('names no lines after the maximum length', () => {
    const long = 'x'.repeat(200_000);
    assert.deepEqual(parse({ message: ['Line 3: no model', long, 'Line 7: no input'] }).lines, [
      { line: 3, message: 'no model' },
    ]);
  });

  it('never leaks a secret in a line message or in the whole message', () => {
    const parsed = parse({ message: [`Line 3: the secret ${'x'.repeat(600)} secret`] });
    assert.ok(!JSON.stringify(parsed).includes('secret'));
    assert.ok(parsed.wholeMessage !== undefined && parsed.lines !== undefined);
  });

  itAlways('becomes one line that is safe to show, whatever it contains', () => {
    const parsed = parse({ message: 'a\nb\u0000\u202e', errorCode: 'c\rd' });
    assert.deepEqual(parsed, { message: 'a\ufffdb\ufffd\ufffd', errorCode: 'c\ufffdd' });
    assert.equal(parse({ message: 'x'.repeat(10_000) }).message?.length, 500);
    fc.assert(
      fc.property(fc.record({ message: fc.string({ unit: 'binary' }), errorCode: fc.string() }), (body) => {
        const { message = '', errorCode = '' } = parse(body);
        assert.ok(message.length <= 500 && errorCode.length <= 200);
        assert.doesNotMatch(message + errorCode, /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });

  itAlways('never throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.jsonValue().map((value) => JSON.stringify({ message: value })),
        ),
        (text) => {
          parseText(text);
        },
      ),
    );
  });
});
