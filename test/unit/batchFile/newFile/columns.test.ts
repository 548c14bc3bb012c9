import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { checkLine } from '../../../../src/core/batchFile/rules/checkLine';
import {
  columnFields,
  guessMapping,
  type RowDefaults,
  type RowsFile,
  rowsToRequests,
} from '../../../../src/core/batchFile/newFile/columns';
import { readCsv } from '../../../../src/core/batchFile/newFile/csv';
import { itAlways } from '../../support/properties';

const defaults: RowDefaults = { model: 'lipsync-2' };

function fileOf(csv: string, own: Partial<RowDefaults> = {}): RowsFile {
  const table = readCsv(csv);
  return rowsToRequests(table, guessMapping(table.headers), { ...defaults, ...own });
}

interface Line {
  readonly request_id: string;
  readonly payload: Record<string, unknown>;
}

function linesOf({ text }: { readonly text: string }): Line[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
}

const idsOf = (file: RowsFile): string[] => linesOf(file).map(({ request_id: id }) => id);
const video = 'https://x.example/ep1.mp4';
const audio = 'https://x.example/ep1.wav';

describe('Guessing what columns are', () => {
  it('knows the spellings that people use', () => {
    const spellings: Record<string, string[]> = {
      requestId: ['request_id', 'Request ID', 'id', 'name', 'REQUEST-ID'],
      video: ['video', 'video_url', 'Video URL', 'source', 'videoUrl'],
      videoAssetId: ['video asset id', 'video_asset_id'],
      image: ['image', 'Image URL'],
      audio: ['audio', 'audio url', 'voiceover', 'Voice-over'],
      audioAssetId: ['Audio asset ID'],
      text: ['text', 'Script'],
      voice: ['voice', 'voice_id'],
      model: ['model'],
      outputFileName: ['output', 'output name', 'filename', 'outputFileName'],
      syncMode: ['sync_mode', 'Sync mode'],
      temperature: ['temperature'],
      webhookUrl: ['webhook', 'webhook url'],
      projectId: ['project id', 'project'],
    };
    for (const [field, headers] of Object.entries(spellings)) {
      for (const header of headers) {
        assert.deepEqual(guessMapping(['something', header]), { [field]: 1 }, header);
      }
    }
  });

  it('takes the surer of two columns, and each once', () => {
    assert.deepEqual(guessMapping(['name', 'id', 'video', 'Video URL']), { requestId: 1, video: 2 });
    assert.deepEqual(guessMapping(['video', 'video']), { video: 0 });
    assert.deepEqual(guessMapping(['', '???']), {});
  });
});

