import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { batchFileLimits, sizeProblems } from '../../../src/core/batchFile/schema/limits';
import {
  buildRetryFile,
  type RetryFile,
  type RetryOptions,
  type RetrySource,
} from '../../../src/core/results/failedRequests';
import type { ResultRow } from '../../../src/core/results/row';
import { itAlways } from '../support/properties';
import { bytesOf, failure, generation, resultLine, rowsOf } from './lines';

const rejected = failure({ status: 'REJECTED', error_code: 'generation_input_validation_failed' });

function inputLine(requestId: string, payload: unknown = { model: 'lipsync-2', input: [{ type: 'video' }] }): string {
  return JSON.stringify({ request_id: requestId, endpoint: '/v2/generate', payload });
}

/** Builds the retry file of a result file with these lines. */
function build(
  lines: readonly string[],
  source: Pick<RetrySource, 'input' | 'totalGenerations'> = {},
  options: RetryOptions = {},
): Promise<RetryFile> {
  const file = bytesOf(lines.join('\n'));
  const rawLine = ({ start, length }: ResultRow): Promise<string> =>
    Promise.resolve(new TextDecoder().decode(file.subarray(start, start + length)));
  return buildRetryFile({ rows: rowsOf(file), rawLine, ...source }, options);
}

function requestsOf(file: RetryFile): string[] {
  return file.requests.map(({ requestId, why, from }) => `${requestId} ${why} ${from}`);
}

function notesOf(file: RetryFile): string[] {
  return file.notes.map(({ reason, requestId, count }) => [reason, requestId ?? count].filter(Boolean).join(' '));
}

/** Parses the requests of a retry file. */
function parsed(text: string): { request_id: string; endpoint: string; payload: Record<string, unknown> }[] {
  const lines = text.split('\n');
  assert.equal(lines.pop(), '');
  return lines.map((line) => JSON.parse(line) as never);
}

