import * as assert from 'node:assert/strict';
import { isRecord, parseJson } from '../../../src/core/common/json';

describe('JSON that may not be valid', () => {
  it('is parsed, or is undefined', () => {
    assert.deepEqual(parseJson('{"a":[1]}'), { a: [1] });
    assert.equal(parseJson('{"a":'), undefined);
    assert.equal(parseJson(undefined), undefined);
  });

  it('is recognized as an object', () => {
    assert.deepEqual([{}, [], null, 'text', 1, undefined].map(isRecord), [true, false, false, false, false, false]);
  });
});
