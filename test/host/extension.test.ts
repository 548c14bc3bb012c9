import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('The extension in a real VS Code', () => {
  const extension = vscode.extensions.getExtension('sync-batches.sync-batches');

  it('is found by its id', () => {
    assert.ok(extension);
  });

  it('activates', async () => {
    await extension?.activate();
    assert.equal(extension?.isActive, true);
  });

  it('gets nothing of the machine: no key is in the environment', () => {
    assert.equal(process.env['SYNC_API_KEY'], undefined);
  });
});
