import * as assert from 'node:assert/strict';
import { looksLikeBatchFile } from '../../../../src/core/batchFile/rules/detect';
import { exampleFile, sound } from '../requests';

describe('A text is taken for a batch file', () => {
  for (const [what, lines] of Object.entries({
    'as the documentation shows it': exampleFile,
    'with a byte order mark and blank lines first': ['', `\ufeff${sound}`],
    'with two of the keys': ['{"request_id": 1, "payload" :{}'],
    'whose first line is broken': ['{"request_id":"a,"endpoint":"/v2/generate'],
    'with other quotes': ["{'request_id':'a','endpoint':'/v2/generate'"],
    'without quotes': ['{request_id:"a", endpoint:"/v2/generate"'],
    'whose first lines are no requests': ['// mine', '{}', '{}', sound],
    'with a request that speaks of a response': [sound.replace('r-1', '\\"response\\":')],
  })) {
    it(what, () => {
      assert.ok(looksLikeBatchFile(lines));
    });
  }

  for (const [what, lines] of Object.entries({
    'of nothing': [],
    'of blank lines': ['', ' '],
    'with results': ['{"request_id":"a","endpoint":"/v2/generate","response":{"status":"COMPLETED"}}'],
    'with one of the keys only': ['{"request_id":"a"}', '{"payload":{}}'],
    'with prose': ['request_id: endpoint: payload:'],
    'with other records': ['{"custom_id":"a","method":"POST","url":"/v1/chat","body":{}}'],
    'with requests far down': [...Array.from({ length: 5 }, () => '{}'), sound],
  })) {
    it(`not ${what}`, () => {
      assert.ok(!looksLikeBatchFile(lines));
    });
  }
});
