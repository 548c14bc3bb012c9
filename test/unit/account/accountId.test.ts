import * as assert from 'node:assert/strict';
import { accountIdOf } from '../../../src/core/account/accountId';

const baseUrl = 'https://api.sync.so';

describe('The ID of an account', () => {
  it('is the same at every start, so that stored data is found again', async () => {
    // The beginning of what `printf 'https://api.sync.so\nthe-key' | sha256sum` prints.
    assert.equal(await accountIdOf(baseUrl, 'the-key'), '0007f89e4276bbf639d7e042356d9c60');
  });

  it('is a valid file name and does not contain the key', async () => {
    const name = await accountIdOf(baseUrl, 'sk-/..\\:✓');
    assert.match(name, /^[0-9a-f]{32}$/);
  });

  it('differs for another key or another base URL', async () => {
    const names = await Promise.all([
      accountIdOf(baseUrl, 'the-key'),
      accountIdOf(baseUrl, 'the-kez'),
      accountIdOf('http://127.0.0.1:8080', 'the-key'),
      // The two parts are kept apart: what one ends with is not taken for the beginning of the other.
      accountIdOf('https://api.sync.sot', 'he-key'),
    ]);
    assert.equal(new Set(names).size, names.length);
  });
});
