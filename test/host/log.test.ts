import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { environmentKey, useExtension } from './support/extension';
import { useTestUser } from './support/testUser';
import { eventually } from './support/poll';
import { useSimulator } from './support/simulator';

useExtension();

/** The log as the user sees it, in the panel. */
function log(): string {
  const documents = vscode.workspace.textDocuments.filter(
    ({ uri, languageId }) =>
      uri.scheme === 'output' &&
      languageId === 'log' &&
      uri.path.includes('Batches for sync.so') &&
      !uri.path.includes('secondInstance'),
  );
  assert.equal(documents.length, 1, vscode.workspace.textDocuments.map(({ uri }) => uri.toString()).join('\n'));
  return documents[0]?.getText() ?? '';
}

describe('The log', () => {
  const api = useSimulator();
  useTestUser();

  beforeEach('show the log', async () => {
    await vscode.commands.executeCommand('syncBatches.showLog');
    await eventually(log);
  });
  after('close the panel', async () => {
    await vscode.commands.executeCommand('workbench.action.closePanel');
  });

  /** Writes a word into the log that nothing else has, and waits for it. */
  async function mark(): Promise<string> {
    const word = `mark${Math.random().toString(36).slice(2)}`;
    api.simulator.faults.clear();
    api.simulator.faults.add({ effect: { kind: 'status', status: 402, message: word } });
    await vscode.commands.executeCommand('syncBatches.refresh');
    api.simulator.faults.clear();
    await eventually(() => {
      assert.ok(log().includes(word), log());
    });
    return word;
  }

  /** The lines that the log gets by some work. */
  async function linesBy(work: () => Thenable<unknown>): Promise<string[]> {
    const start = await mark();
    await work();
    const end = await mark();
    const lines = log().split(/\r?\n/);
    const indexOf = (word: string): number => lines.findIndex((line) => line.includes(word));
    return lines.slice(indexOf(start) + 1, indexOf(end));
  }

  it('has one line for each request: method, path, status, time and size', async () => {
    api.simulator.addBatch({ id: 'batch_in_the_body', createdAt: Date.now() });
    const lines = await linesBy(() => vscode.commands.executeCommand('syncBatches.refresh'));
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? '', /\[info\] GET \/v2\/batch 200 \d+ ms \d+ B$/);
  });

  it('has a warning with the reason for a failed request', async () => {
    const lines = await linesBy(() => {
      api.simulator.faults.add({ effect: { kind: 'status', status: 402, message: 'Upgrade your plan' } });
      return vscode.commands.executeCommand('syncBatches.refresh');
    });
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? '', /\[warning\] GET \/v2\/batch 402 \d+ ms \d+ B: HTTP 402: Upgrade your plan$/);
  });

  it('contains no key, header or body, even if the server repeats the key', async () => {
    api.simulator.addBatch({ id: 'batch_in_the_body', createdAt: Date.now() });
    const lines = await linesBy(async () => {
      await vscode.commands.executeCommand('syncBatches.refresh');
      api.simulator.faults.add({ effect: { kind: 'echoKey', status: 400 } });
      await vscode.commands.executeCommand('syncBatches.refresh');
    });
    assert.match(lines.at(-1) ?? '', /\[redacted\]/);
    assert.equal(log().includes(environmentKey), false);
    assert.equal(log().includes('batch_in_the_body'), false);
    assert.doesNotMatch(log(), /user-agent|accept-encoding|content-type/i);
  });
});
