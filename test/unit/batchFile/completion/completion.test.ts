import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Completion, completionsAt, fieldAt } from '../../../../src/core/batchFile/completion/completion';
import { checkLine } from '../../../../src/core/batchFile/rules/checkLine';
import {
  defaultValidationContext,
  fieldsByPath,
  knownModels,
} from '../../../../src/core/batchFile/schema/requestSchema';
import { itAlways } from '../../support/properties';

/** The text without its `|`, and where that was. */
function marked(text: string): { text: string; offset: number } {
  const offset = text.indexOf('|');
  return { text: text.slice(0, offset) + text.slice(offset + 1), offset };
}

function at(markedText: string): Completion[] {
  const { text, offset } = marked(markedText);
  return completionsAt(text, offset, defaultValidationContext);
}

const labels = (text: string): string[] => at(text).map(({ label }) => label);

/** The text with a completion put in, placeholders as they are. */
function taken(markedText: string, label: string): string {
  const { text } = marked(markedText);
  const found = at(markedText).find((each) => each.label === label) ?? assert.fail(`no ${label}`);
  return insertedInto(text, found);
}

function insertedInto(text: string, { span, insert }: Completion): string {
  return text.slice(0, span.start) + insert + text.slice(span.end);
}

const wholeRequest =
  '{"request_id":"$1","endpoint":"/v2/generate","payload":{"model":"$2","input":[{"type":"video","url":"$3"},{"type":"audio","url":"$4"}]}}';

