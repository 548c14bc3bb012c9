import * as assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import * as os from 'node:os';
import * as vscode from 'vscode';
import { picking } from './support/answers';
import { environmentKey, useExtension, watched } from './support/extension';
import { useFiles } from './support/files';
import { eventually } from './support/poll';
import { formOf } from './support/recorder';
import { FakeSecrets, activateSecondInstance } from './support/secondInstance';
import { nowhere, setApiBaseUrl, setSetting } from './support/settings';
import {
  batchFile,
  diagnosticsOf,
  openUnsaved,
  requestLine,
  useAskedUser,
  useProgress,
  useSubmissionsApi,
} from './support/submissions';
import { rowOf } from './support/view';

useExtension();

const submit = (uri?: vscode.Uri): Thenable<unknown> => vscode.commands.executeCommand('syncBatches.submitFile', uri);
const closeEditors = (): Thenable<unknown> => vscode.commands.executeCommand('workbench.action.closeAllEditors');

describe('Submit Batch File', () => {
  const api = useSubmissionsApi();
  const { user, modals } = useAskedUser();
  const progress = useProgress();
  const files = useFiles();

  afterEach('close all editors', closeEditors);

  /** The messages, without the modal questions. */
  const messages = () => user.messages.filter(({ modal }) => !modal);
  const onlyMessage = () => {
    assert.equal(messages().length, 1, JSON.stringify(messages()));
    return messages()[0] ?? assert.fail();
  };

  describe('with a valid file', () => {
    it('creates one batch from the exact text in the editor, saved or not', async () => {
      const uri = files.write('episodes.jsonl', batchFile(20));
      const document = await vscode.workspace.openTextDocument(uri);
      const edit = new vscode.WorkspaceEdit();
      edit.insert(uri, new vscode.Position(0, 0), `${requestLine('typed-just-now', 'sync-3')}\n`);
      await vscode.workspace.applyEdit(edit);
      assert.equal(document.isDirty, true);
      user.willPress('Submit 21 Requests');
      await submit(uri);
      assert.deepEqual(api.inputs, [`${requestLine('typed-just-now', 'sync-3')}\n${batchFile(20)}`]);
      const [form] = api.posts.map(formOf);
      assert.deepEqual([form?.get('dry_run'), form?.get('webhook_url')], [undefined, undefined]);
      const [id] = await api.batchIds();
      const { kind, text, buttons } = onlyMessage();
      assert.deepEqual(
        [kind, text, buttons],
        [
          'information',
          `Batch ${id ?? ''} was created from episodes.jsonl: 21 requests.`,
          ['Show in List', 'Copy Batch ID'],
        ],
      );
      assert.equal(files.read('episodes.jsonl').toString(), batchFile(20), 'the file itself is left alone');
    });

    it('shows everything that matters before it is sent', async () => {
      const text = batchFile(20) + requestLine('one', 'sync-3');
      const { uri } = await openUnsaved(text);
      await setSetting('syncBatches.webhookUrl', 'https://hooks.example.com/batches');
      try {
        await submit(uri);
      } finally {
        await setSetting('syncBatches.webhookUrl', undefined);
      }
      const question = modals.asked[0] ?? assert.fail();
      assert.match(question.question, /^Submit .+ to 127\.0\.0\.1:\d+\?$/);
      assert.deepEqual(question.buttons, ['Submit 21 Requests']);
      const lines = question.detail.split('\n');
      assert.match(lines[0] ?? '', /^21 requests, \d\.\d kB, in one batch$/);
      assert.deepEqual(lines.slice(1, 3), ['Models: lipsync-2 (20), sync-3 (1)', 'The cost was not estimated.']);
      assert.match(lines[3] ?? '', /^Destination: 127\.0\.0\.1:\d+$/);
      assert.equal(lines[4], 'Webhook: https://hooks.example.com/batches');
      assert.equal(lines.at(-1), 'A batch can’t be cancelled once it is sent.');
      assert.ok(!question.detail.includes(environmentKey));
      assert.deepEqual(api.posts, [], 'the question was cancelled');
      assert.deepEqual(messages(), []);
    });

    it('sends the text of the question, not what is typed while it is open', async () => {
      const document = await openUnsaved(batchFile(20));
      modals.meanwhile(async () => {
        const edit = new vscode.WorkspaceEdit();
        edit.insert(document.uri, new vscode.Position(0, 0), `${requestLine('too-late')}\n`);
        await vscode.workspace.applyEdit(edit);
      });
      user.willPress('Submit 20 Requests');
      await submit(document.uri);
      assert.deepEqual(api.inputs, [batchFile(20)]);
    });

    it('does not show a file name as a link, neither during nor after sending', async () => {
      const evil = '[x]$(y)(command:workbench.action.quit).jsonl';
      const place = vscode.Uri.joinPath(vscode.Uri.file(os.tmpdir()), randomUUID(), evil);
      const { uri } = await vscode.workspace.openTextDocument(place.with({ scheme: 'untitled' }));
      const edit = new vscode.WorkspaceEdit();
      edit.insert(uri, new vscode.Position(0, 0), batchFile(20));
      await vscode.workspace.applyEdit(edit);
      user.willPress('Submit 20 Requests');
      await submit(uri);
      assert.equal(progress.titles.length, 1);
      for (const text of [...progress.titles, onlyMessage().text]) {
        // The editor removes icons from progress texts before it looks for links.
        assert.doesNotMatch(text.replace(/\$\([\w~-]+\)/g, ''), /\]\(/);
        assert.match(text, /\[x\].*quit/);
      }
    });

    it('sends the webhook URL if one is set', async () => {
      const { uri } = await openUnsaved(batchFile(20));
      await setSetting('syncBatches.webhookUrl', ' https://hooks.example.com/batches?a=b ');
      try {
        user.willPress('Submit 20 Requests');
        await submit(uri);
      } finally {
        await setSetting('syncBatches.webhookUrl', undefined);
      }
      assert.deepEqual(
        api.posts.map((post) => formOf(post).get('webhook_url')),
        ['https://hooks.example.com/batches?a=b'],
      );
    });

    it('names the new batch after its file, and notifies when it has finished', async () => {
      await vscode.commands.executeCommand('syncBatches.refresh');
      const uri = files.write('episodes.jsonl', batchFile(20));
      user.willPress('Submit 20 Requests');
      await submit(uri);
      const [id = ''] = await api.batchIds();
      await eventually(() => rowOf(id));
      api.simulator.updateBatch(id, { status: 'COMPLETED', succeeded: 20 });
      await vscode.commands.executeCommand('syncBatches.refresh');
      await eventually(() => assert.match(messages()[1]?.text ?? '', /episodes\.jsonl/));
    });

    it('offers to copy the batch ID', async () => {
      const { uri } = await openUnsaved(batchFile(20));
      user.willPress('Submit 20 Requests');
      user.willPress('Copy Batch ID');
      await submit(uri);
      const [id = ''] = await api.batchIds();
      await eventually(async () => assert.equal(await vscode.env.clipboard.readText(), id));
    });
  });

  describe('with a file that can’t be sent', () => {
    afterEach(() => {
      assert.deepEqual(api.posts, []);
      assert.deepEqual(modals.asked, []);
    });

    it('shows the number of errors, with a button that shows them', async () => {
      const { uri } = await openUnsaved(`${batchFile(20)}{"request_id":"ep-1"\n`);
      await submit(uri);
      const { kind, text, buttons } = onlyMessage();
      assert.equal(kind, 'error');
      assert.match(text, /was not sent: \d errors?\. sync\.so rejects files with errors\.$/);
      assert.deepEqual(buttons, ['Show Problems', 'Dry Run']);
    });

    it('shows the minimum number of requests, with its setting', async () => {
      const { uri } = await openUnsaved(batchFile(19));
      await submit(uri);
      const { kind, text, buttons } = onlyMessage();
      assert.deepEqual([kind, buttons], ['error', ['Open Setting']]);
      assert.match(text, /was not sent: it has 19 requests, and a batch needs at least 20\./);
    });

    it('says that it is empty', async () => {
      const { uri } = await openUnsaved('\n');
      await submit(uri);
      assert.match(onlyMessage().text, /^There are no requests in /);
    });

    it('says that the webhook URL is invalid', async () => {
      const { uri } = await openUnsaved(batchFile(20));
      await setSetting('syncBatches.webhookUrl', 'http://hooks.example.com/');
      try {
        await submit(uri);
      } finally {
        await setSetting('syncBatches.webhookUrl', undefined);
      }
      assert.deepEqual(onlyMessage().buttons, ['Open Setting']);
    });
  });

  it('obeys the limits in the settings', async () => {
    const { uri } = await openUnsaved(batchFile(600));
    await setSetting('syncBatches.batchMaxLines', 600);
    try {
      await submit(uri);
    } finally {
      await setSetting('syncBatches.batchMaxLines', undefined);
    }
    assert.deepEqual(modals.asked[0]?.buttons, ['Submit 600 Requests']);
  });

  it('accepts a file with errors that has passed the dry run, and says so in the question', async () => {
    const { uri } = await openUnsaved(
      `${batchFile(20)}{"request_id":"new-kind","endpoint":"/v2/generate","payload":{"model":"sync-3","input":[{"type":"audio","url":"https://media.example.com/a.wav"}]}}\n`,
    );
    await submit(uri);
    assert.match(messages()[0]?.text ?? '', /was not sent: 1 error/);
    user.willPress('Dry Run Anyway');
    await vscode.commands.executeCommand('syncBatches.dryRun', uri);
    await eventually(() => assert.match(messages().at(-1)?.text ?? '', /^Dry run passed: sync\.so would accept /));
    user.willPress('Submit 21 Requests');
    await submit(uri);
    assert.match(modals.asked[0]?.detail ?? '', /1 error \(see Problems\), but the dry run of sync\.so passed/);
    assert.equal((await api.batchIds()).length, 1);
  });

  describe('with content that was submitted before', () => {
    async function submitOnce(text = batchFile(20)): Promise<vscode.Uri> {
      const { uri } = await openUnsaved(text);
      user.willPress('Submit 20 Requests');
      await submit(uri);
      assert.equal(api.posts.length, 1);
      return uri;
    }

    it('warns, names the batch, and sends nothing on Enter', async () => {
      const uri = await submitOnce();
      await submit(uri);
      const question = modals.asked[1] ?? assert.fail();
      const [id = ''] = await api.batchIds();
      assert.match(question.question, / again\?$/);
      assert.ok(question.detail.startsWith(`Already submitted as ${id} (`), question.detail);
      assert.deepEqual(question.buttons, ['Show Submissions', 'Submit Again']);
      assert.equal(api.posts.length, 1);
    });

    it('recognizes it by its text, not by its name', async () => {
      await submitOnce();
      const uri = files.write('another name.jsonl', batchFile(20).replaceAll('\n', '\r\n'));
      await submit(uri);
      assert.match(modals.asked[1]?.question ?? '', /^Submit another name\.jsonl to .* again\?$/);
    });

    it('sends it again if the user confirms', async () => {
      const uri = await submitOnce();
      user.willPress('Submit Again');
      await submit(uri);
      assert.deepEqual(api.inputs, [batchFile(20), batchFile(20)]);
      assert.equal((await api.batchIds()).length, 2);
    });

    it('does not warn about another text', async () => {
      await submitOnce();
      const { uri } = await openUnsaved(batchFile(20, 'other'));
      await submit(uri);
      assert.match(modals.asked[1]?.question ?? '', /\d\?$/);
    });

    it('does not warn about a refused submission', async () => {
      api.simulator.faults.add({
        path: '/v2/batch',
        method: 'POST',
        times: 1,
        effect: { kind: 'status', status: 402 },
      });
      const uri = await submitOnce();
      await submit(uri);
      assert.match(modals.asked[1]?.question ?? '', /\d\?$/);
    });
  });

  describe('with a long file', () => {
    it('creates equal batches, one after the other', async () => {
      await vscode.commands.executeCommand('syncBatches.refresh');
      const uri = files.write('season.jsonl', batchFile(1_050));
      user.willPress('Submit as 3 Batches');
      await submit(uri);
      assert.match(
        modals.asked[0]?.detail ?? '',
        /^1,050 requests, .+, in 3 batches, one after the other: 350 \+ 350 \+ 350 requests$/m,
      );
      assert.equal(api.inputs.join(''), batchFile(1_050));
      assert.deepEqual(
        api.inputs.map((input) => input.split('\n').length - 1),
        [350, 350, 350],
      );
      assert.equal(onlyMessage().text, '3 batches were created from season.jsonl: 1,050 requests.');
    });

    it('stops at the first refusal, and reports it and what is pending', async () => {
      const document = await openUnsaved(batchFile(1_050));
      const effect = { kind: 'status', status: 402, message: 'Pay first' } as const;
      api.simulator.faults.add({ path: '/v2/batch', method: 'POST', times: 1, effect });
      user.willPress('Submit as 3 Batches');
      await submit(document.uri);
      const { kind, text } = onlyMessage();
      assert.equal(kind, 'error');
      assert.match(text, / \(batch 1 of 3\) was not sent: .*402.*Pay first.* No batch was created\./);
      assert.match(text, /0 of 3 batches of .+ were created\. Not sent yet: 2 batches\./);
      assert.equal(api.posts.length, 1);
    });
  });

  describe('when sync.so refuses it', () => {
    it('shows the reason at its lines, and creates no batch', async () => {
      const document = await openUnsaved(batchFile(20));
      const message = ['Line 3: the voice is not known'];
      api.simulator.faults.add({
        path: '/v2/batch',
        method: 'POST',
        times: 1,
        effect: { kind: 'status', status: 400, message },
      });
      user.willPress('Submit 20 Requests');
      await submit(document.uri);
      const { kind, text, buttons } = onlyMessage();
      assert.equal(kind, 'error');
      assert.match(text, /^sync\.so refuses .+: Line 3: the voice is not known\. No batch was created\./);
      assert.equal(buttons[0], 'Show Problems');
      await eventually(() =>
        assert.deepEqual(
          diagnosticsOf(document).filter((each) => each.includes('voice')),
          ['2: the voice is not known'],
        ),
      );
      assert.deepEqual([api.posts.length, await api.batchIds()], [1, []]);
    });

    for (const [status, words] of [
      [401, /refused the API key \(401\)/],
      [402, /Your plan does not include the Batch API \(402\)/],
    ] as const) {
      it(`explains the status ${status}, and sends it once`, async () => {
        const { uri } = await openUnsaved(batchFile(20));
        api.simulator.faults.add({ path: '/v2/batch', method: 'POST', effect: { kind: 'status', status } });
        user.willPress('Submit 20 Requests');
        await submit(uri);
        assert.match(onlyMessage().text, words);
        assert.equal(api.posts.length, 1);
      });
    }
  });

  describe('while too many batches are running', () => {
    const full = { kind: 'status', status: 429, errorCode: 'concurrency_limit_reached' } as const;
    const waits = /waiting for a running batch to finish .+, next try at \d+:\d\d/;

    beforeEach('add a running batch', async () => {
      api.simulator.addBatch({ id: 'batch_running', createdAt: Date.now() - 60_000, status: 'PROCESSING' });
      await vscode.commands.executeCommand('syncBatches.refresh');
      api.simulator.faults.add({ path: '/v2/batch', method: 'POST', times: 1, effect: full });
    });

    it('waits, says why, and continues when a batch has finished', async () => {
      const { uri } = await openUnsaved(batchFile(20));
      user.willPress('Submit 20 Requests');
      const submitting = submit(uri);
      await eventually(() => assert.match(progress.messages.at(-1) ?? '', waits));
      assert.deepEqual([api.posts.length, messages()], [1, []]);
      api.simulator.updateBatch('batch_running', { status: 'COMPLETED' });
      await vscode.commands.executeCommand('syncBatches.refresh');
      await submitting;
      assert.equal(api.posts.length, 2);
      assert.match(messages().at(-1)?.text ?? '', /was created from/);
    });

    it('stops waiting when it is cancelled, and offers to continue', async () => {
      const { uri } = await openUnsaved(batchFile(1_050));
      user.willPress('Submit as 3 Batches');
      const submitting = submit(uri);
      await eventually(() => assert.match(progress.messages.at(-1) ?? '', /^batch 1 of 3: waiting/));
      progress.cancel();
      await submitting;
      const { kind, text, buttons } = onlyMessage();
      assert.equal(kind, 'warning');
      assert.match(text, /^0 of 3 batches of .+ were created\. Not sent yet: 3 batches\.$/);
      assert.deepEqual(buttons.slice(0, 2), ['Continue', 'Cancel the Rest']);
      assert.equal(api.posts.length, 1);
    });

    it('is continued from its row in the tree', async () => {
      const { uri } = await openUnsaved(batchFile(1_050));
      user.willPress('Submit as 3 Batches');
      const submitting = submit(uri);
      await eventually(() => assert.match(progress.messages.at(-1) ?? '', /^batch 1 of 3: waiting/));
      progress.cancel();
      await submitting;
      const { tree } = await watched();
      const submissionRows = ((await tree.getChildren(undefined)) ?? []).find(({ kind }) => kind === 'submissions');
      const [row] = (await tree.getChildren(submissionRows)) ?? [];
      await vscode.commands.executeCommand('syncBatches.continueSubmission', row);
      assert.match(messages().at(-1)?.text ?? '', /^3 batches were created from /);
      assert.equal(api.posts.length, 4);
      await vscode.commands.executeCommand('syncBatches.cancelSubmission', row);
      assert.match(messages().at(-1)?.text ?? '', /^No requests are pending from .+\.$/);
      await vscode.commands.executeCommand('syncBatches.continueSubmission', { submission: { id: 'another' } });
      assert.match(messages().at(-1)?.text ?? '', /^There is no such submission\./);
      assert.equal(api.posts.length, 4);
    });

    for (const [where, remove] of [
      ['here', () => vscode.commands.executeCommand('secondInstance.syncBatches.removeApiKey')],
      ['in another window', (secrets: FakeSecrets) => secrets.delete('syncBatches.apiKey')],
    ] as const) {
      it(`sends nothing more after the API key was removed ${where}, and keeps the rest`, async () => {
        const secrets = new FakeSecrets();
        const secondInstance = await activateSecondInstance(secrets);
        try {
          await secrets.store('syncBatches.apiKey', environmentKey);
          const { uri } = await openUnsaved(batchFile(1_050));
          user.willPress('Submit as 3 Batches');
          const submitting = vscode.commands.executeCommand('secondInstance.syncBatches.submitFile', uri);
          await eventually(() => assert.match(progress.messages.at(-1) ?? '', /^batch 1 of 3: waiting/));
          if (where === 'here') {
            user.willPress('Remove');
          }
          await remove(secrets);
          await submitting;
          if (where === 'here') {
            assert.match(
              modals.asked.at(-1)?.detail ?? '',
              /1 submission is not finished\. Nothing more of it is sent/,
            );
          }
          assert.match(
            messages().at(-1)?.text ?? '',
            /^0 of 3 batches of .+ were created\. Not sent yet: 3 batches\.$/,
          );
          assert.equal(api.posts.length, 1);
        } finally {
          secondInstance.end();
        }
      });
    }

    it('sends nothing if the API key is removed while the question is open', async () => {
      const secrets = new FakeSecrets();
      const secondInstance = await activateSecondInstance(secrets);
      try {
        await secrets.store('syncBatches.apiKey', environmentKey);
        const { uri } = await openUnsaved(batchFile(20));
        modals.meanwhile(() => secrets.delete('syncBatches.apiKey'));
        user.willPress('Submit 20 Requests');
        await vscode.commands.executeCommand('secondInstance.syncBatches.submitFile', uri);
        assert.equal(onlyMessage().kind, 'error');
        assert.deepEqual(api.posts, []);
      } finally {
        secondInstance.end();
      }
    });

    it('sends nothing if the API address is changed while the question is open', async () => {
      const { uri } = await openUnsaved(batchFile(20));
      modals.meanwhile(() => setApiBaseUrl(api.simulator.url));
      user.willPress('Submit 20 Requests');
      await submit(uri);
      assert.match(onlyMessage().text, /^Nothing was sent: the API key or the API address has changed/);
      assert.deepEqual(api.posts, []);
    });

    it('continues with the session that it started with, whatever is set meanwhile', async () => {
      const { uri } = await openUnsaved(batchFile(20));
      user.willPress('Submit 20 Requests');
      const submitting = submit(uri);
      await eventually(() => assert.match(progress.messages.at(-1) ?? '', waits));
      const { url } = api;
      await setApiBaseUrl(nowhere);
      await setApiBaseUrl(url);
      // The end of a batch is noticed for the current account only: this waits until it is current again.
      await picking([], () => vscode.commands.executeCommand('syncBatches.showSubmissions'));
      await vscode.commands.executeCommand('syncBatches.refresh');
      api.simulator.updateBatch('batch_running', { status: 'COMPLETED' });
      await vscode.commands.executeCommand('syncBatches.refresh');
      await submitting;
      assert.deepEqual([api.posts.length, (await api.batchIds()).length], [2, 2]);
    });
  });

  it('awaits the current request when it is cancelled, and then stops', async () => {
    api.simulator.faults.add({ path: '/v2/batch', method: 'POST', times: 1, effect: { kind: 'delay', ms: 1_000 } });
    const { uri } = await openUnsaved(batchFile(1_050));
    user.willPress('Submit as 3 Batches');
    const submitting = submit(uri);
    await eventually(() => assert.equal(api.posts.length, 1));
    progress.cancel();
    assert.equal(progress.messages.at(-1), 'batch 1 of 3: stopping after the current request');
    user.willPress('Continue');
    await submitting;
    assert.match(messages()[0]?.text ?? '', /^1 of 3 batches of .+ were created\. Not sent yet: 2 batches\.$/);
    await eventually(() => assert.match(messages()[1]?.text ?? '', /^3 batches were created from /));
    assert.equal(api.inputs.join(''), batchFile(1_050));
  });
});
