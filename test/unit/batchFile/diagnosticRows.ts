import type { DiagnosticCode } from '../../../src/core/batchFile/rules/diagnostics';
import { audio, line, payload, sound, speech, video } from './requests';

export interface DiagnosticRow {
  readonly code: DiagnosticCode;
  /** A line that has the finding. */
  readonly bad: string;
  /** The very text that it points at. */
  readonly points: string;
  /** The line without it: what its first fix makes of it, where it has one. */
  readonly good: string;
  readonly hasFix?: boolean;
}

const row = (code: DiagnosticCode, bad: string, points: string, good = sound): DiagnosticRow => ({
  code,
  bad,
  points,
  good,
});
/** The same with a fix that makes the good line of the bad one. */
const fixed = (code: DiagnosticCode, bad: string, points: string, good = sound): DiagnosticRow => ({
  ...row(code, bad, points, good),
  hasFix: true,
});

const withOptions = (options: string, model = 'lipsync-2'): string =>
  line(payload([video, audio], `,"options":${options}`, model));
const withUrl = (url: string): string => line(payload([`{"type":"video","url":${JSON.stringify(url)}}`, audio]));
const withHook = (url: string): string => line(payload([video, audio], `,"webhookUrl":${JSON.stringify(url)}`));
const goodHook = withHook('https://hooks.example.com/sync');
const named = (refId: string): string => audio.replace('}', `,"refId":"${refId}"}`);
const segment = (start: number, end: number, refId = 'a', more = ''): string =>
  `{"startTime":${start},"endTime":${end},"audioInput":{"refId":"${refId}"${more}}}`;
const withSegments = (segments: readonly string[], inputs: readonly string[] = [video, named('a')]): string =>
  line(payload(inputs, `,"segments":[${segments.join(',')}]`));
const goodSegments = withSegments([segment(0, 1), segment(1, 2)]);
const script = (length: number): string => line(payload([video, speech.replace('Guten Tag', 'x'.repeat(length))]));
const withSpeech = (from: string, to: string): string => line(payload([video, speech.replace(from, to)]));

