import * as assert from 'node:assert/strict';
import { didYouMean } from '../../../../src/core/batchFile/rules/suggest';

const names = ['request_id', 'webhookUrl', 'startTime', 'endTime', 'lips', 'face', 'lipsync-2', 'lipsync-2-pro'];

describe('A mistyped name', () => {
  for (const [typed, meant] of [
    ['requestId', 'request_id'],
    ['REQUEST-ID', 'request_id'],
    ['reqeust_id', 'request_id'],
    ['webhook_url', 'webhookUrl'],
    ['webhoookUrl', 'webhookUrl'],
    ['lisp', 'lips'],
    ['lipsync2', 'lipsync-2'],
    ['lipsync-2pro', 'lipsync-2-pro'],
  ] as const) {
    it(`${typed} is ${meant}`, () => {
      assert.equal(didYouMean(typed, names), meant);
    });
  }

  it('is not guessed where it is far from all, near to two, or another version', () => {
    for (const typed of ['', 'id', 'shiny', 'lipsync-3', '_', 'x'.repeat(1000)]) {
      assert.equal(didYouMean(typed, names), undefined, typed);
    }
    assert.equal(didYouMean('colon', ['color', 'colos']), undefined);
  });
});
