import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { maxErrorLength, outcomes, parseResultLine, type ResultRow } from '../../../src/core/results/row';
import { itAlways } from '../support/properties';
import { failure, generation, resultLine } from './lines';

const place = { line: 3, start: 100, length: 50 };

function read(line: unknown): ResultRow {
  const row = parseResultLine(typeof line === 'string' ? line : JSON.stringify(line), place);
  assert.ok(row !== undefined);
  return row;
}

/** @returns the row of a generation with these fields. */
function withResponse(parts: Record<string, unknown>): ResultRow {
  return read(resultLine('a', generation(parts)));
}

describe('A line of a result file', () => {
  it('is read in the documented form', () => {
    assert.deepEqual(read(resultLine('ep1-de')), {
      ...place,
      outcome: 'succeeded',
      requestId: 'ep1-de',
      status: 'COMPLETED',
      generationId: 'gen_1',
      model: 'lipsync-2',
      durationS: 12.48,
      outputUrl: 'https://cdn.example/out.mp4?sig=x',
      createdAt: Date.UTC(2026, 10, 20, 8, 1, 12),
    });
    assert.deepEqual(read(resultLine('ep1-fr', failure())), {
      ...place,
      outcome: 'failed',
      requestId: 'ep1-fr',
      status: 'FAILED',
      generationId: 'gen_1',
      model: 'lipsync-2',
      createdAt: Date.UTC(2026, 10, 20, 8, 1, 12),
      error: 'The generation timed out',
      errorCode: 'generation_timeout',
    });
  });

  const expected = {
    COMPLETED: 'succeeded',
    FAILED: 'failed',
    REJECTED: 'rejected',
    CANCELED: 'failed',
    TIMED_OUT: 'failed',
    PENDING: 'unfinished',
    PROCESSING: 'unfinished',
    EXPIRED: 'unfinished',
    constructor: 'unfinished',
  };
  for (const [status, outcome] of Object.entries(expected)) {
    it(`has the outcome "${outcome}" for the status ${status}, and keeps the status`, () => {
      const row = withResponse({ status });
      assert.equal(row.outcome, outcome);
      assert.equal(row.status, status);
    });
  }

  it('is read without a response if status and error are next to the ID', () => {
    const row = read({ request_id: 'a', status: 'REJECTED', error: 'No such model', errorCode: 'x' });
    assert.deepEqual(row, {
      ...place,
      outcome: 'rejected',
      requestId: 'a',
      status: 'REJECTED',
      error: 'No such model',
      errorCode: 'x',
    });
    for (const response of [null, 'none', 7, []]) {
      assert.deepEqual(
        read({ request_id: 'a', response, error: 'broken' }),
        { ...place, outcome: 'failed', requestId: 'a', error: 'broken' },
        JSON.stringify(response),
      );
    }
    assert.equal(read({ request_id: 'a', response: { id: 'g' }, status: 'FAILED' }).outcome, 'failed');
    assert.equal(read({ requestId: 'a', response: generation() }).requestId, 'a');
  });

  it('has an outcome without a status if it has an error or an output', () => {
    assert.equal(withResponse({ status: undefined }).outcome, 'succeeded');
    assert.equal(withResponse({ status: undefined, outputUrl: undefined, error: 'x' }).outcome, 'failed');
    assert.equal(withResponse({ status: 7, outputUrl: undefined, error_code: 'x' }).outcome, 'failed');
  });

  it('names what is missing', () => {
    const problems = (line: unknown): unknown[] => {
      const { outcome, problem } = read(line);
      return [outcome, problem];
    };
    assert.deepEqual(problems({ request_id: 'a' }), ['unfinished', 'noStatus']);
    assert.deepEqual(problems({ request_id: 'a', response: generation({ outputUrl: '' }) }), ['succeeded', 'noOutput']);
    assert.deepEqual(problems({ response: generation() }), ['succeeded', 'noRequestId']);
    assert.deepEqual(problems({ request_id: 7, response: failure() }), ['failed', 'noRequestId']);
    assert.deepEqual(problems({ request_id: '', error: 'x' }), ['failed', 'noRequestId']);
    assert.deepEqual(problems({}), ['unreadable', 'noRequestId']);
    for (const line of ['[]', 'null', '7', '"text"']) {
      assert.deepEqual(read(line), { ...place, outcome: 'unreadable', problem: 'notAnObject' });
    }
    for (const line of ['{', 'Not found', '<html>', '{"request_id":"a"}}', "{'request_id':'a'}"]) {
      assert.deepEqual(read(line), { ...place, outcome: 'unreadable', problem: 'notJson' });
    }
  });

  it('has no row if it is blank', () => {
    for (const line of ['', ' ', '\t \r']) {
      assert.equal(parseResultLine(line, place), undefined);
    }
  });

  it('has an error code under either name', () => {
    assert.equal(withResponse({ error_code: 'a' }).errorCode, 'a');
    assert.equal(withResponse({ errorCode: 'b' }).errorCode, 'b');
    assert.equal(read({ request_id: 'a', response: {}, error_code: 'c' }).errorCode, 'c');
    assert.equal(withResponse({ error: { message: 'x', errorCode: 'd' } }).errorCode, 'd');
  });

  it('has an error message from a string, an object or a list', () => {
    assert.equal(withResponse({ error: 'x' }).error, 'x');
    assert.equal(withResponse({ error: { message: 'x' } }).error, 'x');
    assert.equal(withResponse({ error: { message: ['x', 7, 'y'] } }).error, 'x; y');
    assert.equal(withResponse({ error: ['x', 'y'] }).error, 'x; y');
    for (const error of ['', null, 7, {}, [], { message: {} }, { message: { message: 'x' } }]) {
      assert.equal(withResponse({ error }).error, undefined, JSON.stringify(error));
    }
  });

  it('ignores only the field that has a wrong type', () => {
    const whole = withResponse({});
    const losses = {
      id: 'generationId',
      model: 'model',
      outputDuration: 'durationS',
      createdAt: 'createdAt',
    } as const;
    for (const [field, lost] of Object.entries(losses)) {
      for (const value of [null, true, {}, [], [1], field === 'outputDuration' ? '7' : 7]) {
        const rest = Object.fromEntries(Object.entries(whole).filter(([name]) => name !== lost));
        assert.deepEqual(withResponse({ [field]: value }), rest, `${field}: ${JSON.stringify(value)}`);
      }
    }
    assert.equal(withResponse({ outputDuration: -1 }).durationS, undefined);
    assert.equal(read('{"request_id":"a","response":{"outputDuration":1e999}}').durationS, undefined);
    assert.equal(withResponse({ outputDuration: 0 }).durationS, 0);
  });

  it('keeps output URLs and request IDs of any length unchanged', () => {
    const long = `https://cdn.example/${'%2f+'.repeat(50_000)}`;
    assert.equal(withResponse({ outputUrl: long }).outputUrl, long);
    assert.equal(read(resultLine(long)).requestId, long);
    assert.equal(withResponse({ outputUrl: 'javascript:alert(1)' }).outputUrl, 'javascript:alert(1)');
    assert.equal(
      withResponse({ outputUrl: undefined, outputMediaUrl: 'https://x.example' }).outputUrl,
      'https://x.example',
    );
  });

  it('cuts other texts that are too long, between characters', () => {
    const row = withResponse({ error: 'x'.repeat(maxErrorLength + 1), model: 'm'.repeat(300), id: 'i'.repeat(300) });
    assert.equal(row.error, `${'x'.repeat(maxErrorLength - 1)}…`);
    assert.equal(row.model?.length, 200);
    assert.equal(row.generationId, undefined);
    assert.equal(withResponse({ error: 'x'.repeat(maxErrorLength) }).error?.length, maxErrorLength);
    const { error = '' } = withResponse({ error: `${'x'.repeat(maxErrorLength - 2)}🎬🎬` });
    assert.equal(error, `${'x'.repeat(maxErrorLength - 2)}…`);
  });

  it('ignores keys that are names of inherited properties', () => {
    const line =
      '{"__proto__":{"error":"x"},"request_id":"__proto__","response":{"__proto__":{"status":"FAILED"},"id":"g"}}';
    assert.deepEqual(read(line), {
      ...place,
      outcome: 'unfinished',
      requestId: '__proto__',
      generationId: 'g',
      problem: 'noStatus',
    });
  });

  it('may be nested to any depth', () => {
    const depth = 100_000;
    const row = read(
      `{"request_id":"a","response":{"status":"FAILED","error":${'['.repeat(depth)}${']'.repeat(depth)}}}`,
    );
    assert.deepEqual(row, { ...place, outcome: 'failed', requestId: 'a', status: 'FAILED' });
  });

  itAlways('gives a row that survives JSON, whatever it contains', () => {
    const anyValue = fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' }), fc.double());
    const anyGeneration = fc.dictionary(
      fc.constantFrom('id', 'status', 'model', 'error', 'error_code', 'outputUrl', 'outputDuration', 'createdAt'),
      anyValue,
    );
    const anyLine = fc.record(
      { request_id: anyValue, response: fc.oneof(anyGeneration, anyValue), status: anyValue, error: anyValue },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          anyLine.map((line) => JSON.stringify(line)),
          fc.string(),
        ),
        (text) => {
          const row = parseResultLine(text, place);
          if (row !== undefined) {
            assert.deepEqual(JSON.parse(JSON.stringify(row)), row);
            assert.ok(outcomes.includes(row.outcome));
            assert.ok(row.requestId !== '' && (row.error?.length ?? 0) <= maxErrorLength);
          } else {
            assert.equal(text.trim(), '');
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
