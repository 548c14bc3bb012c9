import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { bundleFile, exportTexts } from '../../scripts/l10n';

describe('The texts for translators', () => {
  it('are those of the code', async function () {
    this.timeout(60_000);
    assert.equal(
      fs.readFileSync(bundleFile, 'utf8'),
      await exportTexts(),
      'l10n/bundle.l10n.json is out of date: run npm run l10n',
    );
  });
});