describe('Completion in a batch file', () => {
  it('offers a whole request in an empty line', () => {
    for (const text of ['|', '  |  ', 're|', '\ufeff|']) {
      assert.equal(taken(text, 'request').trim().replace('\ufeff', ''), wholeRequest, text);
    }
  });

  it('makes of it a request that is sound once filled in', () => {
    const filled = wholeRequest
      .replace('$1', 'ep1')
      .replace('$2', 'lipsync-2')
      .replace('$3', 'https://media.example.com/ep1.mp4')
      .replace('$4', 'https://media.example.com/ep1.wav');
    assert.deepEqual(checkLine(filled).diagnostics, []);
  });

  it('offers the fields that are not there yet, required ones first', () => {
    assert.deepEqual(labels('{|}'), ['request_id', 'endpoint', 'payload']);
    assert.deepEqual(labels('{"request_id":"a",|"payload":{}}'), ['endpoint']);
    assert.deepEqual(labels('{"payload":{"segments":[],|}}'), [
      ...['model', 'input', 'options', 'webhookUrl', 'outputFileName', 'projectId', 'dubParams', 'dialogueEdit'],
    ]);
  });

  it('puts them in with what they need', () => {
    assert.equal(taken('{|}', 'endpoint'), '{"endpoint":"/v2/generate"}');
    assert.equal(taken('{|"payload":{}}', 'request_id'), '{"request_id":"$1","payload":{}}');
    assert.equal(taken('{"payload":{"options":{ | }}}', 'temperature'), '{"payload":{"options":{ "temperature":$1 }}}');
    assert.equal(
      taken('{"payload":{|', 'segments'),
      '{"payload":{"segments":[{"startTime":$1,"endTime":$2,"audioInput":{"refId":"$3"}}]',
    );
  });

  it('takes the place of a key that is half typed', () => {
    assert.equal(taken('{"en|"}', 'endpoint'), '{"endpoint":"/v2/generate"}');
    assert.equal(taken('{"en|', 'endpoint'), '{"endpoint":"/v2/generate"');
    assert.equal(taken('{en|}', 'endpoint'), '{"endpoint":"/v2/generate"}');
    assert.equal(taken('{"en|":"x"}', 'endpoint'), '{"endpoint":"x"}');
    assert.equal(taken('{"en|}', 'endpoint'), '{"endpoint":"/v2/generate"}');
  });

  it('leaves its neighbours as they are where a quote has no partner yet', () => {
    assert.equal(
      taken('{"payload":{"|"model":"lipsync-2"}}', 'projectId'),
      '{"payload":{"projectId":"$1","model":"lipsync-2"}}',
    );
    assert.equal(
      taken('{"payload":{"options":{"sync_mode":"lo|,"temperature":0.5}}}', 'loop'),
      '{"payload":{"options":{"sync_mode":"loop","temperature":0.5}}}',
    );
    assert.equal(taken('{"payload":{"mod|:"x"}}', 'model'), '{"payload":{"model":"x"}}');
    assert.equal(taken('{"payload":{"pro|,"model":"x"}}', 'projectId'), '{"payload":{"projectId":"$1","model":"x"}}');
  });

  it('does not take the place of what is behind the cursor, not even of a byte order mark', () => {
    const [request] = completionsAt('\ufeff', 0, defaultValidationContext);
    assert.deepEqual(request?.span, { start: 0, end: 1 });
  });

  it('knows the fields of each kind of input', () => {
    assert.deepEqual(labels('{"payload":{"input":[{"type":"video",|}]}}'), ['url', 'assetId']);
    assert.deepEqual(labels('{"payload":{"input":[{"type":"audio","url":"x",|}]}}'), ['refId']);
    assert.deepEqual(labels('{"payload":{"input":[{"type":"text",|}]}}'), ['refId', 'provider']);
  });

  it('offers only the options that the model has', () => {
    assert.deepEqual(labels('{"payload":{"model":"sync-3","options":{|}}}'), [
      ...['sync_mode', 'active_speaker_detection', 'reasoning_enabled'],
    ]);
    assert.ok(labels('{"payload":{"options":{|},"model":"react-1"}}').includes('prompt'));
    assert.ok(!labels('{"payload":{"options":{|},"model":"lipsync-2"}}').includes('prompt'));
  });

  it('offers the models that are known', () => {
    assert.deepEqual(labels('{"payload":{"model":|}}'), knownModels);
    const { text, offset } = marked('{"payload":{"model":"|"}}');
    assert.deepEqual(
      completionsAt(text, offset, { models: ['sync-9'] }).map(({ insert }) => insert),
      ['"sync-9"'],
    );
  });

  it('takes the place of a value with its quotes', () => {
    const expected = '{"payload":{"model":"react-1"}}';
    for (const text of ['"|"', '"lip|sync-2"', '"x"|', '|', '|"x"', ' "x|"', 'x|', '"x|']) {
      assert.equal(taken(`{"payload":{"model":${text}}}`, 'react-1').replace(': ', ':'), expected, text);
    }
  });

  it('offers known values, true and false', () => {
    assert.deepEqual(labels('{"endpoint":|}'), ['/v2/generate']);
    assert.deepEqual(labels('{"payload":{"options":{"sync_mode":"|"}}}'), [
      ...['bounce', 'loop', 'cut_off', 'silence', 'remap'],
    ]);
    assert.deepEqual(labels('{"payload":{"options":{"occlusion_detection_enabled":|}}}'), ['true', 'false']);
  });

  it('offers whole inputs', () => {
    assert.deepEqual(labels('{"payload":{"input":[|]}}'), ['video', 'audio', 'text', 'image']);
    assert.deepEqual(labels('{"payload":{"model":"lipsync-2","input":[|]}}'), ['video', 'audio', 'text']);
    assert.equal(
      taken('{"payload":{"input":[|{"type":"audio"}]}}', 'video'),
      '{"payload":{"input":[{"type":"video","url":"$1"},{"type":"audio"}]}}',
    );
    assert.equal(
      taken('{"payload":{"input":[{},|]}}', 'audio'),
      '{"payload":{"input":[{},{"type":"audio","url":"$1"}]}}',
    );
  });

  it('offers the reference IDs of the same request', () => {
    const text =
      '{"payload":{"segments":[{"audioInput":{"refId":"|"}}],"input":[{"refId":"a"},{"refId":"b"},{"refId":"a"}]}}';
    assert.deepEqual(labels(text), ['a', 'b']);
  });

  it('offers nothing where nothing can stand', () => {
    for (const text of [
      '{"request_id" |',
      '{"request_id":"a"|}',
      '{} |',
      '|{}',
      '{"x":{|}}',
      '{"payload":{"model":"m"} |}',
    ]) {
      assert.deepEqual(labels(text), [], text);
    }
  });

  it('works behind what is broken', () => {
    assert.ok(labels('{"payload":{"input":[{"type":"video"}, "options":{"sync_mode":"a"},|').includes('video'));
    assert.deepEqual(labels('{"payload":{"options":{"sync_mode":"loop" "model_mode":"|"'), ['lips', 'face', 'head']);
    assert.deepEqual(labels('{"payload":[{]}},{|'), []);
  });
});

