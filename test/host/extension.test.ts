import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('The extension in a real VS Code', () => {
  const extension = vscode.extensions.getExtension('sync-batches.sync-batches');

  it('is found by its ID', () => {
    assert.ok(extension);
  });

  it('activates', async () => {
    await extension?.activate();
    assert.equal(extension?.isActive, true);
  });

  it('gets no key from the environment of the machine', () => {
    assert.equal(process.env['SYNC_API_KEY'], undefined);
  });
});
