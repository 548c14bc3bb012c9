import * as assert from 'node:assert/strict';
import { isRecord, parseJson } from '../../../src/core/common/json';

describe('JSON that may be broken', () => {
  it('gives its value, or nothing', () => {
    assert.deepEqual(parseJson('{"a":[1]}'), { a: [1] });
    assert.equal(parseJson('{"a":'), undefined);
    assert.equal(parseJson(undefined), undefined);
  });

  it('is an object or is not', () => {
    assert.deepEqual([{}, [], null, 'text', 1, undefined].map(isRecord), [true, false, false, false, false, false]);
  });
});
