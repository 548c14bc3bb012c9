import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { checkLine, maxLineLength, maxDiagnosticsPerLine } from '../../../../src/core/batchFile/rules/checkLine';
import { applyFix, type Diagnostic, diagnosticSeverities } from '../../../../src/core/batchFile/rules/diagnostics';
import { type JsonNode, parseJsonTree } from '../../../../src/core/batchFile/json/jsonParser';
import { defaultValidationContext, knownModels } from '../../../../src/core/batchFile/schema/requestSchema';
import { itAlways } from '../../support/properties';
import { diagnosticRows } from '../diagnosticRows';
import { audio, exampleFile, line, payload, sound, speech, video } from '../requests';

const check = (text: string): readonly Diagnostic[] => checkLine(text, defaultValidationContext).diagnostics;
const codes = (text: string): string[] => check(text).map(({ code }) => code);
const short = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

/** The codes that need other lines, or a line too large for the table. */
const notInOneLine = ['blankLine', 'lineTooLong', 'moreDiagnostics', 'duplicateRequestId', 'bom'];
const ofFile = ['tooFewLines', 'tooManyLines', 'tooManyBytes'];

describe('A line of a batch file', () => {
  for (const { code, bad, points, good, hasFix } of diagnosticRows) {
    it(`can have ${code} at ${short(points)}`, () => {
      const found = check(bad).filter((each) => each.code === code);
      const first = found.find(({ span }) => bad.slice(span.start, span.end) === points);
      const seen = check(bad).map((each) => `${each.code} ${bad.slice(each.span.start, each.span.end)}`);
      assert.ok(first, `found instead: ${seen.join('; ')}`);
      assert.equal(first.severity, diagnosticSeverities[code]);
      assert.ok(!codes(good).includes(code), 'the repaired line has it too');
      assert.equal(first.fixes.length > 0, hasFix ?? false, JSON.stringify(first.fixes));
      const [fix] = first.fixes;
      if (fix !== undefined) {
        assert.equal(applyFix(bad, fix), good);
      }
    });
  }

  it('has a row in the table for every rule', () => {
    const tried = new Set<string>(diagnosticRows.map(({ code }) => code));
    const others = new Set<string>([...notInOneLine, ...ofFile]);
    const missing = Object.keys(diagnosticSeverities).filter((code) => !tried.has(code) && !others.has(code));
    assert.deepEqual(missing, []);
  });

  it('has nothing to say about it where it is as the documentation shows it', () => {
    assert.deepEqual(exampleFile.flatMap(codes), []);
  });

  it('says nothing about any documented field in its place', () => {
    const inputs = [video, audio.replace('}', ',"refId":"a"}'), speech.replace(/\}$/, ',"refId":"b"}')];
    const audioInput = { refId: 'b', startTime: 0, endTime: 2.5 };
    const segments = [
      { startTime: 0, endTime: 2, audioInput: { refId: 'a' } },
      { startTime: 2, endTime: 4.5, audioInput },
    ];
    const options = {
      sync_mode: 'remap',
      temperature: null,
      model_mode: 'head',
      prompt: 'neutral',
      occlusion_detection_enabled: true,
      active_speaker_detection: { auto_detect: false, frame_number: 0, coordinates: [1, 2], v3: true },
      reasoning_enabled: false,
    };
    const more = [
      `"options":${JSON.stringify(options)}`,
      `"segments":${JSON.stringify(segments)}`,
      '"webhookUrl":"https://hooks.example.com/a?b=c"',
      '"outputFileName":"ep-1_de"',
      '"projectId":"0b6f0c52-5d0e-4a0e-9a11-1f7c2f6f4a10"',
    ];
    assert.deepEqual(codes(line(payload(inputs, `,${more.join(',')}`, 'react-1'))), []);
  });

  it('gives its request ID and the position of the ID', () => {
    const checked = checkLine(sound, defaultValidationContext);
    assert.deepEqual([checked.requestId, checked.isBlank], ['r-1', false]);
    const { start = 0, end = 0 } = checked.requestIdSpan ?? {};
    assert.equal(sound.slice(start, end), '"r-1"');
    for (const text of ['', '{', '{}', '{"request_id":""}', '{"request_id":7}']) {
      assert.deepEqual([checkLine(text).requestId, checkLine(text).requestIdSpan], [undefined, undefined], text);
    }
  });

  it('warns of unknown fields, values and models, and never calls them errors', () => {
    const text = line(
      payload([video, audio], ',"options":{"sync_mode":"new","shiny":{"a":1}},"future":[1]', 'sync-4'),
    ).replace('{', '{"priority":1,');
    assert.deepEqual(
      check(text).map(({ code, severity }) => `${severity} ${code}`),
      [
        'warning unknownField',
        'warning unknownModel',
        'warning unknownValue',
        'warning unknownField',
        'warning unknownField',
      ],
    );
    // What kinds of input there are may be news too, and then it is not known what is missing.
    assert.deepEqual(codes(line(payload(['{"type":"hologram","url":"https://a.example.com/b"}']))), ['unknownValue']);
    // What is documented of other models says nothing about a new one.
    const options = ',"options":{"prompt":"sad","model_mode":"lips","temperature":1}';
    assert.deepEqual(codes(line(payload([video.replace('video', 'image'), audio], options, 'sync-4'))), [
      'unknownModel',
    ]);
  });

  it('takes the models of the account for known', () => {
    const text = line(payload([video, audio], '', 'sync-4'));
    assert.deepEqual(checkLine(text, { models: [...knownModels, 'sync-4'] }).diagnostics, []);
  });

  it('points at the right place after characters that take two units', () => {
    const text = line(payload([video, audio], ',"outputFileName":"🎬"'), 'e-👩‍🚀');
    assert.deepEqual(
      check(text).map(({ code, span }) => [code, text.slice(span.start, span.end)]),
      [
        ['unusualRequestId', '"e-👩‍🚀"'],
        ['badOutputFileName', '"🎬"'],
      ],
    );
  });

  it('counts the characters of a script as users see them', () => {
    const script = (text: string): string[] => codes(line(payload([video, speech.replace('Guten Tag', text)])));
    assert.deepEqual(script('🎬'.repeat(5000)), []);
    assert.deepEqual(script('🎬'.repeat(5001)), ['textTooLong']);
  });

  it('is not held against the table where a field is not for its input', () => {
    const notRead = video.replace('}', ',"refId":"","provider":{"name":7}}');
    assert.deepEqual(codes(line(payload([notRead, audio]))), ['fieldNotForInput', 'fieldNotForInput']);
    const speechWithUrl = speech.replace('}}', '},"url":""}');
    assert.deepEqual(codes(line(payload([video, speechWithUrl]))), ['fieldNotForInput']);
  });

  it('may have anything in fields of which no type is documented', () => {
    for (const value of ['1', '"a"', 'true', 'null', '[1,[2]]', '{"a":{"b":1}}']) {
      const detection = `{"use_v2":${value},"v3":${value},"face_image":${value}}`;
      const options = `,"options":{"active_speaker_detection":${detection}}`;
      assert.deepEqual(codes(line(payload([video, audio], options))), [], value);
    }
  });

  it('has a repeated field removed only where nothing changes by it', () => {
    const fixesOf = (...models: string[]): number[] => {
      const fields = models.map((model) => `"model":"${model}"`).join(',');
      return check(sound.replace('"model":"lipsync-2"', fields)).map(({ fixes }) => fixes.length);
    };
    assert.deepEqual(fixesOf('lipsync-2', 'sync-3', 'lipsync-2'), [0, 0]);
    assert.deepEqual(fixesOf('lipsync-2', 'sync-3', 'sync-3'), [0, 1]);
    assert.deepEqual(fixesOf('sync-3', 'sync-3', 'lipsync-2'), [1, 0]);
  });

  it('has one of two names mended that mean the same field', () => {
    const found = check(sound.replace('"request_id"', '"requestId":"a","request-id"'));
    const fixes = found.map(({ code, fixes: [fix] }) => [code, fix?.edits[0]?.span.start]);
    const { length } = '{';
    assert.deepEqual(fixes, [
      ['missingField', length],
      ['unknownField', length],
      ['unknownField', undefined],
    ]);
  });

  it('has repeated fields told in a moment, however deep they are', () => {
    const repeated = Array.from({ length: 1500 }, () => '"x":1').join(',');
    const deep = `${'{"a":'.repeat(100_000)}{${repeated}}${'}'.repeat(100_000)}`;
    const found = check(line(payload([video], `,"dubParams":${deep}`)));
    assert.equal(found[0]?.details.path, `payload.dubParams${'.a'.repeat(41)}…`);
  });

  it('may have the options that only its model takes', () => {
    const options = ',"options":{"prompt":"sad","model_mode":"lips"}';
    assert.deepEqual(codes(line(payload([video, audio], options, 'react-1'))), []);
    assert.deepEqual(codes(line(payload([video, audio], ',"options":{"temperature":null}', 'sync-3'))), []);
  });

  it('names the parts that a sentence needs', () => {
    const [first] = check(line(payload([video, audio.replace('audio', 'audoi')])));
    assert.deepEqual(first?.details, {
      path: 'payload.input[1].type',
      field: 'payload.input[].type',
      value: 'audoi',
      expected: ['video', 'image', 'audio', 'text'],
      suggestion: 'audio',
    });
    const [missing] = check(sound.replace('"model":"lipsync-2",', ''));
    assert.deepEqual(missing?.details, { path: 'payload.model', field: 'payload.model', value: 'model' });
  });

  it('is not looked into where it is huge', () => {
    const [found, ...others] = check('{'.repeat(maxLineLength + 1));
    assert.equal(found?.code, 'lineTooLong');
    assert.deepEqual(others, []);
  });

  it('has no more findings than can be read, with the errors among them', () => {
    const inputs = Array.from({ length: 2000 }, () => '{"type":"video","url":"https://a.example.com/1","x":1}');
    const found = check(line(payload([...inputs, '5'])));
    assert.equal(found.length, maxDiagnosticsPerLine);
    assert.equal(found.at(-1)?.code, 'moreDiagnostics');
    assert.ok(found.some(({ severity }) => severity === 'error'));
  });

  it('may be nested ten thousand times', () => {
    for (const text of [
      '['.repeat(10_000),
      '['.repeat(10_000) + ']'.repeat(10_000),
      '{"a":'.repeat(10_000),
      `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
      line(payload([video, audio], `,"dubParams":{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}},"a":1,"a":1`)),
      line(`${'{"a":1,"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`),
    ]) {
      assert.ok(check(text).length > 0);
    }
  });

  const jsonish = fc.oneof(
    fc.string(),
    fc.json(),
    fc.string({
      unit: fc.constantFrom(
        ...Array.from('{}[]",:\\\'/*tn0.-eu1 \t'),
        'true',
        'null',
        '"a":',
        '\ufeff',
        '\u00a0',
        '🎬',
        '“',
      ),
    }),
  );
  /** Sound lines with a few characters taken out, put in or doubled. */
  const broken = fc
    .tuple(
      fc.constantFrom(...diagnosticRows.flatMap(({ bad, good }) => [bad, good])).filter((text) => text.length < 2000),
      fc.nat(),
      fc.nat(3),
      fc.constantFrom('', ',', '"', '}', ']', ':', "'", '\\', '\n', '//', ' '),
    )
    .map(([text, at, removed, put]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + put + text.slice(place + removed);
    });

  itAlways('has exactly one error of JSON where JSON.parse refuses it, and none where it does not', () => {
    fc.assert(
      fc.property(fc.oneof(jsonish, broken), (text) => {
        if (text.trim() === '') return;
        const isSound = isJson(text);
        const faults = check(text).filter(({ code }) => code.startsWith('json'));
        assert.equal(faults.length, isSound ? 0 : 1, JSON.stringify(text));
        assert.ok(isSound || check(text)[0]?.severity === 'error');
      }),
      { numRuns: 5000 },
    );
  });

  itAlways('points into itself, at something, whatever it is, and its fixes do too', () => {
    fc.assert(
      fc.property(fc.oneof(jsonish, broken), (text) => {
        for (const { span, fixes } of check(text)) {
          assert.ok(span.start >= 0 && span.start < span.end && span.end <= text.length, JSON.stringify([text, span]));
          for (const { edits } of fixes) {
            for (const edit of edits) {
              assert.ok(edit.span.start >= 0 && edit.span.start <= edit.span.end && edit.span.end <= text.length);
            }
          }
        }
      }),
      { numRuns: 3000 },
    );
  });

  itAlways('loses a finding when its fix is made', () => {
    const count = (text: string, { code, details }: Diagnostic): number =>
      check(text).filter((each) => each.code === code && each.details.path === details.path).length;
    fc.assert(
      fc.property(broken, (text) => {
        for (const found of check(text)) {
          const { code, fixes } = found;
          for (const fix of fixes) {
            const repaired = applyFix(text, fix);
            // Behind one fault of JSON there may be another of the same kind.
            const isGone = code.startsWith('json') ? repaired !== text : count(repaired, found) < count(text, found);
            assert.ok(isGone, `${code}: ${text} -> ${repaired}`);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  itAlways('comes to an end when all fixes are made one after the other', () => {
    fc.assert(
      fc.property(fc.oneof(jsonish, broken), (start) => {
        let text = start;
        for (let made = 0; ; made++) {
          const fix = check(text).flatMap(({ fixes }) => fixes)[0];
          if (fix === undefined) return;
          assert.ok(made < 100, `${start} -> ${text}`);
          text = applyFix(text, fix);
        }
      }),
      { numRuns: 2000 },
    );
  });

  itAlways('has a field that comes twice seen, however little room it takes', () => {
    const scalar = fc.constantFrom('0', '0.5', '1e9', 'true', 'null', '""', '":"', '"://a"', '"\\n\\u003a"', '"\\":"');
    const name = fc.constantFrom('""', '"a"', '"b"', '"b:/"', '"\\u0061"');
    const colon = fc.constantFrom(':', ':', ': ', ' : ');
    const { json } = fc.letrec<{ json: string }>((tie) => ({
      json: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        scalar,
        fc.array(tie('json'), { maxLength: 3 }).map((items) => `[${items.join()}]`),
        fc.array(fc.tuple(name, colon, tie('json')), { maxLength: 4 }).map((fields) => {
          return `{${fields.map((parts) => parts.join('')).join()}}`;
        }),
      ),
    }));
    fc.assert(
      fc.property(json, (text) => {
        const read = parseJsonTree(text);
        assert.ok('root' in read);
        const expected = hasRepeatedName(read.root) ? ['duplicateField'] : [];
        const found = codes(line(payload([video], `,"dubParams":{"x":${text}}`)));
        assert.deepEqual([...new Set(found)], expected);
      }),
      { numRuns: 3000, examples: [['{"":0,"":0}'], ['{"a":":","a":":"}']] },
    );
  });

  itAlways('may hold any JSON anywhere', () => {
    const spots = ['request_id', 'endpoint', 'payload', 'model', 'input', 'options', 'segments', 'type', 'url'];
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...spots, 'refId', 'audioInput', 'provider'), (value, spot) => {
        const text = JSON.stringify(
          JSON.parse(
            line(
              payload(
                [video, audio.replace('}', ',"refId":"a","provider":{}}')],
                ',"options":{},"segments":[{"audioInput":{"refId":"a"}}]',
              ),
            ),
            (key, old: unknown) => (key === spot ? value : old),
          ),
        );
        check(text);
      }),
    );
  });
});

function hasRepeatedName({ properties, items }: JsonNode): boolean {
  const parts = [...items, ...properties.map(({ value }) => value)];
  return new Set(properties.map(({ name }) => name)).size < properties.length || parts.some(hasRepeatedName);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
