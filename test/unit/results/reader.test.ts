import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { ResultReader } from '../../../src/core/results/reader';
import { parseResultLine, type ResultRow } from '../../../src/core/results/row';
import { itAlways } from '../support/properties';
import { bytesOf, failure, resultLine, rowsOf } from './lines';

/** Reads a file in chunks. The lengths repeat. */
function readInPieces(file: Uint8Array, lengths: readonly number[], maxLineBytes?: number): ResultRow[] {
  const reader = new ResultReader(maxLineBytes === undefined ? {} : { maxLineBytes });
  const rows: ResultRow[] = [];
  for (let at = 0, piece = 0; at < file.length; piece += 1) {
    const length = lengths[piece % lengths.length] ?? file.length;
    const chunk = file.slice(at, at + length);
    rows.push(...reader.push(chunk));
    // The reader must not use an earlier chunk again.
    chunk.fill(0);
    at += length;
  }
  rows.push(...reader.end());
  return rows;
}

/** @returns the raw line of a row, by its position. */
function rawLine(file: Uint8Array, { start, length }: ResultRow): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(file.subarray(start, start + length));
}

function requestIds(rows: readonly ResultRow[]): unknown[] {
  return rows.map(({ requestId, problem }) => requestId ?? problem);
}

describe('The result reader', () => {
  it('returns a row for each line, in the order of the file', () => {
    assert.deepEqual(requestIds(rowsOf(`${resultLine('b')}\n${resultLine('a', failure())}\n`)), ['b', 'a']);
    assert.deepEqual(rowsOf(''), []);
  });

  it('returns the rows of a chunk immediately, and a last line without a line ending at the end', () => {
    const reader = new ResultReader();
    assert.deepEqual(requestIds(reader.push(bytesOf(`${resultLine('a')}\n{"request`))), ['a']);
    assert.deepEqual(requestIds(reader.push(bytesOf('_id":"b","error":"x"}'))), []);
    assert.deepEqual(requestIds(reader.end()), ['b']);
    assert.deepEqual(reader.end(), []);
  });

  it('accepts LF, CRLF, blank lines and byte order marks', () => {
    const [a, b, c] = [resultLine('a'), resultLine('b'), resultLine('c')];
    const file = bytesOf(`\ufeff${a}\r\n\r\n  \n${b}\n\ufeff${c}\r\n\r\n`);
    const rows = rowsOf(file);
    assert.deepEqual(
      rows.map(({ requestId, line }) => [requestId, line]),
      [
        ['a', 0],
        ['b', 3],
        ['c', 4],
      ],
    );
    assert.deepEqual(
      rows.map((row) => rawLine(file, row)),
      [a, b, c],
    );
  });

  it('marks a line that repeats a request ID as a duplicate', () => {
    const rows = rowsOf([resultLine('a'), resultLine('b'), resultLine('a', failure()), '{}', '{}'].join('\n'));
    assert.deepEqual(
      rows.map(({ outcome, problem }) => [outcome, problem]),
      [
        ['succeeded', undefined],
        ['succeeded', undefined],
        ['failed', 'duplicate'],
        ['unreadable', 'noRequestId'],
        ['unreadable', 'noRequestId'],
      ],
    );
  });

  it('skips only the line that is too long, however the bytes are split', () => {
    const long = `{"request_id":"long","x":"${'é'.repeat(400)}"}`;
    const file = bytesOf([resultLine('a'), long, resultLine('b'), long].join('\n'));
    const maxLineBytes = 600;
    for (const lengths of [[file.length], [1], [64], [599, 3], [601]]) {
      const rows = readInPieces(file, lengths, maxLineBytes);
      assert.deepEqual(requestIds(rows), ['a', 'tooLong', 'b', 'tooLong'], String(lengths));
      assert.equal(rawLine(file, rows[1] ?? assert.fail()), long);
      assert.equal(rawLine(file, rows[3] ?? assert.fail()), long);
    }
  });

  it('does not hold a line that is too long in memory', function () {
    this.timeout(60_000);
    const chunk = new Uint8Array(1_000_000).fill(0x61);
    const reader = new ResultReader();
    const before = process.memoryUsage().arrayBuffers;
    for (let megabyte = 0; megabyte < 200; megabyte += 1) {
      assert.deepEqual(reader.push(chunk), []);
    }
    assert.ok(process.memoryUsage().arrayBuffers - before < 50_000_000);
    const rows = reader.push(bytesOf(`\n${resultLine('a')}\n`));
    assert.deepEqual(requestIds(rows), ['tooLong', 'a']);
    assert.equal(rows[0]?.length, 200_000_000);
  });

  it('reads a line of 10 MB', () => {
    const line = resultLine('a', { status: 'COMPLETED', outputUrl: 'x'.repeat(9_999_000) });
    assert.deepEqual(requestIds(readInPieces(bytesOf(`${line}\n${resultLine('b')}`), [65_536])), ['a', 'b']);
  });

  it('skips only a line of more than 10 MB, also if it arrives in one chunk', () => {
    const file = `${resultLine('a')}\n"${'x'.repeat(10_000_000)}"\n${resultLine('b')}\n`;
    assert.deepEqual(requestIds(rowsOf(file)), ['a', 'tooLong', 'b']);
  });

  it('reads many lines, in chunks of common sizes', () => {
    const ids = Array.from({ length: 3_000 }, (_, index) => `request-${index}-é`);
    const file = bytesOf(ids.map((id) => resultLine(id)).join('\n'));
    for (const length of [16_384, 65_536, file.length]) {
      assert.deepEqual(requestIds(readInPieces(file, [length])), ids);
    }
  });

  const hostileLines = [
    'no JSON',
    '{"request_id":',
    '[]',
    'null',
    '\u0000\u0001\u001b[31m',
    '<script>alert(1)</script>',
    '"\u2028\u2029\ufeff"',
    '{"__proto__":null}',
  ];
  const anyLine = fc.oneof(
    fc.constantFrom('a', 'b', 'ü', '日本', '🎬').map((id) => resultLine(id)),
    fc.constantFrom(...hostileLines, '', ' ', '\ufeff'),
    fc.string({ unit: 'binary' }),
  );
  /** Lines with both line endings, and bytes that are not UTF-8. */
  const anyFile = fc
    .array(
      fc.oneof(
        fc.tuple(anyLine, fc.constantFrom('\n', '\r\n')).map(([line, end]) => bytesOf(`${line}${end}`)),
        fc.uint8Array({ maxLength: 6 }),
        fc
          .constantFrom([0xe2, 0x82, 0x0a], [0xf0, 0x9f], [0xef, 0xbb, 0xbf], [0xc0, 0x8a])
          .map((bytes) => Uint8Array.from(bytes)),
      ),
      { maxLength: 12 },
    )
    .map((parts) => Uint8Array.from(parts.flatMap((part) => [...part])));

  itAlways('returns the same rows however the bytes are split', () => {
    fc.assert(
      fc.property(anyFile, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (file, lengths) => {
        assert.deepEqual(readInPieces(file, lengths), readInPieces(file, [file.length]));
        assert.deepEqual(readInPieces(file, lengths, 30), readInPieces(file, [file.length], 30));
      }),
      { numRuns: 500 },
    );
  });

  itAlways('gives each row the position of its line', () => {
    fc.assert(
      fc.property(anyFile, (file) => {
        for (const row of rowsOf(file)) {
          const again = parseResultLine(rawLine(file, row), row);
          assert.deepEqual(row.problem === 'duplicate' ? { ...again, problem: 'duplicate' } : again, row);
        }
      }),
      { numRuns: 300 },
    );
  });

  itAlways('loses only invalid lines', () => {
    const anyPiece = fc.oneof(
      fc.constant('good'),
      fc.constantFrom(...hostileLines),
      fc.string({ unit: 'binary' }).map((text) => `#${text.replace(/\n/g, '')}`),
    );
    fc.assert(
      fc.property(fc.array(anyPiece), (pieces) => {
        const lines = pieces.map((piece, index) => (piece === 'good' ? resultLine(`good ${index}`) : piece));
        const rows = rowsOf(lines.join('\n'));
        assert.deepEqual(
          rows.map(({ line }) => line),
          lines.map((_, index) => index),
        );
        rows.forEach(({ requestId }, index) =>
          assert.equal(requestId, pieces[index] === 'good' ? `good ${index}` : undefined),
        );
      }),
    );
  });
});
