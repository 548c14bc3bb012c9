import * as assert from 'node:assert/strict';
import { decodeModels } from '../../../../src/core/api/resources/models';
import { apiErrorThrownBy } from '../../support/outcomes';

describe('The models of an account', () => {
  it('are named by ID, or by name if there is none, each once and in order', () => {
    assert.deepEqual(
      decodeModels([
        { id: 'sync-3', name: 'Sync 3', type: 'lipsync', version: '3.0.0' },
        { name: 'react-1' },
        { id: '', name: 'lipsync-2' },
        { id: 7, name: ' lipsync-2-pro ' },
        { id: 'sync-3', name: 'again' },
      ]),
      ['sync-3', 'react-1', 'lipsync-2', 'lipsync-2-pro'],
    );
    assert.deepEqual(decodeModels([]), []);
  });

  it('skip records that are not models, unless all are', () => {
    assert.deepEqual(decodeModels([null, 'sync-3', {}, { id: 'x'.repeat(201) }, { id: 'sync-3' }]), ['sync-3']);
    for (const value of [[null], [{}], [{ id: ' ' }], {}, null, 'sync-3']) {
      assert.equal(apiErrorThrownBy(() => decodeModels(value))?.reason, 'wrongShape');
    }
  });
});