describe('Requests of rows', () => {
  it('have what the columns say', () => {
    const file = fileOf(
      [
        'id,video,audio,model,output,sync_mode,temperature,webhook,project id',
        `a, ${video} ,${audio},react-1,Out-1.mp4,Cut off,0.25,https://x.example/hook,p`,
      ].join('\n'),
    );
    assert.deepEqual(file.issues, []);
    assert.equal(file.requests, 1);
    assert.deepEqual(linesOf(file)[0], {
      request_id: 'a',
      endpoint: '/v2/generate',
      payload: {
        model: 'react-1',
        input: [
          { type: 'video', url: video },
          { type: 'audio', url: audio },
        ],
        options: { sync_mode: 'cut_off', temperature: 0.25 },
        outputFileName: 'Out-1',
        projectId: 'p',
        webhookUrl: 'https://x.example/hook',
      },
    });
  });

  it('are sound lines', () => {
    const file = fileOf(`video,text,voice\n${video},"=SUM(A1)\nHello",v1\n`);
    const [line = ''] = file.text.split('\n');
    assert.deepEqual(checkLine(line).diagnostics, []);
    assert.deepEqual(linesOf(file)[0]?.payload['input'], [
      { type: 'video', url: video },
      { type: 'text', provider: { name: 'elevenlabs', voiceId: 'v1', script: '=SUM(A1)\nHello' } },
    ]);
  });

  it('have the defaults if a row has no value', () => {
    const own = { voice: 'v', syncMode: 'loop', temperature: 0, webhookUrl: 'https://x.example/h', projectId: 'p' };
    const [line] = linesOf(fileOf(`video,text,model\n${video},Hi,\n`, own));
    assert.deepEqual(line?.payload, {
      model: 'lipsync-2',
      input: [
        { type: 'video', url: video },
        { type: 'text', provider: { name: 'elevenlabs', voiceId: 'v', script: 'Hi' } },
      ],
      options: { sync_mode: 'loop', temperature: 0 },
      projectId: 'p',
      webhookUrl: 'https://x.example/h',
    });
  });

  it('have the model that takes images where there is one', () => {
    const image = 'https://x.example/face.png';
    const lines = linesOf(fileOf(`image,audio,model\n${image},${audio},\n${image},${audio},sync-9\n`));
    assert.deepEqual(
      lines.map(({ payload }) => payload['model']),
      ['sync-3', 'sync-9'],
    );
  });

  it('can have assets', () => {
    const [line] = linesOf(fileOf('video asset id,audio asset id\nv1,a1\n'));
    assert.deepEqual(line?.payload['input'], [
      { type: 'video', assetId: 'v1' },
      { type: 'audio', assetId: 'a1' },
    ]);
    assert.equal(line.request_id, 'v1');
  });

  it('get IDs from the video where no column has them', () => {
    assert.deepEqual(
      idsOf(fileOf(`video,audio\n${video},${audio}\n${video},${audio}\nhttps://x.example/%C3%A9.mov,b\n`)),
      [...['ep1', 'ep1-2', 'e']],
    );
    assert.deepEqual(idsOf(fileOf(`id,video,audio\n,${video},${audio}\nep1,${video},${audio}\n`)), ['ep1-2', 'ep1']);
  });

  it('have no ID twice, and it is said where one was changed', () => {
    const file = fileOf(`id,video,audio\na,${video},${audio}\na,${video},${audio}\na-2,${video},${audio}\n`);
    assert.deepEqual(idsOf(file), ['a', 'a-3', 'a-2']);
    assert.deepEqual(file.issues, [{ row: 3, code: 'repeatedId', isInFile: true, column: 0 }]);
  });

  it('are not made of rows that lack something, which is said', () => {
    const file = fileOf(
      `id,video,audio,text\na,,${audio},\nb,${video},,\n,,,\nc,${video},,Hi\nd,,,\ne,${video},${audio},\n`,
    );
    assert.deepEqual(idsOf(file), ['e']);
    assert.deepEqual(file.issues, [
      { row: 2, code: 'noVideo', isInFile: false },
      { row: 3, code: 'noAudio', isInFile: false },
      { row: 5, code: 'noVoice', isInFile: false },
      { row: 6, code: 'noAudio', isInFile: false },
      { row: 6, code: 'noVideo', isInFile: false },
    ]);
  });

  it('are said to lack what they could not take over', () => {
    const file = fileOf(
      [
        'video,video asset id,image,audio,text,temperature,output',
        `ep1.mp4,v,i,${audio},Hi,"0,5",Ep 1: é.mp4`,
        `${video},,,${audio},,1e3,日本`,
        `${video},,,${audio},,,.mp4`,
      ].join('\n'),
    );
    assert.deepEqual(
      file.issues.map(({ row, code, column, isInFile }) => [row, code, column, isInFile]),
      [
        [2, 'assetIdIgnored', 1, true],
        [2, 'notUrl', 0, true],
        [2, 'imageIgnored', 2, true],
        [2, 'textIgnored', 4, true],
        [2, 'notNumber', 5, true],
        [2, 'outputNameChanged', 6, true],
        [3, 'notNumber', 5, true],
        [3, 'outputNameLeftOut', 6, true],
        [4, 'outputNameLeftOut', 6, true],
      ],
    );
    assert.deepEqual(
      linesOf(file).map(({ payload }) => payload['outputFileName']),
      ['Ep_1_e', undefined, undefined],
    );
  });

  itAlways('are made of any table: every row that is not empty is a request or a problem', () => {
    const cell = fc.oneof(fc.constantFrom('', ' ', 'a', video, audio, '=1', '0.5'), fc.string());
    const width = columnFields.length;
    const rows = fc.array(fc.array(cell, { minLength: 0, maxLength: width }), { maxLength: 10 });
    const mapping = Object.fromEntries(columnFields.map((field, index) => [field, index]));
    fc.assert(
      fc.property(rows, (cells) => {
        const table = { rows: cells.map((each, index) => ({ row: index + 2, cells: each })) };
        const file = rowsToRequests(table, mapping, defaults);
        const filled = cells.filter((each) => each.some((text) => text.trim() !== '')).length;
        const leftOut = new Set(file.issues.filter(({ isInFile }) => !isInFile).map(({ row }) => row)).size;
        assert.equal(file.requests + leftOut, filled);
        assert.equal(new Set(idsOf(file)).size, file.requests);
      }),
    );
  });
});
