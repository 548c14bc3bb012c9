import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Delimiter, readCsv } from '../../../../src/core/batchFile/newFile/csv';
import { itAlways } from '../../support/properties';

function cellsOf(text: string, delimiter?: Delimiter): (readonly string[])[] {
  const { headers, rows } = readCsv(text, delimiter);
  return [headers, ...rows.map(({ cells }) => cells)];
}

function write(table: readonly (readonly string[])[], delimiter: Delimiter, end = '\r\n'): string {
  const cell = (text: string): string => (/[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return table.map((row) => row.map(cell).join(delimiter) + end).join('');
}

describe('Reading comma-separated values', () => {
  it('reads quotes, doubled quotes and line breaks in them', () => {
    assert.deepEqual(cellsOf('id,text\n1,"a, ""b""\r\nc"\n2,""\n'), [
      ['id', 'text'],
      ['1', 'a, "b"\r\nc'],
      ['2', ''],
    ]);
  });

  it('takes LF, CRLF and CR for ends of lines, and needs none at the end', () => {
    for (const end of ['\n', '\r\n', '\r']) {
      assert.deepEqual(cellsOf(['a,b', '1,2', '3,'].join(end)), [
        ['a', 'b'],
        ['1', '2'],
        ['3', ''],
      ]);
    }
  });

  it('leaves a byte order mark away', () => {
    assert.deepEqual(readCsv('\ufeff"id",b\n').headers, ['id', 'b']);
  });

  it('finds out what stands between the cells', () => {
    assert.equal(readCsv('id;video;text\n1;a;"b, c, d"\n2;a;b, c, d\n').delimiter, ';');
    assert.equal(readCsv('id\tvideo\n1\ta,b;c\n').delimiter, '\t');
    assert.equal(readCsv('"a;b;c",d\n1,2\n').delimiter, ',');
    assert.equal(readCsv('id\n1\n').delimiter, ',');
    assert.equal(readCsv('').delimiter, ',');
    assert.equal(readCsv('a,b;c\n1;2\n', ',').delimiter, ',');
  });

  it('takes the first line of Excel for what it is', () => {
    for (const line of ['sep=;\r\n', '\ufeffsep=;\n', '"sep=;"\n', 'SEP=;\r']) {
      const { delimiter, headers, rows } = readCsv(`${line}id;a,b,c,d\n1;2\n`);
      assert.deepEqual([delimiter, headers, rows], [';', ['id', 'a,b,c,d'], [{ row: 2, cells: ['1', '2'] }]], line);
    }
    assert.deepEqual(readCsv('sep=x\n').headers, ['sep=x']);
  });

  it('takes a quote after spaces for the start of a cell', () => {
    assert.deepEqual(cellsOf('id, "video",  "a"\n1, "x, y" , z\n'), [
      ['id', 'video', 'a'],
      ['1', 'x, y', ' z'],
    ]);
  });

  it('counts rows as a spreadsheet does', () => {
    const { headers, rows } = readCsv('\n ,\na,b\n"1\n1",2\n\n3,4\n');
    assert.deepEqual(headers, ['a', 'b']);
    assert.deepEqual(
      rows.map(({ row }) => row),
      [4, 5, 6],
    );
  });

  it('says which rows are odd, and reads them all the same', () => {
    const { rows, issues } = readCsv('a,b\n1\n1,2,3\n\n"x" y,2\n"x" ,2\n1,"open ""q""\n5,6');
    assert.deepEqual(issues, [
      { row: 2, code: 'ragged' },
      { row: 3, code: 'ragged' },
      { row: 5, code: 'textAfterQuote' },
      { row: 7, code: 'openQuote' },
    ]);
    assert.deepEqual(rows[3]?.cells, ['x y', '2']);
    assert.deepEqual(rows[4]?.cells, ['x', '2']);
    assert.deepEqual(rows[5]?.cells, ['1', 'open "q"\n5,6']);
  });

  it('takes a quote inside of a cell for a character', () => {
    assert.deepEqual(cellsOf('a,b\n5" screen,2\n'), [
      ['a', 'b'],
      ['5" screen', '2'],
    ]);
  });

  it('reads hostile texts in a time that grows with them only', () => {
    for (const piece of ['"', '""', ',', '\n', '"a', '"a"\n', 'a,"', ' ', '\r']) {
      readCsv(piece.repeat(500_000 / piece.length));
    }
  }).timeout(60_000);

  it('reads 5 MB', () => {
    const row = `ep1,https://x.example/ep1.mp4,"Hello, ""you""",${'x'.repeat(50)}\n`;
    const count = Math.ceil(5_000_000 / row.length);
    assert.equal(readCsv(row.repeat(count)).rows.length, count - 1);
  }).timeout(60_000);

  const cell = fc.oneof(fc.string(), fc.constantFrom(',', ';', '\t', '"', '\r\n', '\n', '=1+1', 'ä', ' x '));
  const tables = fc
    .integer({ min: 1, max: 5 })
    .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 8 }));

  itAlways('gives back any table that was written', () => {
    fc.assert(
      fc.property(
        tables,
        fc.constantFrom<Delimiter>(',', ';', '\t'),
        fc.constantFrom('\n', '\r\n'),
        (body, by, end) => {
          const head = (body[0] ?? ['']).map((_, index) => `column ${index}`);
          const { headers, rows, issues } = readCsv(write([head, ...body], by, end));
          assert.deepEqual(headers, head);
          assert.deepEqual(
            rows.map(({ cells }) => cells),
            body,
          );
          assert.deepEqual(issues, []);
        },
      ),
    );
  });

  itAlways('reads any text', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('"', ',', ';', '\t', '\r', '\n', 'a', ' ', '\ufeff')), (characters) => {
        const text = characters.join('');
        readCsv(text);
      }),
    );
  });
});