/** Every rule for one line, with a line that breaks it and the same line repaired. */
export const diagnosticRows: readonly DiagnosticRow[] = [
  // JSON
  fixed('jsonUnexpectedEnd', sound.slice(0, -2), ']', sound),
  row('jsonUnexpectedEnd', '{"request_id":', ':'),
  row('jsonUnexpectedEnd', '{"request_id"', '"request_id"'.slice(-1)),
  row('jsonUnterminatedString', '{"request_id":"r-1', '"r-1'),
  row('jsonUnterminatedString', '{"request_id":"r-1\\', '"r-1\\'),
  fixed(
    'jsonMissingComma',
    sound.replace(',"endpoint"', ' "endpoint"'),
    '"',
    sound.replace(',"endpoint"', ', "endpoint"'),
  ),
  fixed('jsonMissingComma', sound.replace('},{', '}{'), '{'),
  fixed('jsonTrailingComma', sound.replace(']}}', ']},}'), ','),
  fixed('jsonTrailingComma', sound.replace(']}}', ',]}}'), ','),
  fixed('jsonExtraComma', sound.replace(',"endpoint"', ',,"endpoint"'), ','),
  fixed('jsonExtraComma', sound.replace('[{', '[,{'), ','),
  fixed('jsonMissingColon', sound.replace('"model":', '"model"'), '"model"'),
  fixed('jsonMissingColon', sound.replace('"model":', '"model"='), '"model"'),
  row('jsonMissingValue', sound.replace('"lipsync-2"', ''), '"model":'),
  row('jsonMissingValue', sound.replace(':"lipsync-2"', ''), '"model"'),
  fixed('jsonWrongQuotes', sound.replace('"lipsync-2"', "'lipsync-2'"), "'lipsync-2'"),
  fixed('jsonWrongQuotes', sound.replace('"lipsync-2"', '“lipsync-2”'), '“lipsync-2”'),
  fixed('jsonWrongQuotes', sound.replace('"model"', "'model'"), "'model'"),
  fixed(
    'jsonWrongQuotes',
    withSpeech('"Guten Tag"', `'Say "it\\'s"'`),
    `'Say "it\\'s"'`,
    withSpeech('Guten Tag', `Say \\"it's\\"`),
  ),
  row('jsonWrongQuotes', "{'request_id", "'"),
  row(
    'jsonInnerQuote',
    withSpeech('Guten Tag', 'Say "hello" now'),
    '"',
    withSpeech('Guten Tag', 'Say \\"hello\\" now'),
  ),
  fixed('jsonUnquotedKey', sound.replace('"model"', 'model'), 'model'),
  fixed(
    'jsonUnquotedValue',
    withOptions('{"reasoning_enabled":True}'),
    'True',
    withOptions('{"reasoning_enabled":true}'),
  ),
  fixed('jsonUnquotedValue', withOptions('{"temperature":None}'), 'None', withOptions('{"temperature":null}')),
  row('jsonUnquotedValue', sound.replace('"lipsync-2"', 'lipsync-2'), 'lipsync-2'),
  fixed('jsonComment', sound.replace('{"model"', '{/* which */"model"'), '/* which */'),
  fixed('jsonComment', `${sound}// the first`, '// the first'),
  row('jsonComment', `# ${sound}`, `# ${sound}`),
  fixed('jsonBadEscape', withSpeech('Guten Tag', "It\\'s"), "\\'", withSpeech('Guten Tag', "It's")),
  fixed('jsonBadEscape', withSpeech('Guten Tag', 'C:\\d'), '\\d', withSpeech('Guten Tag', 'C:\\\\d')),
  row('jsonBadEscape', withSpeech('Guten Tag', '\\u12x4'), '\\u12'),
  fixed('jsonControlCharacter', withSpeech('Guten Tag', 'a\tb'), '\t', withSpeech('Guten Tag', 'a\\tb')),
  fixed('jsonBadNumber', withOptions('{"temperature":.5}'), '.5', withOptions('{"temperature":0.5}')),
  fixed('jsonBadNumber', withOptions('{"temperature":1.}'), '1.', withOptions('{"temperature":1}')),
  fixed('jsonBadNumber', withOptions('{"temperature":-.5}'), '-.5', withOptions('{"temperature":-0.5}')),
  fixed(
    'jsonBadNumber',
    withOptions('{"active_speaker_detection":{"frame_number":+12345678901234567890}}'),
    '+12345678901234567890',
    withOptions('{"active_speaker_detection":{"frame_number":12345678901234567890}}'),
  ),
  row('jsonBadNumber', withOptions('{"temperature":01}'), '01', withOptions('{"temperature":1}')),
  row('jsonBadNumber', withOptions('{"temperature":-}'), '-', withOptions('{"temperature":1}')),
  row('jsonWrongBracket', sound.replace(']}}', '}}}'), '}'),
  row('jsonWrongBracket', '{]', ']'),
  row('jsonWrongBracket', '{"request_id":[}', '}'),
  row('jsonSecondObject', `${sound}${sound}`, sound),
  row('jsonTextAfter', `${sound} and more `, 'and more'),
  fixed('jsonTextAfter', `${sound},`, ','),
  fixed('jsonTextAfter', `${sound}}]`, '}]'),
  fixed('jsonUnexpectedCharacter', sound.replace('{"model"', '{\u00a0"model"'), '\u00a0'),
  row('jsonUnexpectedCharacter', sound.replace('"lipsync-2"', '🎬'), '🎬'),
  row('jsonUnexpectedCharacter', 'hello'.replace('hello', '?'), '?'),
  // The line as a whole
  row('notAnObject', ' ["a"] ', '["a"]'),
  row('notAnObject', '"text"', '"text"'),
  row('notAnObject', 'null', 'null'),
  fixed('duplicateField', sound.replace('"model"', '"model":"lipsync-2","model"'), '"model"'),
  row('duplicateField', sound.replace('"model"', '"model":"sync-3","model" '), '"model"'),
  row('duplicateField', sound.replace('"model"', '"model":"lipsync-2","model":"sync-3","model"'), '"model"'),
  row('duplicateField', line(payload([video, audio], ',"dubParams":{"a":":{","b":[{"x":1,"x":2}]}')), '"x"'),
  // Fields
  row('missingField', sound.replace('"request_id":"r-1",', ''), '{'),
  fixed('missingField', sound.replace('"endpoint":"/v2/generate",', ''), '{'),
  fixed('missingField', sound.replace('request_id', 'requestId'), '{'),
  row('missingField', '{"request_id":"r-1","endpoint":"/v2/generate"}', '{'),
  row('missingField', sound.replace('"model":"lipsync-2",', ''), '"payload"'),
  row('missingField', line('{"model":"lipsync-2"}'), '"payload"'),
  row('missingField', line(payload([video.replace('"type":"video",', ''), audio])), '{'),
  row('missingField', withSpeech('"voiceId":"v1",', ''), '"provider"', withSpeech('', '')),
  row('missingField', line(payload([video, '{"type":"text"}'])), '{'),
  row('missingField', withSegments(['{"startTime":0,"endTime":1}']), '{', goodSegments),
  fixed('wrongType', sound.replace('"r-1"', '17'), '17', sound.replace('r-1', '17')),
  row('wrongType', line('["lipsync-2"]'), '["lipsync-2"]'),
  row('wrongType', line(payload().replace('[', '{"a":').replace(']', '}').replace(`,${audio}`, '')), `{"a":${video}}`),
  row('wrongType', line(payload([video, audio, '7'])), '7'),
  fixed('wrongType', withOptions('{"temperature":"0.5"}'), '"0.5"', withOptions('{"temperature":0.5}')),
  row(
    'wrongType',
    withOptions('{"temperature":"0.12345678901234567890"}'),
    '"0.12345678901234567890"',
    withOptions('{"temperature":0.12345678901234567890}'),
  ),
  fixed('wrongType', withOptions('{"temperature":"0.50"}'), '"0.50"', withOptions('{"temperature":0.5}')),
  fixed('wrongType', withOptions('{"reasoning_enabled":"true"}'), '"true"', withOptions('{"reasoning_enabled":true}')),
  row('wrongType', sound.replace('"lipsync-2"', 'null'), 'null'),
  fixed('nullValue', withHook('x').replace('"x"', 'null'), 'null', sound),
  row('emptyString', line(payload(), ''), '""'),
  row('emptyString', line(payload([video, audio], '', '')), '""'),
  row('emptyString', line(payload([video, audio], ',"outputFileName":""')), '""'),
  row('emptyOptional', withHook(''), '""', goodHook),
  row('emptyOptional', withUrl(''), '""'),
  row('emptyOptional', line(payload([video.replace('}', ',"assetId":""}'), audio])), '""'),
  row('emptyOptional', line(payload([video, named('')])), '""'),
  row('emptyOptional', line(payload([video, audio], ',"projectId":""')), '""'),
  row(
    'emptyOptional',
    withOptions('{"active_speaker_detection":{"v3":"","use_v2":true}}'),
    '""',
    withOptions('{"active_speaker_detection":{"v3":"a","use_v2":true}}'),
  ),
  fixed('unknownField', sound.replace('request_id', 'requestId'), '"requestId"'),
  fixed(
    'unknownField',
    withHook('https://hooks.example.com/sync').replace('webhookUrl', 'webhook_url'),
    '"webhook_url"',
    goodHook,
  ),
  fixed('unknownField', sound.replace('payload', 'paylaod'), '"paylaod"'),
  row('unknownField', line(payload([video, audio], ',"brandNew":1')), '"brandNew"'),
  row(
    'misplacedField',
    line(payload([video, audio], ',"temperature":1')),
    '"temperature"',
    withOptions('{"temperature":1}'),
  ),
  ...['pads', 'speedup', 'output_format', 'fps', 'output_resolution', 'active_speaker'].map((name) =>
    fixed(
      'removedField',
      withOptions(`{"temperature":1,"${name}":[{"a":1}]}`),
      `"${name}"`,
      withOptions('{"temperature":1}'),
    ),
  ),
  row('deprecatedField', line(payload([video.replace('}', ',"segments_secs":[[0,1]]}'), audio])), '"segments_secs"'),
  row(
    'deprecatedField',
    line(payload([video.replace('}', ',"segments_frames":[[0,9]]}'), audio])),
    '"segments_frames"',
  ),
  row('fieldNotForInput', line(payload([video.replace('}', ',"refId":"a"}'), audio])), '"refId"'),
  // Values
  fixed('wrongEndpoint', sound.replace('/v2/generate', '/v2/generate/'), '"/v2/generate/"'),
  fixed('unknownModel', sound.replace('lipsync-2', 'lipsnyc-2'), '"lipsnyc-2"'),
  fixed('unknownModel', sound.replace('lipsync-2', 'Lipsync 2'), '"Lipsync 2"'),
  row('unknownModel', sound.replace('lipsync-2', 'lipsync-3'), '"lipsync-3"'),
  fixed('unknownValue', withOptions('{"sync_mode":"cutoff"}'), '"cutoff"', withOptions('{"sync_mode":"cut_off"}')),
  row('unknownValue', withOptions('{"sync_mode":"stretch"}'), '"stretch"', withOptions('{"sync_mode":"loop"}')),
  fixed('unknownValue', line(payload([video.replace('"video"', '"vidoe"'), audio])), '"vidoe"'),
  fixed('unknownValue', withSpeech('elevenlabs', 'ElevenLabs'), '"ElevenLabs"', withSpeech('', '')),
  row('numberOutOfRange', withOptions('{"temperature":1.5}'), '1.5', withOptions('{"temperature":1}')),
  row(
    'numberOutOfRange',
    withOptions('{"active_speaker_detection":{"frame_number":-1}}'),
    '-1',
    withOptions('{"active_speaker_detection":{"frame_number":0}}'),
  ),
  row(
    'unusualNumber',
    withSpeech('"script"', '"stability":2,"script"'),
    '2',
    withSpeech('"script"', '"stability":1,"script"'),
  ),
  row('unusualNumber', withSegments([segment(-1, 1)]), '-1', goodSegments),
  row('hugeNumber', goodSegments.replace('"endTime":2', '"endTime":1e999'), '1e999', goodSegments),
  row(
    'notAnInteger',
    withOptions('{"active_speaker_detection":{"frame_number":1.5}}'),
    '1.5',
    withOptions('{"active_speaker_detection":true}'),
  ),
  row(
    'wrongLength',
    withOptions('{"active_speaker_detection":{"coordinates":[1]}}'),
    '[1]',
    withOptions('{"active_speaker_detection":{"coordinates":[1,2]}}'),
  ),
  row(
    'wrongLength',
    withOptions('{"active_speaker_detection":{"bounding_boxes":[null,[1,2,3]]}}'),
    '[1,2,3]',
    withOptions('{"active_speaker_detection":{"bounding_boxes":[null,[1,2,3,4]]}}'),
  ),
  row('textTooLong', script(5001), `"${'x'.repeat(5001)}"`, script(5000)),
  fixed(
    'badOutputFileName',
    line(payload([video, audio], ',"outputFileName":"ep1.mp4"')),
    '"ep1.mp4"',
    line(payload([video, audio], ',"outputFileName":"ep1"')),
  ),
  row(
    'badOutputFileName',
    line(payload([video, audio], ',"outputFileName":"a/b"')),
    '"a/b"',
    line(payload([video, audio], ',"outputFileName":"a_b-1"')),
  ),
  row(
    'unusualId',
    line(payload([video, audio], ',"projectId":"mine"')),
    '"mine"',
    line(payload([video, audio], ',"projectId":"0b6f0c52-5d0e-4a0e-9a11-1f7c2f6f4a10"')),
  ),
  fixed('requestIdSpaces', line(payload(), ' r-1'), '" r-1"'),
  row('unusualRequestId', line(payload(), 'r 1'), '"r 1"'),
  row('unusualRequestId', line(payload(), 'r'.repeat(129)), `"${'r'.repeat(129)}"`, line(payload(), 'r'.repeat(128))),
  // URLs
  row('urlInvalid', withUrl('ep1.mp4'), '"ep1.mp4"'),
  row('urlInvalid', withUrl('https:///'), '"https:///"'),
  row('urlInvalid', withUrl('C:\\clips\\ep1.mp4'), '"C:\\\\clips\\\\ep1.mp4"'),
  row('urlInvalid', withHook('hooks.example.com:8080/sync'), '"hooks.example.com:8080/sync"', goodHook),
  fixed('urlSpaces', withUrl(' https://media.example.com/ep1.mp4 '), '" https://media.example.com/ep1.mp4 "'),
  fixed(
    'urlUnescaped',
    withUrl('https://media.example.com/ep 1.mp4'),
    '"https://media.example.com/ep 1.mp4"',
    withUrl('https://media.example.com/ep%201.mp4'),
  ),
  // As a browser reads it, these are not there.
  fixed(
    'urlUnescaped',
    withUrl('https://media.exa\tmple.com/ep1\r\n.mp4'),
    '"https://media.exa\\tmple.com/ep1\\r\\n.mp4"',
  ),
  fixed(
    'urlUnescaped',
    withUrl('https://media.example.com/<"ep1">.mp4'),
    '"https://media.example.com/<\\"ep1\\">.mp4"',
    withUrl('https://media.example.com/%3C%22ep1%22%3E.mp4'),
  ),
  row('urlUnescaped', withUrl('https://media.example.com\\ep1.mp4'), '"https://media.example.com\\\\ep1.mp4"'),
  ...[
    'file:///ep1.mp4',
    'data:video/mp4;base64,AA',
    'blob:https://a.example.com/1',
    'ftp://a.example.com/1',
    's3://bucket/ep1.mp4',
    'gs://bucket/ep1.mp4',
  ].map((url) => row('urlScheme', withUrl(url), `"${url}"`)),
  ...[
    'http://localhost:3001/a.mp4',
    'https://10.0.0.7/a.mp4',
    'https://0x7f.1/a.mp4',
    'https://[fe80::1]/a.mp4',
    'https://nas/a.mp4',
    'https://nas.local/a.mp4',
  ].map((url) => row('urlNotPublic', withUrl(url), `"${url}"`)),
  row('urlNotPublic', withHook('https://localhost/hook'), '"https://localhost/hook"', goodHook),
  row(
    'urlCredentials',
    withUrl('https://me:secret@media.example.com/a.mp4'),
    '"https://me:secret@media.example.com/a.mp4"',
  ),
  row(
    'urlSharePage',
    withUrl('https://drive.google.com/file/d/abc/view'),
    '"https://drive.google.com/file/d/abc/view"',
    withUrl('https://drive.google.com/uc?export=download&id=abc'),
  ),
  row(
    'urlSharePage',
    withUrl('https://www.dropbox.com/s/abc/ep1.mp4?dl=0'),
    '"https://www.dropbox.com/s/abc/ep1.mp4?dl=0"',
    withUrl('https://www.dropbox.com/s/abc/ep1.mp4?dl=1'),
  ),
  row('webhookNotHttps', withHook('http://hooks.example.com/sync'), '"http://hooks.example.com/sync"', goodHook),
  // What goes together
  row('missingVisual', line(payload([audio])), '"input"'),
  row('severalVisuals', line(payload([video, video, audio])), '"video"'),
  row('missingSound', line(payload([video])), '"input"'),
  row('missingSound', line(payload([video])), '"input"', line(payload([video], ',"dubParams":{"to":"de"}'))),
  row('missingSound', line(payload([video])), '"input"', line(payload([video], ',"dialogueEdit":{"id":"x"}'))),
  row('severalSounds', line(payload([video, audio, audio])), '"audio"'),
  row('severalSounds', line(payload([video, audio, speech, audio])), '"audio"'),
  row('soundsWithText', line(payload([video, audio, speech])), '"text"'),
  row('soundsWithText', line(payload([video, speech, speech])), '"text"'),
  row('missingSource', withUrl(''), '{'),
  row(
    'missingSource',
    line(payload(['{"type":"video"}', audio])),
    '{',
    line(payload(['{"type":"video","assetId":"a1"}', audio])),
  ),
  row('severalSources', line(payload([video.replace('}', ',"assetId":"a1"}'), audio])), '"assetId"'),
  row(
    'imageNotForModel',
    line(payload([video.replace('"video"', '"image"'), audio])),
    '"image"',
    line(payload([video.replace('"video"', '"image"'), audio], '', 'sync-3')),
  ),
  fixed(
    'optionNotForModel',
    withOptions('{"sync_mode":"loop","temperature":0.5}', 'sync-3'),
    '"temperature"',
    withOptions('{"sync_mode":"loop"}', 'sync-3'),
  ),
  fixed(
    'optionNotForModel',
    withOptions('{"model_mode":"face","sync_mode":"loop"}'),
    '"model_mode"',
    withOptions('{"sync_mode":"loop"}'),
  ),
  fixed('optionNotForModel', withOptions('{"prompt":"sad"}'), '"prompt"', withOptions('{}')),
  row(
    'needlessOption',
    withOptions('{"occlusion_detection_enabled":true}', 'sync-3'),
    '"occlusion_detection_enabled"',
    withOptions('{"occlusion_detection_enabled":true}'),
  ),
  row('soundIgnored', line(payload([video, audio], ',"dubParams":{"to":"de"}')), '"audio"'),
  row('soundWithDialogueEdit', line(payload([video, audio], ',"dialogueEdit":{"id":"x"}')), '"audio"'),
  // Segments
  row('missingRefId', withSegments([segment(0, 1)], [video, named('a'), named('')]), '{', goodSegments),
  row('missingRefId', withSegments([segment(0, 1)], [video, named('a'), audio]), '{', goodSegments),
  row('unknownRefId', withSegments([segment(0, 1, 'b'), segment(1, 2)]), '"b"', goodSegments),
  row('duplicateRefId', withSegments([segment(0, 1)], [video, named('a'), named('a')]), '"a"', goodSegments),
  row('unusedRefId', withSegments([segment(0, 1)], [video, named('a'), named('b')]), '"b"', goodSegments),
  row('emptyTimeRange', withSegments([segment(2, 2)]), '2', goodSegments),
  row('emptyTimeRange', withSegments([segment(0, 1, 'a', ',"startTime":3,"endTime":1')]), '1', goodSegments),
  row(
    'unpairedTimes',
    withSegments([segment(0, 1, 'a', ',"startTime":3')]),
    '"startTime"',
    withSegments([segment(0, 1, 'a', ',"startTime":3,"endTime":4')]),
  ),
  row('overlappingSegments', withSegments([segment(0, 2), segment(1, 3)]), '1', goodSegments),
];
