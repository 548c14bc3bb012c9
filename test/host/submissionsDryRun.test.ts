import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { useExtension } from './support/extension';
import { useFiles } from './support/files';
import { eventually } from './support/poll';
import { formOf } from './support/recorder';
import { setSetting } from './support/settings';
import {
  batchFile,
  diagnosticsOf,
  openUnsaved,
  requestLine,
  useAskedUser,
  useSubmissionsApi,
} from './support/submissions';

useExtension();

const dryRun = (uri?: vscode.Uri): Thenable<unknown> => vscode.commands.executeCommand('syncBatches.dryRun', uri);

describe('Dry Run Batch File', () => {
  const api = useSubmissionsApi();
  const { user } = useAskedUser();
  const files = useFiles();

  afterEach('close all editors', async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('lets sync.so check the text in the editor, saved or not, and creates nothing', async () => {
    const { uri } = await openUnsaved(batchFile(20));
    await dryRun(uri);
    const { kind, text, buttons } = user.onlyMessage();
    assert.equal(kind, 'information');
    assert.match(text, /^Dry run passed: sync\.so would accept .+ \(20 requests\)\. Nothing was created/);
    assert.deepEqual(buttons, ['Submit…']);
    assert.deepEqual(api.inputs, [batchFile(20)]);
    assert.deepEqual(
      api.posts.map((post) => formOf(post).get('dry_run')),
      ['true'],
    );
    assert.deepEqual(await api.batchIds(), []);
  });

  it('works for a file in the explorer', async () => {
    const uri = files.write('from disk.jsonl', batchFile(20));
    await dryRun(uri);
    assert.match(user.onlyMessage().text, /^Dry run passed: sync\.so would accept from disk\.jsonl /);
  });

  it('shows the errors of sync.so at their lines', async () => {
    const lines = Array.from({ length: 20 }, (_, index) => requestLine(`ep-${index}`));
    const document = await openUnsaved(`\n${lines.join('\n')}\n`);
    const message = ['Line 2: the voice is not known', 'rows[4]: the video is too long'];
    api.simulator.faults.add({ path: '/v2/batch', method: 'POST', effect: { kind: 'status', status: 400, message } });
    await dryRun(document.uri);
    const shown = user.onlyMessage();
    assert.equal(shown.kind, 'error');
    assert.match(
      shown.text,
      /^sync\.so refuses .+: Line 2: the voice is not known; rows\[4\].* No batch was created\.$/,
    );
    assert.equal(shown.buttons[0], 'Show Problems');
    await eventually(() => {
      const about = diagnosticsOf(document).filter((text) => /voice|video is/.test(text));
      // The first line is blank and is not sent.
      assert.deepEqual(about, ['2: the voice is not known', '5: the video is too long']);
    });
    api.simulator.faults.clear();
    await dryRun(document.uri);
    await eventually(() =>
      assert.deepEqual(
        diagnosticsOf(document).filter((text) => /voice|video is/.test(text)),
        [],
      ),
    );
  });

  it('checks every batch of a long file, and collects the errors', async () => {
    const document = await openUnsaved(batchFile(1_050));
    const refuse = (line: number) =>
      ({ kind: 'status', status: 400, message: [`Line ${line}: not this one`] }) as const;
    api.simulator.faults.add({ path: '/v2/batch', method: 'POST', times: 1, effect: refuse(1) });
    api.simulator.faults.add({ path: '/v2/batch', method: 'POST', times: 1, effect: refuse(2) });
    await dryRun(document.uri);
    assert.equal(api.inputs.join(''), batchFile(1_050));
    assert.deepEqual(
      api.inputs.map((input) => input.split('\n').length - 1),
      [350, 350, 350],
    );
    await eventually(() => {
      const about = diagnosticsOf(document).filter((text) => text.includes('not this one'));
      assert.deepEqual(about, ['0: not this one', '351: not this one']);
    });
  });

  it('shows the errors so far if the other batches can not be checked', async () => {
    const document = await openUnsaved(batchFile(1_050));
    const message = ['Line 1: not this one'];
    const refused = { kind: 'status', status: 400, message } as const;
    api.simulator.faults.add({ path: '/v2/batch', method: 'POST', times: 1, effect: refused });
    api.simulator.faults.add({ path: '/v2/batch', method: 'POST', effect: { kind: 'status', status: 503 } });
    await dryRun(document.uri);
    const [first, second, ...others] = user.messages.map(({ text }) => text);
    assert.match(first ?? '', /^sync\.so refuses .+: Line 1: not this one\. No batch was created\.$/);
    assert.match(second ?? '', /^sync\.so server error \(503\)/);
    assert.deepEqual([others, api.posts.length], [[], 2]);
    await eventually(() => {
      assert.deepEqual(diagnosticsOf(document, 'sync.so'), ['0: not this one']);
    });
  });

  it('asks first if the file has errors, and lets sync.so decide', async () => {
    const document = await openUnsaved(batchFile(19) + '{"request_id": 1}\n');
    user.willPress('Dry Run Anyway');
    await dryRun(document.uri);
    await eventually(() => assert.equal(user.messages.length, 2));
    assert.match(user.messages[0]?.text ?? '', /^.+ has \d errors?\. sync\.so will probably/);
    assert.match(user.messages[1]?.text ?? '', /^sync\.so refuses .+ Line 20: /);
    assert.equal(api.posts.length, 1);
  });

  it('shows an error if the server creates a batch, and sends nothing more', async () => {
    const { uri } = await openUnsaved(batchFile(600));
    const body = JSON.stringify({
      id: 'batch_by_mistake',
      created_at: '2026-11-20T08:01:12Z',
      status: 'PENDING',
      metrics: { total_generations: 300, success_count: 0, failed_count: 0, pending_count: 0 },
      outputUrl: '',
    });
    api.simulator.faults.add({ path: '/v2/batch', method: 'POST', effect: { kind: 'body', status: 201, body } });
    await dryRun(uri);
    const shown = user.onlyMessage();
    assert.equal(shown.kind, 'error');
    assert.match(shown.text, /^The server created a batch although this was a dry run of .+: batch_by_mistake\./);
    assert.deepEqual(shown.buttons.slice(0, 2), ['Show in List', 'Copy Batch ID']);
    assert.equal(api.posts.length, 1, 'nothing more is sent to it');
  });

  it('shows the error of a failed request, and does not retry', async () => {
    const { uri } = await openUnsaved(batchFile(20));
    api.simulator.faults.add({ path: '/v2/batch', method: 'POST', effect: { kind: 'status', status: 503 } });
    await dryRun(uri);
    assert.match(user.onlyMessage().text, /^sync\.so server error \(503\)/);
    assert.equal(api.posts.length, 1);
  });

  it('sends nothing if the webhook URL is invalid', async () => {
    const { uri } = await openUnsaved(batchFile(20));
    await setSetting('syncBatches.webhookUrl', 'http://hooks.example.com/');
    try {
      await dryRun(uri);
    } finally {
      await setSetting('syncBatches.webhookUrl', undefined);
    }
    const shown = user.onlyMessage();
    assert.deepEqual([shown.kind, shown.buttons], ['error', ['Open Setting']]);
    assert.match(shown.text, /webhookUrl must be an https: URL/);
    assert.deepEqual(api.posts, []);
  });

  it('says that a file is empty', async () => {
    const { uri } = await openUnsaved('\n\n');
    await dryRun(uri);
    assert.match(user.onlyMessage().text, /^There are no requests in /);
    assert.deepEqual(api.posts, []);
  });
});