describe('The field at a place', () => {
  const line =
    '{"request_id":"a","payload":{"input":[{"type":"video","url":"u"}],"options":{"sync_mode":"loop","temperature":0.5,"active_speaker_detection":{"coordinates":[1,2]}},"x":{"y":null}}}';
  const of = (token: string): unknown => {
    const found = fieldAt(line, line.indexOf(token) + 1);
    return found && { ...found, span: line.slice(found.span.start, found.span.end) };
  };

  it('is that of the key, with its value', () => {
    assert.deepEqual(of('"url"'), { path: 'payload.input[].url', span: '"url"', value: 'u' });
    assert.deepEqual(of('"sync_mode"'), { path: 'payload.options.sync_mode', span: '"sync_mode"', value: 'loop' });
    assert.deepEqual(of('"options"'), { path: 'payload.options', span: '"options"' });
    assert.deepEqual(of('"y"'), { path: 'payload.x.y', span: '"y"', value: null });
  });

  it('is that of the value', () => {
    assert.deepEqual(of('"loop"'), { path: 'payload.options.sync_mode', span: '"loop"', value: 'loop' });
    assert.deepEqual(of('0.5'), { path: 'payload.options.temperature', span: '0.5', value: 0.5 });
    assert.deepEqual(
      fieldAt(line, line.indexOf('[1,') + 1)?.path,
      'payload.options.active_speaker_detection.coordinates[]',
    );
  });

  it('is none between them', () => {
    assert.equal(fieldAt(line, 0), undefined);
    assert.equal(fieldAt(line, line.indexOf('[{')), undefined);
    assert.equal(fieldAt('"text"', 2), undefined);
    assert.equal(fieldAt('', 0), undefined);
    assert.equal(fieldAt(line, 10_000), undefined);
  });

  it('is known in every line of the table', () => {
    for (const path of ['payload.input[].url', 'payload.options.sync_mode', 'payload.segments[].audioInput.refId']) {
      assert.ok(fieldsByPath.has(path), path);
    }
  });
});

describe('Help in any line', () => {
  const full =
    '{"request_id": "a", "endpoint":"/v2/generate","payload":{"model":"react-1","input":[{"type":"video","url":"https://x.example/a.mp4"}, {"type":"text","refId":"r","provider":{"name":"elevenlabs","voiceId":"v","script":"s\\"\\u00e9"}}],"options":{"sync_mode":"loop","temperature": null,"prompt":"happy","occlusion_detection_enabled":false,"active_speaker_detection":true},"segments":[{"startTime":0,"endTime":1.5,"audioInput":{"refId":"r"}}]}}';

  it('never fails at any place of any beginning of a line', () => {
    for (let end = 0; end <= full.length; end += 1) {
      const text = full.slice(0, end);
      for (const offset of [0, end >> 1, end - 1, end]) {
        for (const { span } of completionsAt(text, offset, defaultValidationContext)) {
          assert.ok(span.start <= Math.max(offset, 0) && span.end <= text.length);
        }
        fieldAt(text, offset);
      }
    }
  }).timeout(60_000);

  it('leaves a sound line sound, whichever value is taken', () => {
    let count = 0;
    for (let offset = 0; offset <= full.length; offset += 1) {
      for (const completion of completionsAt(full, offset, defaultValidationContext)) {
        const text = insertedInto(full, completion).replaceAll('{$1}', '{}').replace(/\$\d/g, '0');
        assert.doesNotThrow(() => JSON.parse(text) as unknown, text);
        assert.ok(completion.span.start <= offset && offset <= completion.span.end);
        count += 1;
      }
    }
    assert.ok(count > 100);
  });

  itAlways('never fails, whatever the text is', () => {
    const piece = fc.oneof(
      fc.constantFrom(...'{ } [ ] , : " \\ /*'.split(' '), ' ', '"payload"', '"input"', 'true', '1', '\ufeff'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), fc.nat(40), (pieces, offset) => {
        completionsAt(pieces.join(''), offset, defaultValidationContext);
        fieldAt(pieces.join(''), offset);
      }),
    );
  });

  it('reads past a comment that is not closed', () => {
    assert.deepEqual(labels('{| /*'), ['request_id', 'endpoint', 'payload']);
    assert.equal(fieldAt('/*', 0), undefined);
  });

  it('takes lines that are nested without end', () => {
    const deep = '['.repeat(200_000) + '}'.repeat(200_000);
    assert.deepEqual(completionsAt(deep, deep.length, defaultValidationContext), []);
    assert.deepEqual(completionsAt('{"payload":'.repeat(50_000), 100, defaultValidationContext), []);
  });
});