describe('The retry file', () => {
  describe('from the original file', () => {
    it('copies the raw lines of failed, rejected and missing requests, in the order of the original file', async () => {
      const line = (id: string): string =>
        `  {"request_id" : "${id}", "endpoint":"\\/v2/generate",\t"payload":{"n":1e2} } `;
      const input = ['d', 'c', 'b', 'a'].map(line).join('\n');
      const file = await build([resultLine('a', failure()), resultLine('b'), resultLine('c', rejected)], { input });
      assert.equal(file.text, `${line('d')}\n${line('c')}\n${line('a')}\n`);
      assert.deepEqual(requestsOf(file), ['d missing input', 'c rejected input', 'a failed input']);
      assert.deepEqual(file.notes, []);
      assert.equal(file.inputFit, 'whole');
    });

    it('accepts a byte order mark, CRLF and blank lines in the original file', async () => {
      const input = `\ufeff${inputLine('ü')}\r\n\r\n  \r\n${inputLine('b')}\r\n`;
      const file = await build([resultLine('ü', failure()), resultLine('b', failure())], { input });
      assert.equal(file.text, `${inputLine('ü')}\n${inputLine('b')}\n`);
      assert.equal(file.bytes, bytesOf(file.text).length);
    });

    it('leaves out invalid lines, with a note for each', async () => {
      const noPayload = '{"request_id":"x","endpoint":"/v2/generate"}';
      const otherEndpoint = inputLine('y').replace('/v2/generate', '/v2/other');
      const input = ['no JSON', '[]', '{}', noPayload, otherEndpoint, inputLine('a'), inputLine('z'), inputLine('z')];
      const file = await build([resultLine('a')], { input: input.join('\n') });
      assert.deepEqual(requestsOf(file), ['z missing input']);
      assert.deepEqual(
        file.notes.map(({ reason, inputLine: at, isInFile }) => [reason, at, isInFile]),
        [
          ['inputLineUnreadable', 0, false],
          ['inputLineUnreadable', 1, false],
          ['inputLineUnreadable', 2, false],
          ['inputLineIncomplete', 3, false],
          ['inputLineIncomplete', 4, false],
          ['inputLineRepeated', 7, true],
        ],
      );
    });

    it('rebuilds a failed request that the original file lacks', async () => {
      const file = await build([resultLine('a', failure()), resultLine('b', failure())], { input: inputLine('b') });
      assert.deepEqual(requestsOf(file), ['b failed input', 'a failed result']);
      assert.deepEqual(notesOf(file), ['notInInput a']);
      assert.equal(file.inputFit, 'partly');
    });

    it('ignores an original file of another batch', async () => {
      const file = await build([resultLine('a', failure()), resultLine('b')], {
        input: [inputLine('x'), inputLine('y')].join('\n'),
        totalGenerations: 2,
      });
      assert.deepEqual(requestsOf(file), ['a failed result']);
      assert.equal(file.inputFit, 'not');
    });

    it('adds no missing requests if there are more than the batch can miss', async () => {
      const input = ['a', 'b', 'c', 'd'].map((id) => inputLine(id)).join('\n');
      const results = [resultLine('a', failure()), resultLine('b')];
      const file = await build(results, { input, totalGenerations: 3 });
      assert.deepEqual(requestsOf(file), ['a failed input']);
      assert.deepEqual(notesOf(file), ['moreThanMissing 2']);
      assert.deepEqual(requestsOf(await build(results, { input, totalGenerations: 4 })).length, 3);
      assert.deepEqual(requestsOf(await build(results, { input, totalGenerations: 0 })).length, 3);
    });

    it('notes that missing requests may have a result if some results have no request ID', async () => {
      const input = ['a', 'b', 'c'].map((id) => inputLine(id)).join('\n');
      const file = await build([resultLine('a'), 'no JSON', JSON.stringify({ response: failure() })], {
        input,
        totalGenerations: 3,
      });
      assert.deepEqual(requestsOf(file), ['b missing input', 'c missing input']);
      assert.deepEqual(notesOf(file), ['unreadableLine', 'noRequestId', 'mayHaveResult 2']);
    });

    it('adds no missing requests if one of them may have a paid result without a request ID', async () => {
      const input = ['a', 'b', 'c', 'd'].map((id) => inputLine(id)).join('\n');
      const paid = JSON.stringify({ response: generation() });
      const file = await build([resultLine('a', failure()), resultLine('b'), paid], { input, totalGenerations: 4 });
      assert.deepEqual(requestsOf(file), ['a failed input']);
      assert.deepEqual(notesOf(file), ['moreThanMissing 2']);
      const open = JSON.stringify({ response: generation({ status: 'PROCESSING', outputUrl: undefined }) });
      const other = await build([resultLine('a'), resultLine('b'), paid, open], { input, totalGenerations: 4 });
      assert.deepEqual([other.text, notesOf(other)], ['', ['moreThanMissing 2']]);
    });

    it('contains all requests if the batch has no results', async () => {
      const input = [inputLine('a'), inputLine('b')].join('\n');
      assert.equal((await build([], { input, totalGenerations: 2 })).text, `${input}\n`);
    });
  });

  describe('rebuilt from the results', () => {
    it('contains the fields of the request and no other fields of the result', async () => {
      const request = {
        model: 'lipsync-2',
        input: [{ type: 'video', url: 'https://media.example/ü.mp4' }],
        options: { sync_mode: 'loop', __proto__: null },
        segments: [{ startTime: 0, endTime: 1, audioInput: { refId: 'a' } }],
        webhookUrl: 'https://example.com/hook',
        outputFileName: 'ep1',
        projectId: 'project',
      };
      const response = failure({ ...request, segmentOutputUrl: 'https://x.example', statusCode: 500, somethingNew: 1 });
      const file = await build([resultLine('a', response), resultLine('b')]);
      assert.deepEqual(parsed(file.text), [
        { request_id: 'a', endpoint: '/v2/generate', payload: JSON.parse(JSON.stringify(request)) as unknown },
      ]);
      assert.deepEqual(requestsOf(file), ['a failed result']);
      assert.deepEqual(file.notes, []);
      assert.equal(file.inputFit, 'none');
    });

    it('leaves out empty fields and fields of a wrong type', async () => {
      const empty = { options: null, segments: [], webhookUrl: null, outputFileName: 7, projectId: '', dubParams: [] };
      const [request] = parsed((await build([resultLine('a', failure(empty))])).text);
      assert.deepEqual(Object.keys(request?.payload ?? {}), ['model', 'input']);
    });

    it('notes why a request could not be rebuilt', async () => {
      const deep = `{"request_id":"deep","response":{"status":"FAILED","model":"m","input":[{}],"options":{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}}}`;
      const file = await build(
        [
          resultLine('empty', failure({ input: [] })),
          resultLine('none', failure({ input: undefined })),
          resultLine('odd', failure({ input: ['x'] })),
          resultLine('model', failure({ model: '' })),
          JSON.stringify({ request_id: 'bare', error: 'x' }),
          JSON.stringify({ response: failure() }),
          'no JSON',
          deep,
        ],
        { totalGenerations: 12 },
      );
      assert.equal(file.text, '');
      assert.deepEqual(notesOf(file), [
        'noRequestId',
        'unreadableLine',
        'missingWithoutInput 4',
        'noMedia empty',
        'noMedia none',
        'noMedia odd',
        'noModel model',
        'noModel bare',
        'tooDeep deep',
      ]);
      assert.ok(file.notes.every(({ isInFile }) => !isInFile));
    });

    it('leaves out a request whose raw line is gone or belongs to another request', async () => {
      const rows = rowsOf(resultLine('a', failure()));
      for (const raw of [undefined, 'no JSON', '[]', resultLine('b', failure())]) {
        const file = await buildRetryFile({ rows, rawLine: () => Promise.resolve(raw) });
        assert.equal(file.text, '');
        assert.deepEqual(notesOf(file), ['rawLineGone a']);
      }
    });

    it('fails if reading a raw line fails', async () => {
      const rows = rowsOf(resultLine('a', failure()));
      await assert.rejects(buildRetryFile({ rows, rawLine: () => Promise.reject(new Error('gone')) }), /gone/);
    });
  });

  it('contains a request with several failed lines once, with a note', async () => {
    const file = await build([resultLine('a', failure()), resultLine('a', rejected)]);
    assert.deepEqual(requestsOf(file), ['a failed result']);
    assert.deepEqual(
      file.notes.map(({ reason, requestId, line, isInFile }) => [reason, requestId, line, isInFile]),
      [['repeated', 'a', 1, true]],
    );
  });

  it('leaves out a request if any of its lines did not fail', async () => {
    for (const other of [generation(), generation({ status: 'PROCESSING' })]) {
      for (const lines of [
        [resultLine('a', failure()), resultLine('a', other)],
        [resultLine('a', other), resultLine('a', failure())],
      ]) {
        for (const input of [undefined, inputLine('a')]) {
          const file = await build(lines, input === undefined ? {} : { input });
          assert.equal(file.text, '');
          assert.deepEqual(notesOf(file), ['otherResult a']);
        }
      }
    }
  });

  it('can be limited to failures worth retrying', async () => {
    const results = [
      resultLine('a', failure()),
      resultLine('b', rejected),
      resultLine('c', failure({ error_code: undefined })),
      resultLine('d', rejected),
      resultLine('d', rejected),
    ];
    const input = ['a', 'b', 'c', 'd', 'e'].map((id) => inputLine(id)).join('\n');
    const expected = ['notWorthRetrying b', 'maybeNotWorthRetrying c', 'notWorthRetrying d'];
    const fromInput = await build(results, { input }, { onlyWorthRetrying: true });
    assert.deepEqual(requestsOf(fromInput), ['a failed input', 'e missing input']);
    assert.deepEqual(notesOf(fromInput), expected);
    const rebuilt = await build(results, {}, { onlyWorthRetrying: true });
    assert.deepEqual(requestsOf(rebuilt), ['a failed result']);
    assert.deepEqual(notesOf(rebuilt), expected);
    assert.equal((await build(results)).requests.length, 4);
  });

  it('names the batch limits that it violates', async () => {
    const file = (count: number, url = ''): Promise<RetryFile> =>
      build(Array.from({ length: count }, (_, index) => resultLine(`${index}`, failure({ input: [{ url }] }))));
    assert.deepEqual((await file(0)).sizeProblems, ['tooFewLines']);
    assert.deepEqual((await file(19)).sizeProblems, ['tooFewLines']);
    assert.deepEqual((await file(20)).sizeProblems, []);
    assert.deepEqual((await file(500)).sizeProblems, []);
    assert.deepEqual((await file(501)).sizeProblems, ['tooManyLines']);
    assert.deepEqual((await file(20, 'x'.repeat(250_000))).sizeProblems, ['tooManyBytes']);
    const { maxBytes: bytes } = batchFileLimits;
    assert.deepEqual(sizeProblems({ lines: 20, bytes }), []);
    assert.deepEqual(sizeProblems({ lines: 501, bytes: bytes + 1 }), ['tooManyLines', 'tooManyBytes']);
  });

  itAlways('is a valid batch file, whatever its sources are', async () => {
    const anyId = fc.constantFrom('a', 'b', 'c', 'ü', '__proto__', '\ud800', 'a\nb', '\u2028');
    const anyGeneration = fc.oneof(
      fc.constantFrom(generation(), failure(), rejected, failure({ input: [] }), generation({ status: 'PENDING' })),
      fc
        .record({ status: fc.constantFrom('FAILED', 'X'), model: fc.jsonValue(), options: fc.jsonValue() })
        .map(failure),
      fc.jsonValue(),
    );
    const anyResult = fc.oneof(
      fc.tuple(anyId, anyGeneration).map(([id, response]) => resultLine(id, response)),
      fc.string().map((text) => text.replace(/\n/g, '')),
    );
    const anyInput = fc
      .array(
        fc.tuple(
          fc.oneof(
            anyId.map((id) => inputLine(id)),
            anyId.map((id) => `\ufeff${inputLine(id)}`),
            fc.string({ unit: 'binary' }),
            fc.constantFrom('', ' ', '{}', '{"request_id":"a"}'),
          ),
          fc.constantFrom('\n', '\r\n'),
        ),
      )
      .map((lines) => lines.flat().join(''));
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyResult),
        fc.option(anyInput, { nil: undefined }),
        fc.nat(10),
        fc.boolean(),
        async (results, input, totalGenerations, onlyWorthRetrying) => {
          const source = { totalGenerations, ...(input === undefined ? {} : { input }) };
          const file = await build(results, source, { onlyWorthRetrying });
          const requests = parsed(file.text);
          const ids = requests.map(({ request_id: id }) => id);
          assert.deepEqual(
            ids,
            file.requests.map(({ requestId }) => requestId),
          );
          assert.equal(new Set(ids).size, ids.length);
          for (const { endpoint, payload } of requests) {
            assert.equal(endpoint, '/v2/generate');
            assert.ok(typeof payload === 'object' && !Array.isArray(payload));
          }
          const paidFor = rowsOf(results.join('\n')).filter(
            ({ outcome }) => outcome === 'succeeded' || outcome === 'unfinished',
          );
          assert.ok(paidFor.every(({ requestId }) => requestId === undefined || !ids.includes(requestId)));
          for (const { reason, isInFile, requestId } of file.notes) {
            assert.ok(requestId === undefined || ids.includes(requestId) === isInFile, reason);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
