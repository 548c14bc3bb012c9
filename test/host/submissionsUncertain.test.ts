import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { picking } from './support/answers';
import { environmentKey, useExtension } from './support/extension';
import { eventually } from './support/poll';
import { FakeSecrets, type SecondInstance, activateSecondInstance } from './support/secondInstance';
import { nowhere, setApiBaseUrl } from './support/settings';
import { batchFile, openUnsaved, useAskedUser, useSubmissionsApi } from './support/submissions';

useExtension();

const show = (): Thenable<unknown> => vscode.commands.executeCommand('syncBatches.showSubmissions');
const closeEditors = (): Thenable<unknown> => vscode.commands.executeCommand('workbench.action.closeAllEditors');

const checkStatus = '$(search) Check Status…';
const sendAgain = '$(debug-continue) None of These: Send Again…';
const decideLater = '$(clock) Decide Later';

describe('An uncertain submission', () => {
  const api = useSubmissionsApi();
  const { user, modals } = useAskedUser();
  const messages = () => user.messages.filter(({ modal }) => !modal);

  afterEach('close all editors', closeEditors);

  /** Submits a file of so many requests, and loses the response after the batch was created, or before. */
  async function loseAnswer(effect: 'acceptThenFail' | 'reset', count = 20, verb = `Submit ${count} Requests`) {
    api.simulator.faults.add({ path: '/v2/batch', method: 'POST', times: 1, effect: { kind: effect } });
    const { uri } = await openUnsaved(batchFile(count));
    user.willPress(verb);
    await vscode.commands.executeCommand('syncBatches.submitFile', uri);
    assert.equal(api.posts.length, 1, 'it is never retried automatically');
    return uri;
  }
  /** The row of the only submission. */
  async function rows() {
    const [pick] = await picking([], show);
    return pick ?? assert.fail('nothing was shown');
  }
  const row = '$(question) Untitled-';
  /** Picks the first submission, then these choices. */
  async function open(...labels: string[]) {
    const [first = ''] = (await rows()).labels;
    return picking([first, ...labels], show);
  }

  it('is shown as uncertain, with the reason and a button, and is not retried', async () => {
    await loseAnswer('acceptThenFail');
    const [{ kind, text, buttons } = assert.fail()] = messages();
    assert.equal(kind, 'warning');
    assert.match(
      text,
      /^It is uncertain whether a batch was created from .+\. The connection was lost after the request was sent\. Check the status before you submit again\./,
    );
    assert.deepEqual(buttons, ['Check Status…']);
    const { labels, details } = await rows();
    assert.ok(labels[0]?.startsWith(row), labels[0]);
    assert.deepEqual(details, ['Uncertain: a batch may exist']);
  });

  for (const status of [500, 503, 504]) {
    it(`is the result of the status ${status}, because the batch may exist`, async () => {
      api.simulator.faults.add({ path: '/v2/batch', method: 'POST', effect: { kind: 'acceptThenFail', status } });
      const { uri } = await openUnsaved(batchFile(20));
      user.willPress('Submit 20 Requests');
      await vscode.commands.executeCommand('syncBatches.submitFile', uri);
      assert.match(
        messages()[0]?.text ?? '',
        /^It is uncertain whether a batch was created from .+\. sync\.so had a server error\./,
      );
      assert.deepEqual([api.posts.length, (await api.batchIds()).length], [1, 1]);
    });
  }

  it('is settled by confirming the batch, which gets the name of the file', async () => {
    await loseAnswer('acceptThenFail');
    const [id = ''] = await api.batchIds();
    const picks = await open(checkStatus, id);
    assert.deepEqual(picks.at(-1)?.labels, [id, sendAgain, decideLater]);
    assert.deepEqual((await rows()).details, ['Sent']);
    assert.deepEqual([api.posts.length, await api.batchIds()], [1, [id]]);
    await eventually(async () => {
      const [pick] = await picking([], () => vscode.commands.executeCommand('syncBatches.copyBatchId'));
      assert.match(pick?.labels[0] ?? '', /^Untitled-\d+\.jsonl$/);
    });
  });

  it('shows all batches of that time, best matches first', async () => {
    const now = Date.now();
    api.simulator.addBatch({ id: 'batch_of_others', createdAt: now - 60_000, total: 21 });
    api.simulator.addBatch({ id: 'batch_of_yesterday', createdAt: now - 86_400_000, total: 20 });
    api.simulator.addBatch({
      id: 'batch_with_hook',
      createdAt: now,
      total: 20,
      webhookUrl: 'https://hooks.example.com',
    });
    api.simulator.addBatch({ id: 'batch_alike', createdAt: now - 120_000, total: 20 });
    await loseAnswer('reset');
    const picks = await open(checkStatus, decideLater);
    assert.deepEqual(picks.at(-1)?.labels, [
      ...['batch_alike', 'batch_with_hook', 'batch_of_others'],
      ...[sendAgain, decideLater],
    ]);
    assert.deepEqual((await rows()).details, ['Uncertain: a batch may exist']);
    assert.equal(api.posts.length, 1);
  });

  it('is sent again only after a question that warns about the cost', async () => {
    await loseAnswer('acceptThenFail');
    await open(checkStatus, sendAgain);
    const question = modals.asked.at(-1) ?? assert.fail();
    assert.match(question.question, /^Send Untitled-\d+\.jsonl again\?$/);
    assert.match(
      question.detail,
      /^1 batch in the list .* could be the result\. .*20 requests run twice and are charged twice/,
    );
    assert.deepEqual([question.buttons, api.posts.length], [['Send Again'], 1], 'the question was cancelled');
    user.willPress('Send Again');
    await open(checkStatus, sendAgain);
    assert.equal(api.posts.length, 2);
    assert.equal((await api.batchIds()).length, 2);
    assert.deepEqual(api.inputs, [batchFile(20), batchFile(20)]);
    assert.deepEqual((await rows()).details, ['Sent']);
  });

  it('stays uncertain if it was refused when it was sent again', async () => {
    const uri = await loseAnswer('acceptThenFail');
    api.simulator.faults.add({ path: '/v2/batch', method: 'POST', times: 1, effect: { kind: 'status', status: 402 } });
    user.willPress('Send Again');
    await open(checkStatus, sendAgain);
    assert.match(messages().at(-1)?.text ?? '', /was refused when it was sent again: .*402.* still uncertain whether/);
    await vscode.commands.executeCommand('syncBatches.submitFile', uri);
    assert.match(
      modals.asked.at(-1)?.detail ?? '',
      /^Already submitted \(.+ it is uncertain whether a batch was created\./,
    );
    assert.equal(api.posts.length, 2);
  });

  it('that was refused is sent again after a question if the same content was submitted since', async () => {
    api.simulator.faults.add({ path: '/v2/batch', method: 'POST', times: 1, effect: { kind: 'status', status: 402 } });
    const { uri } = await openUnsaved(batchFile(20));
    for (let sent = 0; sent < 2; sent++) {
      user.willPress('Submit 20 Requests');
      await vscode.commands.executeCommand('syncBatches.submitFile', uri);
    }
    const [list] = await picking([], show);
    const refused = list?.labels.find((label) => label.startsWith('$(error)')) ?? assert.fail();
    await picking([refused, '$(debug-continue) Send Again'], show);
    const { question, detail } = modals.asked.at(-1) ?? assert.fail();
    assert.match(question, /^Send the pending requests of .+ anyway\?$/);
    assert.match(detail, /^Already submitted as .+ Submitting again is charged again\.$/);
    assert.equal(api.posts.length, 2, 'the question was cancelled');
  });

  it('is sent again alone, and the user can continue with the rest', async () => {
    await loseAnswer('reset', 1_050, 'Submit as 3 Batches');
    const [list] = await picking([], show);
    user.willPress('Send Again');
    await picking([list?.labels[0] ?? '', '$(question) Batch 1 of 3', checkStatus, sendAgain], show);
    assert.equal(api.posts.length, 2, 'the user decided about one batch');
    const { text, buttons } = messages().at(-1) ?? assert.fail();
    assert.match(text, /^1 of 3 batches of .+ were created\. Not sent yet: 2 batches\.$/);
    assert.deepEqual(buttons.slice(0, 2), ['Continue', 'Cancel the Rest']);
  });

  it('is sent again unchanged even if the file was edited', async () => {
    const uri = await loseAnswer('reset');
    const edit = new vscode.WorkspaceEdit();
    edit.insert(uri, new vscode.Position(0, 0), 'no request at all\n');
    await vscode.workspace.applyEdit(edit);
    user.willPress('Send Again');
    await open(checkStatus, sendAgain);
    assert.deepEqual(api.inputs, [batchFile(20), batchFile(20)]);
    assert.equal((await api.batchIds()).length, 1);
  });

  it('warns before the same file is submitted again', async () => {
    const uri = await loseAnswer('acceptThenFail');
    await vscode.commands.executeCommand('syncBatches.submitFile', uri);
    const question = modals.asked.at(-1) ?? assert.fail();
    assert.match(question.detail, /^Already submitted \(.+\), but it is uncertain whether a batch was created\./);
    assert.deepEqual([question.buttons, api.posts.length], [['Show Submissions', 'Submit Again'], 1]);
  });

  it('stops the batches after it until the user continues', async () => {
    await loseAnswer('acceptThenFail', 1_050, 'Submit as 3 Batches');
    const [{ text, buttons } = assert.fail()] = messages();
    assert.match(
      text,
      /created from .+ \(batch 1 of 3\)\. .* 0 of 3 batches of .+ were created\. Not sent yet: 2 batches\.$/,
    );
    assert.deepEqual(buttons, ['Check Status…', 'Continue', 'Cancel the Rest']);
    const [id = ''] = await api.batchIds();
    user.willPress('Continue');
    await open('$(question) Batch 1 of 3', checkStatus, id);
    await eventually(() => assert.match(messages().at(-1)?.text ?? '', /^3 batches were created from /));
    assert.equal(api.inputs.join(''), batchFile(1_050));
    assert.equal((await api.batchIds()).length, 3);
  });

  it('allows cancelling the rest, without touching what was sent', async () => {
    await loseAnswer('acceptThenFail', 1_050, 'Submit as 3 Batches');
    user.willPress('Cancel the Rest');
    await open('$(debug-stop) Cancel the Rest');
    assert.match(modals.asked.at(-1)?.detail ?? '', /^700 requests in 2 batches will not be sent\./);
    const picks = await open();
    assert.deepEqual(picks.at(-1)?.labels, [
      '$(question) Batch 1 of 3',
      '$(circle-slash) Batch 2 of 3',
      '$(circle-slash) Batch 3 of 3',
    ]);
    assert.equal(api.posts.length, 1);
  });

  it('opens the exact text that was sent', async () => {
    await loseAnswer('reset');
    await open('$(go-to-file) Open Submitted File');
    assert.equal(vscode.window.activeTextEditor?.document.getText(), batchFile(20));
  });

  it('is still there after switching accounts', async () => {
    await loseAnswer('reset');
    await setApiBaseUrl(nowhere);
    await setApiBaseUrl(api.url);
    assert.deepEqual((await rows()).details, ['Uncertain: a batch may exist']);
    assert.equal(messages().length, 1, 'the user is notified once per window');
  });

  describe('after a restart', () => {
    let secondInstance: SecondInstance | undefined;
    const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'syncb-copy-'));
    const run = (name: string, ...args: unknown[]): Thenable<unknown> =>
      vscode.commands.executeCommand(`secondInstance.syncBatches.${name}`, ...args);

    afterEach('end the secondInstance', () => {
      secondInstance?.end();
      secondInstance = undefined;
      fs.rmSync(copy, { recursive: true, force: true });
    });

    /** Submits a file, loses the response, and restarts the extension with the stored data. */
    async function restart(count = 20, change: (journal: string) => string = (journal) => journal): Promise<string> {
      const keys = new FakeSecrets();
      secondInstance = await activateSecondInstance(keys);
      await keys.store('syncBatches.apiKey', environmentKey);
      api.simulator.faults.add({ path: '/v2/batch', method: 'POST', times: 1, effect: { kind: 'acceptThenFail' } });
      const { uri } = await openUnsaved(batchFile(count));
      user.willPress(count > 500 ? 'Submit as 3 Batches' : `Submit ${count} Requests`);
      await run('submitFile', uri);
      assert.equal(api.posts.length, 1);
      fs.cpSync(secondInstance.storage, copy, { recursive: true });
      secondInstance.end();

      const keysAgain = new FakeSecrets();
      secondInstance = await activateSecondInstance(keysAgain);
      fs.cpSync(copy, secondInstance.storage, { recursive: true });
      const [name = assert.fail('there is no journal')] = fs
        .readdirSync(secondInstance.storage)
        .filter((file) => /^submissions-\w+\.json$/.test(file));
      const journal = path.join(secondInstance.storage, name);
      fs.writeFileSync(journal, change(fs.readFileSync(journal, 'utf8')));
      await keysAgain.store('syncBatches.apiKey', environmentKey);
      return journal;
    }

    it('is notified once, with a button, and nothing is sent', async () => {
      await restart();
      await eventually(() => assert.equal(messages().length, 2));
      const { kind, text, buttons } = messages()[1] ?? assert.fail();
      assert.equal(kind, 'warning');
      assert.match(
        text,
        /^It is uncertain whether a batch was created from Untitled-\d+\.jsonl\. Check the status before you submit again\.$/,
      );
      assert.deepEqual(buttons, ['Show Submissions']);
      assert.equal(api.posts.length, 1);
    });

    it('is the result if the editor was closed during the request', async () => {
      await restart(20, (journal) =>
        journal.replace(/"state":\{"kind":"uncertain".*?\}/, `"state":{"kind":"sending","at":${Date.now()}}`),
      );
      await eventually(() => assert.equal(messages().length, 2));
      const [list] = await picking([], () => run('showSubmissions'));
      assert.deepEqual(list?.details, ['Uncertain: a batch may exist']);
      assert.equal(api.posts.length, 1);
    });

    it('continues with the pending requests when the user wants', async () => {
      await restart(1_050);
      await eventually(() => assert.equal(messages().length, 2));
      assert.equal(api.posts.length, 1);
      const [list] = await picking([], () => run('showSubmissions'));
      await picking([list?.labels[0] ?? '', '$(debug-continue) Continue'], () => run('showSubmissions'));
      assert.equal(api.inputs.join(''), batchFile(1_050));
      assert.equal(api.posts.length, 3);
    });

    it('sends nothing if the journal is damaged, and leaves it unchanged', async () => {
      const damaged = '{"version":1,"submissions":';
      const journal = await restart(20, () => damaged);
      const { uri } = await openUnsaved(batchFile(20, 'other'));
      await run('submitFile', uri);
      assert.match(
        messages().at(-1)?.text ?? '',
        /journal of submissions .* can’t be read, and nothing is sent without it/,
      );
      assert.equal(api.posts.length, 1);
      assert.equal(fs.readFileSync(journal, 'utf8'), damaged);
    });
  });
});
